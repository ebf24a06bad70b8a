/** Writes one file of an export: rows that were loaded from PostgreSQL, rows of earlier files, or both. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import type { DuckDBConnection } from "@duckdb/node-api";

import { literal, quoted } from "./duckdb.ts";
import type { ExportFormat } from "./layout.ts";
import { isList, scanOfFiles, selectedColumns } from "./scan.ts";
import type { ExportColumn, ExportTable } from "./tables.ts";

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

/** A file that was written, neither in its place yet, nor surely on the disk. */
export interface WrittenFile {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * What stands in the metadata of a Parquet file, under the key `prox`: the table, and its columns with types and units. Comments are in
 * the manifest alone: nothing compresses this part of a file, and with them it was most of a small one.
 */
function metadata({ columns, name, sort }: ExportTable): string {
  return JSON.stringify({
    table: name,
    sort,
    columns: columns.map(({ name: column, type, unit }) => ({ name: column, type, unit })),
  });
}

/**
 * Measured on positions and events of recordings: encodings of the second version make positions a tenth smaller, row groups of twice the
 * usual length 2 %. Bloom filters, which nobody asks of sorted rows, were a twentieth of a file. Higher levels of zstd take longer for
 * next to nothing.
 */
const PARQUET =
  "format parquet, parquet_version v2, compression zstd, write_bloom_filter false, row_group_size 245760";
/** A column has a dictionary where it has so many different values at most, and of a small file one for so many rows: 3 to 15 % less. */
const LARGEST_DICTIONARY = 4000;
const ROWS_A_WORD = 12;

function fileOptions(table: ExportTable, format: ExportFormat, rows: number): string {
  switch (format) {
    case "parquet":
      return (
        `${PARQUET}, dictionary_size_limit ${Math.min(LARGEST_DICTIONARY, Math.floor(rows / ROWS_A_WORD))}, ` +
        `kv_metadata {prox: ${literal(metadata(table))}}`
      );
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

/** Rows of a loaded table, with the types of the files. */
function loadedSelect({ columns, sort }: ExportTable, loaded: string, condition = "true"): string {
  const order = sort.map(quoted).join(", ");
  const selected = selectedColumns(columns, { listsAreText: true });
  return `(select ${selected} from ${quoted(loaded)} rows_of where ${condition} order by ${order})`;
}

async function countRows(connection: DuckDBConnection, selects: readonly string[]): Promise<number> {
  if (selects.length === 0) return 0;
  const result = await connection.runAndReadAll(
    `select count(*)::integer as rows from (${selects.join(" union all ")})`,
  );
  return Number(result.getRowObjects()[0]?.["rows"]);
}

/**
 * Writes the file, sorted, and removes what it was made of. Undefined where there is no row at all. The same rows give the same bytes.
 * @param from.loaded DuckDB's tables with rows of this one, of which each has rows that come behind those of the one before.
 */
export async function writeFile(
  connection: DuckDBConnection,
  table: ExportTable,
  from: {
    readonly loaded: readonly string[];
    /** Which of their rows go into the file; undefined for all. */
    readonly condition: string | undefined;
    /** How many rows these are. */
    readonly fresh: number;
    readonly earlier: readonly EarlierRows[];
  },
  to: { readonly folder: string; readonly format: ExportFormat },
): Promise<WrittenFile | undefined> {
  const { condition, earlier, fresh, loaded } = from;
  const { columns, name, sort } = table;
  const others = earlier.flatMap((one) => earlierSelect(table, one, to.format) ?? []);
  const selects = [...loaded.map((name) => loadedSelect(table, name, condition)), ...others];
  if (selects.length === 0) return undefined;
  const file = path.join(to.folder, `${name}.new`);
  const order = others.length === 0 ? "" : `order by ${sort.map(quoted).join(", ")}`;
  const expected = fresh + (await countRows(connection, others));
  const result = await connection.run(
    `copy (select ${writtenColumns(columns, to.format)} from (${selects.join(" union all ")}) ${order}) ` +
      `to ${literal(file)} (${fileOptions(table, to.format, expected)})`,
  );
  const rows = result.rowsChanged;
  if (rows === 0) {
    await rm(file);
    return undefined;
  }
  return { file, rows, bytes: (await stat(file)).size, sha256: await hashOf(file) };
}
