/** Fights by hand-made facts: what each sentence of the definition says, and where it just does not hold. */
import { describe, expect, test } from "vitest";

import { A, B, C, X, Y, Z, useBoth } from "./both.ts";
import { at, change, down, end, hit, kill, lateHit, leave, revive, spawn, tick } from "./facts.ts";
import type { Fact } from "./play.ts";

const reportsOf = useBoth();

/** Time, number, start, team, opener, first target, distance, outcome, winner, distance at the end; then seven values a participant. */
const [DEATH, ESCAPE, SILENCE, ROUND_END] = [0, 1, 2, 3];
const HEAD = 10;
const fightsOf = (...facts: readonly (Fact | Fact[])[]): number[][] => reportsOf("engagement", ...facts);
/** Number, begin, end, outcome and winner of each fight, in the order of the numbers. */
const briefly = (...facts: readonly (Fact | Fact[])[]): (number | undefined)[][] =>
  fightsOf(...facts)
    .map((values) => [values[1], values[2], values[0], values[7], values[8]])
    .sort((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
/** Who took part: slot, since when, damage given and received, hits, kills, deaths. */
const peopleOf = (values: readonly number[] | undefined): number[][] =>
  Array.from({ length: ((values?.length ?? 0) - HEAD) / 7 }, (_, index) =>
    (values ?? []).slice(HEAD + 7 * index, HEAD + 7 * (index + 1)),
  );

describe("a fight", () => {
  test("has begin, end, sides, places and what both did", () => {
    const found = fightsOf(
      at(A, 0),
      at(X, 300, 400),
      hit(1000, A, X, 30),
      hit(1200, X, A, 18),
      at(A, 100, 400),
      kill(2000, A, X, 70),
      at(A, 9000),
      end(9000),
    );
    expect(found).toEqual([
      [2000, 1, 1000, 1, A, X, 500, DEATH, 1, 200, A, 1000, 100, 18, 2, 1, 0, X, 1000, 18, 100, 1, 0, 1],
    ]);
  });

  test.each([
    ["the defender", [hit(1000, A, X), kill(2000, X, A)], [1, 1000, 2000, DEATH, 2]],
    ["a death without a killer", [hit(1000, A, X), down(1500, X)], [1, 1000, 1500, DEATH, 1]],
    [
      "nobody where both fall",
      [hit(1000, A, X), kill(1500, A, X), down(1700, A)],
      [1, 1000, 1700, DEATH, -1],
    ],
    ["nobody where one leaves", [hit(1000, A, X), leave(2000, A)], [1, 1000, 2000, ESCAPE, -1]],
    ["nobody in silence", [hit(1000, A, X), tick(9000)], [1, 1000, 1000, SILENCE, -1]],
  ])("is won by %s", (_name, facts, expected) => {
    expect(briefly(...facts, end(9500))).toEqual([expected]);
  });

  test("goes on to the end of the round where both sides are in it", () => {
    expect(briefly(hit(1000, A, X), end(3000))).toEqual([[1, 1000, 3000, ROUND_END, -1]]);
  });

  test("strangers are in fights of their own", () => {
    const found = briefly(hit(1000, A, X), hit(1000, B, Y), kill(2000, B, Y), kill(2500, A, X), end(9000));
    expect(found).toEqual([
      [1, 1000, 2500, DEATH, 1],
      [2, 1000, 2000, DEATH, 1],
    ]);
  });
});

describe("who is in it", () => {
  test("whoever hits someone in it, or is hit by them, joins, with the time", () => {
    const [found, ...others] = fightsOf(
      hit(1000, A, X, 10),
      hit(1500, B, X, 20),
      hit(1700, B, Y, 5),
      end(3000),
    );
    expect(others).toEqual([]);
    expect(peopleOf(found)).toEqual([
      [A, 1000, 10, 0, 1, 0, 0],
      [X, 1000, 0, 30, 0, 0, 0],
      [B, 1500, 25, 0, 2, 0, 0],
      [Y, 1700, 0, 5, 0, 0, 0],
    ]);
  });

  test("the label counts those who are in it together, at the first of the largest moments", () => {
    expect(
      reportsOf(
        "label",
        [A, B, C].map((slot) => hit(1000, slot, X)),
        end(2000),
      ),
    ).toEqual([[1, 3, 1]]);
    // Two against one, and after a death one against two.
    const turned = [hit(1000, A, X), hit(1000, B, X), down(1200, B), hit(1300, Y, A), end(2000)];
    expect(reportsOf("label", ...turned)).toEqual([[1, 2, 1]]);
    // A is silent before C comes, or is not.
    const apart = [hit(1000, A, X), hit(5000, B, X), hit(6000, C, X), end(7000)];
    expect(reportsOf("label", ...apart)).toEqual([[1, 2, 1]]);
    const together = [hit(1000, A, X), hit(5000, B, X), hit(5999, C, X), end(7000)];
    expect(reportsOf("label", ...together)).toEqual([[1, 3, 1]]);
  });

  test.each([
    ["at the silence time, looked at each half second", 1000, 6000, 2],
    ["not before", 1001, 6499, 1],
    ["at the next look", 1001, 6500, 2],
  ])("who is silent is out: %s", (_name, lastMs, nextMs, fights) => {
    expect(briefly(hit(lastMs, A, X), hit(nextMs, A, X), end(nextMs + 100))).toHaveLength(fights);
  });

  test("who is silent goes alone, and their side lives on", () => {
    const found = briefly(hit(1000, A, X), hit(5000, B, X), tick(6000), kill(7000, X, B), end(12000));
    expect(found).toEqual([[1, 1000, 7000, DEATH, 2]]);
  });

  test("a hit elsewhere takes nobody out, and counts where it lands", () => {
    const found = fightsOf(hit(1000, A, X, 40), hit(1000, B, Y, 40), hit(1100, A, Y, 5), end(1400));
    expect(found.map(peopleOf)).toEqual([
      [
        [A, 1000, 40, 0, 1, 0, 0],
        [X, 1000, 0, 40, 0, 0, 0],
      ],
      [
        [B, 1000, 40, 0, 1, 0, 0],
        [Y, 1000, 0, 45, 0, 0, 0],
        [A, 1100, 5, 0, 1, 0, 0],
      ],
    ]);
  });

  test("one who changes team in the middle is a participant on each side", () => {
    const [found] = fightsOf(
      hit(1000, A, X, 10),
      hit(1000, B, X, 10),
      change(1500, A),
      hit(2000, A, B, 1),
      hit(2100, A, B, 2),
      hit(2200, B, A, 3),
      end(3000),
    );
    expect(peopleOf(found)).toEqual([
      [A, 1000, 10, 0, 1, 0, 0],
      [X, 1000, 0, 20, 0, 0, 0],
      [B, 1000, 13, 3, 2, 0, 0],
      [A, 2000, 3, 3, 2, 0, 0],
    ]);
  });
});

describe("hits of the dead", () => {
  test("open nothing", () => {
    expect(briefly(lateHit(1000, A, X), end(2000))).toEqual([]);
  });

  test("count in the fight of the victim where the thrower took part", () => {
    const facts = [hit(1000, A, X, 10), hit(1000, B, X, 10), kill(1500, X, A, 50), lateHit(1600, A, X, 40)];
    const [found] = fightsOf(...facts, end(2000));
    expect(peopleOf(found).slice(0, 2)).toEqual([
      [A, 1000, 50, 50, 2, 0, 1],
      [X, 1000, 50, 60, 1, 1, 0],
    ]);
  });

  test("and nowhere else, without heat or anybody going in", () => {
    const [found] = fightsOf(hit(1000, B, X, 10), lateHit(1600, A, X, 40), end(2000));
    expect(peopleOf(found).map(([slot, , given, received]) => [slot, given, received])).toEqual([
      [B, 10, 0],
      [X, 0, 10],
    ]);
  });

  test("keep the victim from being silent", () => {
    const facts = [hit(1000, A, X), hit(1000, B, X), down(1500, A), lateHit(5000, A, X), kill(9900, X, C)];
    // B has been silent; X is in it until 10000.
    expect(briefly(...facts, end(14000))).toHaveLength(2);
  });
});

describe("a fight with nobody of one side", () => {
  test.each([
    ["goes on at the grace time", 2000, 5000, 1],
    ["goes on until the next look", 2001, 5499, 1],
    ["is over then", 2001, 5500, 2],
  ])("%s", (_name, deathMs, nextMs, fights) => {
    expect(briefly(hit(1000, A, X), kill(deathMs, A, X), hit(nextMs, Y, A), end(nextMs + 10))).toHaveLength(
      fights,
    );
  });

  test("is over at once when somebody who took part leaves", () => {
    const facts = [hit(1000, A, X), kill(1500, A, X), leave(1600, X), hit(1700, Y, A), end(1800)];
    expect(briefly(...facts)).toEqual([
      [1, 1000, 1500, DEATH, 1],
      [2, 1700, 1800, ROUND_END, -1],
    ]);
  });

  test("is not left by one who leaves the others to fight on", () => {
    const facts = [hit(1000, A, X), hit(1000, B, X), leave(1600, B), kill(1700, A, X), end(9800)];
    expect(briefly(...facts)).toEqual([[1, 1000, 1700, DEATH, 1]]);
  });
});

describe("who comes back", () => {
  test("by a revive, in time, is in the same fight", () => {
    const facts = [hit(1000, A, X), kill(2000, X, A), revive(3000, A), kill(4000, A, X, 30)];
    const [found, ...others] = fightsOf(...facts, end(9000));
    expect(others).toEqual([]);
    expect([found?.[7], found?.[8]]).toEqual([DEATH, 1]);
    expect(peopleOf(found)[0]).toEqual([A, 1000, 50, 20, 2, 1, 1]);
  });

  test.each([
    ["by a revive", revive(3000, A)],
    ["with a new life", spawn(3000, A)],
  ])("%s is in no fight before their next hit", (_name, back) => {
    const facts = [hit(1000, A, X), hit(1000, B, X), kill(1500, X, A), back, hit(3500, A, Y), end(4000)];
    expect(briefly(...facts).map(([number, startMs]) => [number, startMs])).toEqual([
      [1, 1000],
      [2, 3500],
    ]);
  });

  test("with a new life has no heat from before", () => {
    const facts = [hit(1000, A, X, 90), spawn(1100, A), hit(1150, A, Y, 10), hit(1160, B, X, 10)];
    // With it, A would go back to X.
    expect(reportsOf("label", ...facts, tick(1500), end(1600))).toEqual([
      [1, 1, 1],
      [2, 1, 1],
    ]);
  });
});

describe("who downs somebody", () => {
  const chase = [hit(1000, A, X, 90), hit(1000, B, Y, 10), kill(1100, A, Y, 90)];

  test("is in the victim's fight, and avenged there", () => {
    const found = fightsOf(...chase, hit(1200, Z, B, 5), kill(4100, Z, A), end(9000));
    const deathsOfA = found.flatMap((values) =>
      peopleOf(values)
        .filter(([slot]) => slot === A)
        .map((one) => [values[1], one[6]]),
    );
    expect(deathsOfA.sort()).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  test.each([
    ["is held for three seconds", 4000, 2],
    ["and not longer", 4500, 1],
  ])("%s", (_name, deathMs, fight) => {
    // X and A go on: A has more to do there than with anybody of the other fight, and everyone else more in their own.
    const again = [2600, 3900].map((timeMs) => hit(timeMs, X, A, 20));
    const alive = [hit(1200, Z, B, 100), hit(2600, Z, B, 60), hit(3600, Z, B, 60)];
    const others = [hit(1200, C, X, 100), hit(2600, C, X, 60), hit(3600, C, X, 60)];
    const facts = [...chase.flat(), ...again, ...alive, ...others].sort(
      (one, other) => one.timeMs - other.timeMs,
    );
    const found = fightsOf(...facts, down(deathMs, A), end(deathMs + 100));
    const where = found.filter((values) => peopleOf(values).some((one) => one[0] === A && one[6] === 1));
    expect(where.map((values) => values[1])).toEqual([fight]);
  });
});
