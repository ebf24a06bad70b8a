/** How wrong probabilities were. Smaller is better, and 0 is a prophet. */

/** What one observation costs who gave it this probability. */
export type Loss = (probability: number, isWon: boolean) => number;

/** Probabilities of exactly 0 or 1 would cost everything where they are wrong once. */
const LEAST = 1e-9;

/** Minus the logarithm of the probability of what happened: a coin costs 0.693. */
export function logLoss(probability: number, isWon: boolean): number {
  return -Math.log(Math.max(LEAST, isWon ? probability : 1 - probability));
}

/**
 * The square of the difference: a coin costs 0.25.
 * Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950), 1-3.
 */
export function brier(probability: number, isWon: boolean): number {
  return (probability - (isWon ? 1 : 0)) ** 2;
}
