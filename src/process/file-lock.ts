/** A lock between processes of this machine: a file that says who holds it. A process that died gives it up. */
import { linkSync, readFileSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";

import { errorCodeOf } from "../errors.ts";
import { type ProcessIdentity, isGone, thisProcess } from "./identity.ts";

/** How long taking over a lock may last before whoever does it counts as dead. */
const TAKEOVER_MS = 10_000;

function readOwner(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ProcessIdentity;
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  }
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

/**
 * Takes a lock. Returns who holds it where that is somebody else who lives, otherwise the function that gives it back.
 * The file appears with its content at once, and only one process at a time may clear away that of a dead one.
 */
export function takeFileLock(file: string): { heldBy: ProcessIdentity } | { release: () => void } {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(thisProcess()));
  const release = (): void => {
    rmSync(file, { force: true });
  };
  const takeover = `${file}.takeover`;
  try {
    if (linkNew(own, file)) return { release };
    const owner = readOwner(file);
    if (owner !== undefined && !isGone(owner)) return { heldBy: owner };
    if (!linkNew(own, takeover)) {
      if (Date.now() - statSync(takeover).ctimeMs > TAKEOVER_MS) unlinkSync(takeover);
      return { heldBy: owner ?? thisProcess() };
    }
    try {
      // Somebody may have taken it over, and be at work, since it was read.
      const current = readOwner(file);
      if (current !== undefined && !isGone(current)) return { heldBy: current };
      renameSync(own, file);
      return { release };
    } finally {
      unlinkSync(takeover);
    }
  } finally {
    rmSync(own, { force: true });
  }
}
