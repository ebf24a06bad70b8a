/** What happened to the objectives of a round. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { objectiveConditions } from "../event-conditions.ts";
import type { Filters, Fragment } from "../filters.ts";

/**
 * Whether a round has its objectives: `recorded`; `failed` after an error, so that something may be missing; `off` by a
 * setting; `unavailable` in that engine; `not recorded` without an objectives file, as in all rounds of format version 1.
 */
export type ObjectiveState = "recorded" | "failed" | "off" | "unavailable" | "not recorded";

/** The {@link ObjectiveState} of `rounds r`. */
export function objectiveState(sql: Sql): Fragment {
  return sql`case
    when r.objective_rows is null then 'not recorded'
    when r.captures ->> 'objectives' in ('failed', 'off', 'unavailable') then r.captures ->> 'objectives'
    else 'recorded' end`;
}

/** Whether a round has its objectives. */
export async function readObjectiveState(sql: Sql, roundId: number): Promise<ObjectiveState> {
  const [round] = await sql<{ state: ObjectiveState }[]>`
    select ${objectiveState(sql)} as state from rounds r where r.round_id = ${roundId}`;
  return round?.state ?? "not recorded";
}

interface ObjectiveColumns
  extends
    Columns<"objective_events", "time_ms" | "event" | "source" | "team" | "from_team" | "stage" | "stages">,
    Columns<"objective_events", "share_percent" | "reason" | "objective_number" | "status">,
    Columns<"objective_events", "means_of_death" | "duration_ms" | "distance_units" | "objective"> {
  readonly player_name: Schema["players"]["name"] | null;
  readonly player_is_bot: boolean;
  readonly other_name: Schema["players"]["name"] | null;
  /** Whether it is what its objective is there for, see `is_objective_done`. */
  readonly is_done: boolean;
  readonly objective_kind: Schema["objectives"]["kind"] | null;
  /** Empty where the map has none. */
  readonly objective_name: Schema["objectives"]["name"] | null;
}

/** An event of a round's objectives, see docs/format.md. */
export type ObjectiveRow = CamelRow<ObjectiveColumns>;

/**
 * What happened to the objectives of a round, as far as it is as asked for, in order: all but mines, satchel charges, packs
 * and where vehicles are.
 */
export async function readObjectiveEvents(
  sql: Sql,
  roundId: number,
  filters: Filters,
): Promise<ObjectiveRow[]> {
  const rows = await sql<ObjectiveColumns[]>`
    select o.time_ms, o.event, o.source, o.team, o.from_team, o.stage, o.stages, o.share_percent, o.reason,
      o.objective_number, o.status, o.means_of_death, o.duration_ms, o.distance_units, o.objective,
      coalesce(is_objective_done(n.kind, o.event), false) as is_done,
      p.name as player_name, coalesce(p.is_bot, false) as player_is_bot, q.name as other_name, n.kind as objective_kind, n.name as objective_name
    from objective_events o
    left join objectives n on n.round_id = o.round_id and n.objective = o.objective
    left join people p on p.player_id = o.player_id
    left join people q on q.player_id = o.other_player_id
    where o.round_id = ${roundId} and o.event not in (
        'vehicle_move', 'mine_place', 'mine_arm', 'mine_trigger', 'mine_explode', 'mine_gone',
        'satchel_place', 'satchel_explode', 'satchel_gone', 'pack_health', 'pack_ammo')
      and ${objectiveConditions(sql, filters)}
    order by o.event_number`;
  return camelRows(rows);
}
