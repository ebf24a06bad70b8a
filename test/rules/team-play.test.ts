/** Crossfire, bait and trade at places that are no round numbers, and after a silence. */
import { describe, expect, test } from "vitest";

import { A, B, C, X, Y, useBoth } from "./both.ts";
import { at, down, hit, kill, leave, spawn } from "./facts.ts";

const reportsOf = useBoth();

describe("crossfire", () => {
  test("the angle is the one at the enemy, wherever they are", () => {
    const found = reportsOf(
      "crossfire",
      at(X, 1000, 2000, 3000),
      at(A, 1300, 2400, 3500),
      at(B, 500, 2300, 3400),
      hit(1000, A, X),
      hit(1500, B, X),
    );
    // The cosine is (-15 + 12 + 20) / 50.
    expect(found.map((values) => values[7])).toEqual([expect.closeTo(70.1231, 4)]);
  });

  test.each([
    ["counts damage at the window's end", 3000, [42, 3]],
    ["forgets damage before a longer silence", 3001, [32, 2]],
  ])("%s", (_name, timeMs, expected) => {
    const facts = [at(X, 0), at(A, 500), at(B, -500)];
    const hits = [hit(1000, A, X, 10), hit(timeMs, A, X, 12), hit(timeMs + 100, B, X, 20)];
    expect(reportsOf("crossfire", facts, hits).map((values) => values.slice(5, 7))).toEqual([expected]);
  });

  test.each([
    ["goes on at the window's end", 3000, 1],
    ["is another a millisecond later", 3001, 2],
  ])("%s", (_name, timeMs, count) => {
    const facts = [at(X, 0), at(A, 500), at(B, -500), hit(1000, A, X), hit(1000, B, X)];
    expect(reportsOf("crossfire", facts, hit(timeMs, A, X), hit(timeMs, B, X))).toHaveLength(count);
  });
});

describe("bait", () => {
  const drawn = [at(X, 0), at(A, 500), at(B, 0, 800), hit(1000, X, A, 15)];
  const punished = [at(A, 650), hit(6000, B, X, 40)];
  /** Begin, and damage that the bait took. */
  const begins = (values: readonly number[]): (number | undefined)[] => [values[0], values[6]];

  test.each([
    ["one draw while the hits follow each other within the window", [hit(4000, X, A, 10)], [1000, 25]],
    ["another a millisecond later", [hit(4001, X, A, 10)], [4001, 10]],
    ["another in another life", [down(3500, A), spawn(3600, A), hit(3700, X, A, 10)], [3700, 10]],
    ["fire on someone else is none of it", [hit(2500, X, C, 5), hit(4000, X, A, 10)], [1000, 25]],
  ])("%s", (_name, facts, expected) => {
    expect(reportsOf("bait", drawn, facts, punished).map(begins)).toEqual([expected]);
  });

  test("the retreat is measured along the line from the enemy, in all directions of space", () => {
    const facts = [at(X, 100, 200, 300), at(A, 300, 500, 900), hit(1000, X, A)];
    const away = reportsOf("bait", facts, at(A, 340, 560, 1020), hit(2000, B, X));
    expect(away.map((values) => [values[7], values[8]])).toEqual([[140, 700]]);
  });

  test("nobody retreats from an enemy who stood in the same place: there is no direction", () => {
    const facts = [at(X, 0), at(A, 0), hit(1000, X, A), at(A, 900), hit(2000, B, X)];
    expect(reportsOf("bait", ...facts)).toEqual([]);
  });
});

describe("trade", () => {
  const killed = kill(1000, X, A);
  test.each([
    ["of the killer", [kill(2000, B, X)], 1],
    ["not of another enemy", [kill(2000, B, Y)], 0],
    ["though someone else has left", [leave(1500, C), kill(2000, B, X)], 1],
  ])("%s", (_name, facts, count) => {
    expect(reportsOf("trade", killed, ...facts)).toHaveLength(count);
  });
});
