/** Who holds a lock and what for: one description for all locks, those between processes here and those on servers. */
import { randomUUID } from "node:crypto";

import { type ProcessIdentity, isGone, stateOf, thisProcess } from "./identity.ts";

/** Who holds a lock. */
export interface LockOwner extends ProcessIdentity {
  /** UTC, as 2026-01-31T12:00:00.000Z. */
  readonly at: string;
  /** What for, in words. */
  readonly what: string;
  /** Whether it stays when the command has ended (`prox lock`). */
  readonly isKept: boolean;
  /** Of this lock alone. */
  readonly token: string;
  /** How often the owner gives a sign of life, in seconds: the lock's file is written to. Missing where it gives none. */
  readonly beatS?: number;
}

/** So many signs of life must be missing in a row for an owner that cannot be seen to count as gone. */
const MISSED_BEATS = 4;

/** This process as the owner of a new lock. */
export function newOwner(
  what: string,
  { isKept = false, beatS }: { isKept?: boolean; beatS: number },
): LockOwner {
  return {
    ...thisProcess(),
    at: new Date().toISOString(),
    what,
    isKept,
    token: randomUUID(),
    ...(isKept ? {} : { beatS }),
  };
}

/** The owner that a lock's file names; undefined for a file that is empty or torn, or that prox did not write. */
export function parseOwner(text: string): LockOwner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = Object(value) as Readonly<Partial<Record<keyof LockOwner, unknown>>>;
  const { beatS, host, namespace, pid } = read;
  if (typeof pid !== "number" || typeof host !== "string") return undefined;
  const textOf = (key: keyof LockOwner): string => {
    const found = read[key];
    return typeof found === "string" ? found : "";
  };
  return {
    host,
    user: textOf("user"),
    pid,
    started: textOf("started"),
    at: textOf("at"),
    what: textOf("what"),
    isKept: read.isKept === true,
    token: textOf("token"),
    ...(typeof namespace === "string" ? { namespace } : {}),
    ...(typeof beatS === "number" ? { beatS } : {}),
  };
}

/** Whether only missing signs of life can tell that an owner is gone. */
export function isOutOfSight(owner: LockOwner): boolean {
  return !owner.isKept && stateOf(owner) === "unknown";
}

/**
 * Whether the command that took a lock has ended without giving it back. `silentMs`: for how long the owner has given no
 * sign of life, as far as that was looked at.
 */
export function isLeftOver(owner: LockOwner, silentMs?: number): boolean {
  if (owner.isKept) return false;
  if (!isOutOfSight(owner)) return isGone(owner);
  return silentMs !== undefined && owner.beatS !== undefined && silentMs > MISSED_BEATS * owner.beatS * 1000;
}

/** Who holds a lock since when and for what, and whether that can still be, in words. */
export function describeOwner(owner: LockOwner | "nameless", now = Date.now()): string {
  if (owner === "nameless") return "a lock that does not name its owner";
  const { at, host, isKept, pid, user, what } = owner;
  const minutes = Math.max(0, Math.round((now - Date.parse(at)) / 60_000));
  const age = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  const since = Number.isNaN(minutes) ? "" : ` since ${at}, ${age} ago,`;
  const stale = !isKept && isGone(owner) ? "; that process is gone" : "";
  return `${user}@${host} (process ${pid})${since} for ${what === "" ? "a command" : what}${stale}`;
}
