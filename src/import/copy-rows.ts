/**
 * Rows of round files as PostgreSQL's COPY takes them: the bytes of the file with a few identifiers in front. A checked
 * row holds nothing but digits, signs, points and fixed words, which COPY's text format takes as they are.
 */
import { SLOTS } from "../format/column.ts";
import { ENGAGEMENT_RECORDS, type Kind } from "../format/columns.ts";
import {
  COMBAT_TABLE,
  ENGAGEMENT_RECORD_TABLES,
  ENGAGEMENT_TABLE,
  HEATMAP_TABLE,
  OBJECTIVES_TABLE,
  PARTICIPANT_TABLE,
  POSITIONS_TABLE,
  PROXIMITY_TABLE,
  type FactTable,
} from "../db/tables.ts";
import type { RowBatch } from "../parsers/row-batcher.ts";
import { KEY_COLUMNS, NULL_KEY } from "../parsers/row-values.ts";

/** The tables that the rows of each kind go to. */
export const KIND_TABLES: Readonly<Record<Kind, readonly FactTable[]>> = {
  positions: [POSITIONS_TABLE],
  combat: [COMBAT_TABLE],
  engagements: [ENGAGEMENT_TABLE, PARTICIPANT_TABLE, PROXIMITY_TABLE],
  heatmap: [HEATMAP_TABLE],
  objectives: [OBJECTIVES_TABLE],
};

/**
 * The columns of a table that the rows of a file go to: the table's own, and those of the file's columns that it takes. A
 * column that the file's version does not have is not named, so that it is null.
 */
export function copyColumns(table: FactTable, columns: readonly string[]): string[] {
  return [...table.prefix, ...fieldsIn(table, columns)];
}

function fieldsIn({ fields }: FactTable, columns: readonly string[]): string[] {
  return fields.filter((field) => columns.includes(field));
}

const POSITION_WIDTH = KEY_COLUMNS.positions.length;

/** Something that is summed up over the positions of a round. */
export interface PositionSums {
  /** Adds a sample, its key values beginning at `key`, of a player in a team. */
  add: (keys: Int32Array, key: number, playerId: number, team: number) => void;
}

/** Who sits in each slot at this point of the file: player id and team. */
export class Seats {
  readonly #players = new Int32Array(SLOTS);
  readonly #teams = new Int8Array(SLOTS);
  readonly #roundId: number;
  readonly #positionPrefixes: Buffer[] = [];

  constructor(roundId: number) {
    this.#roundId = roundId;
  }

  sit(slot: number, playerId: number, team: number): void {
    this.#players[slot] = playerId;
    this.#teams[slot] = team;
    this.#positionPrefixes[slot] = Buffer.from(`${this.#roundId}\t${playerId}\t${team}\t`, "latin1");
  }

  /** Adds positions to sums of their round. */
  addPositions({ count, keys }: RowBatch, sums: PositionSums): void {
    for (let index = 0; index < count; index++) {
      const key = index * POSITION_WIDTH;
      const slot = keys[key + 1] ?? 0;
      sums.add(keys, key, this.#players[slot] ?? 0, this.#teams[slot] ?? 0);
    }
  }

  /** What stands before a position of this slot: made once a player, as there is a position a second. */
  positionPrefix(slot: number): Buffer {
    return this.#positionPrefixes[slot] ?? Buffer.alloc(0);
  }

  /** The id of the player as a field, empty for an empty slot field. */
  player(slot: number): string {
    return slot === NULL_KEY ? "" : String(this.#players[slot]);
  }

  team(slot: number): string {
    return slot === NULL_KEY ? "" : String(this.#teams[slot]);
  }
}

/** COPY is fastest in chunks of about this size. */
const CHUNK_BYTES = 65536;
/** The longest identifiers that can stand before a row. */
const MAXIMUM_PREFIX_BYTES = 128;

/** Collects rows into a chunk of memory that it uses again and again. */
class ChunkWriter {
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  readonly #words = new DataView(this.#chunk.buffer);
  #length = 0;

  /** Whether a row of so many bytes can be added. */
  hasRoom(rowBytes: number): boolean {
    return this.#length + MAXIMUM_PREFIX_BYTES + rowBytes <= CHUNK_BYTES;
  }

  /** Adds a row that there is room for; `words` shows the same memory as `bytes`. */
  add(prefix: string | Buffer, bytes: Buffer, words: DataView, start: number, end: number): void {
    if (typeof prefix === "string") this.#length += this.#chunk.write(prefix, this.#length, "latin1");
    else for (const byte of prefix) this.#chunk[this.#length++] = byte;
    this.#append(bytes, words, start, end);
  }

  /** A loop of our own, four bytes at a time: for so few bytes a native copy costs more to call than to do. */
  #append(bytes: Buffer, words: DataView, start: number, end: number): void {
    const chunk = this.#chunk;
    const target = this.#words;
    let length = this.#length;
    let at = start;
    for (; at + 4 <= end; at += 4, length += 4) target.setUint32(length, words.getUint32(at));
    for (; at < end; at++) chunk[length++] = bytes[at] ?? 0;
    this.#length = length;
  }

  /** Returns the buffered rows. The buffer is reused by the next `add`. */
  flush(): Buffer {
    const rows = this.#chunk.subarray(0, this.#length);
    this.#length = 0;
    return rows;
  }
}

/** Makes the identifiers before a row: `row` is its number in the file, `key` where its key values begin. */
type MakePrefix = (row: number, keys: Int32Array, key: number) => string | Buffer;

function prefixMaker(kind: Exclude<Kind, "engagements">, roundId: number, seats: Seats): MakePrefix {
  switch (kind) {
    case "positions":
      return (_row, keys, key) => seats.positionPrefix(keys[key + 1] ?? 0);
    case "combat":
      return (row, keys, key) => {
        const attacker = keys[key + 1] ?? NULL_KEY;
        const target = keys[key + 2] ?? NULL_KEY;
        const players = `${seats.player(attacker)}\t${seats.player(target)}`;
        return `${roundId}\t${row}\t${players}\t${seats.team(attacker)}\t${seats.team(target)}\t`;
      };
    case "objectives":
      return (row, keys, key) => {
        const player = seats.player(keys[key + 1] ?? NULL_KEY);
        const other = seats.player(keys[key + 2] ?? NULL_KEY);
        return `${roundId}\t${row}\t${player}\t${other}\t`;
      };
    case "heatmap": {
      const prefix = `${roundId}\t`;
      return () => prefix;
    }
  }
}

/** Chunks for the one table of a kind that has one. */
export async function* copyChunks(
  kind: Exclude<Kind, "engagements">,
  roundId: number,
  seats: Seats,
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<Buffer> {
  const writer = new ChunkWriter();
  const makePrefix = prefixMaker(kind, roundId, seats);
  const width = KEY_COLUMNS[kind].length;
  for await (const { bytes, count, firstRow, keys, starts } of batches) {
    const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < count; index++) {
      const start = starts[index] ?? 0;
      const end = starts[index + 1] ?? 0;
      if (!writer.hasRoom(end - start)) yield writer.flush();
      writer.add(makePrefix(firstRow + index, keys, index * width), bytes, words, start, end);
    }
  }
  yield writer.flush();
}

/** Rows for one of the tables, as COPY takes them. */
export interface TableRows {
  readonly table: FactTable;
  readonly rows: Buffer;
}

const ENGAGEMENT_WIDTH = KEY_COLUMNS.engagements.length;
const [, SLOT_KEY, PARTNER_KEY, ENEMY_KEY, RECORD_KEY] = KEY_COLUMNS.engagements.keys();
/** How much is kept before it goes to the three tables in turn: one connection takes one COPY at a time. */
const ENGAGEMENT_PORTION_ROWS = 20_000;

/**
 * Rows of the engagements file, sorted into their three tables, in portions of bounded size. `columns` are those of the
 * file.
 */
export async function* engagementRows(
  roundId: number,
  seats: Seats,
  columns: readonly string[],
  batches: AsyncIterable<RowBatch>,
): AsyncGenerator<readonly TableRows[]> {
  const tables = KIND_TABLES.engagements.map((table) => ({
    table,
    picks: fieldsIn(table, columns).map((field) => columns.indexOf(field)),
    text: "",
  }));
  const ofRecord = ENGAGEMENT_RECORDS.map((record) =>
    tables.find(({ table }) => table === ENGAGEMENT_RECORD_TABLES[record]),
  );
  const makePrefix = (table: FactTable, row: number, keys: Int32Array, key: number): string => {
    const players: Readonly<Record<string, number | undefined>> = {
      player_id: keys[key + (SLOT_KEY ?? 0)],
      partner_player_id: keys[key + (PARTNER_KEY ?? 0)],
      enemy_player_id: keys[key + (ENEMY_KEY ?? 0)],
    };
    const values = table.prefix.map((column) => {
      if (column === "round_id") return String(roundId);
      return column === "row_number" ? String(row) : seats.player(players[column] ?? NULL_KEY);
    });
    return values.join("\t");
  };
  const flushAll = (): TableRows[] =>
    tables.flatMap((target) => {
      const rows = Buffer.from(target.text, "latin1");
      target.text = "";
      return rows.length > 0 ? [{ table: target.table, rows }] : [];
    });
  let kept = 0;
  for await (const { bytes, count, firstRow, keys, starts } of batches) {
    for (let index = 0; index < count; index++) {
      const key = index * ENGAGEMENT_WIDTH;
      const target = ofRecord[keys[key + (RECORD_KEY ?? 0)] ?? 0];
      if (target === undefined) throw new Error("a record without a table");
      const fields = bytes.toString("latin1", starts[index] ?? 0, (starts[index + 1] ?? 1) - 1).split("\t");
      const prefix = makePrefix(target.table, firstRow + index, keys, key);
      target.text += `${prefix}\t${target.picks.map((pick) => fields[pick] ?? "").join("\t")}\n`;
    }
    kept += count;
    if (kept >= ENGAGEMENT_PORTION_ROWS) {
      kept = 0;
      yield flushAll();
    }
  }
  yield flushAll();
}
