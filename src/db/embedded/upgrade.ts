/** Puts a database that was filled and proven beside the embedded one in its place: of a newer PostgreSQL, or from a dump. */
import { readdir, rm, stat, statfs } from "node:fs/promises";
import path from "node:path";

import { messageOf, ProxError } from "../../errors.ts";
import { dumpText, lockTables, type Restored, restore, SNAPSHOT } from "../dump/dump.ts";
import { createPool, type Sql, type Transaction } from "../driver/connect.ts";
import { inTransaction } from "../driver/transaction.ts";
import { createReader } from "../reader.ts";
import { type Binaries, chooseBinaries, findBinaries } from "./binaries.ts";
import { startCluster, stopCluster, stopServer } from "./cluster.ts";
import { withClusterLock } from "./cluster-lock.ts";
import { makePrivateFolder } from "./folders.ts";
import { type Cluster, type ClusterOptions, dataMajor, resolveCluster } from "./place.ts";
import { switchData } from "./switch-data.ts";

/** What an upgrade did. */
export interface UpgradeResult extends Restored {
  /** Major versions. */
  readonly from: number;
  readonly to: number;
  /** The folder of the old data; undefined where there was nothing to do. */
  readonly kept: string | undefined;
}

/** How far it is. */
export interface UpgradeOptions extends ClusterOptions {
  readonly onStep?: (step: string) => void;
}

/** How long the switch waits for the lock of the cluster. */
const SWITCH_TIMEOUT_MS = 120_000;
const CONNECTIONS = 4;

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    // A server at work removes files.
    if (entry.isFile())
      bytes += await stat(path.join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return bytes;
}

/** Throws where the disk has no room for the data a second time. */
async function checkRoom(cluster: Cluster): Promise<void> {
  const [bytes, { bavail, bsize }] = [await folderBytes(cluster.data), await statfs(cluster.folder)];
  if (bavail * bsize > bytes) return;
  const [need, free] = [bytes, bavail * bsize].map((number) => Math.ceil(number / 1e6));
  throw new ProxError(
    "E_EMBEDDED_UPGRADE",
    `cannot upgrade the embedded database: its data are there twice on the way, which takes ${need} MB, and ${free} MB are free`,
    { suggestions: [`make room on the disk of ${cluster.folder}, then run: prox db upgrade`] },
  );
}

/**
 * Makes a cluster of these programs beside the other, lets `fill` fill it, and puts it in its place; the old data are kept.
 * Whatever ends it before the switch, the old cluster is as it was.
 */
async function replaceCluster<Result>(
  options: ClusterOptions,
  binaries: Binaries,
  kept: string,
  fill: (sql: Sql, putInPlace: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const cluster = await resolveCluster(options);
  const folder = path.join(cluster.folder, "next");
  const next = {
    folder,
    isDurable: cluster.isDurable,
    search: { systemFolders: [binaries.folder], npmFolder: path.join(folder, "none") },
  };
  const remove = async (): Promise<void> => {
    await stopCluster({ ...next, search: cluster.search }).catch(() => false);
    await rm(folder, { recursive: true, force: true });
  };
  // What an upgrade left that was cut off.
  await remove();
  await makePrivateFolder(cluster.folder, cluster.user);
  try {
    const sql = createPool(await startCluster(next), { connections: CONNECTIONS });
    try {
      return await fill(sql, async () => {
        await sql.end({ timeout: 5 });
        await stopCluster(next);
        await withClusterLock(
          cluster.folder,
          "putting its data in place",
          Date.now() + SWITCH_TIMEOUT_MS,
          async () => {
            await stopServer(cluster);
            await switchData(cluster, path.join(folder, "data"), kept);
          },
        );
      });
    } finally {
      await sql.end({ timeout: 5 });
    }
  } finally {
    await remove();
  }
}

const keptFolder = ({ data }: Cluster, major: number | undefined): string =>
  `${data}.${major ?? "none"}-until-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}`;

/**
 * Brings the embedded database to the newest PostgreSQL that this machine has. Its rows are copied while nobody else can
 * write, and counted on both sides; then the new data take the place of the old, which are kept. Throws `E_EMBEDDED_VERSION`
 * where the programs of the old version are missing, and `E_EMBEDDED_UPGRADE`.
 */
export async function upgradeCluster(options: UpgradeOptions = {}): Promise<UpgradeResult | undefined> {
  const { onStep = () => undefined } = options;
  const cluster = await resolveCluster(options);
  const from = await dataMajor(cluster);
  if (from === undefined) return undefined;
  const found = await findBinaries(cluster.user, cluster.home, cluster.search);
  const newest = found.reduce<Binaries | undefined>(
    (best, each) => (each.major > (best?.major ?? 0) ? each : best),
    undefined,
  );
  if (newest === undefined || newest.major <= from) {
    if (!found.some(({ major }) => major === from)) await chooseBinaries(cluster, from);
    return { from, to: from, kept: undefined, rows: {}, left: [] };
  }
  await chooseBinaries(cluster, from);
  await checkRoom(cluster);
  const kept = keptFolder(cluster, from);
  onStep(`copies from PostgreSQL ${from} to ${newest.major}`);
  const old = createPool(await startCluster(options), { connections: 1 });
  try {
    const copied = await replaceCluster(options, newest, kept, (sql, putInPlace) =>
      copyLocked(old, sql, putInPlace, onStep),
    );
    return { from, to: newest.major, kept, ...copied };
  } catch (error) {
    throw asItWas(error, from);
  } finally {
    await old.end({ timeout: 1 });
    await startCluster(options);
  }
}

/** Copies everything while nobody can write, and keeps it so until the old server has stopped: nothing is written that the new one lacks. */
async function copyLocked(
  old: Sql,
  sql: Sql,
  putInPlace: () => Promise<void>,
  onStep: (step: string) => void,
): Promise<Restored> {
  const state: { copied?: Restored; switching?: Promise<void> } = {};
  try {
    await inTransaction(
      old,
      async (transaction) => {
        await lockTables(transaction);
        state.copied = await restore(sql, dumpText(transaction), "of the old database", (table, rows) => {
          onStep(`${table}: ${rows} rows`);
        });
        await copyReaders(transaction, sql);
        state.switching = putInPlace();
        await state.switching;
      },
      SNAPSHOT,
    );
  } catch (error) {
    // The connection with the locks ends with the old server, before the switch does.
    if (state.switching === undefined) throw error;
    await state.switching;
  }
  return state.copied ?? { rows: {}, left: [] };
}

/** The error of an upgrade that stopped before the switch. */
function asItWas(error: unknown, major: number): unknown {
  if (error instanceof ProxError && error.code !== "E_DUMP") return error;
  const reason = `cannot upgrade the embedded database: ${messageOf(error)}; it is as it was`;
  return new ProxError("E_EMBEDDED_UPGRADE", reason, {
    suggestions: [
      `go on with PostgreSQL ${major} for now, which prox uses as before`,
      "see what the message names, then run: prox db upgrade",
    ],
    cause: error,
  });
}

/** Gives the new server the roles that may sign in, with their passwords, and their right to read. */
async function copyReaders(from: Transaction, to: Sql): Promise<void> {
  const roles = await from<{ name: string; password: string | null; settings: string[] | null }[]>`
    select a.rolname as name, a.rolpassword as password, to_jsonb(r.rolconfig) as settings
    from pg_authid a join pg_roles r on r.oid = a.oid
    where a.rolcanlogin and not a.rolsuper and has_table_privilege(a.oid, 'rounds', 'select')`;
  for (const { name, password, settings } of roles) {
    await createReader(to, name, password ?? undefined);
    if (settings?.includes("default_transaction_read_only=on") !== true)
      await to`alter role ${to(name)} reset default_transaction_read_only`;
  }
}

/** Puts the content of a dump in the place of the embedded database, whose data are kept. Throws `E_DUMP` and `E_RESTORE_TARGET`. */
export async function restoreCluster(
  chunks: AsyncIterable<Buffer>,
  label: string,
  options: UpgradeOptions & { readonly isReplaced?: boolean } = {},
): Promise<Restored & { kept: string | undefined }> {
  const { onStep = () => undefined } = options;
  const cluster = await resolveCluster(options);
  const major = await dataMajor(cluster);
  if (major !== undefined && options.isReplaced !== true) {
    throw new ProxError("E_RESTORE_TARGET", `the embedded database in ${cluster.folder} is there already`, {
      suggestions: ["to put the dump in its place and keep the old data, add: --replace"],
    });
  }
  const kept = keptFolder(cluster, major);
  const binaries = await chooseBinaries(cluster, major);
  const restored = await replaceCluster(options, binaries, kept, async (sql, putInPlace) => {
    const done = await restore(sql, chunks, label, (table, rows) => {
      onStep(`${table}: ${rows} rows`);
    });
    await putInPlace();
    return done;
  });
  return { ...restored, kept: major === undefined ? undefined : kept };
}
