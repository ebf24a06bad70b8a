/** What the two lanes that read rows share: compiled columns, and the rules that look beyond a single field. */
import { SLOTS, WORLD_LIMIT_UNITS, type Column } from "../format/column.ts";
import { ENGAGEMENT_RECORDS, type Kind } from "../format/columns.ts";
import { LIMITS } from "../format/limits.ts";
import { columnsOf } from "../format/versions.ts";
import { makeFault, type Fault, type FaultCode } from "./fault.ts";

/** Stands for an empty field among the key values of a row. */
export const NULL_KEY = -2147483648;

/**
 * Columns whose values are kept of every row, as integers (of a word, its number among the choices; of a decimal, in
 * units of its last digit): time, players, whatever the rules below look at, and what is summed up over the rows.
 */
export const KEY_COLUMNS = {
  positions: [
    "time_ms",
    "slot",
    "life",
    "x",
    "y",
    "z",
    "class",
    "speed_ups",
    "stationary_ms",
    "stance",
    "is_sprinting",
    "distance_units",
  ],
  combat: ["time_ms", "attacker_slot", "target_slot"],
  engagements: ["time_ms", "slot", "partner_slot", "enemy_slot", "record", "engagement", "side"],
  heatmap: ["cell_x", "cell_y", "team"],
  objectives: ["time_ms", "slot", "other_slot"],
} as const satisfies Readonly<Record<Kind, readonly string[]>>;

/** What is kept among the key values of a field that is not empty. */
export function keyValue(column: Column, field: string): number {
  if (column.type === "choice") return column.choices.indexOf(field);
  return column.type === "decimal" ? Math.round(Number(field) * 10 ** column.digits) : Number(field);
}

/** A key value that is summed up: an empty field adds nothing. */
export const addend = (value: number | undefined): number =>
  value === undefined || value === NULL_KEY ? 0 : value;

/** How many of the key values, from the second on, are slots of players. */
const SLOT_KEYS: Readonly<Record<Kind, number>> = {
  positions: 1,
  combat: 2,
  engagements: 3,
  heatmap: 0,
  objectives: 2,
};

const RECORD_KEY = KEY_COLUMNS.engagements.indexOf("record");
const ENGAGEMENT_KEY = KEY_COLUMNS.engagements.indexOf("engagement");
const SIDE_KEY = KEY_COLUMNS.engagements.indexOf("side");
const SLOT_KEY = KEY_COLUMNS.engagements.indexOf("slot");
const ENGAGEMENT_RECORD = ENGAGEMENT_RECORDS.indexOf("engagement");
const PARTICIPANT_RECORD = ENGAGEMENT_RECORDS.indexOf("participant");

/** A column with its position in the row and where its value is kept. */
export interface RowColumn {
  readonly column: Column;
  /** Index among the key values, or -1. */
  readonly key: number;
}

/** The columns of a kind and version, in the order of a row. */
export const rowColumns = remember((kind, version): readonly RowColumn[] => {
  const keys: readonly string[] = KEY_COLUMNS[kind];
  return columnsOf(kind, version).map((column) => ({ column, key: keys.indexOf(column.name) }));
});

/** Makes something of each kind and version once, for all files. */
export function remember<Made>(
  make: (kind: Kind, version: number) => Made,
): (kind: Kind, version: number) => Made {
  const made = new Map<string, Made>();
  return (kind, version) => {
    const name = `${kind} ${version}`;
    const known = made.get(name) ?? make(kind, version);
    made.set(name, known);
    return known;
  };
}

/**
 * The rules that need more than one field: order of time, players stated before, no row twice. Holds what they need to
 * remember of the rows before.
 */
export class RowRules {
  readonly #kind: Kind;
  readonly #maximumNumbered: number;
  readonly #version: number;
  readonly #keyNames: readonly string[];
  readonly #knownSlots = new Uint8Array(SLOTS);
  #timeMs = 0;
  /** Slots that have a position at the current time, as two bit sets. */
  #seenLow = 0;
  #seenHigh = 0;
  /** Cells of a heatmap, or numbers of engagements, that have a row. */
  readonly #numbers = new Set<number>();

  /** @param maximumNumbered as many cells or engagements may have a row. */
  constructor(kind: Kind, version: number, maximumNumbered: number = LIMITS.numberedRows) {
    this.#kind = kind;
    this.#version = version;
    this.#maximumNumbered = maximumNumbered;
    this.#keyNames = KEY_COLUMNS[kind];
  }

  /** Time of the latest row, 0 before the first. */
  get timeMs(): number {
    return this.#timeMs;
  }

  /** From now on rows may name this slot. */
  addPlayer(slot: number): void {
    this.#knownSlots[slot] = 1;
  }

  /** Checks the key values of a row whose fields are all valid, and remembers them when the row is good. */
  check(keys: Int32Array, offset: number, line: number): Fault | undefined {
    if (this.#kind === "heatmap") return this.#checkCell(keys, offset, line);
    const timeMs = keys[offset] ?? 0;
    if (timeMs < this.#timeMs && !this.#isFight(keys, offset)) {
      return this.#fault("E_TIME_ORDER", 0, line, `must not be before ${this.#timeMs}`, timeMs);
    }
    const slotKeys = SLOT_KEYS[this.#kind];
    for (let key = 1; key <= slotKeys; key++) {
      const slot = keys[offset + key] ?? NULL_KEY;
      if (slot !== NULL_KEY && this.#knownSlots[slot] !== 1) {
        return this.#fault(
          "E_UNKNOWN_PLAYER",
          key,
          line,
          "no `#player` line before it names this slot",
          slot,
        );
      }
    }
    if (this.#kind === "positions") {
      if (timeMs !== this.#timeMs) this.#seenLow = this.#seenHigh = 0;
      const slot = keys[offset + 1] ?? 0;
      const bit = 1 << (slot & 31);
      if (((slot < 32 ? this.#seenLow : this.#seenHigh) & bit) !== 0) {
        return this.#fault("E_DUPLICATE_ROW", 1, line, "has a row at this time already", slot);
      }
      if (slot < 32) this.#seenLow |= bit;
      else this.#seenHigh |= bit;
    } else if (this.#kind === "engagements") {
      const fault = this.#checkRecord(keys, offset, line);
      if (fault !== undefined) return fault;
    }
    if (timeMs > this.#timeMs) this.#timeMs = timeMs;
    return undefined;
  }

  /** Whether the row is of a fight: that it is over shows later than when it ended. */
  #isFight(keys: Int32Array, offset: number): boolean {
    if (this.#kind !== "engagements") return false;
    const record = keys[offset + RECORD_KEY] ?? 0;
    return record === PARTICIPANT_RECORD || record === ENGAGEMENT_RECORD;
  }

  /** What the records of the engagements file need beyond their columns: a number, and of participants who and where. */
  #checkRecord(keys: Int32Array, offset: number, line: number): Fault | undefined {
    const record = keys[offset + RECORD_KEY] ?? 0;
    const isParticipant = record === PARTICIPANT_RECORD;
    if (!this.#isFight(keys, offset)) return undefined;
    for (const key of isParticipant ? [ENGAGEMENT_KEY, SIDE_KEY, SLOT_KEY] : [ENGAGEMENT_KEY]) {
      if ((keys[offset + key] ?? NULL_KEY) !== NULL_KEY) continue;
      return this.#fault("E_NULL", key, line, `must not be empty in this record`);
    }
    if (isParticipant) return undefined;
    const engagement = keys[offset + ENGAGEMENT_KEY] ?? 0;
    if (this.#numbers.has(engagement)) {
      return this.#fault(
        "E_DUPLICATE_ROW",
        ENGAGEMENT_KEY,
        line,
        "this engagement has a row already",
        engagement,
      );
    }
    return this.#addNumber(engagement, line);
  }

  #checkCell(keys: Int32Array, offset: number, line: number): Fault | undefined {
    const x = keys[offset] ?? 0;
    const y = keys[offset + 1] ?? 0;
    const team = keys[offset + 2] ?? 0;
    // Cells are whole numbers within the limit either way, teams are 1 and 2: together they fit a double exactly.
    const row = (x + WORLD_LIMIT_UNITS) * (2 * WORLD_LIMIT_UNITS + 1) + (y + WORLD_LIMIT_UNITS);
    const cell = row * 2 + team;
    if (this.#numbers.has(cell)) {
      return this.#fault("E_DUPLICATE_ROW", 0, line, `cell ${x} ${y} has a row for team ${team} already`, x);
    }
    return this.#addNumber(cell, line);
  }

  #addNumber(number: number, line: number): Fault | undefined {
    if (this.#numbers.size >= this.#maximumNumbered) {
      return makeFault("E_TOO_MANY_ROWS", line, `no round has more than ${this.#maximumNumbered} of these`);
    }
    this.#numbers.add(number);
    return undefined;
  }

  #fault(code: FaultCode, key: number, line: number, message: string, value?: number): Fault {
    const field = this.#keyNames[key] ?? "";
    const columns = rowColumns(this.#kind, this.#version);
    const column = columns.findIndex((candidate) => candidate.column.name === field) + 1;
    const text = value === undefined ? {} : { text: String(value) };
    return makeFault(code, line, message, { column, field, ...text });
  }
}
