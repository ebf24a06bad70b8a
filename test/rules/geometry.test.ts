import { describe, expect, test } from "vitest";

import { angleBetween, attackDistance, distanceBetween, viewError } from "../../src/rules/geometry.ts";

type Point = readonly [x: number, y: number, z: number];

describe("distance", () => {
  test.each<[Point, Point, number]>([
    [[0, 0, 0], [3, 4, 0], 5],
    [[1, 1, 1], [1, 1, 1], 0],
    [[1, 2, 3], [3, 5, 9], 7],
    [[-1, -2, -3], [1, 1, 3], 7],
    [[0, 0, 10], [0, 0, -10], 20],
  ])("from %j to %j is %d, and the same back", (from, to, distance) => {
    expect(distanceBetween(...from, ...to)).toBe(distance);
    expect(distanceBetween(...to, ...from)).toBe(distance);
    const [attackerX, attackerY, attackerZ] = from;
    const [targetX, targetY, targetZ] = to;
    expect(attackDistance({ attackerX, attackerY, attackerZ, targetX, targetY, targetZ })).toBe(distance);
  });
});

describe("angle", () => {
  test.each<[Point, Point, number]>([
    [[1, 0, 0], [1, 0, 0], 0],
    [[2, 0, 0], [0, 5, 0], 90],
    [[1, 0, 0], [1, 1, 0], 45],
    [[1, 0, 0], [1, -1, 0], 45],
    [[0, 1, 0], [0, 1, 1], 45],
    [[0, 2, 1], [0, -2, 1], 126.8699],
    [[3, 0, 4], [3, 0, -4], 106.2602],
    [[1, 2, 3], [-1, -2, -3], 180],
    // Rounding makes more than 1, and less than -1, of these cosines.
    [[0.1, 0.2, 0.3], [0.1, 0.2, 0.3], 0],
    [[0.1, 0.2, 0.3], [-0.3, -0.6, -0.9], 180],
    [[0, 0, 0], [1, 2, 3], 0],
    [[1, 2, 3], [0, 0, 0], 0],
  ])("between %j and %j is %d", (first, second, degrees) => {
    expect(angleBetween(...first, ...second)).toBeCloseTo(degrees, 4);
    expect(angleBetween(...second, ...first)).toBeCloseTo(degrees, 4);
  });
});

describe("view error", () => {
  test.each<[what: string, pitch: number, yaw: number, towards: Point, error: number]>([
    ["along x, straight ahead", 0, 0, [10, 0, 0], 0],
    ["along y, straight ahead", 0, 90, [0, 10, 0], 0],
    ["yaw goes counter-clockwise", 0, 30, [0, 10, 0], 60],
    ["a negative yaw goes clockwise", 0, -30, [0, 10, 0], 120],
    ["a positive pitch looks down", 45, 0, [10, 0, -10], 0],
    ["and not up", 45, 0, [10, 0, 10], 90],
    ["both", 30, 90, [0, 10, 0], 30],
    ["the other way", 0, 180, [10, 0, 0], 180],
  ])("%s", (_what, pitch, yaw, towards, error) => {
    expect(viewError(pitch, yaw, ...towards)).toBeCloseTo(error, 6);
  });
});
