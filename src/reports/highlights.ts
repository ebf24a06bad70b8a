/** What is worth telling of several rounds together: their best moments, and what each player did in all of them. */
import { describeMoment } from "./describe-moment.ts";
import type { ScoreRow } from "./queries/round.ts";
import type { Moment, RoundReport } from "./round.ts";

/** A moment of one of several rounds. */
export interface Highlight {
  readonly roundKey: string;
  readonly map: string;
  readonly timeMs: number;
  /** In words, names without colours. */
  readonly text: string;
}

/** What makes a moment worth more than another of the same rounds: long sprees first, first kills never. */
function weightOf({ count, kind }: Moment): number {
  return { spree: 10 * count, objective: 25, wipe: 20, last_standing: 5, first_kill: 0 }[kind];
}

/** The most remarkable moments of rounds, at most so many, in order of time. */
export function bestMoments(
  reports: readonly Pick<RoundReport, "moments" | "round">[],
  limit: number,
): Highlight[] {
  return reports
    .flatMap(({ moments, round }, index) => moments.map((moment) => ({ index, moment, round })))
    .filter(({ moment }) => weightOf(moment) > 0)
    .sort((a, b) => weightOf(b.moment) - weightOf(a.moment) || a.index - b.index)
    .slice(0, limit)
    .sort((a, b) => a.index - b.index || a.moment.timeMs - b.moment.timeMs)
    .map(({ moment, round }) => ({
      roundKey: round.roundKey,
      map: round.map,
      timeMs: moment.timeMs,
      text: describeMoment(moment),
    }));
}

/** What of {@link ScoreRow} adds up over rounds. */
const SUMMED = [
  "kills",
  "deaths",
  "killsUndone",
  "deathsUndone",
  "teamKills",
  "damageGiven",
  "damageReceived",
  "shots",
  "hits",
  "headHits",
  "revives",
] as const satisfies readonly (keyof ScoreRow)[];

const NOTHING = Object.fromEntries(SUMMED.map((key) => [key, 0])) as Record<(typeof SUMMED)[number], number>;

/** What a player did in several rounds together. What another tracker did not record of a round adds nothing. */
export type ScoreSum = Readonly<Record<(typeof SUMMED)[number], number>> & {
  readonly playerId: number;
  /** As it was in the last of the rounds, colour codes included. */
  readonly name: string;
  readonly isBot: boolean;
  readonly rounds: number;
};

/** Adds up scores by player; most kills first, then fewest deaths. */
export function sumScores(rows: readonly ScoreRow[]): ScoreSum[] {
  // In place: a site adds up ten thousand rows several times.
  const sums = new Map<number, { -readonly [Key in keyof ScoreSum]: ScoreSum[Key] }>();
  for (const row of rows) {
    const { isBot, name, playerId } = row;
    const sum = sums.get(playerId) ?? { ...NOTHING, playerId, name, isBot, rounds: 0 };
    sums.set(playerId, sum);
    for (const key of SUMMED) sum[key] += row[key] ?? 0;
    sum.name = name;
    sum.isBot = isBot;
    sum.rounds += 1;
  }
  return [...sums.values()].sort((a, b) => b.kills - a.kills || a.deaths - b.deaths);
}
