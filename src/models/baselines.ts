/** What a model has to beat. */
import type { Learner } from "./folds.ts";
import { fitLogistic, predict } from "./logistic.ts";
import type { Observation } from "./sample.ts";

/** Won, of so much, as a probability that is never 0 or 1 (Laplace). */
function shareWon(observations: readonly Observation[]): number {
  let won = 0;
  let total = 0;
  for (const { isWon, weight } of observations) {
    total += weight;
    if (isWon) won += weight;
  }
  return (won + 1) / (total + 2);
}

/** How often it was won, whatever is known. */
export const baseRate: Learner = (seen) => {
  const share = shareWon(seen);
  return () => share;
};

/** Whoever has more people wins: how often, when there were more, as many and fewer by the feature with this index. */
export function moreWins(feature: number): Learner {
  return (seen) => {
    const signs = [-1, 0, 1];
    const shares = new Map(
      signs.map((sign) => [
        sign,
        shareWon(seen.filter(({ features }) => Math.sign(features[feature] ?? 0) === sign)),
      ]),
    );
    return (features) => shares.get(Math.sign(features[feature] ?? 0)) ?? 0.5;
  };
}

/** The model itself. */
export const ridge: Learner = (seen) => {
  const model = fitLogistic(seen);
  return (features) => predict(model, features);
};
