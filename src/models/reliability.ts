/**
 * Whether a number tells players apart: how much of what it differs between them is theirs, and how much is what each differs from match to
 * match. Matches are the clusters: rounds of one match are alike.
 */
import { Random } from "../seeded-random.ts";
import { intervalOf, type Interval } from "./bootstrap.ts";

/** What somebody did in a round: an amount of so many chances, or of so much time. */
export interface TraitPart {
  readonly personId: number;
  readonly match: string;
  readonly roundId: number;
  readonly team: number;
  readonly amount: number;
  readonly chances: number;
}

/** Somebody's value. */
export interface PersonValue {
  readonly personId: number;
  readonly matches: number;
  readonly chances: number;
  readonly value: number;
  /** The value drawn towards that of all, by as much as chance has in it. */
  readonly shrunk: number;
  /** Ends of its 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** How reliable a number is, and everybody's. */
export interface Reliability {
  /** People of at least {@link LEAST_MATCHES} matches, and matches in all. */
  readonly people: number;
  readonly matches: number;
  /** Mean over these people. */
  readonly mean: number;
  /** Standard deviation between people that chance does not explain. */
  readonly spread: number;
  /** Of the variance between people the part that chance does not explain, with its 95 % interval over people drawn anew; null with fewer than {@link LEAST_PEOPLE}. */
  readonly reliability: Interval | null;
  /** The same by halves of the matches, drawn again and again; null like it, or where the halves have nothing in common. */
  readonly splitHalf: number | null;
  readonly values: readonly PersonValue[];
}

/** Who counts has played so many matches: with fewer nobody knows how much they differ. */
export const LEAST_MATCHES = 4;
/** Among fewer people nothing is said. */
export const LEAST_PEOPLE = 10;
/** From here on people are ranked. */
const RANKED_FROM = 0.7;
const DRAWS = 200;
const SPLITS = 100;
/** The normal distribution's 97.5 % quantile. */
const Z = 1.96;

interface Clustered {
  readonly personId: number;
  /** Amount and chances of each match. */
  readonly matches: readonly (readonly [amount: number, chances: number])[];
  readonly chances: number;
  readonly value: number;
  /** Sum over the matches of the squares of what the amount differs from the value, for one less match than there are. */
  readonly squares: number;
}

function cluster(parts: readonly TraitPart[]): Clustered[] {
  const people = new Map<number, Map<string, [number, number]>>();
  for (const { amount, chances, match, personId } of parts) {
    const matches = people.get(personId) ?? new Map<string, [number, number]>();
    people.set(personId, matches);
    const sum = matches.get(match) ?? [0, 0];
    matches.set(match, [sum[0] + amount, sum[1] + chances]);
  }
  return [...people]
    .map(([personId, byMatch]): Clustered => {
      const matches = [...byMatch.values()];
      const chances = matches.reduce((sum, [, of]) => sum + of, 0);
      const value = matches.reduce((sum, [amount]) => sum + amount, 0) / chances;
      const squares = matches.reduce((sum, [amount, of]) => sum + (amount - value * of) ** 2, 0);
      const freedom = matches.length / Math.max(1, matches.length - 1);
      return { personId, matches, chances, value, squares: squares * freedom };
    })
    .sort((a, b) => a.personId - b.personId);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Variance components: what chance adds to the values is taken from how much the matches of one player differ, all players together, and is smaller
 * of who has more chances.
 * Source: G. W. Snedecor, W. G. Cochran, "Statistical methods", 8th edition (1989), chapter 13; of ratios: W. G. Cochran, "Sampling techniques",
 * 3rd edition (1977), section 6.4.
 */
function components(people: readonly Clustered[]): {
  mean: number;
  between: number;
  /** Variance that chance adds to the value of somebody with one chance. */
  within: number;
  reliability: number;
} {
  const mean = meanOf(people.map(({ value }) => value));
  const variance = people.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (people.length - 1);
  const within =
    people.reduce((sum, { squares }) => sum + squares, 0) /
    people.reduce((sum, { chances }) => sum + chances, 0);
  const chance = meanOf(people.map(({ chances }) => within / chances));
  const between = Math.max(0, variance - chance);
  return { mean, between, within, reliability: variance === 0 ? 0 : between / variance };
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [a, b] = [meanOf(pairs.map(([x]) => x)), meanOf(pairs.map(([, y]) => y))];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [x, y] of pairs) {
    ab += (x - a) * (y - b);
    aa += (x - a) ** 2;
    bb += (y - b) ** 2;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Correlation of two halves of everybody's matches, brought to the length of all (Spearman and Brown), mean of many splits. */
function splitHalf(people: readonly Clustered[], random: Random): number | null {
  let sum = 0;
  for (let split = 0; split < SPLITS; split++) {
    const pairs = people.flatMap(({ matches }): (readonly [number, number])[] => {
      const order = matches.map((match) => ({ match, at: random.unit() })).sort((a, b) => a.at - b.at);
      const half = (isFirst: boolean): number => {
        const some = order.filter((_, index) => (index % 2 === 0) === isFirst);
        return (
          some.reduce((total, { match: [amount] }) => total + amount, 0) /
          some.reduce((total, { match: [, of] }) => total + of, 0)
        );
      };
      return [[half(true), half(false)]];
    });
    sum += correlation(pairs);
  }
  const half = sum / SPLITS;
  return half <= 0 ? null : (2 * half) / (1 + half);
}

/** How reliable a trait is. The same parts and seed give the same. */
export function reliabilityOf(parts: readonly TraitPart[], seed: number): Reliability {
  const random = new Random(seed);
  const everybody = cluster(parts);
  const people = everybody.filter(({ matches }) => matches.length >= LEAST_MATCHES);
  const matches = new Set(parts.map(({ match }) => match)).size;
  if (people.length < LEAST_PEOPLE)
    return {
      people: people.length,
      matches,
      mean: NaN,
      spread: NaN,
      reliability: null,
      splitHalf: null,
      values: [],
    };
  const { between, mean, reliability, within } = components(people);
  const drawn = Array.from(
    { length: DRAWS },
    () => components(people.map(() => random.pick(people))).reliability,
  );
  return {
    people: people.length,
    matches,
    mean,
    spread: Math.sqrt(between),
    reliability: intervalOf(reliability, drawn),
    splitHalf: splitHalf(people, random),
    values: everybody.map(({ chances, matches: own, personId, value }): PersonValue => {
      const chance = within / chances;
      // With no difference between people, and none of chance, everybody is as they are.
      const known = between + chance === 0 ? 1 : between / (between + chance);
      const shrunk = mean + known * (value - mean);
      const half = Z * Math.sqrt(known * chance);
      return {
        personId,
        matches: own.length,
        chances,
        value,
        shrunk,
        low: shrunk - half,
        high: shrunk + half,
      };
    }),
  };
}

/** Whether people are ranked by it. */
export const isReliable = ({ reliability }: Reliability): boolean => (reliability?.value ?? 0) >= RANKED_FROM;

/** How many in a hundred of the others have less of it, by shrunk values; equal ones count half. */
export function percentileOf({ values }: Reliability, personId: number): number | null {
  const own = values.find((value) => value.personId === personId);
  if (own === undefined) return null;
  const others = values.filter((value) => value !== own && value.matches >= LEAST_MATCHES);
  if (others.length < LEAST_PEOPLE - 1) return null;
  const less = others.reduce(
    (sum, { shrunk }) => sum + (shrunk < own.shrunk ? 1 : shrunk === own.shrunk ? 0.5 : 0),
    0,
  );
  return (100 * less) / others.length;
}
