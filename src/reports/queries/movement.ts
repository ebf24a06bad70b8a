/** How players move: ways between cells, speed by class, places of standing still. */
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
    select floor(x / ${cellUnits})::int as "cellX", floor(y / ${cellUnits})::int as "cellY",
      sum(sample_s)::float8 as "presenceS", sum(stationary_ms)::float8 / 1000 as "stationaryS",
      avg(speed_ups)::float8 as "meanSpeedUps"
    from ${positionSource(sql, filters, sql`p.x, p.y, p.stationary_ms, p.speed_ups`)}
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

/**
 * Ways between cells by how often they were taken; only within one life, and not across gaps in the samples.
 *
 * Ordering the samples is most of the work, so they carry little: a `key` that slot and life begin and the time ends,
 * which makes the step from the last sample of another life longer than any step of one life; and a `cell` whose column
 * is in the upper half. Players are counted for those ways only that are asked for.
 */
export async function readFlows(
  sql: Sql,
  filters: Filters,
  cellUnits: number,
  limit: number,
): Promise<FlowRow[]> {
  const column = (cell: Fragment): Fragment => sql`((${cell} + 2147483648) >> 32)::int`;
  const row = (cell: Fragment): Fragment => sql`(${cell} - (${column(cell)}::bigint << 32))::int`;
  const [from, to] = [sql`t.from_cell`, sql`t.to_cell`];
  return sql<FlowRow[]>`
    with steps as materialized (
      select player_id, from_cell, to_cell
      from (select r.round_id, (r.configuration ->> 'prox_sample_ms')::int as sample_ms
            from rounds r where ${roundConditions(sql, filters)} offset 0) r
      cross join lateral (
        select player_id, cell as to_cell, lag(cell) over steps as from_cell, key - lag(key) over steps as step_ms
        from (
          select p.player_id, (p.slot::bigint << 48) + (p.life::bigint << 32) + p.time_ms as key,
            (floor(p.x / ${cellUnits})::bigint << 32) + floor(p.y / ${cellUnits})::int as cell
          from player_positions p
          where p.round_id = r.round_id and ${positionConditions(sql, filters)}) c
        window steps as (order by key) offset 0) s
      where from_cell <> to_cell and step_ms <= 2 * sample_ms),
    taken as (
      select from_cell, to_cell, count(*) as times from steps
      group by 1, 2 order by times desc, 1, 2 limit ${limit})
    select ${column(from)} as "fromX", ${row(from)} as "fromY", ${column(to)} as "toX", ${row(to)} as "toY",
      t.times::int as times, count(distinct s.player_id)::int as players
    from taken t join steps s using (from_cell, to_cell)
    group by t.from_cell, t.to_cell, t.times order by t.times desc, t.from_cell, t.to_cell`;
}

/** How players of one class moved. */
export interface ClassMovementRow {
  class: number;
  players: number;
  aliveS: number;
  meanSpeedUps: number;
  /** Distance for each minute alive. */
  unitsPerMinute: number;
  stationaryS: number;
  sprintingS: number;
  crouchingS: number;
  proneS: number;
}

/** Movement by class, in the order of the engine's numbers. */
export async function readClassMovement(sql: Sql, filters: Filters): Promise<ClassMovementRow[]> {
  // By player first: counting distinct players of many samples would sort them all.
  return sql<ClassMovementRow[]>`
    select class, count(*)::int as players, sum(alive_s)::float8 as "aliveS",
      (sum(speed_sum) / sum(samples))::float8 as "meanSpeedUps",
      (sum(distance_units) / sum(alive_s) * 60)::float8 as "unitsPerMinute",
      sum(stationary_ms)::float8 / 1000 as "stationaryS",
      coalesce(sum(sprinting_s), 0)::float8 as "sprintingS",
      coalesce(sum(crouching_s), 0)::float8 as "crouchingS",
      coalesce(sum(prone_s), 0)::float8 as "proneS"
    from (
      select class, player_id, count(*) as samples, sum(sample_s) as alive_s,
        sum(speed_ups::float8) as speed_sum, sum(distance_units) as distance_units,
        sum(stationary_ms) as stationary_ms, sum(sample_s) filter (where is_sprinting) as sprinting_s,
        sum(sample_s) filter (where stance = 1) as crouching_s, sum(sample_s) filter (where stance = 2) as prone_s
      from ${positionSource(sql, filters, sql`p.class, p.player_id, p.speed_ups, p.distance_units, p.stationary_ms, p.is_sprinting, p.stance`)}
      group by class, player_id) moved
    group by class order by class`;
}
