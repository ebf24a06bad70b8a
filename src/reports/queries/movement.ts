/** How players move: places, and ways between cells. */
import type { Sql, Transaction } from "../../db/driver/connect.ts";
import { withinTransaction } from "../../db/driver/transaction.ts";
import { camelRows, type CamelRow, type KnownColumns } from "../../db/rows.ts";
import type { Filters, Fragment } from "../filters.ts";
import { personConditions, sampleSource } from "../samples.ts";
import { cellSource, roundsBySums } from "./cells.ts";

interface PlaceColumns extends KnownColumns<"player_cells", "cell_x" | "cell_y"> {
  /** Time that living players spent there, seconds; of it, standing still. */
  readonly presence_s: number;
  readonly stationary_s: number;
  readonly mean_speed_ups: number;
}

/** What a cell of the map saw; `cellX` is floor(x / cell size). */
export type PlaceRow = CamelRow<PlaceColumns>;

/** Places by the time spent there, longest first; what is equal to a millisecond by its cell. */
export async function readPlaces(sql: Sql, filters: Filters, cellUnits: number): Promise<PlaceRow[]> {
  const rows = await sql<PlaceColumns[]>`
    select cell_x, cell_y, (sum(presence_ns) / 1e9)::float8 as presence_s,
      sum(stationary_ms)::float8 / 1000 as stationary_s, (sum(speed_sum_ups) / sum(samples))::float8 as mean_speed_ups
    from ${cellSource(sql, filters, cellUnits)}
    group by 1, 2 order by round(sum(presence_ns) / 1e6) desc, 1, 2`;
  return camelRows(rows);
}

interface FlowColumns extends KnownColumns<"player_ways", "from_x" | "from_y" | "to_x" | "to_y" | "times"> {
  /** How many different ones went there. */
  readonly players: number;
}

/** How often players went from one cell to another, from one sample to the next. */
export type FlowRow = CamelRow<FlowColumns>;

/** How the server plans a query, as it writes its settings. */
interface PlannerSettings {
  readonly enable_sort: string;
  readonly work_mem: string;
}

/** A way, and whether the samples of all ways came in order. */
interface CountedFlow extends FlowColumns {
  readonly is_in_order: boolean;
}

/**
 * Ways between cells by how often they were taken; only within one life, and not across gaps in the samples.
 *
 * Putting samples in order is most of the work where they were not summed up, so they are small: one number whose upper
 * half is the time and whose lower half the cell. They were stored in order of time, and hashing them by life keeps that order, so
 * that nothing need be sorted. Whether the server hashes is for its planner to say: each step tells whether it goes forward
 * in time, and if one does not, the samples are sorted after all.
 */
export async function readFlows(
  sql: Sql,
  filters: Filters,
  cellUnits: number,
  limit: number,
): Promise<FlowRow[]> {
  const count = async (transaction: Transaction): Promise<CountedFlow[]> => {
    const [before] = await transaction<[PlannerSettings]>`
      select current_setting('enable_sort') as enable_sort, current_setting('work_mem') as work_mem`;
    const useSettings = async (settings: PlannerSettings): Promise<void> => {
      await transaction`
        select set_config('enable_sort', ${settings.enable_sort}, true), set_config('work_mem', ${settings.work_mem}, true)`;
    };
    await useSettings({ enable_sort: "off", work_mem: "64MB" });
    const counted = await transaction<CountedFlow[]>`${countFlows(sql, filters, cellUnits, limit, sql``)}`;
    // The transaction may be one in which others ask, too.
    await useSettings(before);
    return counted;
  };
  const flows = await withinTransaction(sql, count, "read only");
  const ordered = flows.every(({ is_in_order }) => is_in_order)
    ? flows
    : await sql<
        CountedFlow[]
      >`${countFlows(sql, filters, cellUnits, limit, sql`order by p.round_id, p.player_id, p.slot, p.life, p.time_ms`)}`;
  return camelRows(ordered).map(({ fromX, fromY, players, times, toX, toY }) => ({
    fromX,
    fromY,
    toX,
    toY,
    times,
    players,
  }));
}

/** @param order how samples come before they are put together life by life, if not as they were stored. */
function countFlows(sql: Sql, filters: Filters, cellUnits: number, limit: number, order: Fragment): Fragment {
  const { others, summedUp } = roundsBySums(sql, filters, cellUnits);
  const counted = stepsBetween(sql, filters, cellUnits, others, order);
  const ways =
    summedUp === undefined
      ? counted
      : sql`
        select p.player_id, p.from_x, p.from_y, p.to_x, p.to_y, sum(p.times) as times, true as is_in_order
        from player_ways p where p.round_id = any(${summedUp}) and ${personConditions(sql, filters)}
        group by 1, 2, 3, 4, 5
        union all ${counted}`;
  return sql`
    select from_x, from_y, to_x, to_y,
      sum(times)::int as times, count(*)::int as players, bool_and(bool_and(is_in_order)) over () as is_in_order
    from (
      select coalesce(alias.person_id, ways.player_id) as person_id, from_x, from_y, to_x, to_y, sum(times) as times,
        bool_and(is_in_order) as is_in_order
      from (${ways}) ways left join player_aliases alias using (player_id) group by 1, 2, 3, 4, 5) taken
    group by from_x, from_y, to_x, to_y order by times desc, from_x, from_y, to_x, to_y limit ${limit}`;
}

/** Ways of each player, counted sample by sample. */
function stepsBetween(
  sql: Sql,
  filters: Filters,
  cellUnits: number,
  rounds: Fragment,
  order: Fragment,
): Fragment {
  const cell = (axis: Fragment): Fragment => sql`(floor(${axis} / ${cellUnits})::int + 32768)`;
  const column = (sample: Fragment): Fragment => sql`((${sample} >> 16) & 65535)::int - 32768`;
  const row = (sample: Fragment): Fragment => sql`(${sample} & 65535)::int - 32768`;
  const [from, to] = [sql`from_cell`, sql`to_cell`];
  return sql`
    select player_id, ${column(from)} as from_x, ${row(from)} as from_y, ${column(to)} as to_x, ${row(to)} as to_y,
      times, is_in_order
    from (
      select player_id, from_sample & 4294967295 as from_cell, to_sample & 4294967295 as to_cell, count(*) as times,
        bool_and(from_sample < to_sample) as is_in_order
      from (
        select player_id, gap, unnest(samples) as from_sample, unnest(samples[2:]) as to_sample
        from (
          select p.round_id, p.player_id, array_agg(sample) as samples
          from (
            select p.round_id, p.player_id, p.slot, p.life,
              (p.time_ms::bigint << 32) + (${cell(sql`p.x`)}::bigint << 16) + ${cell(sql`p.y`)} as sample
            from ${sampleSource(sql, filters, { rounds })}
            ${order}) p
          group by p.round_id, p.player_id, p.slot, p.life) lives
        join (
          select r.round_id, (2 * (r.configuration ->> 'prox_sample_ms')::bigint + 1) << 32 as gap
          from rounds r where r.round_id = any(${rounds}) offset 0) r using (round_id)) steps
      where to_sample < from_sample
        or from_sample & 4294967295 <> to_sample & 4294967295 and to_sample - from_sample < gap
      group by 1, 2, 3) taken`;
}
