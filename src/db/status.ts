/** What a database holds, for people who ask. */
import { redactUrl } from "./address.ts";
import type { Sql } from "./driver/connect.ts";
import { clusterState } from "./embedded/cluster.ts";
import { schemaStatus, type SchemaStatus } from "./migrations.ts";
import { configuredUrl, openDatabase } from "./open.ts";

/** What is stored. */
interface Contents {
  readonly rounds: number;
  readonly incompleteRounds: number;
  readonly players: number;
  /** Rows of player_positions, by the rounds that have not been pruned. */
  readonly positionRows: number;
  readonly rejectedFiles: number;
  readonly firstRoundAt: Date | null;
  readonly lastRoundAt: Date | null;
  /** When a round was imported last. */
  readonly lastImportAt: Date | null;
  readonly sizeBytes: number;
}

/** What {@link databaseStatus} found; what cannot be known, as the server does not run, is missing. */
export interface DatabaseStatus {
  readonly embedded: boolean;
  /** Without password. */
  readonly url: string;
  readonly isRunning: boolean;
  /** Of the embedded database: where its files are. */
  readonly folder?: string;
  readonly log?: string;
  /** Version of the server; missing when it does not run. */
  readonly server?: string;
  readonly schema?: SchemaStatus;
  /** Missing when there is no schema, or not the latest. */
  readonly contents?: Contents;
}

async function readContents(sql: Sql): Promise<Contents | undefined> {
  const [contents] = await sql<Contents[]>`
    select
      count(*) as rounds,
      count(*) filter (where not is_complete) as "incompleteRounds",
      (select count(*) from players) as players,
      coalesce(sum(position_rows) filter (where positions_pruned_at is null), 0)::bigint as "positionRows",
      (select count(*) from import_files where status = 'rejected') as "rejectedFiles",
      min(started_at) as "firstRoundAt",
      max(started_at) as "lastRoundAt",
      max(imported_at) as "lastImportAt",
      pg_database_size(current_database()) as "sizeBytes"
    from rounds`;
  return contents;
}

/** Looks at the database. An embedded one that does not run is not started. */
export async function databaseStatus(databaseUrl: string | undefined): Promise<DatabaseStatus> {
  const embedded = (await configuredUrl(databaseUrl)) === undefined;
  const cluster = embedded ? await clusterState() : undefined;
  if (cluster?.isRunning === false) {
    const { folder, log, url } = cluster;
    return { embedded, url, isRunning: false, folder, log };
  }
  const database = await openDatabase({ databaseUrl });
  try {
    const { sql } = database;
    const [found] = await sql<{ server: string }[]>`select current_setting('server_version') as server`;
    const schema = await schemaStatus(sql);
    const contents = schema.version === schema.latest ? await readContents(sql) : undefined;
    return {
      embedded,
      url: redactUrl(database.url),
      isRunning: true,
      ...(cluster === undefined ? {} : { folder: cluster.folder, log: cluster.log }),
      ...(found === undefined ? {} : { server: found.server }),
      schema,
      ...(contents === undefined ? {} : { contents }),
    };
  } finally {
    await database.close();
  }
}
