/** The heat of pairs: whole numbers that fall by a fifth, whatever order things happen in. */
import { expect, test } from "vitest";

import { addHeat, clearHeat, coolDown, createHeat, type Heat } from "../../src/rules/heat.ts";

/** All pairs with their heat, in the order of the slots. */
const pairsOf = ({ count, first, points, second }: Heat): string[] =>
  Array.from({ length: count }, (_, place) => {
    const slots = [first[place] ?? 0, second[place] ?? 0].sort((a, b) => a - b);
    return `${slots.join("-")} ${String(points[place])}`;
  }).sort();

test("a pair has one heat, whoever of the two hits", () => {
  const heat = createHeat();
  addHeat(heat, 1, 2, 20);
  addHeat(heat, 2, 1, 5);
  addHeat(heat, 1, 63, 7);
  expect(pairsOf(heat)).toEqual(["1-2 25", "1-63 7"]);
});

test.each([
  ["a hit adds at most 100", 250, ["0-8 100"]],
  ["100 is 100", 100, ["0-8 100"]],
  ["a fraction is cut off", 12.9, ["0-8 12"]],
  ["less than one is nothing", 0.9, []],
])("%s", (_name, damage, expected) => {
  const heat = createHeat();
  addHeat(heat, 0, 8, damage);
  expect(pairsOf(heat)).toEqual(expected);
});

test("a step leaves four fifths, rounded down, until nothing is left", () => {
  const heat = createHeat();
  addHeat(heat, 0, 8, 20);
  addHeat(heat, 0, 9, 2);
  const seen: string[][] = [];
  for (let step = 0; step < 5; step++) {
    coolDown(heat);
    seen.push(pairsOf(heat));
  }
  expect(seen).toEqual([["0-8 16", "0-9 1"], ["0-8 12"], ["0-8 9"], ["0-8 7"], ["0-8 5"]]);
});

test("one who is forgotten takes all of their pairs along, and no other", () => {
  const heat = createHeat();
  for (const [slot, other] of [
    [1, 8],
    [2, 8],
    [8, 3],
    [2, 9],
    [1, 9],
  ] as const)
    addHeat(heat, slot, other, 10 + slot);
  clearHeat(heat, 8);
  expect(pairsOf(heat)).toEqual(["1-9 11", "2-9 12"]);
  addHeat(heat, 8, 2, 4);
  addHeat(heat, 9, 2, 1);
  expect(pairsOf(heat)).toEqual(["1-9 11", "2-8 4", "2-9 13"]);
});
