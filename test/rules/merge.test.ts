/** Fights that become one, that go on without someone, and that are over. */
import { describe, expect, test } from "vitest";

import { A, B, C, X, Y, Z, useBoth } from "./both.ts";
import { at, down, end, hit, kill, lateHit, leave, spawn, tick } from "./facts.ts";

const reportsOf = useBoth();

/** More of each team. */
const [D, ZZ] = [3, 11] as const;
const [DEATH, SILENCE, ROUND_END] = [0, 2, 3];
/** Number, time and outcome of a fight. */
const briefly = (values: readonly number[]): (number | undefined)[] => [values[1], values[0], values[7]];

describe("two fights become one", () => {
  test("with what everybody did and took in both", () => {
    const [found, ...others] = reportsOf(
      "engagement",
      hit(1000, B, X, 10),
      hit(1100, A, X, 5),
      kill(1200, X, A, 20),
      spawn(1300, A),
      hit(1500, A, Y, 7),
      hit(1550, C, Y, 1),
      kill(1600, A, Z, 2),
      kill(1700, Y, A, 3),
      hit(2000, B, Y, 4),
      end(3000),
    );
    expect(others).toEqual([]);
    expect(found?.slice(10)).toEqual(
      [
        [B, 1000, 14, 0, 2, 0, 0],
        [X, 1000, 20, 15, 1, 1, 0],
        [A, 1100, 14, 23, 3, 1, 2],
        [Y, 1500, 3, 12, 1, 1, 0],
        [C, 1550, 1, 0, 1, 0, 0],
        [Z, 1600, 0, 2, 0, 0, 1],
      ].flat(),
    );
  });

  test("under the older number, whoever of them hits", () => {
    const begin = [hit(1000, A, X), hit(1100, B, Y)];
    for (const meeting of [hit(2000, A, Y), hit(2000, B, X)])
      expect(reportsOf("engagement", begin, meeting, end(3000)).map(briefly)).toEqual([[1, 3000, ROUND_END]]);
  });

  test("who is in the older counts as there since the damage that they have from it", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, B, X),
      hit(1500, A, Y),
      hit(1600, C, Y),
      kill(2000, Y, A),
      spawn(2500, A),
      hit(9000, A, X),
      hit(9500, C, X),
      tick(12500),
      // B and Y are silent by now, A is not.
      kill(12600, X, C),
      end(13000),
    );
    expect(found.map(briefly)).toEqual([[1, 13000, ROUND_END]]);
  });

  test("without whoever has come back with a new life meanwhile", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, B, X),
      hit(1500, A, Y),
      hit(1600, C, Y),
      kill(2000, Y, A),
      spawn(2500, A),
      hit(3000, C, X),
      hit(3500, A, Z),
      end(4000),
    );
    expect(found.map(briefly)).toEqual([
      [1, 4000, ROUND_END],
      [3, 4000, ROUND_END],
    ]);
  });

  test.each([
    // Three against two, then two by two when all meet.
    ["of the older", [A, B, C].map((slot) => hit(1000, slot, X)), [hit(1100, Z, D)], A, Z, [1, 3, 2]],
    ["of the younger", [hit(1000, A, X)], [Y, Z, ZZ].map((slot) => hit(1100, B, slot)), A, Y, [1, 1, 3]],
    [
      "of the younger, whose sides are the other way round",
      [hit(1000, A, X)],
      [Y, Z, ZZ].map((slot) => hit(1100, slot, B)),
      A,
      Y,
      [1, 1, 3],
    ],
  ])("with the larger label, %s", (_name, older, younger, attacker, target, label) => {
    const facts = [
      ...older,
      hit(1010, X, A),
      ...(older.length > 1 ? [hit(1020, A, Y), down(1030, B), down(1030, C), down(1030, Y)] : []),
      ...younger,
      ...(younger.length > 1 ? [down(1200, Z), down(1200, ZZ)] : []),
      hit(2000, attacker, target),
      end(3000),
    ];
    expect(reportsOf("label", ...facts)).toEqual([label]);
  });

  test.each([
    // The older fight is the one that A can escape from first, at 6000.
    ["older", [hit(1000, A, X), hit(1000, B, X), hit(3000, C, Y), hit(3500, B, Y)], 6000],
    // It was looked at when B had just fought on; A can escape from the younger at 7000.
    [
      "younger",
      [
        hit(1000, B, X),
        hit(2000, A, Y),
        hit(2100, C, Y),
        hit(5500, B, X),
        tick(6000),
        hit(6500, B, Y),
        hit(6600, C, Y),
      ],
      7000,
    ],
  ])("and who was in the %s escapes at the first moment that they can", (_name, facts, escapeMs) => {
    const places = [at(A, 9000), at(B, 0), at(C, 0), at(X, 0), at(Y, 0)];
    const deaths = [kill(escapeMs + 100, X, B), kill(escapeMs + 200, X, C)];
    const escaped = reportsOf("engagement", places, facts, tick(escapeMs), ...deaths, end(9000));
    expect(escaped.map(briefly)).toEqual([[1, escapeMs + 200, DEATH]]);
    const still = reportsOf("engagement", places, facts, tick(escapeMs - 1), ...deaths, end(9000));
    expect(still.map(briefly)).toEqual([[1, 9000, ROUND_END]]);
  });
});

describe("someone goes, and the others fight on", () => {
  test("they go at the first look at which they can, however late the others fought", () => {
    const facts = [hit(1000, A, X), hit(3000, B, X), tick(6000), at(A, 9000), tick(7000), kill(7500, X, B)];
    expect(reportsOf("engagement", ...facts).map(briefly)).toEqual([[1, 7500, DEATH]]);
  });

  test.each([
    ["nobody of the opener's side", [hit(1000, A, X), hit(1000, B, X), down(1500, B), lateHit(6000, B, X)]],
    ["nobody of the other side", [hit(1000, A, X), hit(1000, A, Y), down(1500, Y), lateHit(6000, Y, A)]],
  ])("%s was in it lately: silence ends it", (_name, facts) => {
    expect(reportsOf("engagement", ...facts, tick(11000)).map(briefly)).toEqual([[1, 11000, SILENCE]]);
  });

  test("who is silent long enough and far away was silent", () => {
    const facts = [at(A, 0), at(X, 5000), hit(1000, A, X), tick(11000)];
    expect(reportsOf("engagement", ...facts).map(briefly)).toEqual([[1, 11000, SILENCE]]);
  });

  test("nobody wins where the last of a side leaves", () => {
    for (const slot of [A, X])
      expect(reportsOf("engagement", hit(1000, A, X), leave(2000, slot))[0]?.[8]).toBe(-1);
  });
});

describe("a fight that is over", () => {
  test("is left by all: the next hit opens another", () => {
    const facts = [hit(1000, A, X), kill(2000, A, X), spawn(2500, X), hit(3000, A, X), end(4000)];
    expect(reportsOf("engagement", ...facts).map(briefly)).toEqual([
      [1, 2000, DEATH],
      [2, 4000, ROUND_END],
    ]);
  });

  test("is nothing to who is in another by then", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1100, B, X),
      kill(1500, X, A),
      spawn(2000, A),
      hit(2500, A, Y),
      kill(3000, B, X),
      hit(3500, A, Z),
      end(4000),
    );
    expect(found.map(briefly)).toEqual([
      [1, 3000, DEATH],
      [2, 4000, ROUND_END],
    ]);
  });

  test.each([
    ["both are there", [], 500],
    ["one of them has left", [hit(1100, B, X), leave(1200, A)], -1],
  ])("has the distance of the first two where %s", (_name, facts, distance) => {
    const [found] = reportsOf("engagement", at(X, 0, 300, 400), hit(1000, A, X), ...facts, end(2000));
    expect(found?.[9]).toBe(distance);
  });
});

test("late damage counts for who took it, and keeps them in the fight", () => {
  const [found] = reportsOf(
    "engagement",
    hit(1000, A, X, 10),
    hit(1000, B, X, 10),
    down(1500, A),
    hit(9000, B, Y, 10),
    lateHit(9500, A, X, 40),
    tick(11500),
    end(12000),
  );
  expect(found?.slice(17, 24)).toEqual([X, 1000, 0, 60, 0, 0, 0]);
});
