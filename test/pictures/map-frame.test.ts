import { expect, test } from "vitest";

import { cellCentre, niceStep, roundBounds } from "../../src/pictures/map-frame.ts";

test.each([
  [1, 1],
  [1.9, 1],
  [2, 2],
  [4.99, 2],
  [5, 5],
  [9.99, 5],
  [10, 10],
  [0.3, 0.2],
  [730, 500],
])("the nice step up to %d is %d", (value, step) => {
  expect(niceStep(value)).toBeCloseTo(step, 10);
});

test.each([
  [0, 256, 128],
  [-1, 256, -128],
  [3, 64, 224],
])("the middle of cell %d of %d units is %d", (cell, cellUnits, centre) => {
  expect(cellCentre(cell, cellUnits)).toBe(centre);
});

test("bounds grow to whole cells with half a cell around, below zero too", () => {
  expect(roundBounds({ minX: -1, minY: 0, maxX: 255, maxY: 256 }, 256)).toEqual({
    minX: -384,
    minY: -128,
    maxX: 384,
    maxY: 640,
  });
});
