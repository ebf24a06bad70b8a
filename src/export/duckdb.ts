/**
 * DuckDB, which writes and reads exports. Its binary takes 72 MB, more than prox itself, so that it is installed by those who want
 * it. Nothing is ever fetched: what prox uses of it is compiled in (Parquet, JSON, time zones), and loading more is switched off.
 */
import { createRequire } from "node:module";

import type * as DuckDb from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";

import { ProxError } from "../errors.ts";

/** How much DuckDB may take. */
export interface Limits {
  readonly memoryMb: number;
  readonly threads: number;
  /** Where it puts what does not fit into memory. */
  readonly overflow: string;
}

const INTERRUPT_INTERVAL_MS = 50;

/** The version of DuckDB's package that this prox is tested with; `package.json` names it too. */
export const DUCKDB_VERSION = "1.5.6-r.1";

/** Loads the library. Throws `E_NO_DUCKDB` where it is missing or does not load on this system. */
export function loadDuckDb(): typeof DuckDb {
  try {
    // An import would look for the names of its exports first, in each of its files: 0.1 s, as long as it takes to run them.
    return createRequire(import.meta.url)("@duckdb/node-api") as typeof DuckDb;
  } catch (cause) {
    throw new ProxError(
      "E_NO_DUCKDB",
      `exports need DuckDB, which does not load on this system (${process.platform}, ${process.arch})`,
      {
        suggestions: [
          `install it beside prox, 72 MB: npm install --global @duckdb/node-api@${DUCKDB_VERSION}`,
          "where prox is a package of a folder, leave out --global and run it in that folder",
        ],
        cause,
      },
    );
  }
}

/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL takes it, whatever stands in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path that DuckDB takes as it is, where it would look for patterns. */
export function withoutPatterns(path: string): string {
  return path.replaceAll(/[[*?]/g, "[$&]");
}

/**
 * Opens a DuckDB that holds nothing, does the work, and closes it. An abort of the signal ends the statement at work. The second
 * connection is for what happens beside the statements of the first.
 */
export async function withDuckDb<Result>(
  { memoryMb, overflow, threads }: Limits,
  signal: AbortSignal,
  work: (connection: DuckDBConnection, second: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const { DuckDBInstance } = loadDuckDb();
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_unsigned_extensions: "false",
    memory_limit: `${memoryMb}MiB`,
    temp_directory: overflow,
    threads: String(threads),
  });
  const connection = await instance.connect();
  const second = await instance.connect();
  // Between two statements there is nothing to end, and the next one would run: it is said again until it is heard.
  let insistence: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    second.interrupt();
    insistence ??= setInterval(interrupt, INTERRUPT_INTERVAL_MS);
  };
  signal.addEventListener("abort", interrupt);
  if (signal.aborted) interrupt();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return await work(connection, second);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", interrupt);
    clearInterval(insistence);
    connection.closeSync();
    second.closeSync();
    instance.closeSync();
  }
}
