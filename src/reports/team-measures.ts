/** What is told of a team in some of its rounds: shares and means over time, each with what its interval is taken from. */
import type { Sql } from "../db/driver/connect.ts";
import type { Filters } from "./filters.ts";
import { readAvengedDeaths } from "./queries/avenged-deaths.ts";
import { readLastAlive } from "./queries/last-alive.ts";
import { type AdvantageRow, readManAdvantage } from "./queries/man-advantage.ts";
import { readOpenings } from "./queries/openings.ts";
import type { MovesRow, ShapeRow } from "./queries/team-shape.ts";
import {
  clusterSums,
  type Difference,
  type Estimate,
  newcombe,
  ratioDifference,
  ratioOfSums,
  type RoundSum,
  shareOf,
  wilson,
} from "./statistics.ts";
import type { TeamRound } from "./team-rounds.ts";

/** Seconds with so many living players that a spacing is told from. */
const LEAST_SECONDS = 30;

/** A number of a team, as it was counted. */
export interface Measure {
  /** Its name in JSON and CSV, with the unit. */
  readonly key: string;
  readonly title: string;
  /** Living players of the team while it was counted; null where that does not matter. */
  readonly players: number | null;
  /** A share is 0 to 1. */
  readonly kind: "share" | "mean";
  /** What one team of a round has of it, the other has not: who wins, who makes a down. */
  readonly isZeroSum?: boolean;
  readonly counted: { readonly successes: number; readonly trials: number } | readonly RoundSum[];
}

/** A number of a team with its interval and sample. */
export interface Fact extends Pick<Measure, "key" | "title" | "players" | "kind">, Estimate {}

const isRounds = (counted: Measure["counted"]): counted is readonly RoundSum[] => Array.isArray(counted);

/** The value of a measure. */
function estimateOf({ counted, kind }: Measure): Estimate {
  return isRounds(counted)
    ? ratioOfSums(clusterSums(counted), "rounds", kind)
    : shareOf(counted.successes, counted.trials);
}

/** A measure with its value. */
export function factOf(measure: Measure): Fact {
  const { key, kind, players, title } = measure;
  return { key, title, players, kind, ...estimateOf(measure) };
}

/**
 * How much more the first has than the second, which are counted in the same way; null where one of them has nothing to count. Shares of different
 * things are independent. Of the same rounds, what one team has and the other has not is one share p, and the difference is 2 p - 1.
 */
export function differenceOf(
  first: Measure,
  second: Measure,
  { areSameRounds }: { readonly areSameRounds: boolean },
): Difference | null {
  if (isRounds(first.counted) && isRounds(second.counted))
    return ratioDifference(first.counted, second.counted);
  if (isRounds(first.counted) || isRounds(second.counted)) return null;
  const one = wilson(first.counted.successes, first.counted.trials);
  const other = wilson(second.counted.successes, second.counted.trials);
  if (one.share === null || other.share === null) return null;
  if (areSameRounds && first.isZeroSum === true) {
    const twice = (end: number | null): number | null => (end === null ? null : 2 * end - 1);
    return { value: 2 * one.share - 1, low: twice(one.low), high: twice(one.high) };
  }
  return { value: one.share - other.share, ...newcombe(one, other) };
}

const share = (key: string, title: string, successes: number, trials: number): Measure => ({
  ...{ key, title, players: null, kind: "share" },
  counted: { successes, trials },
});

const zeroSum = (...args: Parameters<typeof share>): Measure => ({ ...share(...args), isZeroSum: true });

/** Downs made and suffered while the difference of living players was as asked for. */
function downsWhile(
  rows: readonly AdvantageRow[],
  isMeant: (advantage: number) => boolean,
): readonly [made: number, all: number] {
  const meant = rows.filter(({ advantage }) => isMeant(advantage));
  const made = meant.reduce((sum, row) => sum + row.made, 0);
  return [made, made + meant.reduce((sum, row) => sum + row.suffered, 0)];
}

/** How a team stood, by number of living players: only such seconds can be compared. */
function spacingOf(shapes: readonly ShapeRow[]): Measure[] {
  const counts = [...new Set(shapes.map(({ players }) => players))].sort((a, b) => b - a);
  return counts.flatMap((players): Measure[] => {
    const rows = shapes.filter((row) => row.players === players);
    if (rows.reduce((sum, { seconds }) => sum + seconds, 0) < LEAST_SECONDS) return [];
    const over = (of: (row: ShapeRow) => number): RoundSum[] =>
      rows.map((row) => ({ roundId: row.roundId, x: row.seconds, y: of(row) }));
    const at = { players } as const;
    return [
      {
        ...{ key: "nearest_units", title: "nearest teammate, units", kind: "mean", ...at },
        counted: over(({ nearest }) => nearest),
      },
      {
        ...{ key: "spread_units", title: "spread, units", kind: "mean", ...at },
        counted: over(({ spread }) => spread),
      },
      {
        ...{ key: "isolated_share", title: "isolated", kind: "share", ...at },
        counted: over(({ isolated }) => isolated),
      },
      {
        ...{ key: "largest_group_share", title: "in the largest group", kind: "share", ...at },
        counted: over(({ largest }) => largest),
      },
    ];
  });
}

/** How teams stood and moved: of all rounds, to choose from. */
export interface TeamShapes {
  readonly shapes: readonly ShapeRow[];
  readonly moves: readonly MovesRow[];
}

/**
 * Counts everything of a team in these rounds.
 * @param filters those that the rounds were found with, without their team and side.
 * @param shapes of the team, in these rounds at least.
 */
export async function readTeamMeasures(
  sql: Sql,
  filters: Filters,
  rounds: readonly TeamRound[],
  { moves, shapes }: TeamShapes,
): Promise<Measure[]> {
  const roundTeams = rounds.map(({ roundId, team }) => ({ roundId, team }));
  const asked: Filters = { ...filters, side: undefined, team: undefined, roundTeams };
  const [openings, avenged, advantage, stands] = await Promise.all([
    readOpenings(sql, asked),
    readAvengedDeaths(sql, asked),
    readManAdvantage(sql, asked),
    readLastAlive(sql, asked),
  ]);
  const decided = rounds.filter(({ isWon }) => isWon !== null);
  const total = <Row>(rows: readonly Row[], of: (row: Row) => number): number =>
    rows.reduce((sum, row) => sum + of(row), 0);
  const made = total(openings, (row) => row.made);
  const teamOf = new Map(roundTeams.map(({ roundId, team }) => [roundId, team]));
  const isOwn = ({ roundId, team }: { readonly roundId: number; readonly team: number }): boolean =>
    teamOf.get(roundId) === team;
  const perMinute = (of: (row: MovesRow) => number): RoundSum[] =>
    moves.filter(isOwn).map((row) => ({ roundId: row.roundId, x: row.seconds / 60, y: of(row) }));
  return [
    zeroSum(
      ...(["rounds_won", "rounds won"] as const),
      decided.filter(({ isWon }) => isWon === true).length,
      decided.length,
    ),
    zeroSum(
      ...(["openings_made", "opening downs made, of both"] as const),
      made,
      made + total(openings, (row) => row.suffered),
    ),
    share(
      ...(["won_after_opening", "fights won after it"] as const),
      total(openings, (row) => row.madeWon),
      total(openings, (row) => row.madeDecided),
    ),
    share(
      ...(["won_in_spite", "fights won after one suffered"] as const),
      total(openings, (row) => row.sufferedWon),
      total(openings, (row) => row.sufferedDecided),
    ),
    share("deaths_avenged", "deaths avenged", avenged.avenged, avenged.deaths),
    share("downs_ahead", "downs made with more men, of both", ...downsWhile(advantage, (more) => more > 0)),
    zeroSum("downs_even", "downs made with as many", ...downsWhile(advantage, (more) => more === 0)),
    share("downs_behind", "downs made with fewer", ...downsWhile(advantage, (more) => more < 0)),
    share(
      ...(["last_alive_won", "won by the last one alive"] as const),
      total(stands, (row) => row.won),
      total(stands, (row) => row.times),
    ),
    {
      ...{ key: "pushes_per_minute", title: "pushes a minute", players: null, kind: "mean" },
      counted: perMinute((row) => row.pushes),
    },
    {
      ...{ key: "regroupings_per_minute", title: "regroupings a minute", players: null, kind: "mean" },
      counted: perMinute((row) => row.regroupings),
    },
    ...spacingOf(shapes.filter(isOwn)),
  ];
}
