/** The ground under a picture of a map: its map file, or what the rounds know of its shape. */
import type { Sql } from "../db/driver/connect.ts";
import { loadMap } from "../maps/map-file.ts";
import { roundBounds } from "../pictures/map-frame.ts";
import type { Bounds, Ground } from "../pictures/map-frame.ts";

/** The side of a cell where no round says its own. */
export const DEFAULT_CELL_UNITS = 256;

/** Cells of the floor plan: a player is 36 units wide, so doors of one player's width still show. */
const FLOOR_CELL_UNITS = 64;
/** So many samples, of the latest rounds, show where players walk; more only cost time. */
const FLOOR_SAMPLES = 24_000;
/** Points between two samples of a walk, so that the floor has no holes; further apart than this is no walk. */
const STEPS = 4;
const LONGEST_WALK_UNITS = 500;

/** Where players were on a map, in cells, in its latest rounds. */
async function readFloor(
  sql: Sql,
  map: string,
  among: readonly number[] | null,
): Promise<[number, number][]> {
  const cells = await sql<{ x: number; y: number }[]>`
    with latest as (
      select array_agg(round_id) as round_ids from (
        select round_id, sum(position_rows) over (order by started_at desc, round_id) - position_rows as before
        from rounds where map = ${map} and position_rows > 0 and excluded_at is null
          and (${among}::int[] is null or round_id = any(${among}::int[]))) r
      where before < ${FLOOR_SAMPLES}
    ), samples as (
      select round_id, slot, life, time_ms,
        floor(x / ${FLOOR_CELL_UNITS})::int as x, floor(y / ${FLOOR_CELL_UNITS})::int as y
      from player_positions where round_id = any((select round_ids from latest)::int[])
    ), walks as (
      -- Many samples, few different steps: only those are looked at closely.
      select distinct x, y, from_x, from_y from (
        select x, y, lag(x) over step as from_x, lag(y) over step as from_y
        from samples window step as (partition by round_id, slot, life order by time_ms)) steps
    )
    select x, y from walks
    union
    select round(x + (from_x - x) * i / ${STEPS + 1}::float8)::int, round(y + (from_y - y) * i / ${STEPS + 1}::float8)::int
    from walks cross join generate_series(1, ${STEPS}) i
    where (x, y) is distinct from (from_x, from_y)
      and (x - from_x) ^ 2 + (y - from_y) ^ 2 <= ${(LONGEST_WALK_UNITS / FLOOR_CELL_UNITS) ** 2}
    order by x, y`;
  return cells.map(({ x, y }) => [x, y]);
}

/** The smallest rectangle around cells; undefined for none. */
function boundsOf(cells: readonly (readonly [number, number])[], cellUnits: number): Bounds | undefined {
  if (cells.length === 0) return undefined;
  const bounds = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const [x, y] of cells) {
    bounds.minX = Math.min(bounds.minX, x * cellUnits);
    bounds.minY = Math.min(bounds.minY, y * cellUnits);
    bounds.maxX = Math.max(bounds.maxX, (x + 1) * cellUnits);
    bounds.maxY = Math.max(bounds.maxY, (y + 1) * cellUnits);
  }
  return bounds;
}

/** What is known of a map, before it is known what shall be drawn on it. */
export interface KnownGround {
  readonly file: Awaited<ReturnType<typeof loadMap>>;
  readonly floor: Ground["floor"];
}

/**
 * Reads the map file of a map, if there is one, and the floor plan that the players' positions draw.
 * @param roundIds rounds whose positions draw it; all that count without it.
 */
export async function readGround(sql: Sql, map: string, roundIds?: readonly number[]): Promise<KnownGround> {
  const among = roundIds === undefined ? null : [...roundIds];
  const [file, floor] = await Promise.all([loadMap(map), readFloor(sql, map, among)]);
  return { file, floor };
}

/**
 * The ground to draw on. With a map file: its bounds and image. Without: the bounds of what was recorded there.
 * @param cells what is to be drawn on it, in cells of `cellUnits`; it always lies within the bounds of the data.
 */
export function layGround(
  { file, floor }: KnownGround,
  cells: readonly (readonly [number, number])[],
  cellUnits: number,
): Ground {
  if (file !== undefined) {
    return { bounds: file.bounds, floor, floorCellUnits: FLOOR_CELL_UNITS, image: file.image };
  }
  const parts = [boundsOf(floor, FLOOR_CELL_UNITS), boundsOf(cells, cellUnits)].filter(
    (part) => part !== undefined,
  );
  const whole: Bounds = {
    minX: Math.min(...parts.map(({ minX }) => minX)),
    minY: Math.min(...parts.map(({ minY }) => minY)),
    maxX: Math.max(...parts.map(({ maxX }) => maxX)) - 1,
    maxY: Math.max(...parts.map(({ maxY }) => maxY)) - 1,
  };
  return {
    bounds: roundBounds(whole, FLOOR_CELL_UNITS),
    floor,
    floorCellUnits: FLOOR_CELL_UNITS,
    image: undefined,
  };
}
