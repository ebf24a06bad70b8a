/** A model with the ways in which it could have come out: what is stored, and what intervals are made of. */
import { Random } from "../seeded-random.ts";
import { drawGroups, intervalOf, type Interval } from "./bootstrap.ts";
import { fitLogistic, type Logistic } from "./logistic.ts";
import { groupIndexes, groupsOf, type Observation } from "./sample.ts";

/** Intercept first, then the coefficients. */
export type Weights = readonly number[];

/** A model, and the same fitted to matches drawn anew. */
export interface Trained {
  readonly model: Logistic;
  readonly draws: readonly Weights[];
}

/** So many fits give the intervals. */
const DRAWS = 200;
const DIGITS = 6;

/** Fits a model and its draws. The same observations and seed give the same. */
export function train(observations: readonly Observation[], seed: number): Trained {
  const random = new Random(seed);
  const model = fitLogistic(observations);
  const groups = groupsOf(observations);
  const indexes = groupIndexes(observations, groups);
  const draws = Array.from({ length: DRAWS }, () => {
    const times = drawGroups(groups.length, random);
    const weights = observations.map(({ weight }, row) => weight * (times[indexes[row] ?? 0] ?? 0));
    const drawn = fitLogistic(observations, { weights, start: model });
    return [drawn.intercept, ...drawn.coefficients].map((value) => Number(value.toPrecision(DIGITS)));
  });
  return { model, draws };
}

/** Each coefficient, intercept first, with its 95 % interval over the draws. */
export function coefficientIntervals({ draws, model }: Trained): Interval[] {
  return [model.intercept, ...model.coefficients].map((value, index) =>
    intervalOf(
      value,
      draws.map((weights) => weights[index] ?? 0),
    ),
  );
}
