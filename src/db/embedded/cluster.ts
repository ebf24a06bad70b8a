/**
 * The embedded database: a private cluster of the real PostgreSQL server. It is created at the first use, listens on
 * a unix socket only, and keeps running for the next command until it is stopped. Any number of prox processes may
 * start and use it at once: the server's own lock lets one start win, and the others connect.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { errorCodeOf, messageOf, ProxError } from "../../errors.ts";
import { runProgram } from "../../process/child.ts";
import { createPool } from "../driver/connect.ts";
import { explainDatabaseError } from "../driver/errors.ts";
import { chooseBinaries, type Binaries } from "./binaries.ts";
import { withClusterLock } from "./cluster-lock.ts";
import { editFile, makeClusterFolder } from "./folders.ts";
import { type Cluster, type ClusterOptions, dataMajor, resolveCluster } from "./place.ts";
import {
  makeSocketFolder,
  refuseTcpTrust,
  removeSocketFolder,
  socketState,
  usualSocketFolder,
} from "./socket.ts";
import { startFailure } from "./start-failure.ts";
import { removeStaleLock, runsIn } from "./stale-lock.ts";
import { finishSwitch } from "./switch-data.ts";

/** Where a cluster is, and whether it runs. */
export interface ClusterState {
  readonly folder: string;
  readonly url: string;
  /** The server's log. */
  readonly log: string;
  readonly exists: boolean;
  readonly isRunning: boolean;
}

type Presence = "ready" | "starting" | "absent" | "without database";

const DATABASE = "prox";
const ROLE = "prox";
/** How long to wait for a server that is starting or recovering. */
const START_TIMEOUT_MS = 120_000;
/** How long to wait until the processes of a server that was stopped are gone. */
const STOP_TIMEOUT_MS = 60_000;
/** How often a start may fail before we give up: another prox may be starting or stopping the same server. */
const START_ATTEMPTS = 6;

/** Settings of the cluster, appended to its postgresql.conf once; the user may change them there. */
const SETTINGS = `
# prox: a private server on a unix socket, for bulk loading and short analytic queries on one machine
listen_addresses = ''
unix_socket_permissions = 0700
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
jit = off
random_page_cost = 1.1
maintenance_work_mem = 128MB
max_wal_size = 2GB
`;
const VOLATILE_SETTINGS = `
fsync = off
synchronous_commit = off
full_page_writes = off
`;

function urlOf(socket: string, database: string): string {
  return `postgres://${ROLE}@${encodeURIComponent(socket)}:5432/${database}`;
}

/** The folder of the socket of the server that runs, or was the last to run; else where the next one will have it. */
async function socketOf(cluster: Cluster): Promise<string> {
  // The server itself writes it down, as the fifth line of its lock file. One that was copied with the data, or that a machine
  // wrote that has this disk under another path, is another server's: the second line says whose data it is for.
  const [, data = "", , , written = ""] = (await readLock(cluster)) ?? [];
  const isOwn = path.resolve(data) === path.resolve(cluster.data);
  return isOwn && path.isAbsolute(written) ? written : usualSocketFolder(cluster.folder);
}

/** The programs that fit the data. */
async function binariesOf(cluster: Cluster): Promise<Binaries> {
  return chooseBinaries(cluster, await dataMajor(cluster));
}

/** Runs one of the server's programs as the user of the server. */
async function runAsServer(cluster: Cluster, program: string, args: readonly string[]): Promise<void> {
  await runProgram(program, args, cluster.user);
}

/** Whether the server answers. Throws E_EMBEDDED_FOLDER when another user could answer in its place. */
async function presenceOf(cluster: Cluster): Promise<Presence> {
  const socket = await socketOf(cluster);
  if ((await socketState(socket, cluster.folder, cluster.user)) === "missing") return "absent";
  const sql = createPool(urlOf(socket, DATABASE), { connections: 1 });
  try {
    await sql`select 1`;
    return "ready";
  } catch (error) {
    switch (errorCodeOf(error)) {
      case "ENOENT":
      case "ECONNREFUSED":
      case "ENOTDIR":
        return "absent";
      // Starting, stopping, stopped just now, or too busy to answer or to accept.
      case "57P01":
      case "57P02":
      case "57P03":
      case "EAGAIN":
      case "ECONNRESET":
      case "EPIPE":
      case "CONNECT_TIMEOUT":
      case "CONNECTION_CLOSED":
      case "CONNECTION_DESTROYED":
      case "CONNECTION_ENDED":
        return "starting";
      case "3D000":
        return "without database";
      default:
        throw error;
    }
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Creates the data beside their place and moves them there whole; another prox may do the same at once. */
async function initialize(cluster: Cluster, binaries: Binaries): Promise<void> {
  const unfinished = path.join(cluster.folder, `data.${randomUUID()}`);
  try {
    await runAsServer(cluster, path.join(binaries.folder, "initdb"), [
      "--pgdata",
      unfinished,
      "--username",
      ROLE,
      // The socket's folder is closed to all but its owner.
      "--auth-local=trust",
      "--auth-host=reject",
      "--encoding=UTF8",
      "--no-locale",
      ...(cluster.isDurable ? [] : ["--no-sync"]),
    ]);
    const settings = cluster.isDurable ? SETTINGS : SETTINGS + VOLATILE_SETTINGS;
    await editFile(path.join(unfinished, "postgresql.conf"), (text) => text + settings);
    await rename(unfinished, cluster.data).catch((error: unknown) => {
      if (!["ENOTEMPTY", "EEXIST"].includes(errorCodeOf(error) ?? "")) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Starts the server, where its socket was before if that is ours still; creates the cluster at the first use. */
async function startServer(cluster: Cluster, lastSocket: string): Promise<void> {
  await makeClusterFolder(cluster.folder, cluster.user);
  await finishSwitch(cluster);
  const binaries = await binariesOf(cluster);
  if ((await dataMajor(cluster)) === undefined) await initialize(cluster, binaries);
  await editFile(path.join(cluster.data, "pg_hba.conf"), refuseTcpTrust);
  const socket = await makeSocketFolder(cluster.folder, lastSocket, cluster.user);
  const options = `-p 5432 -k '${socket.replaceAll("'", "'\\''")}'`;
  await runAsServer(cluster, path.join(binaries.folder, "pg_ctl"), [
    "start",
    "--pgdata",
    cluster.data,
    "--log",
    cluster.log,
    "--options",
    options,
    "--wait",
    "--timeout",
    String(START_TIMEOUT_MS / 1000),
  ]);
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const sql = createPool(urlOf(await socketOf(cluster), "postgres"), { connections: 1 });
  try {
    await sql`create database ${sql(DATABASE)}`;
  } catch (error) {
    // Another prox was faster.
    if (!["42P04", "23505"].includes(errorCodeOf(error) ?? "")) throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * Makes sure that the embedded database runs, creating it at the first use, and returns its URL. Throws
 * `E_EMBEDDED_START` when it does not start or does not answer within two minutes, and `E_DATABASE` when it refuses the
 * connection.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<string> {
  const cluster = await resolveCluster(options);
  try {
    return await waitUntilReady(cluster);
  } catch (error) {
    throw explainDatabaseError(error, urlOf(await socketOf(cluster), DATABASE));
  }
}

async function waitUntilReady(cluster: Cluster): Promise<string> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let reason = "no answer";
  let lastSocket: string | undefined;
  for (let attempts = 0; attempts < START_ATTEMPTS && Date.now() < deadline;) {
    switch (await presenceOf(cluster)) {
      case "ready":
        return urlOf(await socketOf(cluster), DATABASE);
      case "without database":
        await createDatabase(cluster);
        break;
      case "starting":
        await sleep(50);
        break;
      case "absent":
        await withClusterLock(cluster.folder, "starting it", deadline, async () => {
          // The process that held the lock before may have started it.
          if ((await presenceOf(cluster)) !== "absent") return;
          attempts += 1;
          // Read before the lock file goes, as nothing else says where the socket was.
          lastSocket ??= await socketOf(cluster);
          if (attempts === START_ATTEMPTS - 1) await removeStaleLock(cluster.data);
          await sleep((attempts - 1) * 150);
          try {
            await startServer(cluster, lastSocket);
          } catch (error) {
            if (error instanceof ProxError) throw error;
            reason = messageOf(error);
          }
        });
    }
  }
  if ((await presenceOf(cluster)) === "ready") return urlOf(await socketOf(cluster), DATABASE);
  throw await startFailure(cluster, reason);
}

/** Where the embedded database is and whether it runs; starts nothing. */
export async function clusterState(options: ClusterOptions = {}): Promise<ClusterState> {
  const cluster = await resolveCluster(options);
  const { folder, log } = cluster;
  const url = urlOf(await socketOf(cluster), DATABASE);
  const exists = (await dataMajor(cluster)) !== undefined;
  return { folder, url, log, exists, isRunning: exists && (await presenceOf(cluster)) !== "absent" };
}

/**
 * Stops the server, ending whatever is connected to it, and waits until its process is gone. Tells whether it ran.
 * Throws `E_EMBEDDED_STOP`.
 */
export async function stopCluster(
  options: ClusterOptions = {},
  timeoutMs = STOP_TIMEOUT_MS,
): Promise<boolean> {
  const cluster = await resolveCluster(options);
  if (!(await clusterState(options)).isRunning) return false;
  return withClusterLock(cluster.folder, "stopping it", Date.now() + timeoutMs, () =>
    stopServer(cluster, timeoutMs),
  );
}

/** Stops the server; to be called with the lock of the cluster. Tells whether it ran. */
export async function stopServer(cluster: Cluster, timeoutMs = STOP_TIMEOUT_MS): Promise<boolean> {
  if ((await presenceOf(cluster)) === "absent") return false;
  const { folder } = await binariesOf(cluster);
  const pid = (await readLock(cluster))?.[0];
  const socket = await socketOf(cluster);
  try {
    await runAsServer(cluster, path.join(folder, "pg_ctl"), [
      "stop",
      "--pgdata",
      cluster.data,
      "--mode=fast",
      "--wait",
      "--timeout",
      String(Math.ceil(timeoutMs / 1000)),
    ]);
  } catch (error) {
    // Another prox may have stopped it at the same moment.
    if (pid !== undefined && (await runsIn(pid, cluster.data))) throw stopFailure(cluster, messageOf(error));
  }
  // pg_ctl waits for the end of the server's lock file only: the process lives a little longer.
  const deadline = Date.now() + timeoutMs;
  while (pid !== undefined && (await runsIn(pid, cluster.data))) {
    if (Date.now() > deadline) throw stopFailure(cluster, `its process ${pid} still runs`);
    await sleep(20);
  }
  await removeSocketFolder(cluster.folder, socket);
  return true;
}

/** The lines of the server's own lock file, or undefined where no server runs. */
async function readLock(cluster: Cluster): Promise<string[] | undefined> {
  const lock = await readFile(path.join(cluster.data, "postmaster.pid"), "utf8").catch(() => undefined);
  return lock?.split("\n");
}

function stopFailure(cluster: Cluster, reason: string): ProxError {
  return new ProxError("E_EMBEDDED_STOP", `the embedded database did not stop: ${reason}`.split("\n"), {
    suggestions: [`read ${cluster.log}`, "then run the command again"],
    details: { folder: cluster.folder, log: cluster.log },
  });
}

/** Stops the server and deletes all its data. Tells whether there were any. */
export async function deleteCluster(options: ClusterOptions = {}): Promise<boolean> {
  const { exists, folder } = await clusterState(options);
  const cluster = await resolveCluster(options);
  if (!existsSync(folder)) return exists;
  await withClusterLock(cluster.folder, "deleting it", Date.now() + STOP_TIMEOUT_MS, async () => {
    await stopServer(cluster);
    await rm(folder, { recursive: true, force: true });
  });
  return exists;
}
