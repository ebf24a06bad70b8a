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
export interface PredictorScore<Name extends string = Predictor> {
  readonly predictor: Name;
  readonly logLoss: Interval;
  readonly brier: Interval;
  /** By how much it costs more than the first predictor, the one that is judged, in log loss, on the same matches; null for that one. */
  readonly worseBy: Interval | null;
}

/** How right probabilities are as such. */
export interface Calibration {
  readonly bins: readonly CalibrationBin[];
  readonly calibrationError: number;
  /** The calibration error that a model without any fault would show on this data. */
  readonly calibrationFloor: number;
  readonly calibrationIntercept: number;
  /** Null where all predictions are alike, so that there is no line. */
  readonly calibrationSlope: Interval | null;
}

/** What {@link evaluate} finds. */
export interface Evaluation extends Calibration {
  readonly rows: number;
  readonly matches: number;
  /** Of all weight, the part that was won. */
  readonly wonShare: number;
  readonly scores: readonly PredictorScore[];
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

/** Probabilities by who gave them. */
export interface Said<Name extends string> {
  readonly predictor: Name;
  readonly probabilities: readonly number[];
}

/** Draws of groups, for intervals. */
export const drawsOf = (observations: readonly Observation[], random: Random): Float64Array[] => {
  const groups = groupsOf(observations).length;
  return Array.from({ length: DRAWS }, () => drawGroups(groups, random));
};

/** How wrong each was on the same observations, and by how much more than the first; intervals over groups. */
export function comparePredictors<Name extends string>(
  observations: readonly Observation[],
  said: readonly Said<Name>[],
  draws: readonly Float64Array[],
): PredictorScore<Name>[] {
  const groups = groupsOf(observations);
  const indexes = groupIndexes(observations, groups);
  const weights = new Float64Array(groups.length);
  observations.forEach(({ weight }, row) => {
    const group = indexes[row] ?? 0;
    weights[group] = (weights[group] ?? 0) + weight;
  });
  const costs = (probabilities: readonly number[], loss: Loss): Float64Array => {
    const sums = new Float64Array(groups.length);
    observations.forEach(({ isWon, weight }, row) => {
      const group = indexes[row] ?? 0;
      sums[group] = (sums[group] ?? 0) + weight * loss(probabilities[row] ?? 0.5, isWon);
    });
    return sums;
  };
  const firstCosts = costs(said[0]?.probabilities ?? [], logLoss);
  return said.map(({ predictor, probabilities }, index): PredictorScore<Name> => {
    const logLosses = costs(probabilities, logLoss);
    const difference = logLosses.map((cost, group) => cost - (firstCosts[group] ?? 0));
    return {
      predictor,
      logLoss: keepInterval(meanOverGroups(logLosses, weights, draws)),
      brier: keepInterval(meanOverGroups(costs(probabilities, brier), weights, draws)),
      worseBy: index === 0 ? null : keepInterval(meanOverGroups(difference, weights, draws)),
    };
  });
}

/** Whether what was given seventy in a hundred happened seventy times in a hundred. */
export function calibrate(
  observations: readonly Observation[],
  probabilities: readonly number[],
  draws: readonly Float64Array[],
  random: Random,
): Calibration {
  const groups = groupsOf(observations);
  const indexes = groupIndexes(observations, groups);
  const bins = calibrationBins(observations, probabilities);
  const line = calibrationLine(observations, probabilities);
  const isFlat = new Set(probabilities.map(keep)).size < 2;
  const slopes = isFlat
    ? []
    : draws.map((times) => {
        const drawn = observations.map(({ weight }, row) => weight * (times[indexes[row] ?? 0] ?? 0));
        return calibrationLine(observations, probabilities, drawn).slope;
      });
  return {
    bins: bins.map(({ predicted, share, won }) => ({
      predicted: keep(predicted),
      won: keep(won),
      share: keep(share),
    })),
    calibrationError: keep(calibrationError(bins)),
    calibrationFloor: keep(calibrationFloor(observations, probabilities, random)),
    calibrationIntercept: keep(line.intercept),
    calibrationSlope: isFlat ? null : keepInterval(intervalOf(line.slope, slopes)),
  };
}

/** Of all weight, the part that was won. */
export function wonShareOf(observations: readonly Observation[]): number {
  const total = observations.reduce((sum, { weight }) => sum + weight, 0);
  return keep(observations.reduce((sum, { isWon, weight }) => sum + (isWon ? weight : 0), 0) / total);
}

/** Judges the model and the baselines by cross-validation over matches. The same observations and seed give the same. */
export function evaluate(observations: readonly Observation[], { more, seed }: EvaluateOptions): Evaluation {
  const random = new Random(seed);
  const folds = foldsOf(observations, random);
  const draws = drawsOf(observations, random);
  const learners: Readonly<Record<Predictor, Learner>> = {
    model: ridge,
    "base rate": baseRate,
    "more people win": moreWins(more),
  };
  const said = PREDICTORS.map((predictor) => ({
    predictor,
    probabilities: predictUnseen(observations, folds, learners[predictor]),
  }));
  return {
    rows: observations.length,
    matches: groupsOf(observations).length,
    wonShare: wonShareOf(observations),
    scores: comparePredictors(observations, said, draws),
    ...calibrate(observations, said[0]?.probabilities ?? [], draws, random),
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
