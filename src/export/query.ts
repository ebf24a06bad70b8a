/** Asks an export with SQL, by DuckDB, without any database: one statement that reads, and that reaches nothing but the export. */
import { realpath } from "node:fs/promises";
import path from "node:path";

import type { DuckDBConnection, DuckDBPreparedStatement } from "@duckdb/node-api";

import { messageOf, ProxError } from "../errors.ts";
import { literal, quoted, withDuckDb, withoutPatterns } from "./duckdb.ts";
import { badExport, type ExportFile, filesOf, type Manifest, readManifest } from "./manifest.ts";
import { scanOfFiles, selectedColumns } from "./scan.ts";
import type { ExportTable } from "./tables.ts";

/** A value of an answer, as JSON has it. Numbers that JSON cannot hold exactly come as text. */
export type AnswerValue = string | number | boolean | null | readonly unknown[] | object;

/** A column of an answer. */
export interface AnswerColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
}

/** Takes an answer as it comes: its columns once, then some rows at a time. Returns false where it has seen enough. */
export interface AnswerReader {
  columns(columns: readonly AnswerColumn[]): void;
  rows(rows: readonly (readonly AnswerValue[])[]): Promise<boolean>;
}

/** How much a query may take. */
export interface QueryLimits {
  readonly memoryMb: number;
  readonly timeoutS: number;
  /** A folder for what does not fit into memory. */
  readonly overflow: string;
  readonly signal: AbortSignal;
}

/** `StatementType` of DuckDB's package, which is loaded late. */
const SELECT = 1;
const EXPLAIN = 4;
const WHOLE_NUMBERS = new Set(["BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT"]);

function refused(reason: string, cause?: unknown): ProxError {
  const lines = reason.split("\n").filter((line) => line.trim() !== "");
  return new ProxError("E_QUERY", lines, {
    suggestions: [
      "write one SELECT; `prox query 'show tables'` lists the tables, 'describe rounds' the columns of one",
    ],
    cause,
  });
}

/** The files of an export, each where it really lies. Throws `E_EXPORT` for one that is missing or lies elsewhere. */
async function realFiles(folder: string, files: readonly ExportFile[]): Promise<Map<ExportFile, string>> {
  const root = await realpath(folder);
  const found = new Map<ExportFile, string>();
  for (const file of files) {
    const expected = path.join(root, ...file.path.split("/"));
    const real = await realpath(expected).catch((error: unknown) => {
      throw badExport(folder, `${file.path} cannot be read: ${messageOf(error)}`, error);
    });
    if (real !== expected) throw badExport(folder, `${file.path} is a link`);
    found.set(file, real);
  }
  return found;
}

/** The statement of a view that has a table's name, its columns, and of tables of rounds month and map of the folders. */
function viewOf(table: ExportTable, files: readonly string[], { fileFormat }: Manifest): string {
  const { columns, name, ofRounds } = table;
  const folders = ofRounds
    ? ["month", "map"].filter((folder) => !columns.some((column) => column.name === folder))
    : [];
  const types = [
    ...columns.map((column) => `null::${column.type} as ${quoted(column.name)}`),
    ...folders.map((folder) => `null::VARCHAR as ${folder}`),
  ];
  if (files.length === 0) return `create view ${quoted(name)} as select ${types.join(", ")} where false`;
  const scan = scanOfFiles(files, columns, { format: fileFormat, withFolders: ofRounds });
  const selected = [selectedColumns(columns, { listsAreText: fileFormat === "csv" }), ...folders];
  return `create view ${quoted(name)} as select ${selected.join(", ")} from ${scan}`;
}

async function makeViews(
  connection: DuckDBConnection,
  manifest: Manifest,
  files: ReadonlyMap<ExportFile, string>,
): Promise<void> {
  for (const table of manifest.tables) {
    const own = [...files].filter(([file]) => file.table === table.name).map(([, file]) => file);
    await connection.run(viewOf(table, own, manifest));
    const comments = [
      `comment on view ${quoted(table.name)} is ${literal(table.comment)}`,
      ...table.columns.map(
        ({ comment, name }) =>
          `comment on column ${quoted(table.name)}.${quoted(name)} is ${literal(comment)}`,
      ),
    ];
    await connection.run(comments.join("; "));
  }
  const allowed = [...files.values()].flatMap((file) => [file, withoutPatterns(file)]).map(literal);
  // From here on nothing but these files can be opened, and nothing of it can be changed back.
  await connection.run(`set allowed_paths = [${allowed.join(", ")}]`);
  await connection.run("set enable_external_access = false");
  await connection.run("set lock_configuration = true");
}

/** The statement, ready to run. Throws `E_QUERY` for anything but one statement that reads. */
async function prepare(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statementOf = async (text: string): Promise<DuckDBPreparedStatement> => {
    if (/^[\s;]*$/.test(text)) throw refused("there is no query");
    try {
      const statements = await connection.extractStatements(text);
      if (statements.count !== 1) throw refused(`this is ${statements.count} statements: a query is one`);
      return await statements.prepare(0);
    } catch (error) {
      if (error instanceof ProxError) throw error;
      throw refused(messageOf(error), error);
    }
  };
  const statement = await statementOf(sql);
  const type: number = statement.statementType;
  if (type === SELECT) return statement;
  if (type !== EXPLAIN)
    throw refused("this statement does more than read: an export is never changed by a query");
  // EXPLAIN ANALYZE runs what it explains.
  const [, explained] = /^\s*explain\s+(?:analyze\s+)?(.*)$/is.exec(sql) ?? [];
  if (explained === undefined) throw refused("write explain, or explain analyze, in front of a query");
  const inner: number = (await statementOf(explained)).statementType;
  if (inner !== SELECT) throw refused("only a query that reads can be explained");
  return statement;
}

function toValue(value: unknown, type: string): AnswerValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" && (WHOLE_NUMBERS.has(type) || type.startsWith("DECIMAL"))) {
    const number = Number(value);
    const isExact = type.startsWith("DECIMAL")
      ? value.replace(/\D/g, "").length <= 15
      : Number.isSafeInteger(number);
    return isExact ? number : value;
  }
  return value;
}

async function run(statement: DuckDBPreparedStatement, reader: AnswerReader): Promise<void> {
  const result = await statement.stream();
  const names = result.columnNames();
  const columns = result
    .columnTypes()
    .map((type, index) => ({ name: names[index] ?? "", type: type.toString() }));
  reader.columns(columns);
  for await (const rows of result.yieldRowsJson()) {
    const values = rows.map((row) => row.map((value, index) => toValue(value, columns[index]?.type ?? "")));
    if (!(await reader.rows(values))) return;
  }
}

/**
 * Runs a query over the export in a folder. Throws `E_EXPORT` where there is none, `E_QUERY` for a query that cannot run,
 * `E_QUERY_LIMIT` for one that takes too much, `E_NO_DUCKDB` without DuckDB.
 */
export async function queryExport(
  folder: string,
  sql: string,
  { memoryMb, overflow, signal, timeoutS }: QueryLimits,
  reader: AnswerReader,
): Promise<void> {
  const manifest = await readManifest(folder);
  if (manifest === undefined) throw badExport(folder, "there is none");
  const files = await realFiles(folder, filesOf(manifest));
  const late = AbortSignal.timeout(timeoutS * 1000);
  const limit = (reason: string, cause: unknown): ProxError =>
    new ProxError("E_QUERY_LIMIT", `the query was stopped: ${reason}`, {
      suggestions: ["ask for fewer rounds or columns, or raise the limit with --timeout or --memory"],
      cause,
    });
  try {
    await withDuckDb(
      { memoryMb, threads: 2, overflow },
      AbortSignal.any([signal, late]),
      async (connection) => {
        await makeViews(connection, manifest, files);
        await run(await prepare(connection, sql), reader);
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) throw limit(`it took more than ${timeoutS} s`, error);
    if (error instanceof ProxError) throw error;
    const said = messageOf(error);
    if (said.startsWith("Out of Memory Error"))
      throw limit(`it needs more than ${memoryMb} MB of memory`, error);
    throw refused(said, error);
  }
}
