/** What a report says of movement, held against the steps that it was taken from. */
import { expect } from "vitest";

import type { Movement } from "../../src/reports/queries/movement-totals.ts";
import { groupBy, type Life, type Step, sum } from "./figures.ts";

/** Student's t for 95 %, two-sided, by degrees of freedom, as tables print it. */
const T_TABLE: readonly (readonly [degrees: number, t: number])[] = [
  [1, 12.706],
  [2, 4.303],
  [3, 3.182],
  [4, 2.776],
  [5, 2.571],
  [6, 2.447],
  [7, 2.365],
  [8, 2.306],
  [9, 2.262],
  [10, 2.228],
  [15, 2.131],
  [20, 2.086],
  [30, 2.042],
  [60, 2.0],
  [120, 1.98],
];

const MEANS = {
  speedUps: (step: Step) => step.speedUps * step.standsForS,
  unitsPerMinute: (step: Step) => step.distanceUnits * 60,
  stationary: (step: Step) => step.stationaryMs / 1000,
  crouching: (step: Step) => (step.stance === 1 ? step.standsForS : 0),
  prone: (step: Step) => (step.stance === 2 ? step.standsForS : 0),
  sprinting: (step: Step) => (step.isSprinting ? step.standsForS : 0),
};

/**
 * Expects players, lives, time, and each mean with its interval: the spread of the lives around the mean.
 * @param whole the lives that were asked for; undefined where parts of them were, of which the samples tell.
 */
export function expectMovement(
  shown: Movement,
  steps: readonly Step[],
  whole: readonly Life[] | undefined,
  label: string,
): void {
  const nameOf = ({ life, round, who }: Pick<Life, "life" | "round" | "who">): string =>
    `${round.key} ${who.slot} ${life}`;
  const byLife = groupBy(steps, nameOf);
  const lives =
    whole?.map((life) => ({ aliveS: life.aliveS, who: life.who, steps: byLife.get(nameOf(life)) ?? [] })) ??
    [...byLife.values()].flatMap((own) =>
      own.slice(0, 1).map(({ who }) => ({ aliveS: sum(own, (step) => step.standsForS), who, steps: own })),
    );
  const n = lives.length;
  expect([shown.players, shown.lives], label).toEqual([new Set(lives.map(({ who }) => who.name)).size, n]);
  const aliveS = sum(lives, (life) => life.aliveS);
  expect(shown.aliveS, label).toBeCloseTo(aliveS, 6);
  if (n === 0) return;
  const t = T_TABLE.findLast(([degrees]) => degrees <= n - 1)?.[1] ?? NaN;
  for (const [key, of] of Object.entries(MEANS)) {
    const { high, low, sample, sampleUnit, value } = shown[key as keyof typeof MEANS];
    const mean = sum(steps, of) / aliveS;
    expect(Math.abs((value ?? NaN) - mean), `${label}: ${key}`).toBeLessThanOrEqual(1e-4 * mean);
    expect([sample, sampleUnit], `${label}: ${key}`).toEqual([n, "lives"]);
    const isShare = !["speedUps", "unitsPerMinute"].includes(key);
    if (isShare && mean === 0) {
      // Nobody did it in n lives; Wilson's upper end for none of n is z^2 / (n + z^2).
      expect([low, high], `${label}: ${key}`).toEqual([0, expect.closeTo(3.8415 / (n + 3.8415), 3)]);
      continue;
    }
    if (n === 1) {
      expect([low, high], `${label}: ${key}`).toEqual([null, null]);
      continue;
    }
    const squares = sum(lives, (life) => (sum(life.steps, of) - mean * life.aliveS) ** 2);
    const half = (t * Math.sqrt((squares * n) / (n - 1))) / aliveS;
    // The table has not all degrees of freedom: its t is up to 4 % too large.
    const ends = [
      [low, Math.max(0, mean - half)],
      [high, isShare ? Math.min(1, mean + half) : mean + half],
    ] as const;
    for (const [end, expected] of ends) {
      expect(Math.abs((end ?? NaN) - expected), `${label}: ${key}`).toBeLessThanOrEqual(
        0.04 * half + 1e-3 * mean,
      );
    }
  }
}
