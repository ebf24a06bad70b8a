/** Everybody's rating from who won, where it is proved to say something, and sure enough. */
import { counted } from "../counts.ts";
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { describeBots, describeSample } from "../reports/describe.ts";
import { resolveFilters, type FilterRequest } from "../reports/filter-request.ts";
import { readPeople } from "../reports/queries/people.ts";
import { readSample, type Sample } from "../reports/queries/sample.ts";
import type { Interval } from "./bootstrap.ts";
import { contestsOf, type FoundContests } from "./contests.ts";
import { readRatedRounds } from "./queries/rated-rounds.ts";
import { backtest, isProved, requireContests, tellBacktest, type Backtest } from "./rating-backtest.ts";
import { POINTS, rate } from "./ratings.ts";

/** Somebody with a rating. */
export interface RatedPerson {
  readonly playerId: number;
  /** Colour codes included. */
  readonly name: string;
  readonly isBot: boolean;
  /** Points, 0 for somebody of whom nothing is known, with the 95 % interval. */
  readonly rating: Interval;
  /** Of the doubt that there was at first, the part that is gone. */
  readonly certainty: number;
  /** Contests in which they played, and of these the ones that their side won; each counts by the time played. */
  readonly contests: number;
  readonly won: number;
}

/** The ratings, the highest lower end of the interval first; `notes` are for people. */
export interface RatingsReport {
  readonly ratings: readonly RatedPerson[];
  /** People who are not shown, because too little is known of them, or because they are hidden. */
  readonly unsure: number;
  readonly hidden: number;
  readonly contests: number;
  /** Rounds of stopwatch without their other half, and rounds of stopwatch matches that nobody won. */
  readonly unpaired: number;
  readonly drawn: number;
  readonly backtest: Backtest;
  readonly sample: Sample;
  readonly words: readonly string[];
  readonly notes: readonly string[];
}

/** Who is shown: at least half of the doubt that there was at first is gone. */
const LEAST_CERTAINTY = 0.5;
/** The normal distribution's 97.5 % quantile. */
const Z = 1.96;

const ADVICE = [
  "only whole rounds of at least a minute count that prox recorded and somebody won; the two rounds of a stopwatch map are one",
  "import more rounds, or leave out a filter",
];

/** The contests of the rounds that filters choose. Throws `E_TOO_LITTLE_DATA`. */
export async function readContests(
  sql: Sql,
  filters: Parameters<typeof readRatedRounds>[1],
): Promise<FoundContests> {
  const found = contestsOf(await readRatedRounds(sql, filters));
  requireContests(found.contests, [
    ...ADVICE,
    ...(filters.bots === "with"
      ? []
      : ["rounds with more than a quarter of bots are left out: --bots takes them too"]),
  ]);
  return found;
}

/**
 * Rates everybody from the rounds of a request, which begins anew with its first round. Throws `E_TOO_LITTLE_DATA`, and `E_NOTHING_FOUND`
 * where ratings foresee nothing, or nobody is known well enough.
 */
export async function reportRatings(sql: Sql, request: FilterRequest, seed = 1): Promise<RatingsReport> {
  const { filters: all, words } = await resolveFilters(sql, request);
  const filters = { ...all, isOwn: true };
  const [{ contests, drawn, unpaired }, people, sample] = await Promise.all([
    readContests(sql, filters),
    readPeople(sql, filters),
    readSample(sql, filters),
  ]);
  const found = backtest(contests, seed);
  if (!isProved(found)) {
    throw new ProxError("E_NOTHING_FOUND", `no ratings are shown: ${tellBacktest(found)}`, {
      suggestions: ["`prox model evaluate --kind rating` shows how they were tried", ADVICE[1] ?? ""],
    });
  }
  const { ratings } = rate(contests, "people");
  const personOf = new Map(people.map((person) => [person.personId, person]));
  const played = new Map<number, { contests: number; won: number }>();
  for (const { isWon, parts } of contests) {
    for (const { isOwn, personId, share } of parts) {
      const sum = played.get(personId) ?? { contests: 0, won: 0 };
      played.set(personId, {
        contests: sum.contests + share,
        won: sum.won + (isWon === isOwn ? share : 0),
      });
    }
  }
  const sure = ratings.filter(({ certainty }) => certainty >= LEAST_CERTAINTY);
  const shown = sure.flatMap(({ certainty, mean, personId, variance }): RatedPerson[] => {
    const person = personOf.get(personId);
    if (person === undefined || person.isHidden) return [];
    const half = Z * Math.sqrt(variance);
    return [
      {
        playerId: personId,
        name: person.name,
        isBot: person.isBot,
        rating: { value: mean * POINTS, low: (mean - half) * POINTS, high: (mean + half) * POINTS },
        certainty,
        ...(played.get(personId) ?? { contests: 0, won: 0 }),
      },
    ];
  });
  if (shown.length === 0) {
    throw new ProxError("E_NOTHING_FOUND", "nobody is known well enough to be rated", {
      suggestions: ADVICE,
    });
  }
  const unsure = ratings.length - sure.length;
  const hidden = sure.length - shown.length;
  return {
    ratings: shown.sort((a, b) => b.rating.low - a.rating.low || a.playerId - b.playerId),
    unsure,
    hidden,
    contests: contests.length,
    unpaired,
    drawn,
    backtest: found,
    sample,
    words,
    notes: [
      tellBacktest(found),
      "100 points more win 64 of 100 contests that were even; sorted by the lower end of the 95 % interval",
      `from ${counted(contests.length, "contest")}${unpaired === 0 ? "" : `; ${counted(unpaired, "round")} of stopwatch left out without the other`}` +
        (drawn === 0 ? "" : `; ${counted(drawn, "round")} of stopwatch left out that nobody won`),
      ...(unsure === 0
        ? []
        : [`${counted(unsure, "player")} left out: less than half of the doubt about them is gone`]),
      ...(hidden === 0 ? [] : [`${counted(hidden, "hidden player")} left out`]),
      describeSample(sample),
      ...words,
      describeBots(filters.bots === "with"),
    ],
  };
}
