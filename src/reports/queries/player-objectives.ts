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
}

/** What a player did at objectives, in the rounds that have them. */
export type PlayerObjectives = CamelRow<PlayerObjectiveColumns>;

/**
 * Counts what a player did at objectives.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readPlayerObjectives(
  sql: Sql,
  playerId: number,
  filters: Filters,
): Promise<PlayerObjectives> {
  const rounds = recordedRounds(sql, filters);
  const count = (...events: readonly string[]): Fragment =>
    sql`count(*) filter (where o.event::text = any(${[...events]}::text[]))::int`;
  const isKill = sql`is_enemy_kill(e.event, e.relation)`;
  const kills = (condition: Fragment): Fragment => sql`count(*) filter (where ${condition})::int`;
  const [[acts], [given], [received]] = await Promise.all([
    sql<[Omit<PlayerObjectiveColumns, `${string}_killed` | `deaths_${string}`>]>`
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
      where o.player_id = ${playerId} and o.round_id = any(${rounds}) and ${objectiveConditions(sql, filters)}`,
    sql<[Pick<PlayerObjectiveColumns, Extract<keyof PlayerObjectiveColumns, `${string}_killed`>>]>`
      select ${kills(sql`e.target_carrying > 0`)} as carriers_killed,
        ${kills(sql`e.target_act = 'planting'`)} as planting_killed,
        ${kills(sql`e.target_act = 'defusing'`)} as defusing_killed,
        ${kills(sql`e.target_act = 'building'`)} as building_killed
      from combat_events e
      where e.attacker_player_id = ${playerId} and e.round_id = any(${rounds}) and ${isKill}
        and ${eventConditions(sql, filters, "attacker")}`,
    sql<[Pick<PlayerObjectiveColumns, "deaths_carrying" | "deaths_acting">]>`
      select ${kills(sql`e.target_carrying > 0`)} as deaths_carrying,
        ${kills(sql`e.target_act is not null`)} as deaths_acting
      from combat_events e
      where e.target_player_id = ${playerId} and e.round_id = any(${rounds}) and ${isKill}
        and ${eventConditions(sql, filters, "target")}`,
  ]);
  return camelRow({ ...acts, ...given, ...received });
}
