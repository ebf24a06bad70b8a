/** Opening the database that a command works with. */
import { ProxError } from "../errors.ts";
import { createPool, explainDatabaseError, type Sql } from "./connect.ts";

/** An open database. */
export interface Database {
  readonly sql: Sql;
  /** Where it is, with password: for programs, and never for logs. */
  readonly url: string;
  /** Whether it is the private server that prox runs itself. */
  readonly embedded: boolean;
  /** Ends the connections. The embedded server keeps running for the next command. */
  close(): Promise<void>;
}

export interface OpenOptions {
  /** The flag `--database-url`; goes before the environment variable `DATABASE_URL`. */
  readonly databaseUrl?: string | undefined;
  /** The most connections to open at once; 4 unless said otherwise. */
  readonly connections?: number;
}

/** How long to wait for open queries when a database is closed. */
const CLOSE_TIMEOUT_S = 5;

/**
 * Opens the database: the one that `databaseUrl` names, else the one that `DATABASE_URL` names, else the embedded
 * one, which is started when it does not run. Connects once, so that a wrong address fails here. Does not look at
 * the schema: see `requireSchema` and `migrate`.
 */
export async function openDatabase(options: OpenOptions = {}): Promise<Database> {
  const given = options.databaseUrl ?? process.env["DATABASE_URL"];
  if (given === undefined || given === "") {
    throw new ProxError("E_NO_DATABASE", "no database is named", {
      exit: "database",
      suggestions: ["give --database-url or set DATABASE_URL"],
    });
  }
  const sql = createPool(given, options.connections);
  const close = (): Promise<void> => sql.end({ timeout: CLOSE_TIMEOUT_S });
  try {
    await sql`select 1`;
  } catch (error) {
    await close();
    throw explainDatabaseError(error, given);
  }
  return { sql, url: given, embedded: false, close };
}

/**
 * Opens the database, does the work with it, closes it in any case, and turns the database's errors into errors
 * that say what to do.
 */
export async function withDatabase<Result>(
  options: OpenOptions,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(options);
  try {
    return await work(database);
  } catch (error) {
    throw explainDatabaseError(error, database.url);
  } finally {
    await database.close();
  }
}
