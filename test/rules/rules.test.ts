import { describe, expect, test } from "vitest";
import fc from "fast-check";

import { A, B, C, X, Y, Z, useBoth } from "./both.ts";
import { at, down, end, hit, kill, leave, revive, spawn, tick } from "./facts.ts";
import type { Fact } from "./play.ts";

const reportsOf = useBoth();

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

  test("once a draw, and not by the bait themselves or after their death", () => {
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

  test("revenge by the victim themselves is none, nor is the death of a teammate's killer who left", () => {
    expect(reportsOf("trade", kill(1000, X, A), kill(2000, A, X))).toEqual([]);
    expect(reportsOf("trade", kill(1000, X, A), leave(1500, X), kill(2000, B, X))).toEqual([]);
    expect(reportsOf("trade", kill(1000, X, A), leave(1500, A), kill(2000, B, X))).toEqual([]);
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
    act: fc.constantFrom("at", "hit", "kill", "down", "leave", "spawn", "revive", "tick"),
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
        if (taken.act === "revive") return [revive(timeMs, taken.slot)];
        return [tick(timeMs)];
      });
      facts.push(end(timeMs));
      reportsOf("", ...facts);
    }),
    { numRuns: 200, seed: 20260101 },
  );
});
