import { describe, expect, test } from "vitest";

import { A, B, C, X, Y, Z, useBoth } from "./both.ts";
import { at, change, down, end, hit, kill, lateHit, leave, revive, spawn, tick } from "./facts.ts";

const reportsOf = useBoth();

describe("engagement", () => {
  /** Time, number, start, team, opener, first target, distance, outcome, winner, distance at the end. */
  const [DEATH, ESCAPE, SILENCE, ROUND_END] = [0, 1, 2, 3];

  test("1v1 ends by death, with the damage of both sides", () => {
    const found = reportsOf(
      "engagement",
      at(A, 0),
      at(X, 300, 400),
      hit(1000, A, X, 30),
      hit(1200, X, A, 18),
      kill(2000, A, X, 70),
    );
    expect(found).toEqual([
      [2000, 1, 1000, 1, A, X, 500, DEATH, 1, 500, A, 1000, 100, 18, 2, 1, 0, X, 1000, 18, 100, 1, 0, 1],
    ]);
  });

  test("the defender can win", () => {
    const [found] = reportsOf("engagement", hit(1000, A, X), kill(2000, X, A));
    expect(found?.slice(0, 9)).toEqual([2000, 1, 1000, 1, A, X, 0, DEATH, 2]);
  });

  test("who is revived is out of the fight in which they went down, and opens one of his own", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1100, B, X),
      kill(2000, X, A),
      revive(3000, A),
      hit(3500, A, Y),
      kill(4000, A, Y),
      kill(5000, B, X),
    );
    expect(found.map((values) => values.slice(0, 9))).toEqual([
      [4000, 2, 3500, 1, A, Y, 0, DEATH, 1],
      [5000, 1, 1000, 1, A, X, 0, DEATH, 1],
    ]);
  });

  test("who is revived can join the same fight again", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1100, B, X),
      kill(2000, X, A),
      revive(3000, A),
      kill(3500, A, X, 30),
    );
    expect(found.map((values) => values.slice(0, 9))).toEqual([[3500, 1, 1000, 1, A, X, 0, DEATH, 1]]);
    expect(found[0]?.slice(10, 17)).toEqual([A, 1000, 50, 20, 2, 1, 1]);
  });

  test("a revive of one who is up changes nothing", () => {
    const found = reportsOf("engagement", hit(1000, A, X), revive(1500, A), hit(2000, A, Y), end(3000));
    expect(found.map((values) => values.slice(0, 6))).toEqual([[3000, 1, 1000, 1, A, X]]);
  });

  test("who took part in both of two fights that become one is in it since the later damage", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, B, X),
      hit(1100, A, X),
      kill(1200, X, A),
      spawn(1300, A),
      hit(9000, B, X),
      hit(9500, A, Y),
      hit(9600, B, Y),
      // The first fight alone would have seen A silent for more than ten seconds.
      tick(11500),
      kill(11600, X, B),
      end(12000),
    );
    expect(found.map((values) => values.slice(0, 9))).toEqual([[12000, 1, 1000, 1, B, X, 0, ROUND_END, -1]]);
  });

  test("who took part in both of two fights that become one took part since the earlier", () => {
    const [found, ...others] = reportsOf(
      "engagement",
      hit(1000, B, X),
      hit(1500, A, Y),
      hit(1600, C, Y),
      kill(2000, Y, A),
      spawn(2500, A),
      hit(3000, A, X),
      hit(3500, C, X),
      end(4000),
    );
    expect(others).toEqual([]);
    const since = (slot: number): number | undefined =>
      found?.[10 + 7 * [0, 1, 2, 3, 4].findIndex((place) => found[10 + 7 * place] === slot) + 1];
    expect([A, B, C, X, Y].map(since)).toEqual([1500, 1000, 1600, 1000, 1500]);
  });

  test("2v1: whoever hits a participant joins, with the time of joining", () => {
    const [found] = reportsOf("engagement", hit(1000, A, X, 10), hit(1500, B, X, 20), kill(2000, A, X, 30));
    expect(found?.slice(10)).toEqual([
      A,
      1000,
      40,
      0,
      2,
      1,
      0,
      X,
      1000,
      0,
      60,
      0,
      0,
      1,
      B,
      1500,
      20,
      0,
      1,
      0,
      0,
    ]);
  });

  test("1v2: whoever is hit by a participant joins, and the fight goes on until one side is down", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1500, A, Y),
      kill(2000, A, X),
      kill(3000, Y, A),
    );
    expect(found.map((values) => values.slice(0, 9))).toEqual([[3000, 1, 1000, 1, A, X, 0, DEATH, 2]]);
  });

  test("3v3: everybody counts once", () => {
    const [found, ...others] = reportsOf(
      "engagement",
      [A, B, C].flatMap((attacker) => [X, Y, Z].map((target) => hit(1000 + attacker, attacker, target, 10))),
      kill(2000, X, A, 1),
      kill(2100, B, X, 1),
      kill(2200, B, Y, 1),
      kill(2300, C, Z, 1),
    );
    expect(others).toEqual([]);
    expect(found?.length).toBe(10 + 6 * 7);
    expect(found?.slice(0, 9)).toEqual([2300, 1, 1000, 1, A, X, 0, DEATH, 1]);
    const label = reportsOf(
      "label",
      hit(1000, A, X),
      hit(1000, B, Y),
      hit(1000, C, Z),
      hit(1001, A, Y),
      end(2000),
    );
    expect(label).toEqual([
      [1, 2, 2],
      [3, 1, 1],
    ]);
  });

  test("two engagements become one under the older number when their participants meet", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X, 10),
      hit(1100, Y, B, 10),
      hit(2000, A, Y, 10),
      kill(3000, A, X, 1),
      kill(3100, A, Y, 1),
    );
    expect(found.map((values) => values.slice(0, 9))).toEqual([[3100, 1, 1000, 1, A, X, 0, DEATH, 1]]);
    expect(found[0]?.length).toBe(10 + 4 * 7);
  });

  test("strangers fight in engagements of their own", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1000, B, Y),
      kill(2000, B, Y),
      kill(2500, A, X),
    );
    expect(found.map((values) => values.slice(0, 3))).toEqual([
      [2000, 2, 1000],
      [2500, 1, 1000],
    ]);
  });

  test.each([
    ["escape: far apart, and the time has come", 1000, 6000, [[6000, ESCAPE]]],
    ["no escape a millisecond early", 1000, 5999, []],
    ["no escape a unit nearer", 999, 6000, []],
    ["silence, however near", 10, 11000, [[11000, SILENCE]]],
    ["no silence a millisecond early", 10, 10999, []],
  ])("%s", (_name, distance, timeMs, expected) => {
    const found = reportsOf("engagement", at(A, 0), at(X, distance), hit(1000, A, X), tick(timeMs));
    expect(found.map((values) => [values[0], values[7]])).toEqual(expected);
  });

  test("who is far from all opponents escapes alone, the others fight on", () => {
    const facts = [at(A, 0), at(B, 2000), at(X, 2500), hit(1000, A, X), hit(1000, B, X)];
    // A has escaped at 6500: B's death ends it although A lives.
    const [alone] = reportsOf("engagement", facts, tick(6500), kill(7000, X, B));
    expect(alone?.slice(0, 9)).toEqual([7000, 1, 1000, 1, A, X, 2500, DEATH, 2]);
    // A millisecond before the escape time, or a unit nearer, A is still in it.
    for (const missed of [
      [...facts, tick(5999), kill(7000, X, B)],
      [...facts, at(A, 1501), tick(6500), kill(7000, X, B)],
    ]) {
      expect(reportsOf("engagement", ...missed)).toEqual([]);
    }
    expect(reportsOf("engagement", facts, at(X, 3000), tick(6600))).toHaveLength(1);
  });

  test("who was silent for the silence time is out alone, and can come back", () => {
    const facts = [hit(1000, A, X), hit(10900, B, X)];
    const [alone] = reportsOf("engagement", facts, tick(11000), kill(12000, X, B));
    expect(alone?.slice(0, 9)).toEqual([12000, 1, 1000, 1, A, X, 0, DEATH, 2]);
    expect(reportsOf("engagement", facts, tick(10999), kill(12000, X, B))).toEqual([]);
    const back = [...facts, tick(11000), hit(11500, A, X), kill(12000, X, B)];
    expect(reportsOf("engagement", ...back)).toEqual([]);
    const [ended] = reportsOf("engagement", ...back, kill(13000, X, A));
    expect(ended?.length).toBe(10 + 3 * 7);
  });

  test("who is out can fight elsewhere", () => {
    const found = reportsOf(
      "label",
      hit(1000, A, X),
      hit(9000, B, X),
      tick(11000),
      hit(11500, A, Y),
      end(12000),
    );
    expect(found).toEqual([
      [1, 2, 1],
      [2, 1, 1],
    ]);
  });

  test("the label counts who was in it together", () => {
    // A is silent before C comes.
    const apart = [hit(1000, A, X), hit(9000, B, X), tick(11000), hit(11500, C, X), end(12000)];
    expect(reportsOf("label", ...apart)).toEqual([[1, 2, 1]]);
    const together = [hit(1000, A, X), hit(9000, B, X), hit(10900, C, X), tick(11000), end(12000)];
    expect(reportsOf("label", ...together)).toEqual([[1, 3, 1]]);
    // Two against one, and after a death one against two: the first of the largest moments.
    const turned = [hit(1000, A, X), hit(1000, B, X), down(2000, B), hit(2100, Y, A), end(3000)];
    expect(reportsOf("label", ...turned)).toEqual([[1, 2, 1]]);
  });

  test("a merged fight has the larger label of the two, sides as the older has them", () => {
    const facts = [
      hit(1000, A, X),
      hit(1100, Y, B),
      hit(1200, Z, B),
      down(1500, Z),
      hit(2000, A, Y),
      end(3000),
    ];
    expect(reportsOf("label", ...facts)).toEqual([[1, 2, 2]]);
    const larger = [hit(1000, A, X), hit(1100, Y, B), hit(1200, Z, B), hit(1200, 11, B), hit(1200, 12, B)];
    const merged = [...larger, down(1500, Z), down(1500, 11), down(1500, 12), hit(2000, A, Y), end(3000)];
    expect(reportsOf("label", ...merged)).toEqual([[1, 1, 4]]);
  });

  test("damage puts escape off", () => {
    const found = reportsOf(
      "engagement",
      at(X, 5000),
      hit(1000, A, X),
      hit(5500, A, X),
      tick(6500),
      tick(10500),
    );
    expect(found.map((values) => [values[0], values[7]])).toEqual([[10500, ESCAPE]]);
  });

  test("the last of a side leaves: escape; the round ends: all are ended", () => {
    const found = reportsOf("engagement", hit(1000, A, X), hit(1000, B, Y), leave(2000, X), end(3000));
    expect(found.map((values) => [values[0], values[1], values[7], values[8]])).toEqual([
      [2000, 1, ESCAPE, -1],
      [3000, 2, ROUND_END, -1],
    ]);
  });

  test("a death without a killer ends it too", () => {
    const [found] = reportsOf("engagement", hit(1000, A, X), down(1500, X));
    expect(found?.slice(7, 9)).toEqual([DEATH, 1]);
  });

  test("who changes team in the middle is one participant on each side", () => {
    const [found] = reportsOf(
      "engagement",
      hit(1000, A, X, 10),
      hit(1000, B, X, 10),
      change(1500, A),
      hit(2000, A, B, 1),
      hit(2100, A, B, 2),
      hit(2200, B, A, 3),
      end(3000),
    );
    expect(found?.slice(10)).toEqual(
      [
        [A, 1000, 10, 0, 1, 0, 0],
        [X, 1000, 0, 20, 0, 0, 0],
        [B, 1000, 13, 3, 2, 0, 0],
        [A, 2000, 3, 3, 2, 0, 0],
      ].flat(),
    );
  });

  test("a new life is out of the old engagement", () => {
    const found = reportsOf(
      "engagement",
      hit(1000, A, X),
      hit(1000, B, X),
      kill(1500, X, A),
      spawn(4000, A),
      hit(4500, A, Y),
      end(5000),
    );
    expect(found.map((values) => values.slice(0, 3))).toEqual([
      [5000, 1, 1000],
      [5000, 2, 4500],
    ]);
  });

  test("a grenade of the dead opens nothing, and counts where its thrower was", () => {
    expect(reportsOf("engagement", lateHit(1000, A, X), end(2000))).toEqual([]);
    const [found] = reportsOf(
      "engagement",
      hit(1000, A, X, 10),
      hit(1000, B, X, 10),
      kill(1500, X, A, 50),
      lateHit(1600, A, X, 40),
      kill(2000, X, B, 50),
    );
    expect(found?.slice(7, 17)).toEqual([DEATH, 2, 0, A, 1000, 50, 50, 2, 0, 1]);
  });
});
