/** The lock of an embedded cluster: one prox at a time creates, starts, stops or deletes it. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { makeFolder } from "../../make-folder.ts";
import { lockedError, takeFileLock } from "../../process/file-lock.ts";
import { unwritableFolder } from "./folders.ts";

/**
 * Works on the cluster as the only prox that does, of all containers and machines that see its folder: each of them waits
 * for the lock until `deadline`. Throws E_LOCKED.
 */
export async function withClusterLock<T>(
  folder: string,
  what: string,
  deadline: number,
  work: () => Promise<T>,
): Promise<T> {
  const file = clusterLock(folder);
  for (;;) {
    const lock = takeLock(file, what);
    if (!("heldBy" in lock)) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (Date.now() > deadline) {
      throw lockedError("the embedded database", lock.heldBy, [
        "wait until it is done",
        "or, if you know that nobody is at work on it, run: prox unlock --database",
      ]);
    }
    await sleep(50);
  }
}

function takeLock(file: string, what: string): ReturnType<typeof takeFileLock> {
  try {
    makeFolder(path.dirname(file));
    return takeFileLock(file, what);
  } catch (error) {
    throw unwritableFolder(path.dirname(file), error);
  }
}

/** The file of the lock of a cluster, which lies beside its folder. */
export function clusterLock(folder: string): string {
  return `${folder}.lock`;
}
