/** Rows as PostgreSQL's COPY gives them in its binary form, gathered column by column. */
import type { ExportColumn } from "./tables.ts";

/** So many rows are gathered at once: DuckDB works with as many. */
const GATHERED_ROWS = 2048;

/** Values of a column: numbers as they lie in DuckDB's memory, or texts. */
export interface GatheredColumn {
  readonly values: Uint8Array | Int16Array | Int32Array | Float64Array | BigInt64Array | string[];
  /** A bit for each row, the first one lowest: whether it has a value. */
  readonly valid: Uint8Array;
  hasNull: boolean;
}

const SIGNATURE_BYTES = 11;
const FLAGS_BYTES = 4;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** Stands in place of a row's number of fields, behind the last one. */
const TRAILER = -1;

/** PostgreSQL counts time from 2000, DuckDB from 1970. */
const EPOCH_DAYS = 10_957;
const EPOCH_US = BigInt(EPOCH_DAYS) * 86_400_000_000n;
const INT4 = { most: 0x7fffffff, least: -0x80000000 };
const INT8 = { most: 0x7fffffffffffffffn, least: -0x8000000000000000n };

/** Days and µs, which both databases end with infinity: PostgreSQL's lowest number is below DuckDB's. */
function dayOf(days: number): number {
  if (days === INT4.most) return INT4.most;
  return days === INT4.least ? -INT4.most : days + EPOCH_DAYS;
}

function timeOf(us: bigint): bigint {
  if (us === INT8.most) return INT8.most;
  if (us === INT8.least) return -INT8.most;
  const time = us + EPOCH_US;
  if (time >= INT8.most) throw new RangeError("a time is too late for DuckDB");
  return time;
}

const NO_NUMBERS = new Int32Array();

function int32At(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

type Store = (bytes: Buffer, at: number, end: number, row: number) => void;

/** How a column is read: bytes that are taken as they are, as many as an item of `raw` has, or by a function. */
interface Reader {
  readonly column: GatheredColumn;
  readonly raw: Uint8Array | Int16Array | Int32Array | undefined;
  readonly store: Store;
}

function readerOf({ name, type, values: labels }: ExportColumn): Reader {
  const valid = new Uint8Array(GATHERED_ROWS / 8).fill(0xff);
  const made = (values: GatheredColumn["values"], store: Store): Reader => ({
    column: { values, valid, hasNull: false },
    raw: undefined,
    store,
  });
  const raw = (values: Uint8Array | Int16Array | Int32Array): Reader => ({
    ...made(values, () => undefined),
    raw: values,
  });
  switch (type) {
    case "BOOLEAN":
      return raw(new Uint8Array(GATHERED_ROWS));
    case "SMALLINT":
      return raw(new Int16Array(GATHERED_ROWS));
    case "INTEGER":
    // The bits of a number are the same in both databases, whatever they mean.
    case "FLOAT":
      return raw(new Int32Array(GATHERED_ROWS));
    case "DOUBLE": {
      const values = new Float64Array(GATHERED_ROWS);
      return made(values, (bytes, at, end, row) => (values[row] = bytes.readDoubleBE(at)));
    }
    case "BIGINT": {
      const values = new BigInt64Array(GATHERED_ROWS);
      return made(values, (bytes, at, end, row) => (values[row] = bytes.readBigInt64BE(at)));
    }
    case "DATE": {
      const values = new Int32Array(GATHERED_ROWS);
      return made(values, (bytes, at, end, row) => (values[row] = dayOf(bytes.readInt32BE(at))));
    }
    case "TIMESTAMP":
    case "TIMESTAMP WITH TIME ZONE": {
      const values = new BigInt64Array(GATHERED_ROWS);
      return made(values, (bytes, at, end, row) => (values[row] = timeOf(bytes.readBigInt64BE(at))));
    }
    default: {
      if (!isEnumerated({ type, values: labels })) {
        const texts: string[] = [];
        return made(texts, (bytes, at, end, row) => (texts[row] = bytes.toString("utf8", at, end)));
      }
      const numbers = new Uint8Array(GATHERED_ROWS);
      const known = new Map(labels?.map((label, number) => [Buffer.from(label).toString("latin1"), number]));
      return made(numbers, (bytes, at, end, row) => {
        const number = known.get(bytes.toString("latin1", at, end));
        if (number === undefined) throw new Error(`${name} has a value that its type does not list`);
        numbers[row] = number;
      });
    }
  }
}

/** Whether a column's values go as numbers of a list: they come again and again. */
export function isEnumerated({ type, values }: Pick<ExportColumn, "type" | "values">): boolean {
  return type === "VARCHAR" && values !== null && values.length > 0 && values.length < 0xff;
}

/** Reads what a COPY gives, and hands on its rows. */
export class CopiedRows {
  readonly #stores: readonly Store[];
  /** Bytes of each column's values; 0 where its function reads them. */
  readonly #widths: Uint8Array;
  readonly #bytes: readonly Uint8Array[];
  readonly #shorts: readonly Int16Array[];
  readonly #numbers: readonly Int32Array[];
  readonly #columns: readonly GatheredColumn[];
  readonly #take: (columns: readonly GatheredColumn[], rows: number) => void;
  #row = 0;
  #isBegun = false;
  #isEnded = false;

  /** @param take gets the columns of up to {@link GATHERED_ROWS} rows, which it may keep until it returns. */
  constructor(
    columns: readonly ExportColumn[],
    take: (columns: readonly GatheredColumn[], rows: number) => void,
  ) {
    const readers = columns.map(readerOf);
    this.#columns = readers.map(({ column }) => column);
    this.#stores = readers.map(({ store }) => store);
    this.#widths = Uint8Array.from(readers, ({ raw }) => raw?.BYTES_PER_ELEMENT ?? 0);
    this.#bytes = readers.map(({ raw }) => (raw instanceof Uint8Array ? raw : new Uint8Array()));
    this.#shorts = readers.map(({ raw }) => (raw instanceof Int16Array ? raw : new Int16Array()));
    this.#numbers = readers.map(({ raw }) => (raw instanceof Int32Array ? raw : new Int32Array()));
    this.#take = take;
  }

  /** Reads the next bytes: the server sends whole rows. */
  push(bytes: Buffer): void {
    let at = 0;
    if (!this.#isBegun) {
      this.#isBegun = true;
      at = SIGNATURE_BYTES + FLAGS_BYTES + LENGTH_BYTES + bytes.readInt32BE(SIGNATURE_BYTES + FLAGS_BYTES);
    }
    while (at < bytes.length) {
      const fields = bytes.readInt16BE(at);
      at += 2;
      if (fields === TRAILER) this.#isEnded = true;
      else if (fields === this.#columns.length) at = this.#readRow(bytes, at);
      else throw new Error(`a row has ${fields} fields, not ${this.#columns.length}`);
    }
    if (at !== bytes.length) throw new Error("a row of the server's is cut");
  }

  /** Hands on the last rows. */
  end(): void {
    if (!this.#isEnded) throw new Error("the server's rows have no end");
    this.#handOn();
  }

  /** Of millions of values each is read here: counted loops, and arrays of one kind, take a fraction of the time. */
  #readRow(bytes: Buffer, from: number): number {
    const row = this.#row;
    const widths = this.#widths;
    const numbers = this.#numbers;
    let at = from;
    for (let column = 0; column < widths.length; column++) {
      const length = int32At(bytes, at);
      at += LENGTH_BYTES;
      if (length === NULL_LENGTH) {
        this.#setNull(column, row);
        continue;
      }
      const width = widths[column];
      if (width === 0) this.#stores[column]?.(bytes, at, at + length, row);
      else if (width !== length) throw new Error(`a value has ${length} bytes, not ${width}`);
      else if (width === 4) (numbers[column] ?? NO_NUMBERS)[row] = int32At(bytes, at);
      else if (width === 2)
        (this.#shorts[column] ?? NO_NUMBERS)[row] = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
      else (this.#bytes[column] ?? NO_NUMBERS)[row] = bytes[at] ?? 0;
      at += length;
    }
    this.#row++;
    if (this.#row === GATHERED_ROWS) this.#handOn();
    return at;
  }

  #setNull(index: number, row: number): void {
    const column = this.#columns[index];
    if (column === undefined) return;
    column.hasNull = true;
    column.valid[row >> 3] = (column.valid[row >> 3] ?? 0) & ~(1 << (row & 7));
  }

  #handOn(): void {
    if (this.#row === 0) return;
    this.#take(this.#columns, this.#row);
    this.#row = 0;
    for (const column of this.#columns) {
      if (column.hasNull) column.valid.fill(0xff);
      column.hasNull = false;
    }
  }
}
