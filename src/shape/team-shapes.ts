/** Team shape: how the two teams of a round stood and moved, made of positions as they pass by. */
import { SLOTS } from "../format/column.ts";
import { LEAST_ENDS_UNITS } from "./rules.ts";
import { compareSecond, PARTS_PER_UNIT, Players, type ShapeSample, type TeamSecond } from "./second.ts";
import { MovingPairs } from "./moving-pairs.ts";
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
/** Rows are kept as text until they have so many characters, then as bytes. */
const CHUNK_CHARACTERS = 65_536;

const unitsOf = (parts: number): number => Math.round(parts / PARTS_PER_UNIT);
/** A distance as a field: empty where there is none. */
const distanceField = (parts: number): string =>
  Number.isFinite(parts) ? String(Math.min(LARGEST, unitsOf(parts))) : "";

/** The text of rows, put into bytes from time to time. */
class RowText {
  readonly #chunks: Buffer[] = [];
  #text = "";

  add(line: string): void {
    this.#text += line;
    if (this.#text.length >= CHUNK_CHARACTERS) this.#flush();
  }

  #flush(): void {
    this.#chunks.push(Buffer.from(this.#text, "latin1"));
    this.#text = "";
  }

  get chunks(): readonly Buffer[] {
    if (this.#text !== "") this.#flush();
    return this.#chunks;
  }
}

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
  readonly #ends: (Place | undefined)[] = [];
  readonly #moves = [new TeamMoves(1), new TeamMoves(2)] as const;
  readonly #pairs = new MovingPairs();
  readonly #shapes = new RowText();

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
    const stands = compareSecond(this.#players, this.#second, slots, this.#pairs.add);
    for (const [index, stand] of stands.entries())
      if (stand !== undefined) this.#ends[index] ??= this.#placeOf(stand.middle);
    const line = this.#lineOf(stands);
    for (const [index, stand] of stands.entries()) {
      if (stand === undefined) continue;
      this.#moves[index as 0 | 1].add(stand);
      this.#addRow(stand, line === null ? null : index === 0 ? line : 100 - line);
    }
  }

  /** Where the line between the teams lies, percent of the way from the end of the Axis to that of the Allies. */
  #lineOf([axis, allies]: readonly (TeamSecond | undefined)[]): number | null {
    const [from, to] = this.#ends;
    if (axis === undefined || allies === undefined || from === undefined || to === undefined) return null;
    const way = [to.x - from.x, to.y - from.y, to.z - from.z] as const;
    const square = way[0] ** 2 + way[1] ** 2 + way[2] ** 2;
    if (square < (LEAST_ENDS_UNITS * PARTS_PER_UNIT) ** 2) return null;
    const [a, b] = [this.#placeOf(axis.middle), this.#placeOf(allies.middle)];
    const scalar =
      ((a.x + b.x) / 2 - from.x) * way[0] +
      ((a.y + b.y) / 2 - from.y) * way[1] +
      ((a.z + b.z) / 2 - from.z) * way[2];
    return Math.max(-FARTHEST_PERCENT, Math.min(FARTHEST_PERCENT, Math.round((100 * scalar) / square)));
  }

  #placeOf(slot: number): Place {
    const { x, y, z } = this.#players;
    return { x: x[slot] ?? 0, y: y[slot] ?? 0, z: z[slot] ?? 0 };
  }

  #addRow(stand: TeamSecond, line: number | null): void {
    const { x, y, z } = this.#placeOf(stand.middle);
    const isAlone = stand.slots.length === 1;
    this.#shapes.add(
      `${this.#roundId}\t${stand.second * MS_PER_SECOND}\t${unitsOf(x)}\t${unitsOf(y)}\t${unitsOf(z)}\t${stand.team}\t` +
        `${stand.slots.length}\t${distanceField(stand.nearest)}\t${isAlone ? "" : distanceField(stand.spread)}\t` +
        `${stand.groups}\t${stand.largestSize}\t${isAlone ? "" : stand.isolated}\t` +
        `${stand.moving ?? ""}\t${stand.movingTogether ?? ""}\t${distanceField(stand.enemy)}\t${line ?? ""}\n`,
    );
  }

  /** The rows of all tables. To be called once, after the last position. */
  tables(): ShapeRows[] {
    this.#endSecond();
    const moves = new RowText();
    for (const team of this.#moves) {
      team.finish();
      for (const found of team.found) {
        const place = [found.x, found.y, found.z].map(unitsOf);
        const distances = [distanceField(found.approach ?? Infinity), distanceField(found.enemy)];
        const fields = [this.#roundId, found.fromMs, found.toMs, ...place, found.team, found.move];
        moves.add(`${[...fields, found.players, found.teamPlayers, ...distances].join("\t")}\n`);
      }
    }
    const pairs = new RowText();
    for (const [key, { moving, together }] of this.#pairs.sums()) {
      const [player, teammate, team] = key.split("\t");
      pairs.add(`${[this.#roundId, player, teammate, moving, together, team].join("\t")}\n`);
    }
    return [
      { table: "team_shapes", columns: SHAPE_TABLES.team_shapes, rows: this.#shapes.chunks },
      { table: "team_moves", columns: SHAPE_TABLES.team_moves, rows: moves.chunks },
      { table: "moving_pairs", columns: SHAPE_TABLES.moving_pairs, rows: pairs.chunks },
    ];
  }
}
