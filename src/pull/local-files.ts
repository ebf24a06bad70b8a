/** The round files on this machine. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { open, readdir, rm } from "node:fs/promises";
import path from "node:path";

import { incomingName } from "./fetch-file.ts";
import type { RemoteRoundFile } from "./select.ts";

/** Size and time of the files here, by name; none where there is no folder yet. */
export function localFiles(folder: string): Map<string, { size: number; modifiedS: number }> {
  const found = new Map<string, { size: number; modifiedS: number }>();
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder)) {
    // An import may be moving files away at this moment.
    const here = statSync(path.join(folder, name), { throwIfNoEntry: false });
    if (here?.isFile() === true)
      found.set(name, { size: here.size, modifiedS: Math.floor(here.mtimeMs / 1000) });
  }
  return found;
}

/** Removes beginnings of files that will never be ended: another version has taken their place. */
export async function clearIncoming(folder: string, expected: readonly RemoteRoundFile[]): Promise<void> {
  const wanted = new Set(expected.map(incomingName));
  for (const name of await readdir(folder)) if (!wanted.has(name)) await rm(path.join(folder, name));
}

/** Makes the names in a folder last through a crash of this machine. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
