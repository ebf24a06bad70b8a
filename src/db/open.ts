/** Opening the database that a command works with. */
import { loadSettings } from "../config/settings.ts";
import { detail } from "../details.ts";
import { ProxError } from "../errors.ts";
import { redactUrl } from "./address/address.ts";
import type { Sql } from "./driver/connect.ts";
import { explainDatabaseError } from "./driver/errors.ts";
import { connectPool, NoTransactionsError } from "./driver/pooler.ts";
import { withRetries, type RetryOptions } from "./driver/retry.ts";
import { startCluster } from "./embedded/cluster.ts";
import { requireFitDatabase, requireRights } from "./fitness.ts";
import { checkSchema, migrate, readMigrations, schemaStatus } from "./migrations.ts";

/** An open database. */
export interface Database {
  readonly sql: Sql;
  /** Where it is, with password: for programs, and never for logs. */
  readonly url: string;
  /** Whether it is the private server that prox runs itself. */
  readonly embedded: boolean;
  /** Starts the private server again after it went away; undefined for any other, which is not ours to start. */
  readonly recover: RetryOptions["recover"];
  /** Ends the connections. The embedded server keeps running for the next command. */
  close(): Promise<void>;
}

/** Which database to open; without any option what `DATABASE_URL` or the configuration names, else the embedded one. */
export interface OpenOptions {
  /** The flag `--database-url`; goes before `DATABASE_URL` and the configuration. */
  readonly databaseUrl?: string | undefined;
  /** The most connections to open at once; 4 unless said otherwise. */
  readonly connections?: number;
  /** Whether the work writes: the database must be able to hold it, and the role must have the rights. */
  readonly isWriter?: boolean;
  /** Whether a server that is away for a moment is waited for, some seconds. */
  readonly isPatient?: boolean;
  /** Once aborted, queries have a moment to end; then the connections are closed, whatever the server says. */
  readonly signal?: AbortSignal;
}

/** How long to wait for open queries when a database is closed. */
const CLOSE_TIMEOUT_S = 5;
/** How long to wait for them when the work was interrupted. */
const INTERRUPTED_TIMEOUT_S = 3;

/**
 * The URL that the flag, else `DATABASE_URL`, else the configuration names; undefined means the embedded database.
 */
export async function configuredUrl(databaseUrl: string | undefined): Promise<string | undefined> {
  const flags = databaseUrl === undefined || databaseUrl === "" ? {} : { databaseUrl };
  const settings = await loadSettings({ flags });
  return settings.databaseUrl === "" ? undefined : settings.databaseUrl;
}

/**
 * Opens the database: the one that `databaseUrl` names, else `DATABASE_URL`, else the configuration; else the embedded
 * one, which is created at the first use and started when it does not run. Connects once, so that a wrong address
 * fails here. Does not look at the schema: see {@link requireSchema}.
 */
export async function openDatabase(options: OpenOptions = {}): Promise<Database> {
  const { connections, isPatient = false, signal } = options;
  const configured = await configuredUrl(options.databaseUrl);
  const url = configured ?? (await startCluster());
  detail(() => `database: ${redactUrl(url)}${configured === undefined ? ", the embedded one" : ""}`);
  const connect = (): ReturnType<typeof connectPool> => connectPool(url, { connections }, signal);
  try {
    const sql = await (isPatient ? withRetries(connect, { signal }) : connect());
    const interrupt = (): void => void sql.end({ timeout: INTERRUPTED_TIMEOUT_S });
    signal?.addEventListener("abort", interrupt, { once: true });
    const close = async (): Promise<void> => {
      signal?.removeEventListener("abort", interrupt);
      await sql.end({ timeout: CLOSE_TIMEOUT_S });
    };
    const isEmbedded = configured === undefined;
    return { sql, url, embedded: isEmbedded, recover: isEmbedded ? () => startCluster() : undefined, close };
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof NoTransactionsError ? poolerRefusal(error) : explainDatabaseError(error, url);
  }
}

function poolerRefusal(cause: unknown): ProxError {
  const reason = "the pooler before it runs in statement mode, which allows no transactions";
  return new ProxError("E_DATABASE_UNFIT", `this database cannot hold prox's data: ${reason}`, {
    suggestions: [
      "set pool_mode = transaction (or session) for this database in pgbouncer.ini",
      "or name the server itself with --database-url",
    ],
    details: { reasons: [reason] },
    cause,
  });
}

/**
 * Makes sure that the schema is the one of this prox. The embedded database is prox's own and is upgraded at once;
 * the owner of any other database decides when: `E_SCHEMA_MISSING` and `E_SCHEMA_OUTDATED` tell to run
 * `prox db migrate`. Throws `E_SCHEMA_NEWER` and `E_MIGRATION_EDITED` for both.
 */
export async function requireSchema(database: Database): Promise<void> {
  const migrations = await readMigrations();
  if (!database.embedded) return checkSchema(database.sql, migrations);
  // Only an upgrade needs the lock of migrations: commands that run at once do not wait for each other.
  const { pending } = await schemaStatus(database.sql, migrations);
  if (pending.length > 0) await migrate(database.sql, migrations);
}

/**
 * Opens the database with its schema, does the work, closes the database in any case, and turns its errors into
 * errors that say what to do.
 */
export async function withDatabase<Result>(
  options: OpenOptions,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(options);
  const { isWriter = false } = options;
  try {
    if (isWriter) await requireFitDatabase(database.sql, { toCreate: false });
    await requireSchema(database);
    if (isWriter) await requireRights(database.sql);
    return await work(database);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explainDatabaseError(error, database.url);
  } finally {
    await database.close();
  }
}
