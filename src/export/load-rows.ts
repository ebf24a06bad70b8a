/** Takes rows of PostgreSQL into a table of DuckDB, as they come: no text is made of a number, and none is read. */
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";

import type { Transaction } from "../db/driver/connect.ts";
import { readCopy } from "../db/driver/copy.ts";
import { CopiedRows, type GatheredColumn, isEnumerated } from "./copied-rows.ts";
import { literal, loadDuckDb, quoted } from "./duckdb.ts";
import { isList } from "./scan.ts";
import { type ExportColumn, type ExportTable, selectOf } from "./tables.ts";

/** The part of a vector that its types do not show: its memory. Set one by one, values with nulls take ten times as long. */
interface VectorMemory {
  readonly items?: {
    set: (values: ArrayLike<number> | ArrayLike<bigint>) => void;
    readonly buffer: ArrayBuffer;
  };
  readonly dataView?: DataView;
  readonly validity: { data: BigUint64Array | null };
}

/** What the server gives of a column: types whose binary form both know, and of the others a text. */
function copiedValue({ type }: ExportColumn, value: string): string {
  if (isList(type)) return `to_json(${value})::text`;
  return type === "VARCHAR" || type === "JSON" ? `${value}::text` : value;
}

/** A column's type in the loaded table; lists and JSON are a text there. */
function loadedType(column: ExportColumn): string {
  if (isEnumerated(column)) return `enum (${(column.values ?? []).map(literal).join(", ")})`;
  return isList(column.type) || column.type === "JSON" ? "VARCHAR" : column.type;
}

function fill(vector: DuckDBVector, { hasNull, valid, values }: GatheredColumn, rows: number): void {
  if (Array.isArray(values)) {
    for (let row = 0; row < rows; row++) {
      const isNull = hasNull && ((valid[row >> 3] ?? 0) & (1 << (row & 7))) === 0;
      vector.setItem(row, isNull ? null : (values[row] ?? null));
    }
  } else {
    const { dataView, items, validity } = vector as unknown as VectorMemory;
    const bytes = new Uint8Array(values.buffer, 0, rows * values.BYTES_PER_ELEMENT);
    const memory = items ?? dataView;
    if (memory === undefined) throw new Error("a vector of DuckDB has no memory");
    const { byteLength, byteOffset } = memory as DataView;
    new Uint8Array(memory.buffer, byteOffset, byteLength).set(bytes);
    validity.data = hasNull ? new BigUint64Array(valid.buffer, 0, Math.ceil(rows / 64)) : null;
  }
  vector.flush();
}

/** Loads the rows of a table that meet the condition into a new table of that name. */
export async function loadRows(
  transaction: Transaction,
  connection: DuckDBConnection,
  table: ExportTable,
  {
    condition,
    name,
    signal,
  }: { readonly condition: string; readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const { DuckDBDataChunk } = loadDuckDb();
  const columns = table.columns.map((column) => `${quoted(column.name)} ${loadedType(column)}`);
  await connection.run(`create table ${quoted(name)} (${columns.join(", ")})`);
  const appender = await connection.createAppender(name);
  try {
    const chunk = DuckDBDataChunk.create(table.columns.map((_, index) => appender.columnType(index)));
    const rows = new CopiedRows(table.columns, (gathered, count) => {
      chunk.reset();
      chunk.rowCount = count;
      for (const [index, column] of gathered.entries()) fill(chunk.getColumnVector(index), column, count);
      appender.appendDataChunk(chunk);
    });
    const select = selectOf(table, condition, copiedValue);
    await readCopy(
      transaction.unsafe(`copy (${select}) to stdout (format binary)`),
      (bytes) => {
        rows.push(bytes);
      },
      signal,
    );
    rows.end();
  } finally {
    appender.closeSync();
  }
}
