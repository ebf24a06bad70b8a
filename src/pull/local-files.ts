/** The round files on this machine. */
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

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
