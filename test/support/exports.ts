/** Exports for tests, and their truth: what DuckDB alone reads of the files, and what PostgreSQL says of the tables. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { DuckDBInstance } from "@duckdb/node-api";
import { expect } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { exportRounds, type ExportResult } from "../../src/export/export-rounds.ts";
import { filesOf, type Manifest } from "../../src/export/manifest.ts";
import type { ExportOptions } from "../../src/export/options.ts";
import { type AnswerValue, queryExport } from "../../src/export/query.ts";
import { afterFile } from "./clean-ups.ts";

/** A folder that is gone when the tests of the file are through. */
export function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-test-"));
  afterFile(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Exports with the command's defaults. */
export function exportTo(
  sql: Sql,
  folder: string,
  options: Partial<ExportOptions> = {},
): Promise<ExportResult> {
  return exportRounds(sql, folder, {
    format: "parquet",
    roundIds: undefined,
    filters: [],
    isFull: false,
    isDryRun: false,
    signal: new AbortController().signal,
    ...options,
  });
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")) as Manifest;
}

/** The hash of every file below a folder, by its path. */
export function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [
        path.relative(folder, file),
        createHash("sha256").update(readFileSync(file)).digest("hex"),
      ]),
  );
}

/** Every file that the manifest names is there, whole. */
export function expectWhole(folder: string): Manifest {
  const manifest = manifestOf(folder);
  const found = hashes(folder);
  for (const file of filesOf(manifest))
    expect([file.path, found[file.path]]).toEqual([file.path, file.sha256]);
  return manifest;
}

/** Asks DuckDB itself, which knows nothing of prox. */
export async function askDuckDb(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Asks an export as `prox query` does. */
export async function ask(folder: string, sql: string): Promise<(readonly AnswerValue[])[]> {
  const rows: (readonly AnswerValue[])[] = [];
  await queryExport(
    folder,
    sql,
    {
      memoryMb: 256,
      timeoutS: 60,
      overflow: path.join(folder, ".overflow"),
      signal: new AbortController().signal,
    },
    {
      columns: () => undefined,
      rows: (some) => {
        rows.push(...some);
        return Promise.resolve(true);
      },
    },
  );
  return rows;
}

/** A cell as both databases have it, of the texts that they write it with. */
function cell(text: unknown, type: string): unknown {
  if (typeof text !== "string") return text;
  if (type === "real") return Math.fround(Number(text.replace(/^(-?)inf$/i, "$1Infinity")));
  if (type === "double precision") return Number(text);
  if (type.startsWith("json") || type.endsWith("[]")) return JSON.parse(text);
  return text;
}

const tableColumns = (sql: Sql, table: string): Promise<{ name: string; type: string }[]> =>
  sql<{ name: string; type: string }[]>`
    select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped order by attnum`;

/** A cell as text, a list as JSON. */
const asText = ({ name, type }: { name: string; type: string }): string =>
  type.endsWith("[]") ? `cast(to_json("${name}") as varchar)` : `cast("${name}" as varchar)`;

const sorted = (rows: readonly (readonly unknown[])[]): string[] =>
  rows
    .map((row) =>
      JSON.stringify(row, (_, value: unknown) =>
        typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
      ),
    )
    .sort();

/**
 * All cells of a table of the database, a row a text, sorted.
 * @param where a condition; all rows without.
 */
export async function storedCells(sql: Sql, table: string, where = "true"): Promise<string[]> {
  const columns = await tableColumns(sql, table);
  const list = columns.map(asText).join(", ");
  const rows = await sql.unsafe(`select ${list} from ${table} where ${where}`).values();
  return sorted(rows.map((row) => row.map((text: unknown, index) => cell(text, columns[index]?.type ?? ""))));
}

/** The same cells of files that a glob finds, read by DuckDB alone. */
export async function fileCells(sql: Sql, files: string, table: string): Promise<string[]> {
  const columns = await tableColumns(sql, table);
  const list = columns.map((column) => `${asText(column)} as "${column.name}"`).join(", ");
  const rows = await askDuckDb(
    `select ${list} from read_parquet('${files}', hive_partitioning = true, hive_types_autocast = false)`,
  );
  return sorted(rows.map((row) => columns.map(({ name, type }) => cell(row[name], type))));
}

/** The same cells as a query of prox gives them, of several tables in one query: each makes a view of every table first. */
export async function queriedTables(
  sql: Sql,
  folder: string,
  tables: readonly string[],
): Promise<Map<string, string[]>> {
  const columnsOf = new Map<string, { name: string; type: string }[]>();
  for (const table of tables) columnsOf.set(table, await tableColumns(sql, table));
  const selects = Array.from(
    columnsOf,
    ([table, columns]) => `select '${table}', [${columns.map(asText).join(", ")}] from "${table}"`,
  );
  const found = new Map<string, unknown[][]>(tables.map((table) => [table, []]));
  for (const [table, texts] of await ask(folder, selects.join(" union all ")))
    found.get(table as string)?.push(texts as unknown[]);
  return new Map(
    Array.from(found, ([table, rows]) => {
      const columns = columnsOf.get(table) ?? [];
      return [table, sorted(rows.map((row) => row.map((text, at) => cell(text, columns[at]?.type ?? ""))))];
    }),
  );
}

/** The same of one table. */
export async function queriedCells(sql: Sql, folder: string, table: string): Promise<string[]> {
  return (await queriedTables(sql, folder, [table])).get(table) ?? [];
}
