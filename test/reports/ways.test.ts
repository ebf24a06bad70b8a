/** Ways and routes, as pure functions: steps, distances, and which ways are of one route. */
import { describe, expect, it } from "vitest";

import {
  CUT_UNITS,
  distanceBetween,
  findRoutes,
  lengthOf,
  type Place3,
  placesOf,
  resample,
  WAY_POINTS,
} from "../../src/reports/ways.ts";

const straight = (y: number, z = 0): Place3[] => [
  [0, y, z],
  [1500, y, z],
];
const groupsOf = (ways: readonly (readonly Place3[])[]): (readonly number[])[] =>
  findRoutes(ways.map(resample)).map(({ ways: members }) => members);

describe("a way", () => {
  it("has points at even steps along it, whatever its legs", () => {
    const corner: Place3[] = [
      [0, 0, 24],
      [0, 900, 24],
      [0, 900, 24],
      [600, 900, 24],
    ];
    expect(lengthOf(corner)).toBe(1500);
    const points = placesOf(resample(corner));
    expect(points).toHaveLength(WAY_POINTS);
    expect(points.slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, step) => [0, step * 100, 24]));
    expect(points.slice(9)).toEqual(Array.from({ length: 7 }, (_, step) => [step * 100, 900, 24]));
  });

  it("of no length stays where it is", () => {
    expect(placesOf(resample([[10, 20, 30]]))).toEqual(
      Array.from({ length: WAY_POINTS }, () => [10, 20, 30]),
    );
    expect(
      placesOf(
        resample([
          [1, 2, 3],
          [1, 2, 3],
        ]),
      ),
    ).toEqual(Array.from({ length: WAY_POINTS }, () => [1, 2, 3]));
  });

  it("is as far from another as their points are on average, heights included", () => {
    expect(distanceBetween(resample(straight(0)), resample(straight(300, 400)))).toBe(500);
    // From 0 at the spawn to 800 at the end: 400 on average.
    const leaving: Place3[] = [
      [0, 0, 0],
      [1500, 0, 800],
    ];
    expect(distanceBetween(resample(straight(0)), resample(leaving))).toBeCloseTo(400, 0);
  });
});

describe("a route", () => {
  it("has ways that are nearer to each other than the cut, and no others", () => {
    expect(groupsOf([straight(0), straight(CUT_UNITS - 1)])).toEqual([[0, 1]]);
    expect(groupsOf([straight(0), straight(CUT_UNITS)])).toEqual([[0], [1]]);
    // A floor above is another route.
    expect(groupsOf([straight(0), straight(0, CUT_UNITS)])).toEqual([[0], [1]]);
  });

  it("is another one with a detour between the same places", () => {
    const detour = (by: number): Place3[] => [
      [0, 0, 0],
      [750, by, 0],
      [1500, 0, 0],
    ];
    expect(groupsOf([straight(0), detour(600)])).toEqual([[0, 1]]);
    expect(groupsOf([straight(0), detour(900)])).toEqual([[0], [1]]);
  });

  it("does not grow along a chain of ways, each near to the next", () => {
    const chain = Array.from({ length: 9 }, (_, index) => straight(index * 300));
    const groups = groupsOf(chain);
    expect(groups.length).toBeGreaterThan(2);
    for (const members of groups) expect(members.length).toBeLessThan(5);
  });

  it("is the same with the ways in another order", () => {
    const ways = Array.from({ length: 60 }, (_, index) => {
      const lane = [0, 1000, 2200][index % 3] ?? 0;
      return resample(straight(lane + ((index * 37) % 101), (index * 13) % 50));
    });
    const shown = (order: readonly number[]): unknown =>
      findRoutes(order.map((index) => ways[index] ?? new Int16Array())).map((route) =>
        route.ways.map((way) => order[way]).sort((a = 0, b = 0) => a - b),
      );
    const inOrder = ways.map((_, index) => index);
    expect(shown(inOrder)).toEqual([0, 1, 2].map((lane) => inOrder.filter((index) => index % 3 === lane)));
    expect(shown(inOrder.toReversed())).toEqual(
      expect.arrayContaining(shown(inOrder) as unknown[]) as unknown,
    );
  });

  it("is found among more ways than can be compared in pairs", () => {
    const ways = Array.from({ length: 2000 }, (_, index) =>
      resample(straight((index % 4 === 0 ? 1200 : 0) + ((index * 7) % 60))),
    );
    expect(findRoutes(ways).map(({ ways: members }) => members.length)).toEqual([1500, 500]);
  });
});
