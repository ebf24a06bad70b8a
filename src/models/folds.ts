/** Each observation judged by a model that did not see its match. */
import type { Random } from "../seeded-random.ts";
import { groupIndexes, groupsOf, type Observation } from "./sample.ts";

/** So many parts unless there are fewer matches. */
const FOLDS = 10;

/** The part of each observation: all of a match are in one, and the parts have as many matches as each other, give or take one. */
export function foldsOf(observations: readonly Observation[], random: Random, folds = FOLDS): number[] {
  const groups = groupsOf(observations);
  const order = groups.map((_, index) => index);
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  const foldOf = new Array<number>(groups.length).fill(0);
  order.forEach((group, place) => {
    foldOf[group] = place % folds;
  });
  return groupIndexes(observations, groups).map((group) => foldOf[group] ?? 0);
}

/** What gives probabilities after it saw observations. */
export type Learner = (seen: readonly Observation[]) => (features: readonly number[]) => number;

/** The probability of each observation from a learner that saw only the other parts. */
export function predictUnseen(
  observations: readonly Observation[],
  folds: readonly number[],
  learn: Learner,
): number[] {
  const probabilities = new Array<number>(observations.length).fill(0);
  for (const fold of [...new Set(folds)].sort((a, b) => a - b)) {
    const predictor = learn(observations.filter((_, index) => folds[index] !== fold));
    observations.forEach(({ features }, index) => {
      if (folds[index] === fold) probabilities[index] = predictor(features);
    });
  }
  return probabilities;
}
