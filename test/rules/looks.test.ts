/** What a look at the heat, each half second, makes of fights: players who change, fights that become one or fall apart. */
import { describe, expect, test } from "vitest";

import { A, B, C, X, Y, Z, useBoth } from "./both.ts";
import { change, end, hit, kill, tick } from "./facts.ts";
import type { Fact } from "./play.ts";

const reportsOf = useBoth();

/** More of each team. */
const [D, W] = [3, 11] as const;
/** Number and label of each fight, in the order of the numbers. */
const labelsOf = (...facts: readonly (Fact | Fact[])[]): number[][] =>
  reportsOf("label", ...facts).sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
/** Slot and damage given and received of everyone in each fight, by its number. */
const damageOf = (...facts: readonly (Fact | Fact[])[]): Record<number, number[][]> =>
  Object.fromEntries<number[][]>(
    reportsOf("engagement", ...facts).map((values) => [
      values[1] ?? -1,
      Array.from({ length: (values.length - 10) / 7 }, (_, index): number[] => {
        const [slot = -1, , given = -1, received = -1] = values.slice(10 + 7 * index);
        return [slot, given, received];
      }),
    ]),
  );

/** Two duels of so much heat at 1500, and what goes between them. */
const duels = (one: number, other: number): Fact[] => [hit(1100, A, X, one), hit(1100, B, Y, other)];

describe("a player changes", () => {
  test.each([
    [
      "to the fight with which they have more heat, and whom they fought with them",
      20,
      30,
      [1, 1, 1],
      [2, 2, 2],
    ],
    ["not for as much", 20, 20, [1, 1, 1], [2, 1, 1]],
    ["not for less than 8", 5, 9, [1, 1, 1], [2, 1, 1]],
    ["for 8", 5, 10, [1, 1, 1], [2, 2, 1]],
  ])("%s", (_name, own, across, first, second) => {
    const facts = [...duels(own, 90), hit(1200, A, Y, across), tick(1500), end(1600)];
    expect(labelsOf(...facts)).toEqual([first, second]);
  });

  test("to the one with most, of several", () => {
    const facts = [hit(1100, A, X, 5), hit(1100, B, Y, 90), hit(1100, C, Z, 90)];
    const across = [hit(1200, A, Y, 30), hit(1200, A, Z, 40), tick(1500), end(1600)];
    expect(labelsOf(...facts, ...across)).toEqual([
      [1, 1, 1],
      [2, 1, 1],
      [3, 2, 1],
    ]);
    const same = [hit(1200, A, Y, 40), hit(1200, A, Z, 40), tick(1500), end(1600)];
    expect(labelsOf(...facts, ...same)[1]).toEqual([2, 2, 1]);
  });

  test("in the order of the slots: who comes later sees who has gone", () => {
    // X has more heat with A than with C; A goes to Y and B. Then X has less in the fight that A left.
    const facts = [hit(1100, A, X, 20), hit(1100, C, X, 10), hit(1100, B, Y, 90), hit(1200, A, Y, 60)];
    expect(labelsOf(...facts, tick(1500), end(1600))).toEqual([
      [1, 2, 1],
      [2, 2, 2],
    ]);
  });

  test("their later damage counts in the other fight", () => {
    const facts = [...duels(20, 90), hit(1200, A, Y, 30), tick(1500), hit(1600, Z, A, 7), end(1700)];
    expect(damageOf(...facts)[2]).toContainEqual([A, 30, 7]);
  });
});

describe("two fights become one", () => {
  /** Nobody has more across than within, all together have. */
  const across = (points: number): Fact[] => [hit(1200, A, Y, points), hit(1200, X, B, points)];

  test("at the second look running at which there is as much heat between them as within the weaker", () => {
    const facts = [...duels(20, 80), ...across(10), tick(1500)];
    expect(labelsOf(...facts, tick(1999), end(1999))).toHaveLength(2);
    expect(labelsOf(...facts, tick(2000), end(2001))).toEqual([[1, 2, 2]]);
    const less = [...duels(21, 80), ...across(10), tick(1500), tick(2000), end(2001)];
    // 16 after the first look, 8 and 8 between.
    expect(labelsOf(...less)).toHaveLength(1);
    const least = [...duels(25, 80), ...across(10), tick(1500), tick(2000), end(2001)];
    expect(labelsOf(...least)).toHaveLength(2);
  });

  test("not after a look between at which they were not close", () => {
    const again = [hit(1600, A, X, 60), tick(2000), hit(2100, A, Y, 60), hit(2100, X, B, 60)];
    const facts = [...duels(20, 90), ...across(10), tick(1500), ...again, tick(2500)];
    expect(labelsOf(...facts, end(2600))).toHaveLength(2);
    expect(labelsOf(...facts, tick(3000), end(3001))).toHaveLength(1);
  });

  test("with what everybody did and took in both, under the older number and from its beginning", () => {
    const facts = [...duels(20, 80), ...across(10), tick(2000), hit(2100, B, X, 4), end(2200)];
    const [found, ...others] = reportsOf("engagement", ...facts);
    expect(others).toEqual([]);
    expect(found?.slice(0, 6)).toEqual([2200, 1, 1100, 1, A, X]);
    expect(damageOf(...facts)[1]).toEqual([
      [A, 30, 0],
      [X, 10, 24],
      [B, 84, 10],
      [Y, 0, 90],
    ]);
  });

  test.each([
    ["of the younger", [hit(1000, B, Y), hit(1000, B, Z), hit(1000, B, W)], [1, 1, 3]],
    [
      "of the younger, whose sides are the other way round",
      [Y, Z, W].map((slot) => hit(1000, slot, B)),
      [1, 1, 3],
    ],
  ])("with the larger label, %s", (_name, younger, label) => {
    const gone = [kill(1010, B, Z, 1), kill(1020, B, W, 1)].flat();
    const facts = [
      hit(900, A, X),
      ...younger,
      ...gone,
      ...duels(40, 40),
      ...across(35),
      tick(2000),
      end(2100),
    ];
    expect(labelsOf(...facts)).toEqual([label]);
  });

  test("three at once: into the oldest", () => {
    const facts = [
      ...duels(20, 20),
      hit(1100, C, Z, 20),
      ...across(15),
      hit(1200, B, Z, 15),
      hit(1200, Y, C, 15),
    ];
    expect(labelsOf(...facts, tick(2000), end(2001))).toEqual([[1, 3, 3]]);
  });
});

describe("a fight falls apart", () => {
  /** Two by two in one fight by one hit, which is cold at 2000; so much heat in each pair. */
  const pairs = (between: number): Fact[] => [
    hit(1100, A, X, 40),
    hit(1150, B, X, between),
    hit(1200, B, Y, 40),
  ];

  test.each([
    ["into groups without a tie", 9, 2],
    ["not where a tie is left", 10, 1],
  ])("%s", (_name, between, fights) => {
    const facts = [...pairs(between), tick(1500), hit(1600, A, X, 5), hit(1600, B, Y, 5), end(1700)];
    expect(labelsOf(...facts)).toHaveLength(fights);
  });

  test("the largest keeps the number, of several that of the lowest slot", () => {
    const facts = [...pairs(9), tick(1500), hit(1600, B, Y, 5), hit(1700, A, X, 5), end(1800)];
    expect(reportsOf("engagement", ...facts).map((values) => values.slice(1, 6))).toEqual([
      [1, 1100, 1, A, X],
      [2, 1600, 1, B, Y],
    ]);
    const larger = [...pairs(9), hit(1250, C, Y, 40), tick(1500), hit(1600, A, X, 5), hit(1700, B, Y, 5)];
    const found = reportsOf("engagement", ...larger, end(1800)).map((values) => values.slice(1, 6));
    expect(found).toEqual([
      [1, 1100, 1, A, X],
      [2, 1600, 1, A, X],
    ]);
  });

  test("who is alone stays", () => {
    const facts = [...pairs(9), hit(1250, D, X, 5), tick(1500), hit(1600, D, Z, 5), end(1700)];
    expect(damageOf(...facts)[1]).toContainEqual([D, 10, 0]);
  });

  test("ties go over others", () => {
    const chain = [hit(1100, A, X, 20), hit(1100, B, X, 20), hit(1100, B, Y, 20), hit(1100, C, Y, 20)];
    expect(labelsOf(...chain, tick(1500), hit(1600, C, Y, 5), end(1700))).toEqual([[1, 3, 2]]);
  });

  test("who has just killed stays for as long as they are held", () => {
    const facts = [...pairs(9), kill(1300, B, Z, 20), tick(1500), hit(1600, A, X, 5), hit(1700, B, Y, 5)];
    expect(labelsOf(...facts, end(1800))).toEqual([[1, 2, 3]]);
  });
});

test("what was between two teams is forgotten with the team", () => {
  const facts = [hit(1100, A, X, 90), change(1200, X), hit(1250, Y, X, 10), tick(1500), end(1600)];
  expect(labelsOf(...facts)).toEqual([
    [1, 1, 1],
    [2, 1, 1],
  ]);
});
