/**
 * Ridge logistic regression: the probability of winning is 1 / (1 + exp(-(intercept + sum of coefficient times feature))).
 *
 * Newton's method on standardised features with a penalty on the squares of their coefficients; the intercept bears none. The same
 * observations in the same order give the same numbers.
 * Source: S. le Cessie, J. C. van Houwelingen, "Ridge estimators in logistic regression", Applied Statistics 41 (1992), 191-201.
 */
import type { Observation } from "./sample.ts";

/** A fitted model, in the features' own units. */
export interface Logistic {
  readonly intercept: number;
  readonly coefficients: readonly number[];
  /** The standard deviation of each feature where it was fitted; 0 for one that never changed, whose coefficient is 0. */
  readonly scales: readonly number[];
}

/** How it is fitted. */
export interface FitOptions {
  /** How strongly coefficients are pulled towards 0: as if so much of an observation said that they are. 1 unless said otherwise. */
  readonly penalty?: number;
  /** How much each observation counts, in place of its own weight. */
  readonly weights?: ArrayLike<number>;
  /** Where to begin, such as the fit of all observations: it is faster, and ends at the same place. */
  readonly start?: Logistic;
}

const MOST_STEPS = 100;
/** Of the coefficients of standardised features: a step smaller than this is the last. */
const CLOSE_ENOUGH = 1e-9;
/** Digits that are kept: what lies beyond may differ from processor to processor. */
const DIGITS = 10;
/** Log-odds beyond which a probability is told from 0 or 1 by nothing. */
const MOST_LOG_ODDS = 30;

/** Log-odds as a probability. */
export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-Math.max(-MOST_LOG_ODDS, Math.min(MOST_LOG_ODDS, logOdds))));
}

/** A probability as log-odds; 0 and 1 are taken as the nearest that can be told from them. */
export function logOddsOf(probability: number): number {
  const least = probabilityOf(-MOST_LOG_ODDS);
  const kept = Math.max(least, Math.min(1 - least, probability));
  return Math.log(kept / (1 - kept));
}

/** The probability that a model gives. */
export function predict(
  { coefficients, intercept }: Omit<Logistic, "scales">,
  features: readonly number[],
): number {
  let logOdds = intercept;
  for (let index = 0; index < coefficients.length; index++)
    logOdds += (coefficients[index] ?? 0) * (features[index] ?? 0);
  return probabilityOf(logOdds);
}

/** Solves a symmetric positive system by Cholesky's decomposition; the lower triangle of `matrix` becomes the factor. */
function solve(matrix: Float64Array[], right: Float64Array): void {
  const size = right.length;
  const at = (row: number, column: number): number => matrix[row]?.[column] ?? 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = at(row, column);
      for (let k = 0; k < column; k++) sum -= at(row, k) * at(column, k);
      const line = matrix[row];
      if (line !== undefined)
        line[column] = row === column ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / at(column, column);
    }
  }
  for (let row = 0; row < size; row++) {
    let sum = right[row] ?? 0;
    for (let k = 0; k < row; k++) sum -= at(row, k) * (right[k] ?? 0);
    right[row] = sum / at(row, row);
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row] ?? 0;
    for (let k = row + 1; k < size; k++) sum -= at(k, row) * (right[k] ?? 0);
    right[row] = sum / at(row, row);
  }
}

/** Weighted means and standard deviations of the features. */
function standardise(
  observations: readonly Observation[],
  weights: ArrayLike<number>,
  size: number,
): { means: Float64Array; scales: Float64Array } {
  const means = new Float64Array(size);
  const scales = new Float64Array(size);
  let total = 0;
  observations.forEach(({ features }, row) => {
    const weight = weights[row] ?? 0;
    total += weight;
    for (let k = 0; k < size; k++) means[k] = (means[k] ?? 0) + weight * (features[k] ?? 0);
  });
  for (let k = 0; k < size; k++) means[k] = total === 0 ? 0 : (means[k] ?? 0) / total;
  observations.forEach(({ features }, row) => {
    for (let k = 0; k < size; k++)
      scales[k] = (scales[k] ?? 0) + (weights[row] ?? 0) * ((features[k] ?? 0) - (means[k] ?? 0)) ** 2;
  });
  for (let k = 0; k < size; k++) {
    const scale = total === 0 ? 0 : Math.sqrt((scales[k] ?? 0) / total);
    // What rounding leaves of a feature that never changes is none.
    scales[k] = scale > 1e-9 * Math.max(1, Math.abs(means[k] ?? 0)) ? scale : 0;
  }
  return { means, scales };
}

/** Fits a model to observations, which must have won and lost ones among them. */
export function fitLogistic(observations: readonly Observation[], options: FitOptions = {}): Logistic {
  const { penalty = 1, start } = options;
  const size = observations[0]?.features.length ?? 0;
  const weights = options.weights ?? Float64Array.from(observations, ({ weight }) => weight);
  const { means, scales } = standardise(observations, weights, size);
  const width = size + 1;
  const count = observations.length;
  // One long row of numbers: this is where the time goes.
  const rows = new Float64Array(count * width);
  const results = new Float64Array(count);
  observations.forEach(({ features, isWon }, row) => {
    results[row] = isWon ? 1 : 0;
    rows[row * width] = 1;
    for (let k = 0; k < size; k++) {
      const scale = scales[k] ?? 0;
      rows[row * width + k + 1] = scale === 0 ? 0 : ((features[k] ?? 0) - (means[k] ?? 0)) / scale;
    }
  });
  const beta = new Float64Array(width);
  if (start !== undefined) {
    beta[0] = start.intercept;
    for (let k = 0; k < size; k++) {
      beta[0] += (start.coefficients[k] ?? 0) * (means[k] ?? 0);
      beta[k + 1] = (start.coefficients[k] ?? 0) * (scales[k] ?? 0);
    }
  }
  let reached = Infinity;
  let move = new Float64Array(width);
  for (let step = 0; step < MOST_STEPS; step++) {
    let cost = 0;
    for (let k = 1; k < width; k++) cost += (penalty / 2) * (beta[k] ?? 0) ** 2;
    const gradient = new Float64Array(width);
    const hessian = Array.from({ length: width }, () => new Float64Array(width));
    for (let row = 0; row < count; row++) {
      const weight = weights[row] ?? 0;
      if (weight === 0) continue;
      const from = row * width;
      let logOdds = 0;
      for (let k = 0; k < width; k++) logOdds += (beta[k] ?? 0) * (rows[from + k] ?? 0);
      const probability = probabilityOf(logOdds);
      cost -= weight * Math.log(results[row] === 1 ? probability : 1 - probability);
      const error = weight * ((results[row] ?? 0) - probability);
      const curvature = weight * probability * (1 - probability);
      for (let k = 0; k < width; k++) {
        const value = rows[from + k] ?? 0;
        const line = hessian[k];
        gradient[k] = (gradient[k] ?? 0) + error * value;
        if (line === undefined || value === 0) continue;
        for (let j = 0; j <= k; j++) line[j] = (line[j] ?? 0) + curvature * value * (rows[from + j] ?? 0);
      }
    }
    if (cost > reached + 1e-12 * Math.abs(reached)) {
      // Too far: half of the way back. Newton's method could run away here.
      for (let k = 0; k < width; k++) {
        move[k] = (move[k] ?? 0) / 2;
        beta[k] = (beta[k] ?? 0) - (move[k] ?? 0);
      }
      continue;
    }
    reached = cost;
    for (let k = 0; k < width; k++) {
      const line = hessian[k];
      if (line === undefined) continue;
      // The intercept's is there for observations that all went the same way.
      const ridge = k === 0 ? 1e-9 : Math.max(penalty, 1e-9);
      line[k] = (line[k] ?? 0) + ridge;
      gradient[k] = (gradient[k] ?? 0) - (k === 0 ? 0 : penalty * (beta[k] ?? 0));
    }
    solve(hessian, gradient);
    move = gradient;
    for (let k = 0; k < width; k++) beta[k] = (beta[k] ?? 0) + (move[k] ?? 0);
    const longest = Math.max(...move.map(Math.abs));
    if (longest < CLOSE_ENOUGH) break;
  }
  const keep = (value: number): number => Number(value.toPrecision(DIGITS));
  const coefficients = Array.from({ length: size }, (_, k) =>
    scales[k] === 0 ? 0 : (beta[k + 1] ?? 0) / (scales[k] ?? 1),
  );
  return {
    intercept: keep(
      (beta[0] ?? 0) - coefficients.reduce((sum, value, k) => sum + value * (means[k] ?? 0), 0),
    ),
    coefficients: coefficients.map(keep),
    scales: [...scales].map(keep),
  };
}
