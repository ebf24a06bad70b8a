/** Makes folders, and says why it cannot. */
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";

import { errorCodeOf } from "./errors.ts";

/** Makes a folder and those above it, where they are missing. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
    // So says Node on a read-only disk, where one folder at a time has the true reason.
    const parent = path.dirname(folder);
    if (!existsSync(parent)) makeFolder(parent);
    mkdirSync(folder);
  }
}
