/** How a game server stands: what is deployed, listed, loaded and locked, and which rounds wait there. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path/posix";

import { serverVariable } from "../config/definition.ts";
import type { ServerSettings } from "../config/settings.ts";
import { serverFolders } from "../server/folders.ts";
import { describeOwner } from "../process/lock-owner.ts";
import { readLock } from "../server/lock.ts";
import { isSameModule } from "../server/module-list.ts";
import { type Revision, readRevisions } from "../server/revisions.ts";
import { type Module, sha1Of } from "../deploy/server-plan.ts";
import { ProxError } from "../errors.ts";
import { kindsAt } from "../format/versions.ts";
import { describeGone, readLists } from "./lists.ts";
import { PullLedger } from "../pull/pull-ledger.ts";
import { pullPaths, planPull } from "../pull/pull.ts";
import { parseRoundFileName } from "../pull/round-names.ts";
import type { LoadedModule, Rcon } from "../remote/rcon.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";

/** What is known of a server. A SHA-1 has 40 lower-case hex digits. */
export interface ServerStatus {
  /** Its name in the configuration. */
  readonly server: string;
  /** What `prox build` makes now. */
  readonly built: { readonly sha1: string; readonly version: string | null };
  /** SHA-1 of the module on the server, null for none. */
  readonly deployedSha1: string | null;
  readonly deployedVersion: string | null;
  /** Whether the game is told to load it at its next start; null where a deploy would be refused: `drift` says why. */
  readonly isListed: boolean | null;
  /** Undefined where the server cannot be asked; null where the game has not loaded it. */
  readonly loadedSha1: string | null | undefined;
  /** Why the game could not be asked. */
  readonly loadedUnknown: string | undefined;
  /** What differs, in words; empty where all is well. */
  readonly drift: readonly string[];
  /** Who holds it, since when and for what, in words; undefined for nobody. */
  readonly lock: string | undefined;
  /** When the lock was taken, UTC; null without one, or where it does not say. */
  readonly lockedAt: string | null;
  /** The oldest first. */
  readonly revisions: readonly Revision[];
  readonly rounds: {
    /** Files that a pull would fetch now, and the rounds that they belong to. */
    readonly waitingFiles: number;
    readonly waitingRounds: number;
    /** Rounds that the server is still writing. */
    readonly beingPlayed: number;
    /** Rounds that were pulled, those with gaps among them. */
    readonly pulledRounds: number;
    /** Keys of pulled rounds that lack a file, or whose file has no end or is damaged. */
    readonly gaps: readonly string[];
    /** When a pull last ended, with or without new rounds, UTC, as 2026-01-31T12:00:00.000Z; null for never. */
    readonly lastPullAt: string | null;
    /** When the newest finished round on the server or among the pulled ones was written, UTC; null for never. */
    readonly lastRoundAt: string | null;
  };
}

/** Rounds of a ledger that are not whole. */
function gapsOf(ledger: PullLedger): { rounds: number; gaps: string[] } {
  const states = new Map<string, string[]>();
  for (const { name, state } of ledger.entries()) {
    const parsed = parseRoundFileName(name);
    if (parsed === undefined) continue;
    states.set(parsed.roundKey, [...(states.get(parsed.roundKey) ?? []), state]);
  }
  // Rounds of the first version have no file of a later one.
  const fewest = kindsAt(1).length;
  const gaps = [...states]
    .filter(([, files]) => files.length < fewest || files.some((state) => state !== "whole"))
    .map(([key]) => key);
  return { rounds: states.size, gaps: gaps.sort() };
}

/** A time as UTC; null where it is none. */
function utc(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** The latest of some times in seconds, as UTC. */
function newest(times: readonly number[]): string | null {
  return utc(times.reduce((latest, time) => Math.max(latest, time), -Infinity) * 1000);
}

function lastPull(file: string): string | null {
  if (!existsSync(file)) return null;
  const { at } = JSON.parse(readFileSync(file, "utf8")) as { at: string };
  return at;
}

async function readRounds(
  files: RemoteFiles,
  server: ServerSettings,
  dataFolder: string,
  abandonedS: number,
): Promise<ServerStatus["rounds"]> {
  const paths = pullPaths(dataFolder, server.name);
  const ledger = new PullLedger(paths.ledger);
  const { rounds, gaps } = gapsOf(ledger);
  const times = [...ledger.entries()].map(({ modifiedS }) => modifiedS);
  const pulled = {
    pulledRounds: rounds,
    gaps,
    lastPullAt: lastPull(paths.state),
    lastRoundAt: newest(times),
  };
  try {
    const { fetch, had, waiting } = await planPull(files, server, paths, ledger, abandonedS);
    const waitingRounds = new Set(fetch.map(({ roundKey }) => roundKey)).size;
    return {
      ...pulled,
      waitingFiles: fetch.length,
      waitingRounds,
      beingPlayed: waiting.length,
      lastRoundAt: newest([...times, ...[...fetch, ...had].map(({ modifiedS }) => modifiedS)]),
    };
  } catch (error) {
    // Before the first round the tracker has made no folder.
    if (!(error instanceof ProxError) || error.code !== "E_PULL_FOLDER") throw error;
    return { waitingFiles: 0, waitingRounds: 0, beingPlayed: 0, ...pulled };
  }
}

async function askLoaded(
  rcon: Rcon | undefined,
  server: ServerSettings,
): Promise<readonly LoadedModule[] | string> {
  if (server.rcon === undefined) return `server "${server.name}" has no "rcon"`;
  if (rcon === undefined) return `${serverVariable(server.name, "rconPassword")} is not set`;
  try {
    return await rcon.modules();
  } catch (error) {
    if (error instanceof ProxError) return error.message;
    throw error;
  }
}

function describeDrift(
  {
    built,
    deployedSha1,
    isListed,
    revisions,
  }: Pick<ServerStatus, "built" | "deployedSha1" | "isListed" | "revisions">,
  isTakenOut: boolean,
  own: LoadedModule | null | undefined,
): string[] {
  const drift: string[] = [];
  const logged = revisions.at(-1)?.sha1 ?? null;
  if (deployedSha1 === null && logged === null) drift.push("the tracker is not on the server");
  else if (deployedSha1 !== null && deployedSha1 !== built.sha1)
    drift.push("the tracker on the server is not the one that this prox builds");
  if (isListed === false && !isTakenOut) drift.push("the game's lists do not name it");
  if (logged !== deployedSha1 && deployedSha1 !== null)
    drift.push("the module on the server is not the one from the last revision");
  if (own === null && deployedSha1 !== null) drift.push("the running game has not loaded it");
  if (own !== undefined && own !== null && own.sha1 !== deployedSha1) {
    drift.push("the running game has loaded a different module from the one on the server");
  }
  return drift;
}

/** Finds out how a server stands, by looking only. */
export async function readServerStatus(
  files: RemoteFiles,
  server: ServerSettings,
  options: { module: Module; rcon: Rcon | undefined; dataFolder: string; abandonedS: number },
): Promise<ServerStatus> {
  const { module, rcon, dataFolder, abandonedS } = options;
  const folders = serverFolders(server);
  const lock = await readLock(files, folders);
  const revisions = await readRevisions(files, folders);
  const latest = revisions.at(-1);
  const last = typeof latest?.sha1 === "string" ? latest : undefined;
  const live = await files.read(path.join(folders.write, server.module));
  const deployedSha1 = live === undefined ? null : sha1Of(live);
  // What lies there is compared with its own lists: those of another version may differ.
  const own = live === undefined ? module : { bytes: live, sha1: sha1Of(live), version: null };
  const lists = await readLists(files, server, own, live === undefined ? undefined : last, true);
  const loaded = await askLoaded(rcon, server);
  const loadedOwn =
    typeof loaded === "string"
      ? undefined
      : (loaded.find(({ file }) => isSameModule(file, server.module)) ?? null);
  const found = {
    built: { sha1: module.sha1, version: module.version },
    deployedSha1,
    deployedVersion: revisions.findLast(({ sha1 }) => sha1 === deployedSha1)?.version ?? null,
    isListed: lists.isListed,
    revisions,
  };
  return {
    server: server.name,
    ...found,
    loadedSha1: loadedOwn === undefined ? undefined : (loadedOwn?.sha1 ?? null),
    loadedUnknown: typeof loaded === "string" ? loaded : undefined,
    drift: [
      ...lists.reasons,
      ...(live === undefined && last !== undefined ? [describeGone(server, last)] : []),
      ...lists.takenOut,
      ...describeDrift(found, lists.takenOut.length > 0, loadedOwn),
    ],
    lock: lock === undefined ? undefined : describeOwner(lock),
    lockedAt: lock === undefined || lock === "nameless" ? null : utc(Date.parse(lock.at)),
    rounds: await readRounds(files, server, dataFolder, abandonedS),
  };
}
