/** How players move: places, and ways between cells. */
import type { Sql } from "../../db/connect.ts";
import { positionConditions, positionSource, roundConditions } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** What a cell of the map saw. */
export interface PlaceRow {
  cellX: number;
  cellY: number;
  /** Time that players spent there, seconds; of it, standing still. */
  presenceS: number;
  stationaryS: number;
  meanSpeedUps: number;
}

/** Places by the time spent there, longest first. */
export async function readPlaces(sql: Sql, filters: Filters, cellUnits: number): Promise<PlaceRow[]> {
  return sql<PlaceRow[]>`
    select cell_x as "cellX", cell_y as "cellY", sum(samples * sample_s)::float8 as "presenceS",
      sum(stationary_ms)::float8 / 1000 as "stationaryS", sum(speed_ups) / sum(samples)::float8 as "meanSpeedUps"
    from ${positionSource(
      sql,
      filters,
      sql`floor(p.x / ${cellUnits})::int as cell_x, floor(p.y / ${cellUnits})::int as cell_y, count(*) as samples,
        sum(p.stationary_ms) as stationary_ms, sum(p.speed_ups::float8) as speed_ups`,
      { groupBy: sql`1, 2` },
    )}
    group by 1, 2 order by "presenceS" desc, 1, 2`;
}

/** How often players went from one cell to another, from one sample to the next. */
export interface FlowRow {
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
  times: number;
  players: number;
}

/** A way, and whether the samples of all ways came in order. */
interface CountedFlow extends FlowRow {
  isInOrder: boolean;
}

/**
 * Ways between cells by how often they were taken; only within one life, and not across gaps in the samples.
 *
 * Putting samples in order is most of the work, so they are small: one number whose upper half is the time and whose
 * lower half the cell. The key of the table has them in order of time, and hashing them by life keeps that order, so that
 * nothing need be sorted. Whether the server hashes is for its planner to say: each step tells whether it goes forward in
 * time, and if one does not, the samples are sorted after all.
 */
export async function readFlows(
  sql: Sql,
  filters: Filters,
  cellUnits: number,
  limit: number,
): Promise<FlowRow[]> {
  const flows = await sql.begin("read only", async (transaction) => {
    await transaction`set local enable_sort = off`;
    return transaction<CountedFlow[]>`${countFlows(sql, filters, cellUnits, limit, sql`time_ms`)}`;
  });
  const ordered = flows.every(({ isInOrder }) => isInOrder)
    ? flows
    : await sql<
        CountedFlow[]
      >`${countFlows(sql, filters, cellUnits, limit, sql`player_id, slot, life, time_ms`)}`;
  return ordered.map(({ fromX, fromY, players, times, toX, toY }) => ({
    fromX,
    fromY,
    toX,
    toY,
    times,
    players,
  }));
}

/** @param order how the samples come before they are put together life by life. */
function countFlows(sql: Sql, filters: Filters, cellUnits: number, limit: number, order: Fragment): Fragment {
  const cell = (axis: Fragment): Fragment => sql`(floor(${axis} / ${cellUnits})::int + 32768)`;
  const column = (sample: Fragment): Fragment => sql`((${sample} >> 16) & 65535)::int - 32768`;
  const row = (sample: Fragment): Fragment => sql`(${sample} & 65535)::int - 32768`;
  const [from, to] = [sql`from_cell`, sql`to_cell`];
  return sql`
    select ${column(from)} as "fromX", ${row(from)} as "fromY", ${column(to)} as "toX", ${row(to)} as "toY",
      sum(times)::int as times, count(*)::int as players, bool_and(bool_and(is_in_order)) over () as "isInOrder"
    from (
      select player_id, from_sample & 4294967295 as from_cell, to_sample & 4294967295 as to_cell, count(*) as times,
        bool_and(from_sample < to_sample) as is_in_order
      from (select r.round_id, (2 * (r.configuration ->> 'prox_sample_ms')::bigint + 1) << 32 as gap
            from rounds r where ${roundConditions(sql, filters)} offset 0) r
      cross join lateral (
        select player_id, unnest(samples) as from_sample, unnest(samples[2:]) as to_sample
        from (
          select player_id, array_agg(sample) as samples
          from (
            select p.player_id, p.slot, p.life,
              (p.time_ms::bigint << 32) + (${cell(sql`p.x`)}::bigint << 16) + ${cell(sql`p.y`)} as sample
            from player_positions p
            where p.round_id = r.round_id and ${positionConditions(sql, filters)}
            order by ${order}) in_order
          group by player_id, slot, life) lives offset 0) steps
      where to_sample < from_sample
        or from_sample & 4294967295 <> to_sample & 4294967295 and to_sample - from_sample < gap
      group by 1, 2, 3) taken
    group by from_cell, to_cell order by times desc, from_cell, to_cell limit ${limit}`;
}
