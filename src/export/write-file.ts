/** Writes one file of an export: rows from PostgreSQL by way of a file of COPY's, rows of earlier files, or both. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import type { DuckDBConnection } from "@duckdb/node-api";

import type { Transaction } from "../db/driver/connect.ts";
import { copyFrom } from "../db/driver/copy.ts";
import { literal, quoted } from "./duckdb.ts";
import type { ExportFormat } from "./layout.ts";
import { isList, scanOfCopy, scanOfFiles, selectedColumns } from "./scan.ts";
import { type ExportColumn, type ExportTable, selectOf } from "./tables.ts";

/** Rows of a file of an earlier export that go into a new one. */
export interface EarlierRows {
  /** Absolute path. */
  readonly file: string;
  /** The columns that the file has. */
  readonly columns: readonly ExportColumn[];
  /** Rounds all of whose rows go along. */
  readonly whole: readonly number[];
  /** Rounds of which those rows go along that the database has deleted to save space. */
  readonly pruned: readonly number[];
  /** Which rows these are, as a condition; undefined where the table keeps all. */
  readonly prunedRows: string | undefined;
}

/** A file that was written, not yet in its place. */
export interface WrittenFile {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Text of PostgreSQL's that DuckDB reads as the column's type. */
function copiedColumn({ type }: ExportColumn, value: string): string {
  return isList(type) ? `to_json(${value})` : value;
}

/** Puts rows of a table, those of the rounds or all that meet the condition, into a file as COPY gives them. */
export async function spoolRows(
  transaction: Transaction,
  table: ExportTable,
  {
    condition,
    file,
    signal,
  }: { readonly condition: string; readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  const select = selectOf(table, condition, copiedColumn);
  const rows = await copyFrom(transaction.unsafe(`copy (${select}) to stdout (format csv)`));
  await pipeline(rows, createWriteStream(file), { signal });
}

/** What stands in the metadata of a Parquet file, under the key `prox`: the table and its columns with types, units, comments. */
function metadata({ columns, comment, name, sort }: ExportTable): string {
  return JSON.stringify({ table: name, comment, sort, columns });
}

function fileOptions(table: ExportTable, format: ExportFormat): string {
  switch (format) {
    case "parquet":
      // The second version's encodings make positions a tenth smaller. Higher levels of zstd take longer for next to nothing.
      return `format parquet, parquet_version v2, compression zstd, kv_metadata {prox: ${literal(metadata(table))}}`;
    case "csv":
      return "format csv, header true, nullstr '', compression gzip";
    case "ndjson":
      return "format json, compression gzip";
  }
}

function earlierSelect(
  { columns }: ExportTable,
  rows: EarlierRows,
  format: ExportFormat,
): string | undefined {
  const conditions = [
    ...(rows.whole.length === 0 ? [] : [`round_id in (${rows.whole.join(", ")})`]),
    ...(rows.pruned.length === 0 || rows.prunedRows === undefined
      ? []
      : [`round_id in (${rows.pruned.join(", ")}) and ${rows.prunedRows}`]),
  ];
  if (conditions.length === 0) return undefined;
  const scan = scanOfFiles([rows.file], rows.columns, { format, withFolders: false });
  const selected = selectedColumns(columns, { known: rows.columns, listsAreText: format === "csv" });
  return `select ${selected} from ${scan} where ${conditions.join(" or ")}`;
}

/** The columns as they are written: CSV has no lists, they go as JSON. */
function writtenColumns(columns: readonly ExportColumn[], format: ExportFormat): string {
  const lists = columns.filter(({ type }) => format === "csv" && isList(type));
  if (lists.length === 0) return "*";
  return `* replace (${lists.map(({ name }) => `cast(to_json(${quoted(name)}) as VARCHAR) as ${quoted(name)}`).join(", ")})`;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Makes sure that a file is on the disk, and not only on its way there. */
async function settle(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes the file, sorted, and removes the spooled one. Undefined where there is no row at all. The same rows give the same bytes.
 * @param spool the file of {@link spoolRows}, where there is one.
 */
export async function writeFile(
  connection: DuckDBConnection,
  table: ExportTable,
  from: { readonly spool: string | undefined; readonly earlier: readonly EarlierRows[] },
  to: { readonly folder: string; readonly format: ExportFormat },
): Promise<WrittenFile | undefined> {
  const { earlier, spool } = from;
  const { columns, name, sort } = table;
  const selects = [
    ...(spool === undefined
      ? []
      : [`select ${selectedColumns(columns, { listsAreText: true })} from ${scanOfCopy(spool, columns)}`]),
    ...earlier.flatMap((rows) => earlierSelect(table, rows, to.format) ?? []),
  ];
  if (selects.length === 0) return undefined;
  const file = path.join(to.folder, `${name}.new`);
  const result = await connection.run(
    `copy (select ${writtenColumns(columns, to.format)} from (${selects.join(" union all ")}) order by ${sort.map(quoted).join(", ")}) ` +
      `to ${literal(file)} (${fileOptions(table, to.format)})`,
  );
  const rows = result.rowsChanged;
  if (spool !== undefined) await rm(spool);
  if (rows === 0) {
    await rm(file);
    return undefined;
  }
  await settle(file);
  return { file, rows, bytes: (await stat(file)).size, sha256: await hashOf(file) };
}
