/** How well ratings say beforehand who will win, beside what is said without them. */
import { Random } from "../seeded-random.ts";
import type { Contest } from "./contests.ts";
import {
  calibrate,
  comparePredictors,
  drawsOf,
  wonShareOf,
  type Calibration,
  type PredictorScore,
} from "./evaluate.ts";
import { requireEnough, type Need } from "./enough.ts";
import { rate } from "./ratings.ts";
import type { Observation } from "./sample.ts";

/** What says who will win: ratings; the place and the numbers of the sides alone; these and kills per minute; a coin. */
const RATING_PREDICTORS = ["ratings", "place and numbers", "kills per minute", "coin"] as const;
/** One of them. */
export type RatingPredictor = (typeof RATING_PREDICTORS)[number];

/** What {@link backtest} finds. */
export interface Backtest extends Calibration {
  /** Contests that were foreseen, and the evenings that they are of; the first ones are only learnt from. */
  readonly contests: number;
  readonly sessions: number;
  readonly learntFrom: number;
  readonly wonShare: number;
  readonly scores: readonly PredictorScore<RatingPredictor>[];
}

/** Of the contests, the first so many are only learnt from. */
const LEARNT_SHARE = 0.3;

/** What ratings need. */
const RATING_NEED: Need = {
  of: "decided contest",
  observations: 100,
  matches: 10,
  groups: ["session", "sessions"],
  ofEachResult: 20,
};

const observe = ({ isWon, session }: Contest): Observation => ({
  group: session,
  features: [],
  isWon,
  weight: 1,
});

/** Throws `E_TOO_LITTLE_DATA` where there are too few contests to rate anybody. */
export function requireContests(contests: readonly Contest[], advice: readonly string[]): void {
  const won = contests.filter(({ isWon }) => isWon).length;
  requireEnough(
    RATING_NEED,
    {
      observations: contests.length,
      matches: new Set(contests.map(({ session }) => session)).size,
      ofRarerResult: Math.min(won, contests.length - won),
    },
    advice,
  );
}

/**
 * Goes through contests in order of time; each is foreseen by what was known before it, and intervals are over evenings. The same contests
 * and seed give the same.
 */
export function backtest(contests: readonly Contest[], seed: number): Backtest {
  const random = new Random(seed);
  const learntFrom = Math.floor(contests.length * LEARNT_SHARE);
  const observations = contests.slice(learntFrom).map(observe);
  const draws = drawsOf(observations, random);
  const saidBy: Readonly<Record<RatingPredictor, readonly number[]>> = {
    ratings: rate(contests, "people").probabilities,
    "place and numbers": rate(contests, "nothing").probabilities,
    "kills per minute": rate(contests, "kills").probabilities,
    coin: contests.map(() => 0.5),
  };
  const said = RATING_PREDICTORS.map((predictor) => ({
    predictor,
    probabilities: saidBy[predictor].slice(learntFrom),
  }));
  return {
    contests: observations.length,
    sessions: new Set(observations.map(({ group }) => group)).size,
    learntFrom,
    wonShare: wonShareOf(observations),
    scores: comparePredictors(observations, said, draws),
    ...calibrate(observations, said[0]?.probabilities ?? [], draws, random),
  };
}

/** Whether ratings foresaw more than place and numbers alone: the interval says so. */
export const isProved = ({ scores }: Backtest): boolean =>
  (scores.find(({ predictor }) => predictor === "place and numbers")?.worseBy?.low ?? 0) > 0;

/** What a backtest shows, in a sentence. */
export function tellBacktest(found: Backtest): string {
  if (!isProved(found))
    return "nothing found: ratings foresaw who wins no better than the place and the numbers of the sides alone";
  const kills = found.scores.find(({ predictor }) => predictor === "kills per minute")?.worseBy;
  return kills !== undefined && kills !== null && kills.low > 0
    ? "ratings foresaw who wins better than the place and the numbers of the sides, and than kills per minute"
    : "ratings foresaw who wins better than the place and the numbers of the sides, but not than kills per minute";
}
