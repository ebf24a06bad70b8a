/**
 * Logistic regression that learns one result after the other: a normal distribution over all coefficients at once, with what they have to
 * do with each other.
 * Source: L. Fahrmeir, "Posterior mode estimation by extended Kalman filtering for multivariate dynamic generalized linear models", Journal of
 * the American Statistical Association 87 (1992), 501-509; of one result the mode is found exactly.
 */
import { probabilityOf } from "./logistic.ts";

/** What speaks in a contest: how much of which coefficient, by its index. */
export type Evidence = readonly (readonly [index: number, amount: number])[];

/** A coefficient: its mean, and the square of its standard deviation. */
export interface Coefficient {
  readonly mean: number;
  readonly variance: number;
}

/** A step of Newton's method that is smaller is the last. */
const CLOSE_ENOUGH = 1e-10;
const MOST_STEPS = 50;

/** What is believed of coefficients, in log-odds. */
export class Belief {
  readonly #first: readonly number[];
  readonly #means: Float64Array;
  /** Line by line. */
  readonly #covariance: Float64Array;
  /** Of what {@link predict} looked at last: mean and variance of the log-odds, and the covariance of each coefficient with them. */
  #mean = 0;
  #variance = 0;
  readonly #shares: Float64Array;

  /** @param variances what is not known of each coefficient at first, when all are 0: squares of standard deviations. */
  constructor(variances: readonly number[]) {
    const size = variances.length;
    this.#first = variances;
    this.#means = new Float64Array(size);
    this.#shares = new Float64Array(size);
    this.#covariance = new Float64Array(size * size);
    for (const [index, variance] of variances.entries()) this.#covariance[index * size + index] = variance;
  }

  /**
   * The probability of winning: doubt draws it to one half.
   * Source: D. J. C. MacKay, "The evidence framework applied to classification networks", Neural Computation 4 (1992), 720-736.
   */
  predict(evidence: Evidence): number {
    const size = this.#first.length;
    const shares = this.#shares.fill(0);
    this.#mean = 0;
    for (const [index, amount] of evidence) {
      this.#mean += amount * (this.#means[index] ?? 0);
      for (let k = 0; k < size; k++)
        shares[k] = (shares[k] ?? 0) + amount * (this.#covariance[index * size + k] ?? 0);
    }
    this.#variance = evidence.reduce((sum, [index, amount]) => sum + amount * (shares[index] ?? 0), 0);
    return probabilityOf(this.#mean / Math.sqrt(1 + (Math.PI * this.#variance) / 8));
  }

  /** Learns how that came out which {@link predict} was asked for last. */
  learn(isWon: boolean): void {
    const size = this.#first.length;
    const [mean, variance, shares] = [this.#mean, this.#variance, this.#shares];
    // The mode lies along the covariances: of how far along them, one number is to be found.
    let step = 0;
    let probability = probabilityOf(mean);
    for (let round = 0; round < MOST_STEPS; round++) {
      const move = ((isWon ? 1 : 0) - probability - step) / (1 + variance * probability * (1 - probability));
      step += move;
      probability = probabilityOf(mean + variance * step);
      if (Math.abs(move) < CLOSE_ENOUGH) break;
    }
    const information = probability * (1 - probability);
    const factor = information / (1 + information * variance);
    for (let row = 0; row < size; row++) {
      const share = shares[row] ?? 0;
      if (share === 0) continue;
      this.#means[row] = (this.#means[row] ?? 0) + share * step;
      const less = factor * share;
      for (let k = 0; k < size; k++) {
        const at = row * size + k;
        this.#covariance[at] = (this.#covariance[at] ?? 0) - less * (shares[k] ?? 0);
      }
    }
  }

  /** Forgets: of the first so many coefficients this share of what was learnt is kept, and the rest of the doubt comes back. */
  forget(coefficients: number, kept: number): void {
    const size = this.#first.length;
    for (let row = 0; row < size; row++) {
      const keeps = row < coefficients ? kept : 1;
      this.#means[row] = (this.#means[row] ?? 0) * keeps;
      for (let k = 0; k < size; k++) {
        const at = row * size + k;
        this.#covariance[at] = (this.#covariance[at] ?? 0) * keeps * (k < coefficients ? kept : 1);
      }
      const own = row * size + row;
      this.#covariance[own] = (this.#covariance[own] ?? 0) + (1 - keeps ** 2) * (this.#first[row] ?? 0);
    }
  }

  /** What is believed of a coefficient. */
  of(index: number): Coefficient {
    return {
      mean: this.#means[index] ?? 0,
      variance: this.#covariance[index * this.#first.length + index] ?? 0,
    };
  }
}
