/**
 * The lock file of a server that was killed. PostgreSQL itself takes over such a file unless a process with the
 * number in it exists: a zombie without a parent to reap it, or, after a restart of a container, another process.
 */
import { readdir, readFile, readlink, realpath, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Whether a process runs in `folder`, as every process of a PostgreSQL server does in its data folder; false where the
 * system has no `/proc`.
 */
export async function runsIn(pid: string, folder: string): Promise<boolean> {
  try {
    // A zombie has no working directory any more; that of a process is told without links.
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(folder));
  } catch {
    return false;
  }
}

/**
 * Removes the lock file when no process of a server works in the data folder any more. Tells whether it did; where
 * the system has no `/proc`, it does not.
 */
export async function removeStaleLock(dataFolder: string): Promise<boolean> {
  const lock = path.join(dataFolder, "postmaster.pid");
  const content = await readFile(lock, "utf8").catch(() => undefined);
  const processes = await readdir("/proc").catch(() => []);
  if (content === undefined || processes.length === 0) return false;
  const pids = processes.filter((name) => /^\d+$/.test(name));
  const isUsed = (await Promise.all(pids.map((pid) => runsIn(pid, dataFolder)))).some(Boolean);
  // Another command may just have started a server, and written a file of its own.
  if (isUsed || (await readFile(lock, "utf8").catch(() => undefined)) !== content) return false;
  await rm(lock, { force: true });
  return true;
}
