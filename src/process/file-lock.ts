/**
 * A lock between processes: a file that says who holds it. A process that is gone no longer holds it, and when several others
 * notice that at once, one of them takes it over.
 */
import {
  appendFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";

import { errorCodeOf, ProxError } from "../errors.ts";
import {
  type LockOwner,
  describeOwner,
  isLeftOver,
  isOutOfSight,
  newOwner,
  parseOwner,
} from "./lock-owner.ts";

const BEAT_S = 15;
/** Owners that an earlier version wrote give no signs of life. After so long they count as gone, where nobody can see them. */
const WITHOUT_BEAT_MS = 3_600_000;

/** A lock that was taken. */
export interface FileLock {
  /** Aborted when another process took the lock away: this process stood still for too long, or was unlocked. */
  readonly lost: AbortSignal;
  /** Releases it; a lock that another process holds stays. */
  readonly release: () => void;
}

/** What a lock's file says at a moment. */
interface Found {
  /** Tells this very lock from every other. */
  readonly id: string;
  /** Undefined where the file is empty or torn: it appears with its content, so its owner went down with the machine. */
  readonly owner: LockOwner | undefined;
  readonly modifiedMs: number;
}

function readLock(file: string): Found | undefined {
  try {
    const owner = parseOwner(readFileSync(file, "utf8"));
    const { ctimeMs, ino, mtimeMs } = statSync(file);
    const isToken = /^[\w-]{1,64}$/.test(owner?.token ?? "");
    return {
      id: isToken ? (owner?.token ?? "") : `${ino}-${Math.trunc(ctimeMs)}`,
      owner,
      modifiedMs: mtimeMs,
    };
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The time by the clock that gives the files of this folder theirs: it may be another machine's. */
function clockMs(own: string): number {
  const probe = `${own}.now`;
  writeFileSync(probe, "");
  try {
    return statSync(probe).mtimeMs;
  } finally {
    rmSync(probe, { force: true });
  }
}

function isOwnerGone({ modifiedMs, owner }: Found, own: string): boolean {
  if (owner === undefined) return true;
  if (!isOutOfSight(owner)) return isLeftOver(owner);
  const silentMs = clockMs(own) - modifiedMs;
  return owner.beatS === undefined ? silentMs > WITHOUT_BEAT_MS : isLeftOver(owner, silentMs);
}

/** Makes `file` a second name of `from`; false where there is one already. */
function linkNew(from: string, file: string): boolean {
  try {
    linkSync(from, file);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** The result of trying to take over a lock that was left behind: another process is trying, it worked, or the lock has changed. */
type Succession = { readonly rival: LockOwner } | "done" | "changed";

/**
 * Does something to a lock that is left over, as the only one of all that try: under a lock of its own, named after the
 * very lock that is to go, so that it can never be used for another.
 */
function asOnlySuccessor(file: string, { id }: Found, own: string, act: () => void): Succession {
  const successor = `${file}.${id}`;
  const rival = acquire(successor, own);
  if (rival !== undefined) return { rival };
  try {
    // Another process may have taken it over since it was read.
    if (readLock(file)?.id !== id) return "changed";
    act();
    return "done";
  } finally {
    rmSync(successor, { force: true });
  }
}

/** Makes `file` a second name of `own`, the file that says who we are. Returns the owner when another process holds it. */
function acquire(file: string, own: string): LockOwner | undefined {
  for (;;) {
    if (linkNew(own, file)) return undefined;
    const found = readLock(file);
    if (found === undefined) continue;
    if (found.owner !== undefined && !isOwnerGone(found, own)) return found.owner;
    const succession = asOnlySuccessor(file, found, own, () => {
      const name = `${own}.next`;
      linkSync(own, name);
      renameSync(name, file);
    });
    if (succession === "done") return undefined;
    if (succession !== "changed") return succession.rival;
  }
}

/** Runs with a file of this process beside the lock, which is removed in any case. */
function withOwnFile<T>(file: string, owner: LockOwner, work: (own: string) => T): T {
  const own = `${file}.${owner.token}.own`;
  try {
    writeFileSync(own, JSON.stringify(owner));
    return work(own);
  } finally {
    rmSync(own, { force: true });
  }
}

/** Gives signs of life, and looks whether the lock is still ours. */
function beat(file: string, token: string, beatS: number): { lost: AbortSignal; stop: () => void } {
  const loss = new AbortController();
  const timer = setInterval(() => {
    let found: Found | undefined;
    try {
      found = readLock(file);
      if (found?.id === token) {
        // White space after the content does no harm, even if the file belongs to another owner by now.
        appendFileSync(file, "\n");
        return;
      }
    } catch {
      // The disk may be full or out of reach for a moment: one sign of life is missing, and several may be.
      return;
    }
    clearInterval(timer);
    loss.abort(
      new ProxError("E_LOCKED", `this command has lost its lock ${file}`, {
        suggestions: ["run it again: it goes on where it stopped"],
        details: { owner: found?.owner ?? null },
      }),
    );
  }, beatS * 1000);
  timer.unref();
  return {
    lost: loss.signal,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Takes a lock for something that is said in words. Returns the owner when another living process holds it. */
export function takeFileLock(
  file: string,
  what: string,
  { beatS = BEAT_S }: { beatS?: number } = {},
): { readonly heldBy: LockOwner } | FileLock {
  const owner = newOwner(what, { beatS });
  const heldBy = withOwnFile(file, owner, (own) => acquire(file, own));
  if (heldBy !== undefined) return { heldBy };
  const { lost, stop } = beat(file, owner.token, beatS);
  return {
    lost,
    release: () => {
      stop();
      if (readLock(file)?.id === owner.token) rmSync(file, { force: true });
    },
  };
}

/** Removes a lock, even if another process holds it. Returns the owner; undefined when there was none. */
export function removeFileLock(file: string): LockOwner | "nameless" | undefined {
  const found = readLock(file);
  if (found === undefined) return undefined;
  withOwnFile(file, newOwner("unlock", { beatS: BEAT_S }), (own) =>
    asOnlySuccessor(file, found, own, () => {
      unlinkSync(file);
    }),
  );
  return found.owner ?? "nameless";
}

/** The error of a lock that is held. `subject` says of what, `unlock` how the lock is removed by hand. */
export function lockedError(subject: string, heldBy: LockOwner, advice: readonly string[]): ProxError {
  return new ProxError("E_LOCKED", `${subject} is locked by ${describeOwner(heldBy)}`, {
    suggestions: advice,
    details: { pid: heldBy.pid, owner: heldBy },
  });
}
