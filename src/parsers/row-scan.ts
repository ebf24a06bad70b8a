/**
 * The fast lane: checks rows byte by byte, without making strings. It accepts only rows that csv-parse and
 * `RowChecker` accept too, and leaves every doubt to them; a test holds the two equal on random and mutated rows.
 */
import type { Kind } from "../format/columns.ts";
import { NULL_KEY, remember, rowColumns } from "./row-values.ts";

const LF = 10;
const TAB = 9;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;

/** A column in numbers only, so that the loop over the columns stays of one shape. */
interface ScanColumn {
  readonly isNullable: boolean;
  /** Words of a choice, or undefined for a number. */
  readonly choices: readonly Uint8Array[] | undefined;
  /** Decimals of a number. */
  readonly digits: number;
  /** The most digits before the point that its range needs; longer numbers are left to the other lane. */
  readonly wholeDigits: number;
  /** Range of a number, in units of its last decimal. */
  readonly minimum: number;
  readonly maximum: number;
  /** Whether a whole number may be written `-0`. */
  readonly mayBeMinusZero: boolean;
  readonly key: number;
}

const scanColumns = remember((kind, version): readonly ScanColumn[] =>
  rowColumns(kind, version).map(({ column, key }) => {
    const isNullable = column.nullable;
    if (column.type === "choice") {
      const choices = column.choices.map((choice) => Buffer.from(choice, "latin1"));
      const none = { digits: 0, wholeDigits: 0, minimum: 0, maximum: 0, mayBeMinusZero: false };
      return { isNullable, choices, ...none, key };
    }
    const digits = column.type === "decimal" ? column.digits : 0;
    const scale = 10 ** digits;
    const [minimum, maximum] = [column.minimum * scale, column.maximum * scale];
    const wholeDigits = String(Math.max(-column.minimum, column.maximum)).length;
    const mayBeMinusZero = column.type === "decimal" || column.isRounded === true;
    return { isNullable, choices: undefined, digits, wholeDigits, minimum, maximum, mayBeMinusZero, key };
  }),
);

/** Checks rows of one kind and version in a buffer of whole lines. */
export class RowScanner {
  readonly #columns: readonly ScanColumn[];

  constructor(kind: Kind, version: number) {
    this.#columns = scanColumns(kind, version);
  }

  /**
   * Checks the row that begins at `position`; `bytes` must hold its LF. Writes its key values to `keys` from
   * `offset` on. Returns the position after the LF, or -1 for a row that is wrong or merely unusual.
   */
  scan(bytes: Uint8Array, position: number, keys: Int32Array, offset: number): number {
    const columns = this.#columns;
    const last = columns.length - 1;
    let at = position;
    for (let index = 0; index <= last; index++) {
      const column = columns[index];
      if (column === undefined) return -1;
      const stop = index === last ? LF : TAB;
      let byte = bytes[at] ?? 0;
      if (byte === stop) {
        if (!column.isNullable) return -1;
        if (column.key >= 0) keys[offset + column.key] = NULL_KEY;
        at++;
        continue;
      }
      if (column.choices !== undefined) {
        const choice = matchChoice(bytes, at, stop, column.choices);
        if (choice < 0) return -1;
        if (column.key >= 0) keys[offset + column.key] = choice;
        at += (column.choices[choice]?.length ?? 0) + 1;
        continue;
      }
      const isNegative = byte === MINUS;
      if (isNegative) byte = bytes[++at] ?? 0;
      let value = 0;
      let start = at;
      while (byte >= ZERO && byte <= NINE) {
        value = value * 10 + byte - ZERO;
        byte = bytes[++at] ?? 0;
      }
      if (at === start || at - start > column.wholeDigits) return -1;
      if (bytes[start] === ZERO && (at - start > 1 || (isNegative && !column.mayBeMinusZero))) return -1;
      if (column.digits > 0) {
        if (byte !== POINT) return -1;
        byte = bytes[++at] ?? 0;
        start = at;
        while (byte >= ZERO && byte <= NINE) {
          value = value * 10 + byte - ZERO;
          byte = bytes[++at] ?? 0;
        }
        if (at - start !== column.digits) return -1;
      }
      if (byte !== stop) return -1;
      if (isNegative) value = -value;
      if (value < column.minimum || value > column.maximum) return -1;
      if (column.key >= 0) keys[offset + column.key] = value;
      at++;
    }
    return at;
  }
}

/** Index of the choice that the field is, or -1. */
function matchChoice(
  bytes: Uint8Array,
  position: number,
  stop: number,
  choices: readonly Uint8Array[],
): number {
  for (let index = 0; index < choices.length; index++) {
    const choice = choices[index];
    if (choice === undefined || bytes[position + choice.length] !== stop) continue;
    let at = 0;
    while (at < choice.length && bytes[position + at] === choice[at]) at++;
    if (at === choice.length) return index;
  }
  return -1;
}
