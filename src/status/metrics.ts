/** The state of servers and database in the text format of Prometheus, for the textfile collector of node_exporter. */
import type { TrackerHealth } from "../db/status.ts";
import { plainName } from "../names.ts";
import type { ServerStatus } from "./server-status.ts";

/** What the database says; undefined values are not known. */
export interface DatabaseFacts {
  /** Null of an embedded database that does not run, which is no fault. */
  readonly isReachable: boolean | null;
  readonly lastImportAt: string | null;
  readonly rejectedFiles: number | null;
  /** The trackers of the last 7 days. */
  readonly trackers: readonly TrackerHealth[];
}

/** Everything that goes into the file. A server without status could not be asked. */
export interface StatusFacts {
  readonly servers: ReadonlyMap<string, ServerStatus | undefined>;
  readonly database: DatabaseFacts;
  readonly atMs: number;
}

/** A value with the server of the configuration, or the game by the name that it gives itself; neither for a value of all. */
interface Sample {
  readonly server?: string;
  readonly game?: string;
  readonly value: number | null;
}

function escapeLabel(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

/** One metric with its samples; none where no value is known. */
function family(name: string, help: string, samples: readonly Sample[]): string[] {
  const known = samples.filter(({ value }) => value !== null);
  if (known.length === 0) return [];
  return [
    `# HELP prox_${name} ${help}`,
    `# TYPE prox_${name} gauge`,
    ...known.map(({ game, server, value }) => {
      const labels = Object.entries({ server, game }).flatMap(([label, text]) =>
        text === undefined ? [] : [`{${label}="${escapeLabel(text)}"}`],
      );
      return `prox_${name}${labels.join("")} ${value ?? ""}`;
    }),
  ];
}

function seconds(at: string | null): number | null {
  return at === null ? null : Date.parse(at) / 1000;
}

/** The text of the file; it ends in a line end. */
export function prometheusText({ atMs, database, servers }: StatusFacts): string {
  const all = [...servers];
  const ofServers = (valueOf: (status: ServerStatus) => number | null): Sample[] =>
    all.flatMap(([server, status]) => (status === undefined ? [] : [{ server, value: valueOf(status) }]));
  const up = all.map(([server, status]) => ({ server, value: status === undefined ? 0 : 1 }));
  const ofAll = (value: number | null): Sample[] => [{ value }];
  const ofTrackers = (valueOf: (health: TrackerHealth) => number | null): Sample[] =>
    database.trackers.map((health) => ({ game: plainName(health.serverName), value: valueOf(health) }));
  return [
    ...family("status_timestamp_seconds", "when prox status looked", ofAll(atMs / 1000)),
    ...family("server_up", "1 when prox could look at the server", up),
    ...family(
      "rounds_waiting",
      "rounds that a pull would fetch",
      ofServers((s) => s.rounds.waitingRounds),
    ),
    ...family(
      "rounds_incomplete",
      "pulled rounds that are incomplete",
      ofServers((s) => s.rounds.gaps.length),
    ),
    ...family(
      "last_pull_timestamp_seconds",
      "when a pull last ended",
      ofServers((s) => seconds(s.rounds.lastPullAt)),
    ),
    ...family(
      "last_round_timestamp_seconds",
      "when the newest round was written",
      ofServers((s) => seconds(s.rounds.lastRoundAt)),
    ),
    ...family(
      "drift",
      "how many differences there are between what is built, deployed, listed and loaded",
      ofServers((s) => s.drift.length),
    ),
    ...family(
      "locked",
      "1 while the server is locked",
      ofServers((s) => (s.lock === undefined ? 0 : 1)),
    ),
    ...family(
      "database_up",
      "1 when prox could ask the database",
      ofAll(database.isReachable === null ? null : Number(database.isReachable)),
    ),
    ...family(
      "last_import_timestamp_seconds",
      "when a round was last imported",
      ofAll(seconds(database.lastImportAt)),
    ),
    ...family("rejected_files", "files and paths that imports refused", ofAll(database.rejectedFiles)),
    ...family(
      "tracker_errors",
      "errors that the tracker caught in itself in the rounds of the last 7 days",
      ofTrackers(({ errors }) => errors),
    ),
    ...family(
      "tracker_frame_worst_seconds",
      "the tracker's longest time in a server frame in the last 7 days",
      ofTrackers(({ frameWorstMs }) => (frameWorstMs === null ? null : frameWorstMs / 1e3)),
    ),
    ...family(
      "tracker_frame_mean_seconds",
      "the tracker's mean time in a server frame in the newest round",
      ofTrackers(({ frameMeanUs }) => (frameMeanUs === null ? null : frameMeanUs / 1e6)),
    ),
    "",
  ].join("\n");
}
