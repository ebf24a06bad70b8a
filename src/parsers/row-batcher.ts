/**
 * Rows in two lanes that accept the same and say the same: `RowScanner` on the bytes where all is well, csv-parse and
 * `RowChecker` from the first doubtful row to the end of the chunk.
 */
import type { Kind } from "../format/columns.ts";
import { LIMITS } from "../format/limits.ts";
import { refuse, type Fault } from "./fault.ts";
import { RowChecker, splitRows } from "./row-csv.ts";
import { RowScanner } from "./row-scan.ts";
import { KEY_COLUMNS, NULL_KEY, rowColumns, RowRules } from "./row-values.ts";

/**
 * Some good rows that stand one after another in the file. Valid only until the parser goes on: buffers are used
 * again.
 */
export interface RowBatch {
  readonly kind: Kind;
  readonly count: number;
  /** The rows as they stand in the file, each with its LF, from `starts[0]` to `starts[count]`. */
  readonly bytes: Buffer;
  /** Where in `bytes` each row begins; one more for the end of the last. */
  readonly starts: Int32Array;
  /** The values of the kind's `KEY_COLUMNS`, row after row; `NULL_KEY` for an empty field and for a column not in the file. */
  readonly keys: Int32Array;
  /** Number of the first row among all rows of the file, from 1. */
  readonly firstRow: number;
}

/** How many bytes the rows of a batch have. */
export function batchBytes({ count, starts }: RowBatch): number {
  return (starts[count] ?? 0) - (starts[0] ?? 0);
}

/** Good rows, or a wrong one, in the order of the file. */
export type RowEvent =
  | { readonly type: "rows"; readonly batch: RowBatch }
  /** A row that is wrong; the rows after it are read on. */
  | { readonly type: "fault"; readonly fault: Fault };

const LF = 10;
const ROWS_PER_BATCH = 4096;
/** Refuses a file that has a longer line. */
export function refuseLongLine(line: number, bytes: Buffer): never {
  const text = bytes.toString("latin1", 0, 100);
  refuse("E_LINE_TOO_LONG", line, `a line has more than ${LIMITS.lineBytes} bytes`, { text });
}

/** Reads stretches of rows in two lanes and puts the good ones into batches. */
export class RowBatcher {
  readonly rules: RowRules;
  /** Lines of the latest stretch. */
  linesRead = 0;
  readonly #kind: Kind;
  readonly #scanner: RowScanner | undefined;
  readonly #checker: RowChecker;
  readonly #columnCount: number;
  readonly #keysPerRow: number;
  #starts = new Int32Array(0);
  #keys = new Int32Array(0);
  #count = 0;

  constructor(kind: Kind, version: number, useFastLane: boolean, maximumNumberedRows?: number) {
    this.rules = new RowRules(kind, version, maximumNumberedRows);
    this.#kind = kind;
    this.#scanner = useFastLane ? new RowScanner(kind, version) : undefined;
    this.#checker = new RowChecker(kind, version);
    this.#columnCount = rowColumns(kind, version).length;
    this.#keysPerRow = KEY_COLUMNS[kind].length;
  }

  /** Makes room for the rows of a stretch: little for a small file, of which an archive may hold tens of thousands. */
  #reserve(stretchBytes: number): void {
    // No field is shorter than the TAB or LF after it.
    const rows = Math.min(ROWS_PER_BATCH, Math.ceil(stretchBytes / this.#columnCount));
    if (this.#starts.length > rows) return;
    this.#starts = new Int32Array(rows + 1);
    // Nobody writes the keys of columns that the file's version does not have.
    this.#keys = new Int32Array(rows * this.#keysPerRow).fill(NULL_KEY);
  }

  /** Reads the rows from `start` to `end`. `line` and `row` are the numbers of those before. */
  *read(block: Buffer, start: number, end: number, line: number, row: number): Generator<RowEvent> {
    let at = start;
    let lines = 0;
    this.#count = 0;
    this.#reserve(end - start);
    if (this.#scanner !== undefined) {
      for (; at < end; lines++) {
        const offset = this.#count * this.#keysPerRow;
        const next = this.#scanner.scan(block, at, this.#keys, offset);
        // A row that breaks a rule of the whole file goes the other way too: one place words the fault.
        if (next < 0 || this.rules.check(this.#keys, offset, 0) !== undefined) break;
        if (this.#add(at, next)) yield* this.#flush(block, row + lines + 1);
        at = next;
      }
    }
    if (at < end) {
      for (const fields of splitRows(block.subarray(at, end))) {
        lines++;
        const offset = this.#count * this.#keysPerRow;
        const fault =
          this.#checker.check(fields, line + lines, this.#keys, offset) ??
          this.rules.check(this.#keys, offset, line + lines);
        const next = block.indexOf(LF, at) + 1;
        if (next - at > LIMITS.lineBytes + 1) refuseLongLine(line + lines, block.subarray(at, next));
        if (fault === undefined) {
          if (this.#add(at, next)) yield* this.#flush(block, row + lines);
        } else {
          yield* this.#flush(block, row + lines - 1);
          yield { type: "fault", fault };
        }
        at = next;
      }
    }
    yield* this.#flush(block, row + lines);
    this.linesRead = lines;
  }

  /** Puts a good row into the batch; its key values are there already. Returns whether the batch is full. */
  #add(start: number, end: number): boolean {
    this.#starts[this.#count++] = start;
    this.#starts[this.#count] = end;
    return this.#count === this.#starts.length - 1;
  }

  /** Gives out the batch; `row` is the number of its last row. */
  *#flush(block: Buffer, row: number): Generator<RowEvent> {
    if (this.#count === 0) return;
    const count = this.#count;
    this.#count = 0;
    const firstRow = row - count + 1;
    yield {
      type: "rows",
      batch: { kind: this.#kind, count, bytes: block, starts: this.#starts, keys: this.#keys, firstRow },
    };
  }
}
