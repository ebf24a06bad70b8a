/** Where each player was and which ways the player took, cell by cell: positions summed up as they pass by. */
import { SLOTS, WORLD_LIMIT_UNITS } from "../format/column.ts";
import { addend, KEY_COLUMNS, NULL_KEY } from "../parsers/row-values.ts";

/** The table of the sums, with its columns in the order of {@link MovementSums.rows}. */
export const MOVEMENT_TABLE = "player_movement";
/** Whose sums these are, then arrays with an element for each cell, then arrays with an element for each way. */
export const MOVEMENT_COLUMNS = [
  "round_id",
  "player_id",
  "team",
  "class",
  "cell_x",
  "cell_y",
  "samples",
  "stationary_ms",
  "speed_sum_ups",
  "way_from_x",
  "way_from_y",
  "way_to_x",
  "way_to_y",
  "way_times",
] as const;

/** With smaller cells, there would be sums of single samples, and cells whose number does not fit its column. */
const SMALLEST_CELL_UNITS = 8;
/** A positive setting of the tracker, in its text. */
const SETTING = /^[1-9]\d{0,5}$/;
/** More cells and ways than any round has, a few thousand: the memory for them is bounded. */
const MAXIMUM_ENTRIES = 200_000;
/** Rows go to the database together until they have so many characters: for a few of them a packet each costs more than they do. */
const CHUNK_CHARACTERS = 65_536;
/** Coordinates are read in tenths of a unit. */
const PARTS_PER_UNIT = 10;
/** More than the number of a cell can be, either way, and than there can be cells. */
const NUMBERS = 2 * Math.ceil(WORLD_LIMIT_UNITS / SMALLEST_CELL_UNITS) + 2;

const KEYS = KEY_COLUMNS.positions;
const [TIME, SLOT, LIFE, X, Y, CLASS, SPEED, STATIONARY] = [
  KEYS.indexOf("time_ms"),
  KEYS.indexOf("slot"),
  KEYS.indexOf("life"),
  KEYS.indexOf("x"),
  KEYS.indexOf("y"),
  KEYS.indexOf("class"),
  KEYS.indexOf("speed_ups"),
  KEYS.indexOf("stationary_ms"),
];

/** The sums of one player in one team and class. */
class PlayerSums {
  readonly playerId: number;
  readonly team: number;
  readonly playerClass: number;
  /** Each cell's place in the arrays after it. */
  readonly cells = new Map<number, number>();
  readonly samples: number[] = [];
  readonly stationaryMs: number[] = [];
  readonly speedUps: number[] = [];
  /** How often each way was taken, by the places of its cells. */
  readonly ways = new Map<number, number>();

  constructor(playerId: number, team: number, playerClass: number) {
    this.playerId = playerId;
    this.team = team;
    this.playerClass = playerClass;
  }
}

/** Where the latest sample of a slot was, to see which way leads on from there. */
interface Latest {
  sums: PlayerSums | undefined;
  life: number;
  timeMs: number;
  /** The cell's numbers, and its place in the sums. */
  cellX: number;
  cellY: number;
  place: number;
}

/**
 * Sums up the positions of one round, in the order of their time. A way leads from the cell of a sample to another cell
 * of the player's next sample, unless a new life began between the two or they are more than two samples' time apart.
 */
export class MovementSums {
  /** Side of a cell, units: that of the round's heatmap. */
  readonly cellUnits: number;
  readonly #gapMs: number;
  readonly #sums = new Map<string, PlayerSums>();
  readonly #latest = Array.from({ length: SLOTS }, (): Latest => ({
    sums: undefined,
    life: 0,
    timeMs: 0,
    cellX: 0,
    cellY: 0,
    place: 0,
  }));
  #entries = 0;

  private constructor(cellUnits: number, sampleMs: number) {
    this.cellUnits = cellUnits;
    this.#gapMs = 2 * sampleMs;
  }

  /** Sums for a round with this configuration; undefined where it does not say how large cells are and how often it sampled. */
  static of(configuration: ReadonlyMap<string, string>): MovementSums | undefined {
    const [cellUnits, sampleMs] = ["prox_heatmap_cell_units", "prox_sample_ms"].map((name) => {
      const text = configuration.get(name) ?? "";
      return SETTING.test(text) ? Number(text) : 0;
    }) as [number, number];
    return cellUnits < SMALLEST_CELL_UNITS || sampleMs === 0
      ? undefined
      : new MovementSums(cellUnits, sampleMs);
  }

  /** Whether there is too much to sum up for a real round: then the sums are not to be used. */
  get isTooMuch(): boolean {
    return this.#entries > MAXIMUM_ENTRIES;
  }

  /** Adds a sample, its key values beginning at `key`, of a player in a team. */
  add(keys: Int32Array, key: number, playerId: number, team: number): void {
    const latest = this.#latest[keys[key + SLOT] ?? 0];
    if (latest === undefined || this.isTooMuch) return;
    const playerClass = keys[key + CLASS] ?? 0;
    if (playerClass === NULL_KEY) return;
    const before = latest.sums;
    const isSame =
      before?.playerId === playerId && before.team === team && before.playerClass === playerClass;
    const sums = isSame ? before : this.#sumsOf(playerId, team, playerClass);

    const cellX = this.#cell(keys[key + X] ?? 0);
    const cellY = this.#cell(keys[key + Y] ?? 0);
    // Most players are where they were: then nothing is looked up.
    const isSameCell = isSame && cellX === latest.cellX && cellY === latest.cellY;
    const place = isSameCell ? latest.place : this.#place(sums, cellX, cellY);
    sums.samples[place] = (sums.samples[place] ?? 0) + 1;
    sums.stationaryMs[place] = (sums.stationaryMs[place] ?? 0) + addend(keys[key + STATIONARY]);
    sums.speedUps[place] = (sums.speedUps[place] ?? 0) + addend(keys[key + SPEED]);

    const life = keys[key + LIFE] ?? 0;
    const timeMs = keys[key + TIME] ?? 0;
    if (isSame && place !== latest.place && life === latest.life && timeMs - latest.timeMs <= this.#gapMs) {
      const way = latest.place * MAXIMUM_ENTRIES + place;
      const times = sums.ways.get(way);
      if (times === undefined) this.#entries++;
      sums.ways.set(way, (times ?? 0) + 1);
    }
    latest.sums = sums;
    latest.life = life;
    latest.timeMs = timeMs;
    latest.cellX = cellX;
    latest.cellY = cellY;
    latest.place = place;
  }

  #cell(parts: number): number {
    return Math.floor(parts / (PARTS_PER_UNIT * this.cellUnits));
  }

  #sumsOf(playerId: number, team: number, playerClass: number): PlayerSums {
    const key = `${playerId} ${team} ${playerClass}`;
    let sums = this.#sums.get(key);
    if (sums === undefined) {
      sums = new PlayerSums(playerId, team, playerClass);
      this.#sums.set(key, sums);
    }
    return sums;
  }

  #place(sums: PlayerSums, x: number, y: number): number {
    const cell = (x + NUMBERS / 2) * NUMBERS + y + NUMBERS / 2;
    let place = sums.cells.get(cell);
    if (place === undefined) {
      place = sums.cells.size;
      sums.cells.set(cell, place);
      this.#entries++;
    }
    return place;
  }

  /** The rows of `player_movement`, as COPY takes them. */
  *rows(roundId: number): Generator<Buffer> {
    let text = "";
    for (const {
      cells,
      playerClass,
      playerId,
      samples,
      speedUps,
      stationaryMs,
      team,
      ways,
    } of this.#sums.values()) {
      const x: number[] = [];
      const y: number[] = [];
      for (const cell of cells.keys()) {
        x.push(Math.floor(cell / NUMBERS) - NUMBERS / 2);
        y.push((cell % NUMBERS) - NUMBERS / 2);
      }
      const from = [...ways.keys()].map((way) => Math.floor(way / MAXIMUM_ENTRIES));
      const to = [...ways.keys()].map((way) => way % MAXIMUM_ENTRIES);
      const at = (axis: readonly number[], places: readonly number[]): number[] =>
        places.map((place) => axis[place] ?? 0);
      const arrays = [
        x,
        y,
        samples,
        stationaryMs,
        speedUps,
        at(x, from),
        at(y, from),
        at(x, to),
        at(y, to),
        [...ways.values()],
      ];
      const fields = [roundId, playerId, team, playerClass, ...arrays.map((array) => `{${array.join()}}`)];
      text += `${fields.join("\t")}\n`;
      if (text.length < CHUNK_CHARACTERS) continue;
      yield Buffer.from(text, "latin1");
      text = "";
    }
    yield Buffer.from(text, "latin1");
  }
}
