/** What players did in each life, from a spawn to the next, and how it ended: what situations of people are counted from. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, camelRows, type CamelRow } from "../../db/rows.ts";
import {
  allOf,
  classCondition,
  given,
  hasTool,
  phaseCondition,
  roundIdArray,
  teamConditions,
  withoutBots,
} from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import type { ClusterSums } from "../statistics.ts";

/** Lives with an x: their number, the sums of x and of its squares, of y, of the products of both, and of the squares of y. */
type Sums = [lives: number, x: number, xx: number, y: number, xy: number, yy: number];

interface LifeColumns {
  readonly lives: number;
  /** Lives of which everything is recorded that KAST asks for. */
  readonly kast_lives: number;
  /** Of these, those with at least one of the four parts; and those with each of them. */
  readonly kast: number;
  readonly kast_kill: number;
  readonly kast_assist: number;
  readonly kast_survived: number;
  readonly kast_traded: number;
  /** Kills of which it is known whether a revive undid them, and those that none undid. */
  readonly judged_kills: number;
  readonly held_kills: number;
  /** Lives in which hits are recorded, and the assists in them. */
  readonly assist_lives: number;
  readonly assists: number;
  readonly double_kills: number;
  readonly triple_kills: number;
  readonly larger_kills: number;
  /** Kills whose victim's waves and revives are known; of them, those whose body was destroyed in time. */
  readonly bought_downs: number;
  readonly gibbed_in_time: number;
  /** Deaths by enemies of which the same is known; of them, those that were revived in time. */
  readonly fallen: number;
  readonly revived_in_time: number;
  /** By kill: how long it kept the victim out, ms. */
  readonly bought_ms: Sums;
  /** By kill with a body destroyed in time: after how long, ms. */
  readonly gibbed_after_ms: Sums;
  /** By death with a revive in time: after how long, ms. */
  readonly revived_after_ms: Sums;
}

/** Sums over the lives of a player, or of all others. */
export type LifeTotals = CamelRow<LifeColumns>;

const NO_SUMS: Sums = [0, 0, 0, 0, 0, 0];

/** The lives of somebody of whom none is known. */
export const NO_LIVES: LifeTotals = {
  lives: 0,
  kastLives: 0,
  kast: 0,
  kastKill: 0,
  kastAssist: 0,
  kastSurvived: 0,
  kastTraded: 0,
  judgedKills: 0,
  heldKills: 0,
  assistLives: 0,
  assists: 0,
  doubleKills: 0,
  tripleKills: 0,
  largerKills: 0,
  boughtDowns: 0,
  gibbedInTime: 0,
  fallen: 0,
  revivedInTime: 0,
  boughtMs: NO_SUMS,
  gibbedAfterMs: NO_SUMS,
  revivedAfterMs: NO_SUMS,
};

/** The columns of {@link LifeColumns}, over lives `l`. */
function lifeColumns(sql: Sql): Fragment {
  const count = (condition: Fragment): Fragment => sql`(count(*) filter (where ${condition}))::int`;
  const sum = (value: Fragment): Fragment => sql`coalesce(sum(${value}), 0)::int`;
  const sums = (x: Fragment, y: Fragment): Fragment => {
    const of = (value: Fragment): Fragment =>
      sql`coalesce(sum((${value})::float8) filter (where ${x} > 0 and ${y} is not null), 0)`;
    return sql`array[(count(*) filter (where ${x} > 0 and ${y} is not null))::float8, ${of(x)}, ${of(sql`${x} * ${x}`)},
      ${of(y)}, ${of(sql`${x}::float8 * ${y}`)}, ${of(sql`${y}::float8 * ${y}`)}]`;
  };
  return sql`
    count(*)::int as lives, ${count(sql`kast_known`)} as kast_lives,
    ${count(sql`kast_known and (kills_held > 0 or helped > 0 or is_survived or is_avenged)`)} as kast,
    ${count(sql`kast_known and kills_held > 0`)} as kast_kill, ${count(sql`kast_known and helped > 0`)} as kast_assist,
    ${count(sql`kast_known and is_survived`)} as kast_survived, ${count(sql`kast_known and is_avenged`)} as kast_traded,
    ${sum(sql`case when kills_held is not null then kills end`)} as judged_kills, ${sum(sql`kills_held`)} as held_kills,
    ${sum(sql`double_kills`)} as double_kills, ${sum(sql`triple_kills`)} as triple_kills, ${sum(sql`larger_kills`)} as larger_kills,
    ${sum(sql`bought_downs`)} as bought_downs, ${sum(sql`gibbed_in_time`)} as gibbed_in_time,
    ${sum(sql`fallen`)} as fallen, ${sum(sql`revived_in_time`)} as revived_in_time,
    count(assists)::int as assist_lives, ${sum(sql`assists`)} as assists,
    ${sums(sql`bought_downs`, sql`bought_ms`)} as bought_ms,
    ${sums(sql`gibbed_in_time`, sql`gibbed_after_ms`)} as gibbed_after_ms,
    ${sums(sql`revived_in_time`, sql`revived_after_ms`)} as revived_after_ms`;
}

/**
 * The lives `l` whom the filters choose: each belongs to the phase, and to the class, in which it began.
 * @param who a condition on `l`.
 */
function livesSource(sql: Sql, filters: Filters, who?: Fragment): Fragment {
  const { playerIds } = filters;
  return sql`(
    select *, assists + revives as helped,
      kills_held + assists + revives is not null and is_avenged is not null as kast_known
    from life_results l
    where l.round_id = any(${roundIdArray(sql, filters)})
      and l.counts <> ${filters.bots === "with" ? "without_bots" : "with_bots"} and ${allOf(sql, [
        who,
        given(playerIds) ? sql`l.player_id = any(${[...playerIds]}::int[])` : undefined,
        teamConditions(sql, filters, { round: sql`l.round_id`, team: sql`l.team` }),
        classCondition(sql, filters, { round: sql`l.round_id`, slot: sql`l.slot`, time: sql`l.from_ms` }),
        phaseCondition(sql, filters, { round: sql`l.round_id`, time: sql`l.from_ms` }),
        withoutBots(sql, filters, sql`l.player_id`),
      ])}) l`;
}

/** Whether lives can be told for these filters: they know no weapons, means of death and shapes of fights. */
export const tellsLives = (filters: Filters): boolean =>
  !hasTool(filters) && filters.engagement === undefined;

/**
 * The lives of a player, or of all others.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readLives(
  sql: Sql,
  filters: Filters,
  playerIds: readonly number[],
  isPlayer: boolean,
): Promise<LifeTotals> {
  if (!tellsLives(filters)) return NO_LIVES;
  const who = isPlayer
    ? sql`l.player_id = any(${[...playerIds]}::int[])`
    : sql`l.player_id <> all(${[...playerIds]}::int[])`;
  const [row] = await sql<[LifeColumns]>`select ${lifeColumns(sql)} from ${livesSource(sql, filters, who)}`;
  return camelRow(row);
}

/** The lives of everybody whom the filters choose, by person. */
export async function readLivesOfAll(sql: Sql, filters: Filters): Promise<Map<number, LifeTotals>> {
  if (!tellsLives(filters)) return new Map();
  const rows = await sql<(LifeColumns & { person_id: number })[]>`
    select coalesce(alias.person_id, l.player_id) as person_id, ${lifeColumns(sql)}
    from ${livesSource(sql, filters)} left join player_aliases alias on alias.player_id = l.player_id group by 1`;
  return new Map(rows.map(({ person_id: person, ...columns }) => [person, camelRow<LifeColumns>(columns)]));
}

/** The lives of a person in a round. */
export type RoundLives = CamelRow<LifeColumns & { readonly round_id: number; readonly person_id: number }>;

/** The lives of everybody whom the filters choose, round by round. */
export async function readLivesOfRounds(sql: Sql, filters: Filters): Promise<RoundLives[]> {
  const rows = await sql<(LifeColumns & { round_id: number; person_id: number })[]>`
    select l.round_id, coalesce(alias.person_id, l.player_id) as person_id, ${lifeColumns(sql)}
    from ${livesSource(sql, filters)} left join player_aliases alias on alias.player_id = l.player_id group by 1, 2`;
  return camelRows(rows);
}

const COUNTS = [
  "lives",
  "kastLives",
  "kast",
  "kastKill",
  "kastAssist",
  "kastSurvived",
  "kastTraded",
  "judgedKills",
  "heldKills",
  "assistLives",
  "assists",
  "doubleKills",
  "tripleKills",
  "largerKills",
  "boughtDowns",
  "gibbedInTime",
  "fallen",
  "revivedInTime",
] as const satisfies readonly (keyof LifeTotals)[];
const SUMS = ["boughtMs", "gibbedAfterMs", "revivedAfterMs"] as const satisfies readonly (keyof LifeTotals)[];

/** The lives of parts together, as if they had been counted in one go. */
export function sumLives(parts: readonly LifeTotals[]): LifeTotals {
  const sum = { ...NO_LIVES };
  for (const part of parts) {
    for (const key of COUNTS) sum[key] += part[key];
    for (const key of SUMS) {
      const [lives, x, xx, y, xy, yy] = sum[key];
      const [more, mx, mxx, my, mxy, myy] = part[key];
      sum[key] = [lives + more, x + mx, xx + mxx, y + my, xy + mxy, yy + myy];
    }
  }
  return sum;
}

/** Sums over lives as `ratioOfSums` takes them. */
export function toClusterSums([clusters, x, xx, y, xy, yy]: Readonly<Sums>): ClusterSums {
  return { clusters, x, xx, y, xy, yy };
}
