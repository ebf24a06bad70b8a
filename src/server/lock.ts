/**
 * The lock on a server: the folder `prox/lock`, which only one can make, with a file that says who, when and what.
 * A command takes it while it works; `prox lock` takes it until `prox unlock`.
 */
import { randomUUID } from "node:crypto";
import path from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";

import { ProxError } from "../errors.ts";
import { type ProcessIdentity, isGone, thisProcess } from "../process/identity.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { ServerFolders } from "./folders.ts";

/** Who holds the lock. */
export interface LockOwner extends ProcessIdentity {
  /** UTC, as 2026-01-31T12:00:00.000Z. */
  readonly at: string;
  /** What for, in words. */
  readonly what: string;
  /** Whether it stays when the command has ended (`prox lock`). */
  readonly isKept: boolean;
  readonly token: string;
}

/** How long the folder may be without the file that says who made it, before it counts as left over. */
const NAMELESS_MS = 5000;
const POLL_MS = 250;

function lockFolder(folders: ServerFolders): string {
  return path.join(folders.prox, "lock");
}

function ownerFile(folders: ServerFolders): string {
  return path.join(lockFolder(folders), "owner.json");
}

function isOwner(value: unknown): value is LockOwner {
  return typeof value === "object" && value !== null && "token" in value && "pid" in value && "at" in value;
}

/** Who holds the lock: undefined for nobody, "nameless" where that cannot be read. */
export async function readLock(
  files: RemoteFiles,
  folders: ServerFolders,
): Promise<LockOwner | "nameless" | undefined> {
  const bytes = await files.read(ownerFile(folders));
  if (bytes === undefined)
    return (await files.stat(lockFolder(folders))) === undefined ? undefined : "nameless";
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return isOwner(value) ? value : "nameless";
  } catch {
    return "nameless";
  }
}

/** Who holds a lock since when and for what, and whether that can still be, in words. */
export function describeLock(owner: LockOwner | "nameless", now = Date.now()): string {
  if (owner === "nameless") return "a lock that does not name its owner";
  const minutes = Math.max(0, Math.round((now - Date.parse(owner.at)) / 60_000));
  const age = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  const stale = !owner.isKept && isGone(owner) ? "; that process is gone" : "";
  return `${owner.user}@${owner.host} (process ${owner.pid}) since ${owner.at}, ${age} ago, for ${owner.what}${stale}`;
}

/** Whether the command that took the lock has ended without giving it back. */
function isLeftOver(owner: LockOwner): boolean {
  const own = thisProcess();
  const isThisProcess = owner.host === own.host && owner.pid === own.pid && owner.started === own.started;
  return !owner.isKept && (isThisProcess || isGone(owner));
}

function locked(serverName: string, owner: LockOwner | "nameless"): ProxError {
  return new ProxError("E_LOCKED", `server "${serverName}" is locked by ${describeLock(owner)}`, {
    suggestions: [
      "wait until it is done",
      `or, if you know that nobody is working there, run: prox unlock ${serverName}`,
    ],
    details: { owner },
  });
}

/** Who held the lock of a server when their command was cut off; undefined where none was. */
export async function readLeftOver(
  files: RemoteFiles,
  folders: ServerFolders,
): Promise<LockOwner | undefined> {
  const present = await readLock(files, folders);
  return present !== undefined && present !== "nameless" && isLeftOver(present) ? present : undefined;
}

/** A lock that was taken. */
export interface HeldLock {
  readonly owner: LockOwner;
  /** Number of the server's user to whom new files belong. */
  readonly userId: number;
  /** Whose left-over lock was taken over, undefined for none. */
  readonly takenFrom: string | undefined;
  /** Gives it back; the lock of somebody else is left alone. */
  readonly release: () => Promise<void>;
}

/** Takes the lock of a server; the folder for prox must be there. Throws E_LOCKED. */
export async function takeLock(
  files: RemoteFiles,
  folders: ServerFolders,
  options: { serverName: string; what: string; isKept?: boolean; namelessMs?: number },
): Promise<HeldLock> {
  const { serverName, what, isKept = false, namelessMs = NAMELESS_MS } = options;
  const owner: LockOwner = {
    ...thisProcess(),
    at: new Date().toISOString(),
    what,
    isKept,
    token: randomUUID(),
  };
  let takenFrom: string | undefined;
  if (!(await files.makeFolder(lockFolder(folders)))) {
    let present = await readLock(files, folders);
    for (let waited = 0; present === "nameless" && waited < namelessMs; waited += POLL_MS) {
      await sleep(POLL_MS);
      present = await readLock(files, folders);
    }
    if (present !== undefined && present !== "nameless" && !isLeftOver(present))
      throw locked(serverName, present);
    takenFrom = describeLock(present ?? "nameless");
    await files.remove(ownerFile(folders));
    await files.makeFolder(lockFolder(folders));
  }
  try {
    // Of two that come this far at once, the first to make the file has the lock.
    const bytes = Buffer.from(`${JSON.stringify(owner)}\n`);
    await files.write(ownerFile(folders), bytes, { mode: 0o644, exclusive: true });
  } catch (error) {
    const present = await readLock(files, folders);
    if (present === undefined || present === "nameless") throw error;
    throw locked(serverName, present);
  }
  const written = await readLock(files, folders);
  if (written === undefined || written === "nameless" || written.token !== owner.token) {
    throw locked(serverName, written ?? "nameless");
  }
  const stat = await files.stat(ownerFile(folders));
  if (stat === undefined) throw locked(serverName, "nameless");
  return {
    owner,
    userId: stat.owner,
    takenFrom,
    release: async () => {
      const present = await readLock(files, folders);
      if (present !== undefined && present !== "nameless" && present.token === owner.token) {
        await removeLock(files, folders);
      }
    },
  };
}

/** Removes the lock of a server, whoever holds it; false where there was none. */
export async function removeLock(files: RemoteFiles, folders: ServerFolders): Promise<boolean> {
  await files.remove(ownerFile(folders));
  return files.removeFolder(lockFolder(folders));
}
