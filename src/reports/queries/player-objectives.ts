/** What one player did at objectives. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, type CamelRow } from "../../db/rows.ts";
import { eventConditions, objectiveConditions } from "../event-conditions.ts";
import type { Filters, Fragment } from "../filters.ts";
import { recordedRounds } from "./objective-totals.ts";

interface PlayerObjectiveColumns {
  /** Rounds that have their objectives: what follows is counted in these. */
  readonly rounds: number;
  /** Dynamite armed at an objective, and made harmless. */
  readonly planted: number;
  readonly defused: number;
  /** Parts of stages that the player built, percent of a stage. */
  readonly built_percent: number;
  /** Documents taken from their place or from the ground, and secured; the time for which the player carried them, ms. */
  readonly carries: number;
  readonly secured: number;
  readonly carried_ms: number;
  readonly returned: number;
  readonly captured: number;
  /** Enemies killed who carried something, or were at it. */
  readonly carriers_killed: number;
  readonly planting_killed: number;
  readonly defusing_killed: number;
  readonly building_killed: number;
  /** Deaths by enemies while carrying something, or while planting, defusing or building. */
  readonly deaths_carrying: number;
  readonly deaths_acting: number;
  /** Enemies killed within reach of armed dynamite at an objective: of the own team, and of theirs. */
  readonly plants_defended: number;
  readonly defuses_defended: number;
  /** Enemies killed within reach of something that the own team was building. */
  readonly builds_defended: number;
  /** Enemies killed who had hit a carrier of the own team shortly before. */
  readonly carriers_defended: number;
}

/** Who hit a carrier is a danger to them for this time. */
const DANGER_MS = 5000;
/** Armed dynamite goes off after this time; where a recording ends before, nothing tells it. */
const FUSE_MS = 30_000;

type DefenceColumns = Pick<
  PlayerObjectiveColumns,
  Extract<keyof PlayerObjectiveColumns, `${string}_defended`>
>;

/** Counts kills of enemies who threatened what the own team was doing, see docs/metrics.md. */
async function readDefence(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
  rounds: Fragment,
): Promise<DefenceColumns> {
  /** The first event of some kinds after an event `a`. */
  const next = (same: Fragment, ...events: readonly string[]): Fragment => sql`(
    select min(b.time_ms) from objective_events b
    where b.round_id = a.round_id and b.event_number > a.event_number and ${same}
      and b.event::text = any(${[...events]}::text[]))`;
  const near = (place: string, team: Fragment): Fragment => sql`count(*) filter (where exists (
    select from ${sql(place)} p
    where p.round_id = k.round_id and ${team} and k.time_ms between p.from_ms and p.to_ms
      and (p.x - k.x) ^ 2 + (p.y - k.y) ^ 2 + (p.z - k.z) ^ 2 <= objective_reach_units() ^ 2))::int`;
  const [counts] = await sql<[DefenceColumns]>`
    with kills as materialized (
      select e.round_id, e.time_ms, e.attacker_team as team, e.target_player_id as enemy_id,
        e.target_x as x, e.target_y as y, e.target_z as z
      from combat_events e
      where e.attacker_player_id = any(${[...playerIds]}::int[]) and e.round_id = any(${rounds})
        and is_enemy_kill(e.event, e.relation) and ${eventConditions(sql, filters, "attacker")}
    ), charges as materialized (
      select a.round_id, a.team, a.x, a.y, a.z, a.time_ms as from_ms,
        coalesce(${next(sql`b.charge = a.charge`, "dynamite_defuse", "dynamite_explode", "dynamite_gone")},
          a.time_ms + ${FUSE_MS}) as to_ms
      from objective_events a
      where a.round_id = any(${rounds}) and a.event = 'dynamite_arm' and a.objective is not null
    ), sites as materialized (
      select a.round_id, a.team, a.x, a.y, a.z, a.time_ms as from_ms,
        coalesce(${next(sql`b.objective = a.objective`, "construct_stage", "construct_finish", "construct_decay", "construct_destroy")},
          2147483647) as to_ms
      from objective_events a where a.round_id = any(${rounds}) and a.event = 'construct_start'
    ), carries as materialized (
      select a.round_id, a.team, a.player_id, a.time_ms as from_ms,
        coalesce(${next(sql`b.player_id = a.player_id`, "carry_drop", "carry_secure")}, 2147483647) as to_ms
      from objective_events a
      where a.round_id = any(${rounds}) and a.event in ('carry_take', 'carry_pickup') and a.player_id <> all(${[...playerIds]}::int[])
    )
    select ${near("charges", sql`p.team = k.team`)} as plants_defended,
      ${near("charges", sql`p.team <> k.team`)} as defuses_defended,
      ${near("sites", sql`p.team = k.team`)} as builds_defended,
      count(*) filter (where exists (
        select from carries c
        join combat_events h on h.round_id = c.round_id and h.target_player_id = c.player_id
          and h.time_ms between c.from_ms and c.to_ms
        where c.round_id = k.round_id and c.team = k.team and h.attacker_player_id = k.enemy_id
          and is_enemy_hit(h.event, h.relation, h.target_is_wounded)
          and h.time_ms between k.time_ms - ${DANGER_MS}::int and k.time_ms))::int as carriers_defended
    from kills k`;
  return counts;
}

/** What a player did at objectives, in the rounds that have them. */
export type PlayerObjectives = CamelRow<PlayerObjectiveColumns>;

/**
 * Counts what a player did at objectives.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readPlayerObjectives(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<PlayerObjectives> {
  const rounds = recordedRounds(sql, filters);
  const count = (...events: readonly string[]): Fragment =>
    sql`count(*) filter (where o.event::text = any(${[...events]}::text[]))::int`;
  const isKill = sql`is_enemy_kill(e.event, e.relation)`;
  const kills = (condition: Fragment): Fragment => sql`count(*) filter (where ${condition})::int`;
  const [[acts], [given], [received], defended] = await Promise.all([
    sql<[Omit<PlayerObjectiveColumns, `${string}_${"killed" | "defended"}` | `deaths_${string}`>]>`
      select cardinality(${rounds}) as rounds,
        count(*) filter (where o.event = 'dynamite_arm' and o.objective is not null)::int as planted,
        ${count("dynamite_defuse")} as defused,
        coalesce(sum(o.share_percent) filter (where o.event = 'construct_share'), 0)::int as built_percent,
        ${count("carry_take", "carry_pickup")} as carries,
        ${count("carry_secure")} as secured,
        coalesce(sum(o.duration_ms) filter (where o.event in ('carry_drop', 'carry_secure')), 0)::float8 as carried_ms,
        ${count("carry_return")} as returned,
        ${count("spawn_capture")} as captured
      from objective_events o
      where o.player_id = any(${[...playerIds]}::int[]) and o.round_id = any(${rounds}) and ${objectiveConditions(sql, filters)}`,
    sql<[Pick<PlayerObjectiveColumns, Extract<keyof PlayerObjectiveColumns, `${string}_killed`>>]>`
      select ${kills(sql`e.target_carrying > 0`)} as carriers_killed,
        ${kills(sql`e.target_act = 'planting'`)} as planting_killed,
        ${kills(sql`e.target_act = 'defusing'`)} as defusing_killed,
        ${kills(sql`e.target_act = 'building'`)} as building_killed
      from combat_events e
      where e.attacker_player_id = any(${[...playerIds]}::int[]) and e.round_id = any(${rounds}) and ${isKill}
        and ${eventConditions(sql, filters, "attacker")}`,
    sql<[Pick<PlayerObjectiveColumns, "deaths_carrying" | "deaths_acting">]>`
      select ${kills(sql`e.target_carrying > 0`)} as deaths_carrying,
        ${kills(sql`e.target_act is not null`)} as deaths_acting
      from combat_events e
      where e.target_player_id = any(${[...playerIds]}::int[]) and e.round_id = any(${rounds}) and ${isKill}
        and ${eventConditions(sql, filters, "target")}`,
    readDefence(sql, playerIds, filters, rounds),
  ]);
  return camelRow({ ...acts, ...given, ...received, ...defended });
}
