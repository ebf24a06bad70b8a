/** Team shape: how the two teams of a round stood and moved, made of positions as they pass by. */
import { SLOTS } from "../format/column.ts";
import { LEAST_ENDS_UNITS } from "./rules.ts";
import { compareSecond, PARTS_PER_UNIT, Players, type ShapeSample, type TeamSecond } from "./second.ts";
import { MovingPairs } from "./moving-pairs.ts";
import { NumberRows } from "./number-rows.ts";
import { TeamMoves } from "./team-moves.ts";

/** Tables of team shape, with their columns in the order of {@link TeamShapes.tables}. */
export const SHAPE_TABLES = {
  team_shapes: [
    "round_id",
    "time_ms",
    "middle_x",
    "middle_y",
    "middle_z",
    "team",
    "players",
    "nearest_units",
    "spread_units",
    "groups",
    "largest_group",
    "isolated",
    "moving",
    "moving_together",
    "enemy_units",
    "line_percent",
  ],
  team_moves: [
    "round_id",
    "from_ms",
    "to_ms",
    "x",
    "y",
    "z",
    "team",
    "move",
    "players",
    "team_players",
    "approach_units",
    "enemy_units",
  ],
  moving_pairs: ["round_id", "player_id", "teammate_player_id", "moving_s", "together_s", "team"],
} as const;

/** A place in tenths of a unit. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Rows of a table, as COPY takes them. */
export interface ShapeRows {
  readonly table: keyof typeof SHAPE_TABLES;
  readonly columns: readonly string[];
  readonly rows: readonly Buffer[];
}

const MS_PER_SECOND = 1000;
/** The largest number of a smallint: a distance that does not fit is told as this. */
const LARGEST = 32_767;
/** Nobody stands so far outside; what does not fit the column is told as this. */
const FARTHEST_PERCENT = 10_000;
const NOT_YET = -2;
const LEAST_ENDS_SQUARE = (LEAST_ENDS_UNITS * PARTS_PER_UNIT) ** 2;

const unitsOf = (parts: number): number => Math.round(parts / PARTS_PER_UNIT);
/** A distance as a field: none where there is none. */
const distanceField = (parts: number): number | null =>
  Number.isFinite(parts) ? Math.min(LARGEST, unitsOf(parts)) : null;

/**
 * Derives the shape of both teams from the positions of a round, which come in the order of time. In each second of round time the first
 * position of each player counts, wherever in the second it lies: all are then of one moment in prox's own files, and less than a second apart
 * in those of others.
 */
export class TeamShapes {
  readonly #roundId: number;
  readonly #players = new Players();
  /** The second of each slot's latest position that counted. */
  readonly #seconds = new Float64Array(SLOTS).fill(NOT_YET);
  #second = NOT_YET;
  /** Slots with a position in this second. */
  #present: number[] = [];
  /** Where the middle of each team was in its first second, tenths of a unit. */
  #axisEnd: Place | undefined;
  #alliesEnd: Place | undefined;
  readonly #axisMoves = new TeamMoves(1);
  readonly #alliesMoves = new TeamMoves(2);
  readonly #pairs = new MovingPairs();
  readonly #shapes = new NumberRows();

  constructor(roundId: number) {
    this.#roundId = roundId;
  }

  /** Adds a position; those of others than the two teams do not count. */
  add(sample: ShapeSample): void {
    const { slot, team, timeMs } = sample;
    if (team !== 1 && team !== 2) return;
    const second = Math.floor(timeMs / MS_PER_SECOND);
    // Pieces of a round may overlap: a second that is over stays as it is.
    if (second < this.#second) return;
    if (second !== this.#second) {
      this.#endSecond();
      this.#second = second;
    }
    const before = this.#seconds[slot];
    if (before === undefined || before === second) return;
    this.#pairs.sit(sample);
    this.#players.move(sample, before === second - 1);
    this.#seconds[slot] = second;
    // In the order of the slots, as most files have them.
    let at = this.#present.length;
    for (; at > 0 && (this.#present[at - 1] ?? 0) > slot; at--)
      this.#present[at] = this.#present[at - 1] ?? 0;
    this.#present[at] = slot;
  }

  #endSecond(): void {
    if (this.#present.length === 0) return;
    const slots = this.#present;
    this.#present = [];
    const { allies, axis } = compareSecond(this.#players, this.#second, slots, this.#pairs.add);
    if (axis !== undefined) this.#axisEnd ??= this.#placeOf(axis.middle);
    if (allies !== undefined) this.#alliesEnd ??= this.#placeOf(allies.middle);
    const line = this.#lineOf(axis, allies);
    if (axis !== undefined) this.#add(axis, this.#axisMoves, line);
    if (allies !== undefined) this.#add(allies, this.#alliesMoves, line === null ? null : 100 - line);
  }

  #add(stand: TeamSecond, moves: TeamMoves, line: number | null): void {
    moves.add(stand);
    this.#addRow(stand, line);
  }

  /** Where the line between the teams lies, percent of the way from the end of the Axis to that of the Allies. */
  #lineOf(axis: TeamSecond | undefined, allies: TeamSecond | undefined): number | null {
    const from = this.#axisEnd;
    const to = this.#alliesEnd;
    if (axis === undefined || allies === undefined || from === undefined || to === undefined) return null;
    const wayX = to.x - from.x;
    const wayY = to.y - from.y;
    const wayZ = to.z - from.z;
    const square = wayX * wayX + wayY * wayY + wayZ * wayZ;
    if (square < LEAST_ENDS_SQUARE) return null;
    const { x, y, z } = this.#players;
    const a = axis.middle;
    const b = allies.middle;
    const scalar =
      (((x[a] ?? 0) + (x[b] ?? 0)) / 2 - from.x) * wayX +
      (((y[a] ?? 0) + (y[b] ?? 0)) / 2 - from.y) * wayY +
      (((z[a] ?? 0) + (z[b] ?? 0)) / 2 - from.z) * wayZ;
    return Math.max(-FARTHEST_PERCENT, Math.min(FARTHEST_PERCENT, Math.round((100 * scalar) / square)));
  }

  #placeOf(slot: number): Place {
    const { x, y, z } = this.#players;
    return { x: x[slot] ?? 0, y: y[slot] ?? 0, z: z[slot] ?? 0 };
  }

  #addRow(stand: TeamSecond, line: number | null): void {
    const { x, y, z } = this.#players;
    const rows = this.#shapes;
    const { middle } = stand;
    const count = stand.slots.length;
    rows.add(this.#roundId);
    rows.add(stand.second * MS_PER_SECOND);
    rows.add(unitsOf(x[middle] ?? 0));
    rows.add(unitsOf(y[middle] ?? 0));
    rows.add(unitsOf(z[middle] ?? 0));
    rows.add(stand.team);
    rows.add(count);
    rows.add(distanceField(stand.nearest));
    rows.add(count === 1 ? null : distanceField(stand.spread));
    rows.add(stand.groups);
    rows.add(stand.largestSize);
    rows.add(count === 1 ? null : stand.isolated);
    rows.add(stand.moving);
    rows.add(stand.movingTogether);
    rows.add(distanceField(stand.enemy));
    rows.add(line);
    rows.endRow();
  }

  /** The rows of all tables. To be called once, after the last position. */
  tables(): ShapeRows[] {
    this.#endSecond();
    const moves: string[] = [];
    for (const team of [this.#axisMoves, this.#alliesMoves]) {
      team.finish();
      for (const found of team.found) {
        const place = [found.x, found.y, found.z].map(unitsOf);
        const distances = [distanceField(found.approach ?? Infinity), distanceField(found.enemy)];
        const fields = [this.#roundId, found.fromMs, found.toMs, ...place, found.team, found.move];
        moves.push(`${[...fields, found.players, found.teamPlayers, ...distances].join("\t")}\n`);
      }
    }
    const pairs = Array.from(this.#pairs.sums(), ([key, { moving, together }]) => {
      const [player, teammate, team] = key.split("\t");
      return `${[this.#roundId, player, teammate, moving, together, team].join("\t")}\n`;
    });
    return [
      { table: "team_shapes", columns: SHAPE_TABLES.team_shapes, rows: this.#shapes.chunks },
      { table: "team_moves", columns: SHAPE_TABLES.team_moves, rows: [Buffer.from(moves.join(""))] },
      { table: "moving_pairs", columns: SHAPE_TABLES.moving_pairs, rows: [Buffer.from(pairs.join(""))] },
    ];
  }
}
