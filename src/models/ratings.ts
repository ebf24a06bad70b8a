/**
 * Ratings: how much each player adds to their team's chance, from who won. A contest's log-odds are the sum over its players of
 * rating times share of the time played, own side less other side, and what the side's place and a man more are worth.
 *
 * Players have luck of their own in a contest, so that ratings say less where more play: the sum is multiplied by the square root of 12 over
 * the sum of the squares of the shares, which is 1 in a whole six against six.
 * Source of that and of shares of time: R. Herbrich, T. Minka, T. Graepel, "TrueSkill: a Bayesian skill rating system", NIPS 19 (2006).
 *
 * How different people are is not known: several answers are tried at once, and each counts as much as it foresaw what happened.
 * Source: A. P. Dawid, "Present position and potential developments: the prequential approach", Journal of the Royal Statistical Society A 147
 * (1984), 278-292.
 */
import { Belief, type Coefficient, type Evidence } from "./belief.ts";
import type { Contest } from "./contests.ts";
import { logLoss } from "./scores.ts";

/** What a predictor looks at besides the place and the numbers of the sides. */
export type RatedBy = "people" | "kills" | "nothing";

/** A rating in points is this times one in log-odds: 100 points more win 64 of 100 contests that were even, as in chess. */
export const POINTS = 400 / Math.LN10;

/** Half of what was learnt of somebody is forgotten in so many days. */
const HALF_LIFE_DAYS = 365;
const DAY_MS = 86_400_000;
/** Players of a whole six against six. */
const USUAL_PLAYERS = 12;
/** How different people may be: standard deviations of their ratings, log-odds. */
const SPREADS = [0, 0.05, 0.1, 0.2, 0.4, 0.8];
/** Standard deviations at first: of what a place is worth, of ln(own players / others), and of a kill a minute more. */
const PLACE_SPREAD = 0.5;
const NUMBERS_SPREAD = 4;
const KILLS_SPREAD = 1;
/** Kills per minute of somebody are drawn to those of all as if they had played so long like these. */
const PRIOR_MINUTES = 10;

/** Kills per minute so far, less those of all. */
class KillRates {
  readonly #of = new Map<number, { kills: number; minutes: number }>();
  #kills = 0;
  #minutes = 0;

  learn({ deeds }: Contest): void {
    for (const { kills, minutes, personId } of deeds) {
      const sum = this.#of.get(personId) ?? { kills: 0, minutes: 0 };
      sum.kills += kills;
      sum.minutes += minutes;
      this.#kills += kills;
      this.#minutes += minutes;
      this.#of.set(personId, sum);
    }
  }

  above(personId: number): number {
    const all = this.#minutes === 0 ? 0 : this.#kills / this.#minutes;
    const { kills, minutes } = this.#of.get(personId) ?? { kills: 0, minutes: 0 };
    return (kills + PRIOR_MINUTES * all) / (minutes + PRIOR_MINUTES) - all;
  }
}

/** Everybody who played, in order. */
const peopleOf = (contests: readonly Contest[]): number[] =>
  [...new Set(contests.flatMap(({ parts }) => parts.map(({ personId }) => personId)))].sort((a, b) => a - b);

/** The coefficients of contests by index: first of people or kills, then of numbers and places; and the evidence of each contest. */
function evidenceOf(
  contests: readonly Contest[],
  by: RatedBy,
): {
  readonly people: readonly number[];
  readonly own: number;
  readonly all: number;
  readonly evidence: readonly Evidence[];
} {
  const people = by === "people" ? peopleOf(contests) : [];
  const own = by === "kills" ? 1 : people.length;
  const indexOf = new Map(people.map((personId, index) => [personId, index]));
  const places = [...new Set(contests.map(({ place }) => place))];
  const kills = new KillRates();
  const evidence = contests.map((contest) => {
    const { parts, place } = contest;
    const scale = Math.sqrt(USUAL_PLAYERS / parts.reduce((sum, { share }) => sum + share ** 2, 0));
    const players = (isOwn: boolean): number =>
      parts.reduce((sum, part) => sum + (part.isOwn === isOwn ? part.share : 0), 0);
    const amounts = new Map<number, number>();
    for (const { isOwn, personId, share } of by === "nothing" ? [] : parts) {
      const amount = (isOwn ? 1 : -1) * share * scale;
      const index = indexOf.get(personId) ?? 0;
      const said = by === "kills" ? amount * kills.above(personId) : amount;
      amounts.set(index, (amounts.get(index) ?? 0) + said);
    }
    amounts.set(own, Math.log(players(true) / players(false)));
    amounts.set(own + 1 + places.indexOf(place), 1);
    kills.learn(contest);
    return [...amounts];
  });
  return { people, own, all: own + 1 + places.length, evidence };
}

/** A rating, log-odds. */
export interface Rating extends Coefficient {
  readonly personId: number;
  /** Of the doubt that there was at first, the part that is gone: 0 of nobody known, 1 of somebody known for sure. */
  readonly certainty: number;
}

/** What was learnt of contests, and what was said of each before it was played. */
export interface Rated {
  readonly probabilities: readonly number[];
  readonly ratings: readonly Rating[];
  /** How different people are: root mean square over the answers that were tried, log-odds. */
  readonly spread: number;
}

/** Goes through contests in their order: says who will win each, and then learns who did. */
export function rate(contests: readonly Contest[], by: RatedBy): Rated {
  const { all, evidence, own, people } = evidenceOf(contests, by);
  const beliefs = (by === "people" ? SPREADS : [KILLS_SPREAD]).map((spread) => ({
    spread,
    belief: new Belief(
      Array.from({ length: all }, (_, index) =>
        index < own ? spread ** 2 : (index === own ? NUMBERS_SPREAD : PLACE_SPREAD) ** 2,
      ),
    ),
    /** How little it foresaw so far. */
    cost: 0,
  }));
  const weigh = (): number[] => {
    const least = Math.min(...beliefs.map(({ cost }) => cost));
    const weights = beliefs.map(({ cost }) => Math.exp(least - cost));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  };
  let [before] = contests;
  const probabilities = contests.map((contest, index) => {
    // Between evenings, not between rounds.
    if (before !== undefined && before.session !== contest.session && by === "people") {
      const days = Math.max(0, contest.startedAt.getTime() - before.startedAt.getTime()) / DAY_MS;
      for (const { belief } of beliefs) belief.forget(own, 0.5 ** (days / HALF_LIFE_DAYS));
    }
    before = contest;
    const weights = weigh();
    let probability = 0;
    for (const [place, one] of beliefs.entries()) {
      const said = one.belief.predict(evidence[index] ?? []);
      probability += (weights[place] ?? 0) * said;
      one.cost += logLoss(said, contest.isWon);
      one.belief.learn(contest.isWon);
    }
    return probability;
  });
  const weights = weigh();
  const mixed = (of: (one: (typeof beliefs)[number]) => number): number =>
    beliefs.reduce((sum, one, place) => sum + (weights[place] ?? 0) * of(one), 0);
  const firstVariance = mixed(({ spread }) => spread ** 2);
  return {
    probabilities,
    spread: Math.sqrt(firstVariance),
    ratings: people.map((personId, index): Rating => {
      const mean = mixed(({ belief }) => belief.of(index).mean);
      const variance = mixed(({ belief }) => {
        const found = belief.of(index);
        return found.variance + (found.mean - mean) ** 2;
      });
      return {
        personId,
        mean,
        variance,
        certainty: firstVariance === 0 ? 0 : Math.max(0, 1 - variance / firstVariance),
      };
    }),
  };
}
