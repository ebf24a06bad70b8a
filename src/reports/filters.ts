/**
 * The filters that all reports share, and the SQL that they become: fragments of postgres.js, every value a
 * parameter.
 */
import type postgres from "postgres";

import type { Sql } from "../db/connect.ts";
import type { TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";

/** A piece of a query, with its parameters. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Whether players that are bots count. */
export type BotChoice = "without" | "with";

/** What a report is about. Whatever is undefined or empty does not restrict. */
export interface Filters {
  readonly map?: string | undefined;
  /** Rounds that began at this time or later. */
  readonly since?: Date | undefined;
  /** Rounds that began before this time. */
  readonly until?: Date | undefined;
  /** Rounds by id: named ones, or those of a session. */
  readonly roundIds?: readonly number[] | undefined;
  /** Whose doings: the subjects of the report. */
  readonly playerIds?: readonly number[] | undefined;
  readonly team?: typeof TEAM_AXIS | typeof TEAM_ALLIES | undefined;
  readonly classes?: readonly number[] | undefined;
  readonly weapons?: readonly number[] | undefined;
  readonly means?: readonly number[] | undefined;
  /** Part of the round, in ms of round time; `toMs` is not part of it any more. */
  readonly phase?: { readonly fromMs: number; readonly toMs: number } | undefined;
  /** Fights of this shape: the attackers opened it. */
  readonly engagement?: { readonly attackers: number; readonly defenders: number } | undefined;
  readonly bots: BotChoice;
}

/** The side of a combat event that a report looks at. */
export type Subject = "attacker" | "target";

/** Joins conditions with `and`; no condition is `true`. */
export function allOf(sql: Sql, conditions: readonly (Fragment | undefined)[]): Fragment {
  return conditions.reduce<Fragment>(
    (joined, condition) => (condition === undefined ? joined : sql`${joined} and ${condition}`),
    sql`true`,
  );
}

const given = <Value>(values: readonly Value[] | undefined): values is readonly Value[] =>
  values !== undefined && values.length > 0;

/** Which rounds: conditions on `rounds r`. */
export function roundConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    filters.map === undefined ? undefined : sql`r.map = ${filters.map}`,
    filters.since === undefined ? undefined : sql`r.started_at >= ${filters.since}`,
    filters.until === undefined ? undefined : sql`r.started_at < ${filters.until}`,
    filters.roundIds === undefined ? undefined : sql`r.round_id = any(${[...filters.roundIds]}::int[])`,
  ]);
}

/**
 * The rounds as an array, for `round_id = any(…)`: written so, the planner goes to the big tables by their keys; a
 * join with `rounds` would make it read them whole.
 */
export function roundIdArray(sql: Sql, filters: Filters): Fragment {
  return sql`array(select r.round_id from rounds r where ${roundConditions(sql, filters)})`;
}

/** The players that are bots, as an array. */
export function botArray(sql: Sql): Fragment {
  return sql`array(select b.player_id from players b where b.is_bot)`;
}

/** Bots left out: none of these columns (null allowed) is a bot. */
function withoutBots(sql: Sql, filters: Filters, ...columns: readonly Fragment[]): Fragment | undefined {
  if (filters.bots === "with") return undefined;
  return allOf(
    sql,
    columns.map((column) => sql`(${column} is null or ${column} <> all(${botArray(sql)}))`),
  );
}

function phaseCondition(sql: Sql, { phase }: Filters, column: Fragment): Fragment | undefined {
  if (phase === undefined) return undefined;
  return sql`${column} >= ${phase.fromMs} and ${column} < ${phase.toMs}`;
}

/** The subject took part in an engagement of the shape asked for, at the time of the event. */
function engagementCondition(
  sql: Sql,
  { engagement }: Filters,
  player: Fragment,
  time: Fragment,
  round: Fragment,
): Fragment | undefined {
  if (engagement === undefined) return undefined;
  return sql`exists (
    select from engagement_analysis g
    join engagement_participants p using (round_id, engagement)
    where g.round_id = ${round} and g.attackers = ${engagement.attackers} and g.defenders = ${engagement.defenders}
      and p.player_id = ${player} and ${time} between g.start_ms and g.time_ms)`;
}

/** Conditions on `combat_events e`, all but the rounds: whose doings, how, when, in what kind of fight. */
export function eventConditions(sql: Sql, filters: Filters, subject: Subject): Fragment {
  const player = subject === "attacker" ? sql`e.attacker_player_id` : sql`e.target_player_id`;
  const team = subject === "attacker" ? sql`e.attacker_team` : sql`e.target_team`;
  const slot = subject === "attacker" ? sql`e.attacker_slot` : sql`e.target_slot`;
  return allOf(sql, [
    given(filters.playerIds) ? sql`${player} = any(${[...filters.playerIds]}::int[])` : undefined,
    filters.team === undefined ? undefined : sql`${team} = ${filters.team}`,
    given(filters.classes)
      ? sql`(select c.class from round_players c
             where c.round_id = e.round_id and c.slot = ${slot} and c.from_ms <= e.time_ms
             order by c.from_ms desc limit 1) = any(${[...filters.classes]}::int[])`
      : undefined,
    given(filters.weapons) ? sql`e.weapon = any(${[...filters.weapons]}::int[])` : undefined,
    given(filters.means) ? sql`e.means_of_death = any(${[...filters.means]}::int[])` : undefined,
    phaseCondition(sql, filters, sql`e.time_ms`),
    engagementCondition(sql, filters, player, sql`e.time_ms`, sql`e.round_id`),
    withoutBots(sql, filters, sql`e.attacker_player_id`, sql`e.target_player_id`),
  ]);
}

/** Conditions on `player_positions p`, all but the rounds. */
export function positionConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    given(filters.playerIds) ? sql`p.player_id = any(${[...filters.playerIds]}::int[])` : undefined,
    filters.team === undefined ? undefined : sql`p.team = ${filters.team}`,
    given(filters.classes) ? sql`p.class = any(${[...filters.classes]}::int[])` : undefined,
    given(filters.weapons) ? sql`p.weapon = any(${[...filters.weapons]}::int[])` : undefined,
    phaseCondition(sql, filters, sql`p.time_ms`),
    engagementCondition(sql, filters, sql`p.player_id`, sql`p.time_ms`, sql`p.round_id`),
    withoutBots(sql, filters, sql`p.player_id`),
  ]);
}

/**
 * The samples of the chosen rounds, round by round: `columns` of `player_positions p`, and the time that one stands for
 * as `sample_s`. Each "offset 0" keeps the planner from making one big join of it, and from reading the configuration
 * once a sample.
 */
export function positionSource(sql: Sql, filters: Filters, columns: Fragment, who?: Fragment): Fragment {
  return sql`
    (select r.round_id, (r.configuration ->> 'prox_sample_ms')::float8 / 1000 as sample_s
     from rounds r where ${roundConditions(sql, filters)} offset 0) r
    cross join lateral (
      select ${columns} from player_positions p
      where p.round_id = r.round_id and ${allOf(sql, [who, positionConditions(sql, filters)])} offset 0) p`;
}
