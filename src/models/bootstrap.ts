/**
 * How sure a number is: what it would be on matches drawn anew from those at hand, again and again. Matches are drawn, never the rows
 * of a match, which share how it went.
 * Source: B. Efron, R. J. Tibshirani, "An introduction to the bootstrap" (1993), chapter 13: percentiles.
 */
import { quantile } from "../reports/statistics.ts";
import type { Random } from "../seeded-random.ts";

/** A number with the ends of its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** How often each of so many groups is drawn. */
export function drawGroups(groups: number, random: Random): Float64Array {
  const times = new Float64Array(groups);
  for (let draw = 0; draw < groups; draw++) {
    const drawn = random.integer(0, groups - 1);
    times[drawn] = (times[drawn] ?? 0) + 1;
  }
  return times;
}

/** A number with the middle 95 % of what the draws gave. */
export function intervalOf(value: number, drawn: readonly number[]): Interval {
  const sorted = [...drawn].sort((a, b) => a - b);
  return { value, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
}

/** A weighted mean over groups, such as a loss: of each group the sum of what it costs, and the sum of the weights. */
export function meanOverGroups(
  sums: ArrayLike<number>,
  weights: ArrayLike<number>,
  draws: readonly Float64Array[],
): Interval {
  const mean = (times: (group: number) => number): number => {
    let sum = 0;
    let weight = 0;
    for (let group = 0; group < sums.length; group++) {
      sum += times(group) * (sums[group] ?? 0);
      weight += times(group) * (weights[group] ?? 0);
    }
    return sum / weight;
  };
  return intervalOf(
    mean(() => 1),
    draws.map((times) => mean((group) => times[group] ?? 0)),
  );
}
