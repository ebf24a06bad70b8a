/**
 * The lock on a server: the folder `prox/lock`, which only one can make, with a file that says who, when and what.
 * A command takes it while it works; `prox lock` takes it until `prox unlock`.
 */
import { randomUUID } from "node:crypto";
import path from "node:path/posix";
import { setTimeout as sleep } from "node:timers/promises";

import { ProxError } from "../errors.ts";
import { thisProcess } from "../process/identity.ts";
import {
  type LockOwner,
  describeOwner,
  isLeftOver,
  isOutOfSight,
  newOwner,
  parseOwner,
} from "../process/lock-owner.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import type { ServerFolders } from "./folders.ts";

/** How long the folder may be without the file that says who made it, before it counts as left over. */
const NAMELESS_MS = 5000;
const POLL_MS = 250;
/** How often a command that works on a server gives a sign of life. */
const BEAT_S = 30;

function lockFolder(folders: ServerFolders): string {
  return path.join(folders.prox, "lock");
}

function ownerFile(folders: ServerFolders): string {
  return path.join(lockFolder(folders), "owner.json");
}

/** Who holds the lock: undefined for nobody, "nameless" where that cannot be read. */
export async function readLock(
  files: RemoteFiles,
  folders: ServerFolders,
): Promise<LockOwner | "nameless" | undefined> {
  const owner = await readOwner(files, ownerFile(folders));
  if (owner !== undefined) return owner;
  return (await files.stat(lockFolder(folders))) === undefined ? undefined : "nameless";
}

async function readOwner(files: RemoteFiles, file: string): Promise<LockOwner | "nameless" | undefined> {
  const bytes = await files.read(file);
  return bytes === undefined ? undefined : (parseOwner(bytes.toString("utf8")) ?? "nameless");
}

/** Tokens of the locks that this process holds now: of several servers at once, two may be the same one by two names. */
const heldHere = new Set<string>();

/** Whether a lock is this process's own, and left over: a command whose connection broke left it. */
function isOwnLeftOver({ host, pid, started, token }: LockOwner): boolean {
  const own = thisProcess();
  return host === own.host && pid === own.pid && started === own.started && !heldHere.has(token);
}

/** For how long an owner that cannot be seen from here has given no sign of life, by the server's clock. */
async function silenceOf(
  files: RemoteFiles,
  folders: ServerFolders,
  file: string,
): Promise<number | undefined> {
  const probe = path.join(folders.prox, `lock-probe-${randomUUID()}`);
  await files.write(probe, Buffer.alloc(0), { mode: 0o644 });
  try {
    const [beat, now] = await Promise.all([files.stat(file), files.stat(probe)]);
    return beat === undefined || now === undefined ? undefined : (now.modifiedS - beat.modifiedS) * 1000;
  } finally {
    await files.remove(probe);
  }
}

/** Whether the command that took a lock has ended without giving it back, as far as looking tells. */
function isKnownLeftOver(owner: LockOwner): boolean {
  return !owner.isKept && (isOwnLeftOver(owner) || isLeftOver(owner));
}

/** The same, also of a command on another machine, which gives signs of life; `file` is the one that names it. */
async function isCutOff(
  { files, folders }: Pick<Attempt, "files" | "folders">,
  owner: LockOwner,
  file: string,
): Promise<boolean> {
  if (isKnownLeftOver(owner)) return true;
  if (owner.beatS === undefined || !isOutOfSight(owner)) return false;
  return isLeftOver(owner, await silenceOf(files, folders, file));
}

function locked(serverName: string, owner: LockOwner | "nameless"): ProxError {
  return new ProxError("E_LOCKED", `server "${serverName}" is locked by ${describeOwner(owner)}`, {
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
  return present !== undefined && present !== "nameless" && isKnownLeftOver(present) ? present : undefined;
}

/** A lock that was taken. */
export interface HeldLock {
  readonly owner: LockOwner;
  /** Number of the server's user to whom new files belong. */
  readonly userId: number;
  /** Number of the group that they get. */
  readonly groupId: number;
  /** Whose left-over lock was taken over, in words; undefined for none. */
  readonly takenFrom: string | undefined;
  /** Who that was, as far as the lock said. */
  readonly cutOff: LockOwner | undefined;
  /** Throws E_LOCKED when another process took the lock away meanwhile. */
  readonly assertHeld: () => Promise<void>;
  /** Releases it; a lock that another process holds stays. */
  readonly release: () => Promise<void>;
}

/** An attempt to take the lock. */
interface Attempt {
  readonly files: RemoteFiles;
  readonly folders: ServerFolders;
  readonly serverName: string;
  readonly own: LockOwner;
  readonly namelessMs: number;
}

/** What `read` finds; a file that does not say whose it is may be about to. */
async function readNamed(
  read: () => Promise<LockOwner | "nameless" | undefined>,
  namelessMs: number,
): Promise<LockOwner | "nameless" | undefined> {
  let present = await read();
  for (let waited = 0; present === "nameless" && waited < namelessMs; waited += POLL_MS) {
    await sleep(POLL_MS);
    present = await read();
  }
  return present;
}

function idOf(owner: LockOwner | "nameless"): string {
  return owner !== "nameless" && /^[\w-]{1,64}$/.test(owner.token) ? owner.token : "nameless";
}

/**
 * Clears away a lock that is left over, as the only one of all that try: with a file that one alone can make, named after
 * the very lock that is to go, so that nobody who read that lock long ago takes away the one after it. Throws E_LOCKED
 * when another process holds it.
 */
async function clearAway(
  attempt: Attempt,
  lock: string,
  leftOver: LockOwner | "nameless",
  read: () => Promise<LockOwner | "nameless" | undefined>,
  clear: () => Promise<unknown>,
): Promise<void> {
  const { files, namelessMs, own, serverName } = attempt;
  const ticket = `${lock}-after-${idOf(leftOver)}`;
  for (let isMine = false; !isMine;) {
    try {
      await files.write(ticket, Buffer.from(JSON.stringify(own)), { mode: 0o644, exclusive: true });
      isMine = true;
    } catch (error) {
      const readTicket = (): Promise<LockOwner | "nameless" | undefined> => readOwner(files, ticket);
      const rival = await readNamed(readTicket, namelessMs);
      if (rival === undefined) throw error;
      if (rival !== "nameless" && !(await isCutOff(attempt, rival, ticket))) throw locked(serverName, rival);
      await clearAway(attempt, ticket, rival, readTicket, () => files.remove(ticket));
    }
  }
  try {
    const present = await read();
    if (present !== undefined && idOf(present) === idOf(leftOver)) await clear();
  } finally {
    await files.remove(ticket);
  }
}

/** Takes the lock of a server; the folder for prox must be there. Throws E_LOCKED. */
export async function takeLock(
  files: RemoteFiles,
  folders: ServerFolders,
  options: { serverName: string; what: string; isKept?: boolean; namelessMs?: number },
): Promise<HeldLock> {
  const { serverName, what, isKept = false, namelessMs = NAMELESS_MS } = options;
  const own = newOwner(what, { isKept, beatS: BEAT_S });
  heldHere.add(own.token);
  try {
    return await takeFor({ files, folders, serverName, own, namelessMs });
  } catch (error) {
    heldHere.delete(own.token);
    throw error;
  }
}

async function takeFor(attempt: Attempt): Promise<HeldLock> {
  const { files, folders, namelessMs, own: owner, serverName } = attempt;
  let takenFrom: string | undefined;
  let cutOff: LockOwner | undefined;
  if (!(await files.makeFolder(lockFolder(folders)))) {
    const read = (): Promise<LockOwner | "nameless" | undefined> => readLock(files, folders);
    const present = await readNamed(read, namelessMs);
    if (present !== undefined) {
      if (present !== "nameless" && !(await isCutOff(attempt, present, ownerFile(folders)))) {
        throw locked(serverName, present);
      }
      await clearAway(attempt, lockFolder(folders), present, read, () => files.remove(ownerFile(folders)));
      takenFrom = describeOwner(present);
      cutOff = present === "nameless" ? undefined : present;
    }
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
  const isHeld = async (): Promise<boolean> => {
    const present = await readLock(files, folders);
    return present !== undefined && present !== "nameless" && present.token === owner.token;
  };
  // White space after the content does no harm, even if the file belongs to another owner by now.
  const beat = owner.isKept
    ? undefined
    : setInterval(() => {
        files.append(ownerFile(folders), Buffer.from("\n")).catch(() => undefined);
      }, BEAT_S * 1000);
  beat?.unref();
  return {
    owner,
    userId: stat.owner,
    groupId: stat.group,
    takenFrom,
    cutOff,
    assertHeld: async () => {
      if (!(await isHeld())) throw locked(serverName, (await readLock(files, folders)) ?? "nameless");
    },
    release: async () => {
      clearInterval(beat);
      heldHere.delete(owner.token);
      if (await isHeld()) await removeLock(files, folders);
    },
  };
}

/** Removes the lock of a server, even if another process holds it; false when there was none. */
export async function removeLock(files: RemoteFiles, folders: ServerFolders): Promise<boolean> {
  await files.remove(ownerFile(folders));
  return files.removeFolder(lockFolder(folders));
}
