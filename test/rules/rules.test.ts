import { afterAll, beforeAll, describe, expect, test } from "vitest";
import fc from "fast-check";

import { at, change, createLuaPlayer, down, end, hit, kill, lateHit, leave, spawn, tick } from "./facts.ts";
import type { LuaPlayer } from "./facts.ts";
import { play } from "./play.ts";
import type { Fact, Report } from "./play.ts";

let lua: LuaPlayer;
beforeAll(async () => {
  lua = await createLuaPlayer();
});
afterAll(() => {
  lua.close();
});

/** Numbers of both must agree but for the last bits of a root or an arc cosine. */
function rounded(reports: readonly Report[]): Report[] {
  return reports.map(({ kind, values }) => ({
    kind,
    values: values.map((value) => Number(value.toFixed(6))),
  }));
}

/** Plays in Node and in Lua, which must agree, and returns the values of one kind of report. */
function reportsOf(kind: string, ...facts: readonly (Fact | Fact[])[]): number[][] {
  const all = facts.flat();
  const reports = rounded(play(all));
  expect(rounded(lua.play(all))).toEqual(reports);
  return reports.filter((report) => report.kind === kind).map((report) => report.values);
}

/** Slots: 0 to 2 for Axis, 8 to 10 for Allies. */
const [A, B, C, X, Y, Z] = [0, 1, 2, 8, 9, 10] as const;

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
      [2000, 1, 1000, 1, A, X, 500, DEATH, 1, -1, A, 1000, 100, 18, 2, 1, 0, X, 1000, 18, 100, 1, 0, 1],
    ]);
  });

  test("the defender can win", () => {
    const [found] = reportsOf("engagement", hit(1000, A, X), kill(2000, X, A));
    expect(found?.slice(0, 9)).toEqual([2000, 1, 1000, 1, A, X, 0, DEATH, 2]);
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
    expect(found?.slice(7, 17)).toEqual([DEATH, 2, -1, A, 1000, 50, 50, 2, 0, 1]);
  });
});

describe("crossfire", () => {
  /** Start, end, first, second, enemy, damage, hits, angle, distances of both. */
  test("two directions at a right angle", () => {
    const found = reportsOf(
      "crossfire",
      at(X, 0),
      at(A, 300),
      at(B, 0, 400),
      hit(1000, A, X, 10),
      hit(1500, A, X, 12),
      hit(2000, B, X, 20),
    );
    expect(found).toEqual([[1500, 2000, A, B, X, 42, 3, 90, 300, 400]]);
  });

  const angle = (degrees: number, distance = 500): Fact =>
    at(B, distance * Math.cos((degrees * Math.PI) / 180), distance * Math.sin((degrees * Math.PI) / 180));

  test.each([
    ["at the window's end", 45.1, 3000, 1],
    ["a millisecond late", 45.1, 3001, 0],
    ["at too small an angle", 44.9, 1500, 0],
    ["from opposite sides", 180, 1500, 1],
  ])("%s", (_name, degrees, timeMs, count) => {
    const facts = [at(X, 0), at(A, 500), angle(degrees), hit(1000, A, X), hit(timeMs, B, X)];
    expect(reportsOf("crossfire", facts)).toHaveLength(count);
  });

  test("height counts as direction", () => {
    const facts = [at(X, 0), at(A, 500), at(B, 500, 0, 600), hit(1000, A, X), hit(1500, B, X)];
    expect(reportsOf("crossfire", facts)).toHaveLength(1);
  });

  test("one row as long as the fire goes on, another after a silence", () => {
    const facts = [at(X, 0), at(A, 500), at(B, -500)];
    for (let timeMs = 1000; timeMs <= 9000; timeMs += 1000) facts.push(hit(timeMs, A, X), hit(timeMs, B, X));
    expect(reportsOf("crossfire", facts)).toHaveLength(1);
    facts.push(hit(11001, A, X), hit(11001, B, X));
    expect(reportsOf("crossfire", facts)).toHaveLength(2);
  });

  test("three players make three pairs; enemies of the target's team none", () => {
    const facts = [at(X, 0), at(A, 500), at(B, -500), at(C, 0, 500)];
    const found = reportsOf("crossfire", facts, hit(1000, A, X), hit(1100, B, X), hit(1200, C, X));
    expect(found.map((values) => values.slice(2, 4))).toEqual([
      [A, B],
      [A, C],
      [B, C],
    ]);
  });

  test("fire on different targets is none, and a death ends it", () => {
    const facts = [at(X, 0), at(Y, 0), at(A, 500), at(B, -500)];
    expect(reportsOf("crossfire", facts, hit(1000, A, X), hit(1100, B, Y))).toEqual([]);
    expect(reportsOf("crossfire", facts, kill(1000, A, X), hit(1100, B, X))).toEqual([]);
  });
});

describe("bait", () => {
  /** Start, end, bait, punisher, enemy, damage both ways, retreat, distances. */
  const drawn = [at(X, 0), at(A, 500), at(B, 0, 800), hit(1000, X, A, 15)];

  test("drawn, retreated, punished", () => {
    const found = reportsOf("bait", drawn, at(A, 650), hit(2000, X, A, 10), hit(3000, B, X, 40));
    expect(found).toEqual([[1000, 3000, A, B, X, 40, 25, 150, 500, 650, 800]]);
  });

  test.each([
    ["at every limit", 600, 4000, 0, 1500, 1],
    ["a millisecond late", 600, 4001, 0, 1500, 0],
    ["a unit too little of a retreat", 599, 4000, 0, 1500, 0],
    ["a unit out of range", 600, 4000, 0, 1501, 0],
    ["towards the enemy", 300, 2000, 0, 800, 0],
    ["sideways", 500, 2000, 400, 800, 0],
  ])("%s", (_name, x, timeMs, y, range, count) => {
    const facts = [...drawn, at(A, x, y), at(B, 0, range), hit(timeMs, B, X)];
    expect(reportsOf("bait", facts)).toHaveLength(count);
  });

  test("an enemy who gives chase is baited all the same", () => {
    const facts = [...drawn, at(A, 800), at(X, 700), at(B, 700, 800), hit(3000, B, X)];
    expect(reportsOf("bait", facts).map((values) => values[7])).toEqual([300]);
  });

  test("once a draw, and not by the bait himself or after his death", () => {
    const retreat = at(A, 700);
    expect(reportsOf("bait", drawn, retreat, hit(2000, B, X), hit(2100, B, X), hit(2200, C, X))).toHaveLength(
      1,
    );
    expect(reportsOf("bait", drawn, retreat, hit(2000, A, X))).toEqual([]);
    expect(reportsOf("bait", drawn, retreat, down(1500, A), hit(2000, B, X))).toEqual([]);
  });
});

describe("trade", () => {
  /** Start, end, avenger, avenged, enemy, distances of both. */
  test.each([
    ["at the window's end", 4000, [[1000, 4000, B, A, X, 300, 500]]],
    ["a millisecond late", 4001, []],
  ])("%s", (_name, timeMs, expected) => {
    const facts = [at(X, 0), at(A, 500), at(B, 0, 300)];
    expect(reportsOf("trade", facts, kill(1000, X, A), kill(timeMs, B, X))).toEqual(expected);
  });

  test("one kill avenges all whom the killer killed in time, each death once", () => {
    const facts = [kill(1000, X, A), kill(2000, X, B), kill(2500, C, X), spawn(2600, X), kill(2700, C, X)];
    expect(reportsOf("trade", ...facts).map((values) => values.slice(0, 5))).toEqual([
      [1000, 2500, C, A, X],
      [2000, 2500, C, B, X],
    ]);
  });

  test("revenge by the victim himself is none, nor is the death of a teammate's killer who left", () => {
    expect(reportsOf("trade", kill(1000, X, A), kill(2000, A, X))).toEqual([]);
    expect(reportsOf("trade", kill(1000, X, A), leave(1500, X), kill(2000, B, X))).toEqual([]);
  });
});

test("the heatmap tells the killer's cell from the victim's, and counts by team", () => {
  const found = reportsOf(
    "cell",
    at(A, 255.9, 0),
    at(X, 256, -0.1),
    at(Y, -1, -257),
    kill(1000, A, X),
    kill(2000, A, Y),
    kill(3000, Y, A),
  );
  expect(found).toEqual([
    [0, 0, 1, 2, 1],
    [1, -1, 2, 0, 1],
    [-1, -2, 2, 1, 1],
  ]);
});

test("any course of events is judged alike in Node and in Lua", () => {
  const slot = fc.constantFrom(A, B, C, X, Y, Z);
  const coordinate = fc.integer({ min: -2000, max: 2000 });
  const step = fc.record({
    wait: fc.nat({ max: 2500 }),
    act: fc.constantFrom("at", "hit", "kill", "down", "leave", "spawn", "tick"),
    slot,
    target: slot,
    damage: fc.integer({ min: 1, max: 60 }),
    x: coordinate,
    y: coordinate,
    z: coordinate,
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let timeMs = 0;
      const facts = steps.flatMap((taken): Fact[] => {
        timeMs += taken.wait;
        const isFight = taken.slot < 8 !== taken.target < 8;
        if (taken.act === "at") return [at(taken.slot, taken.x, taken.y, taken.z)];
        if (taken.act === "hit") return isFight ? [hit(timeMs, taken.slot, taken.target, taken.damage)] : [];
        if (taken.act === "kill") return isFight ? kill(timeMs, taken.slot, taken.target, taken.damage) : [];
        if (taken.act === "down") return [down(timeMs, taken.slot)];
        if (taken.act === "leave") return [leave(timeMs, taken.slot)];
        if (taken.act === "spawn") return [spawn(timeMs, taken.slot)];
        return [tick(timeMs)];
      });
      facts.push(end(timeMs));
      expect(rounded(lua.play(facts))).toEqual(rounded(play(facts)));
    }),
    { numRuns: 200, seed: 20260101 },
  );
});
