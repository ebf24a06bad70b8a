/** The ground under a picture of a map: its map file, or what the rounds know of its shape. */
import type { Sql } from "../db/driver/connect.ts";
import { readCopiedNumbers } from "../db/copied-numbers.ts";
import { withinTransaction } from "../db/driver/transaction.ts";
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
const LONGEST_WALK_CELLS = 500 / FLOOR_CELL_UNITS;

/** The rounds of a map whose samples show where players walk, the latest. */
async function listFloorRounds(sql: Sql, map: string, among: readonly number[] | null): Promise<number[]> {
  const rounds = await sql<{ round_id: number }[]>`
    select round_id from (
      select round_id, sum(position_rows) over (order by started_at desc, round_id) - position_rows as before
      from rounds where map = ${map} and position_rows > 0 and excluded_at is null
        and (${among}::int[] is null or round_id = any(${among}::int[]))) r
    where before < ${FLOOR_SAMPLES} order by round_id`;
  return rounds.map((row) => row.round_id);
}

/** A cell as one number, so that a set can hold it. */
const numberOf = (x: number, y: number): number => (x + 32768) * 65536 + y + 32768;
const cellOf = (cell: number): [number, number] => [Math.floor(cell / 65536) - 32768, (cell % 65536) - 32768];

/** Where somebody was, in cells. */
interface Step {
  readonly round: number;
  readonly life: number;
  readonly x: number;
  readonly y: number;
}

/** Adds the cell of a sample to a floor, and those between it and the sample before where somebody walked. */
function addStep(floor: Set<number>, from: Step | undefined, { life, round, x, y }: Step): void {
  const isOn = from?.round === round && from.life === life;
  if (isOn && from.x === x && from.y === y) return;
  floor.add(numberOf(x, y));
  if (!isOn) return;
  const [overX, overY] = [from.x - x, from.y - y];
  if (overX ** 2 + overY ** 2 > LONGEST_WALK_CELLS ** 2) return;
  for (let step = 1; step <= STEPS; step += 1) {
    const share = step / (STEPS + 1);
    floor.add(numberOf(x + Math.round(overX * share), y + Math.round(overY * share)));
  }
}

/** Where players were in each of these rounds, in cells. */
async function readFloors(sql: Sql, roundIds: readonly number[]): Promise<Map<number, Set<number>>> {
  const floors = new Map(roundIds.map((id) => [id, new Set<number>()]));
  const cell = (axis: string): string => `floor(${axis} / ${FLOOR_CELL_UNITS})::int`;
  const select = `select round_id, slot, life, ${cell("x")}, ${cell("y")} from player_positions
    where round_id in (${roundIds.join(", ")}) order by round_id, time_ms`;
  const before = new Map<number, Step>();
  await withinTransaction(
    sql,
    (transaction) =>
      readCopiedNumbers(transaction.unsafe(`copy (${select}) to stdout`), 5, (values) => {
        const [round = 0, slot = 0, life = 0, x = 0, y = 0] = values;
        const step = { round, life, x, y };
        addStep(floors.get(round) ?? new Set(), before.get(slot), step);
        before.set(slot, step);
      }),
    "read only",
  );
  return floors;
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
export type GroundReader = (map: string, roundIds?: readonly number[]) => Promise<KnownGround>;

/** Reads the ground of many pictures: each map file and the walks of each round once. */
export function groundReader(sql: Sql): GroundReader {
  const files = new Map<string, ReturnType<typeof loadMap>>();
  const floors = new Map<number, ReturnType<typeof readFloors>>();
  return async (map, among) => {
    const file = files.get(map) ?? loadMap(map);
    files.set(map, file);
    const [known, roundIds] = await Promise.all([
      file,
      listFloorRounds(sql, map, among === undefined ? null : [...among]),
    ]);
    const unread = roundIds.filter((id) => !floors.has(id));
    if (unread.length > 0) {
      const reading = readFloors(sql, unread);
      for (const id of unread) floors.set(id, reading);
    }
    const cells = new Set<number>();
    for (const id of roundIds) for (const cell of (await floors.get(id))?.get(id) ?? []) cells.add(cell);
    return { file: known, floor: [...cells].sort((a, b) => a - b).map(cellOf) };
  };
}

/** The ground of one picture, see {@link GroundReader}. */
export async function readGround(sql: Sql, map: string): Promise<KnownGround> {
  return groundReader(sql)(map);
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
