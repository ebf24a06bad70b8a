/** How good a model is on matches that it did not see, beside what anybody could say without it. */
import { Random } from "../seeded-random.ts";
import { baseRate, moreWins, ridge } from "./baselines.ts";
import { drawGroups, intervalOf, meanOverGroups, type Interval } from "./bootstrap.ts";
import {
  calibrationBins,
  calibrationError,
  calibrationFloor,
  calibrationLine,
  type CalibrationBin,
} from "./calibration.ts";
import { foldsOf, predictUnseen, type Learner } from "./folds.ts";
import { groupIndexes, groupsOf, type Observation } from "./sample.ts";
import { brier, logLoss, type Loss } from "./scores.ts";

/** What gives probabilities, for people. */
export const PREDICTORS = ["model", "base rate", "more people win"] as const;
/** One of them. */
export type Predictor = (typeof PREDICTORS)[number];

/** How wrong a predictor was, with 95 % intervals over matches. */
export interface PredictorScore {
  readonly predictor: Predictor;
  readonly logLoss: Interval;
  readonly brier: Interval;
  /** By how much it costs more than the model, in log loss, on the same matches; null for the model. */
  readonly worseBy: Interval | null;
}

/** What {@link evaluate} finds. */
export interface Evaluation {
  readonly rows: number;
  readonly matches: number;
  /** Of all weight, the part that was won. */
  readonly wonShare: number;
  readonly scores: readonly PredictorScore[];
  readonly bins: readonly CalibrationBin[];
  readonly calibrationError: number;
  /** The calibration error that a model without any fault would show on this data. */
  readonly calibrationFloor: number;
  readonly calibrationIntercept: number;
  /** Null where all predictions are alike, so that there is no line. */
  readonly calibrationSlope: Interval | null;
}

/** How it is judged. */
export interface EvaluateOptions {
  readonly seed: number;
  /** Index of the feature that says who has more people: above 0 for the side that may win. */
  readonly more: number;
}

/** Draws of matches for intervals. */
const DRAWS = 200;
/** Digits that are told: what lies beyond is chance. */
const DIGITS = 6;

const keep = (value: number): number => Number(value.toPrecision(DIGITS));
const keepInterval = ({ high, low, value }: Interval): Interval => ({
  value: keep(value),
  low: keep(low),
  high: keep(high),
});

/** Judges the model and the baselines by cross-validation over matches. The same observations and seed give the same. */
export function evaluate(observations: readonly Observation[], { more, seed }: EvaluateOptions): Evaluation {
  const random = new Random(seed);
  const folds = foldsOf(observations, random);
  const groups = groupsOf(observations);
  const indexes = groupIndexes(observations, groups);
  const draws = Array.from({ length: DRAWS }, () => drawGroups(groups.length, random));
  const weights = new Float64Array(groups.length);
  observations.forEach(({ weight }, row) => {
    const group = indexes[row] ?? 0;
    weights[group] = (weights[group] ?? 0) + weight;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const costs = (probabilities: readonly number[], loss: Loss): Float64Array => {
    const sums = new Float64Array(groups.length);
    observations.forEach(({ isWon, weight }, row) => {
      const group = indexes[row] ?? 0;
      sums[group] = (sums[group] ?? 0) + weight * loss(probabilities[row] ?? 0.5, isWon);
    });
    return sums;
  };
  const learners: Readonly<Record<Predictor, Learner>> = {
    model: ridge,
    "base rate": baseRate,
    "more people win": moreWins(more),
  };
  const unseen = PREDICTORS.map((predictor) => predictUnseen(observations, folds, learners[predictor]));
  const modelled = unseen[0] ?? [];
  const modelCosts = costs(modelled, logLoss);
  const scores = PREDICTORS.map((predictor, index): PredictorScore => {
    const logLosses = costs(unseen[index] ?? [], logLoss);
    const difference = logLosses.map((cost, group) => cost - (modelCosts[group] ?? 0));
    return {
      predictor,
      logLoss: keepInterval(meanOverGroups(logLosses, weights, draws)),
      brier: keepInterval(meanOverGroups(costs(unseen[index] ?? [], brier), weights, draws)),
      worseBy: predictor === "model" ? null : keepInterval(meanOverGroups(difference, weights, draws)),
    };
  });
  const bins = calibrationBins(observations, modelled);
  const line = calibrationLine(observations, modelled);
  const isFlat = new Set(modelled.map(keep)).size < 2;
  const slopes = isFlat
    ? []
    : draws.map((times) => {
        const drawn = observations.map(({ weight }, row) => weight * (times[indexes[row] ?? 0] ?? 0));
        return calibrationLine(observations, modelled, drawn).slope;
      });
  return {
    rows: observations.length,
    matches: groups.length,
    wonShare: keep(observations.reduce((sum, { isWon, weight }) => sum + (isWon ? weight : 0), 0) / total),
    scores,
    bins: bins.map(({ predicted, share, won }) => ({
      predicted: keep(predicted),
      won: keep(won),
      share: keep(share),
    })),
    calibrationError: keep(calibrationError(bins)),
    calibrationFloor: keep(calibrationFloor(observations, modelled, random)),
    calibrationIntercept: keep(line.intercept),
    calibrationSlope: isFlat ? null : keepInterval(intervalOf(line.slope, slopes)),
  };
}

/** What the evaluation shows, in a sentence: that a model beats a baseline is said only where the interval says so. */
export function verdictOf({ scores }: Evaluation): string {
  const beaten = (predictor: Predictor): boolean =>
    (scores.find((score) => score.predictor === predictor)?.worseBy?.low ?? 0) > 0;
  if (!beaten("base rate"))
    return "nothing found: on matches that it did not see the model is not better than the base rate";
  return beaten("more people win")
    ? "on matches that it did not see the model is better than the base rate, and than saying that more people win"
    : "on matches that it did not see the model is better than the base rate, but not than saying that more people win";
}
