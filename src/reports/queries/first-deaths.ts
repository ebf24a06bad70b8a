/** The first down of each round: who, by whom, when and where. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { eventConditions } from "../event-conditions.ts";
import { roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface FirstDeathColumns
  extends
    Columns<"rounds", "round_key" | "map" | "started_at">,
    KnownColumns<"combat_events", "time_ms">,
    Columns<"combat_events", "distance_units"> {
  readonly killer_id: number;
  readonly killer_name: Schema["players"]["name"];
  readonly victim_id: number;
  readonly victim_name: Schema["players"]["name"];
  /** Team of the killer. */
  readonly killer_team: Schema["combat_events"]["attacker_team"];
  /** Where the victim was, units. */
  readonly x: Schema["combat_events"]["target_x"];
  readonly y: Schema["combat_events"]["target_y"];
  readonly z: Schema["combat_events"]["target_z"];
  /** Whether a revive undid it. */
  readonly is_undone: boolean;
}

/** The first down by an enemy of a round. */
export type FirstDeathRow = CamelRow<FirstDeathColumns>;

/** First downs, the latest round first; the filters are about one of the two. */
export async function readFirstDeaths(sql: Sql, filters: Filters): Promise<FirstDeathRow[]> {
  const rows = await sql<FirstDeathColumns[]>`
    select r.round_key, r.map, r.started_at, e.time_ms, d.distance_units, e.attacker_team as killer_team,
      k.person_id as killer_id, k.name as killer_name, v.person_id as victim_id, v.name as victim_name,
      d.target_x as x, d.target_y as y, d.target_z as z, coalesce(e.is_undone, false) as is_undone
    from downs e
    join combat_events d on d.round_id = e.round_id and d.event_number = e.event_number
    join rounds r on r.round_id = e.round_id
    join people k on k.player_id = e.attacker_player_id
    join people v on v.player_id = e.target_player_id
    where e.round_id = any(${roundIdArray(sql, filters)}) and e.is_first and ((${eventConditions(sql, filters, "attacker")}) or (${eventConditions(sql, filters, "target")}))
    order by r.started_at desc, r.round_id desc`;
  return camelRows(rows);
}
