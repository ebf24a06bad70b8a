/** What a database holds, for people who ask. */
import { redactUrl } from "./address/address.ts";
import type { Sql } from "./driver/connect.ts";
import { clusterState } from "./embedded/cluster.ts";
import { schemaStatus, type SchemaStatus } from "./migrations.ts";
import { configuredUrl, openDatabase } from "./open.ts";
import { whoseDatabase } from "./whose.ts";
import { readMixedRules, type RuleVersion } from "./rule-versions.ts";
import { camelRows, type CamelRow } from "./rows.ts";

interface ContentsRow {
  readonly rounds: number;
  readonly incomplete_rounds: number;
  readonly players: number;
  /** Rows of player_positions, by the rounds that have not been pruned. */
  readonly position_rows: number;
  /** Contents that were refused, and paths that could not be read, as far as they are still there. */
  readonly rejected_files: number;
  readonly first_round_at: Date | null;
  readonly last_round_at: Date | null;
  /** When a round was imported last. */
  readonly last_import_at: Date | null;
  readonly size_bytes: number;
}

interface TrackerRow {
  /** As the game tells it, colour codes included. */
  readonly server_name: string;
  /** Errors that the tracker caught in itself, and its longest time in a frame. */
  readonly errors: number;
  readonly frame_worst_ms: number | null;
  /** Its mean time in a frame, in the newest round that says it. */
  readonly frame_mean_us: number | null;
}

/** How the tracker of a game server did in the rounds of the last 7 days. */
export type TrackerHealth = CamelRow<TrackerRow>;

/** What is stored. */
type Contents = CamelRow<ContentsRow> & {
  readonly trackers: readonly TrackerHealth[];
  /** Rules of which rounds have rows of several versions. */
  readonly mixedRules: readonly RuleVersion[];
};

/** What {@link databaseStatus} found; what cannot be known, as the server does not run, is missing. */
export interface DatabaseStatus {
  readonly embedded: boolean;
  /** Without password. */
  readonly url: string;
  /** Data nearby that belong to other users, who have embedded databases of their own. */
  readonly others: readonly string[];
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

/** What the database holds; it must have the latest schema. */
export async function readContents(sql: Sql): Promise<Contents | undefined> {
  const rows = await sql<ContentsRow[]>`
    select
      count(*) as rounds,
      count(*) filter (where not is_complete) as incomplete_rounds,
      (select count(*) from players) as players,
      coalesce(sum(position_rows) filter (where positions_pruned_at is null), 0)::bigint as position_rows,
      (select count(*) from import_files where status = 'rejected' and gone_at is null)
        + (select count(*) from refused_paths where gone_at is null) as rejected_files,
      min(started_at) as first_round_at,
      max(started_at) as last_round_at,
      max(imported_at) as last_import_at,
      pg_database_size(current_database()) as size_bytes
    from rounds`;
  const trackers = await sql<TrackerRow[]>`
    select server_name, sum(tracker_errors)::int as errors, max(frame_worst_ms) as frame_worst_ms,
      (array_agg(frame_mean_us order by started_at desc) filter (where frame_mean_us is not null))[1] as frame_mean_us
    from rounds
    where source = 'prox' and started_at > now() - interval '7 days'
    group by server_name
    order by server_name`;
  const [row] = camelRows(rows);
  if (row === undefined) return undefined;
  return { ...row, trackers: camelRows(trackers), mixedRules: await readMixedRules(sql) };
}

/** Looks at the database. An embedded one that does not run is not started. */
export async function databaseStatus(databaseUrl: string | undefined): Promise<DatabaseStatus> {
  const embedded = (await configuredUrl(databaseUrl)) === undefined;
  const cluster = embedded ? await clusterState() : undefined;
  const { others } = embedded ? await whoseDatabase(undefined) : { others: [] };
  if (cluster?.isRunning === false) {
    const { folder, log, url } = cluster;
    return { embedded, url, others, isRunning: false, folder, log };
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
      others,
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
