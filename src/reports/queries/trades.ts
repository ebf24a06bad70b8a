/** Who avenges whom: chances and trades by direction, with their delay and distance. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import type { Filters } from "../filters.ts";
import { countedChances, singleChances } from "./pairs.ts";

interface TradeColumns extends Columns<"players", "player_id" | "name"> {
  /** Whose deaths they avenged, or could have. */
  readonly mate_id: Schema["players"]["player_id"];
  readonly mate_name: Schema["players"]["name"];
  /** Times that an enemy killed the mate while the player was alive, and how often the player killed that enemy in time. */
  readonly chances: number;
  readonly trades: number;
  /** Of the trades, medians: time from the mate's death, ms; from the player to the enemy, units; null without trades. */
  readonly median_delay_ms: number | null;
  readonly median_distance_units: number | null;
}

/** A player, and a mate whom they avenge. */
export type TradeRow = CamelRow<TradeColumns>;

/** Directions with a chance: most trades first, then fewest chances. The filters are about one of the two. */
export async function readTrades(sql: Sql, filters: Filters): Promise<TradeRow[]> {
  const rows = await sql<TradeColumns[]>`
    with taken as (
      select coalesce(a.person_id, mate_player_id) as mate, coalesce(b.person_id, victim_player_id) as victim,
        percentile_cont(0.5) within group (order by delay_ms) as median_delay_ms,
        percentile_cont(0.5) within group (order by avenger_distance_units) as median_distance_units
      from (${singleChances(sql, filters)}) chances
      left join player_aliases a on a.player_id = mate_player_id
      left join player_aliases b on b.player_id = victim_player_id
      where is_traded
      group by 1, 2
    ), directions as (
      select mate as player_id, victim as mate_id, chances, trades, median_delay_ms, median_distance_units
      from (${countedChances(sql, filters)}) counted left join taken using (mate, victim)
    )
    select d.*, p.name, m.name as mate_name
    from directions d
    join people p using (player_id)
    join people m on m.player_id = d.mate_id
    where d.player_id <> d.mate_id
    order by trades desc, chances, player_id, mate_id`;
  return camelRows(rows);
}
