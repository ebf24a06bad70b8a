/** Whether what is given seventy in a hundred happens seventy times in a hundred. */
import type { Random } from "../seeded-random.ts";
import { fitLogistic, logOddsOf } from "./logistic.ts";
import { groupIndexes, groupsOf, type Observation } from "./sample.ts";

/** Observations with probabilities near each other. */
export interface CalibrationBin {
  /** The mean of the probabilities, and how often it was won. */
  readonly predicted: number;
  readonly won: number;
  /** Its part of all weight. */
  readonly share: number;
}

/** Bins of equal weight. */
const CALIBRATION_BINS = 10;
const FLOOR_DRAWS = 100;

/** Observations by their probabilities, in bins of equal weight. */
export function calibrationBins(
  observations: readonly Observation[],
  probabilities: readonly number[],
  isWon: (index: number) => boolean = (index) => observations[index]?.isWon === true,
): CalibrationBin[] {
  const order = probabilities.map((_, index) => index);
  order.sort((a, b) => (probabilities[a] ?? 0) - (probabilities[b] ?? 0) || a - b);
  const total = observations.reduce((sum, { weight }) => sum + weight, 0);
  const bins = Array.from({ length: CALIBRATION_BINS }, () => ({ weight: 0, predicted: 0, won: 0 }));
  let passed = 0;
  for (const index of order) {
    const weight = observations[index]?.weight ?? 0;
    const place = Math.floor(((passed + weight / 2) / total) * CALIBRATION_BINS);
    const bin = bins[Math.min(CALIBRATION_BINS - 1, place)];
    passed += weight;
    if (bin === undefined) continue;
    bin.weight += weight;
    bin.predicted += weight * (probabilities[index] ?? 0);
    if (isWon(index)) bin.won += weight;
  }
  return bins
    .filter(({ weight }) => weight > 0)
    .map(({ predicted, weight, won }) => ({
      predicted: predicted / weight,
      won: won / weight,
      share: weight / total,
    }));
}

/** The mean distance between what was predicted and what happened, over the bins. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  return bins.reduce((sum, { predicted, share, won }) => sum + share * Math.abs(predicted - won), 0);
}

/**
 * The calibration error that a model without any fault would show on this data: chance alone keeps bins from being met. Results are
 * drawn from the probabilities again and again, one draw for all rows of a group, which have one result.
 */
export function calibrationFloor(
  observations: readonly Observation[],
  probabilities: readonly number[],
  random: Random,
): number {
  const groups = groupsOf(observations);
  const indexes = groupIndexes(observations, groups);
  let sum = 0;
  for (let draw = 0; draw < FLOOR_DRAWS; draw++) {
    const luck = groups.map(() => random.unit());
    const isWon = (index: number): boolean => (luck[indexes[index] ?? 0] ?? 0) < (probabilities[index] ?? 0);
    sum += calibrationError(calibrationBins(observations, probabilities, isWon));
  }
  return sum / FLOOR_DRAWS;
}

/**
 * The line through what happened over what was predicted, both as log-odds: intercept 0 and slope 1 where predictions are right; a
 * slope below 1 says that they are too sure.
 * Source: D. R. Cox, "Two further applications of a model for binary regression", Biometrika 45 (1958), 562-565.
 */
export function calibrationLine(
  observations: readonly Observation[],
  probabilities: readonly number[],
  weights?: ArrayLike<number>,
): { readonly intercept: number; readonly slope: number } {
  const about = observations.map((observation, index) => ({
    ...observation,
    features: [logOddsOf(probabilities[index] ?? 0)],
  }));
  const { coefficients, intercept } = fitLogistic(about, {
    penalty: 0,
    ...(weights === undefined ? {} : { weights }),
  });
  return { intercept, slope: coefficients[0] ?? 0 };
}
