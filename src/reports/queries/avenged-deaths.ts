/** Deaths that a teammate could avenge, and those that one did. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, type CamelRow } from "../../db/rows.ts";
import type { Filters } from "../filters.ts";
import { singleChances } from "./pairs.ts";

type AvengedColumns = Readonly<{
  /** Downs by an enemy while a teammate was alive, and those of them that any teammate avenged in time. */
  deaths: number;
  avenged: number;
  /** Median time from the death to the trade, ms; null without one. */
  median_delay_ms: number | null;
}>;

/** Reads them, each death once: `report situations` counts a chance for each living teammate. The filters name no weapon and no means. */
export async function readAvengedDeaths(sql: Sql, filters: Filters): Promise<CamelRow<AvengedColumns>> {
  const [row] = await sql<[AvengedColumns]>`
    select count(*)::int as deaths, (count(*) filter (where is_traded))::int as avenged,
      percentile_cont(0.5) within group (order by delay_ms) as median_delay_ms
    from (
      select round_id, event_number, bool_or(is_traded) as is_traded, min(delay_ms) filter (where is_traded) as delay_ms
      from (${singleChances(sql, filters)}) chances group by 1, 2) deaths`;
  return camelRow(row);
}
