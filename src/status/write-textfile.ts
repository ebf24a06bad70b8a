/** Writes the file for a monitor, so that it never sees half of it. */
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { messageOf, ProxError } from "../errors.ts";

/** Name of the file: the textfile collector reads what ends in `.prom`. */
const FILE_NAME = "prox.prom";

/** Puts the text into the folder; returns the file's path. Throws E_WRITE. */
export async function writeTextfile(folder: string, text: string): Promise<string> {
  const file = path.join(folder, FILE_NAME);
  const temporary = `${file}.${process.pid}`;
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, file);
    return file;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ProxError("E_WRITE", `cannot write ${file}: ${messageOf(cause)}`, {
      suggestions: ["name a folder that is there and that you may write to"],
      cause,
    });
  }
}
