/** Follows folders: hands out files that are new or have changed, once they have come to rest. */
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { findPaths, type FoundPath } from "./find-paths.ts";

/** How often the folders are looked through, ms. Works on network file systems too, which tell nobody of changes. */
const SCAN_INTERVAL_MS = 1000;

/** What changes with a file; the same text for each that cannot be looked at, so that the import names it once. */
async function stampOf(file: string): Promise<string> {
  const stats = await stat(file).catch(() => undefined);
  return stats === undefined ? "unreadable" : `${stats.ino} ${stats.size} ${stats.mtimeMs}`;
}

/**
 * Calls `importFiles` with files that are new or have changed and were the same at two looks, until the signal is aborted.
 * Files for which `importFiles` returns false are offered again.
 */
export async function watchPaths(
  paths: readonly string[],
  importFiles: (files: readonly FoundPath[]) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  let latest = new Map<string, string>();
  const done = new Map<string, string>();
  while (!signal.aborted) {
    const current = new Map<string, string>();
    const rested: FoundPath[] = [];
    for await (const found of findPaths(paths)) {
      const stamp = await stampOf(found.path);
      current.set(found.path, stamp);
      if (latest.get(found.path) === stamp && done.get(found.path) !== stamp) rested.push(found);
    }
    latest = current;
    for (const file of done.keys()) if (!current.has(file)) done.delete(file);
    if (rested.length > 0 && (await importFiles(rested))) {
      for (const { path } of rested) done.set(path, current.get(path) ?? "");
    }
    await sleep(SCAN_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}
