/** What becomes of the server's files once they are safe here. */
import { open } from "node:fs/promises";
import path from "node:path";

import type { ServerSettings } from "../config/settings.ts";
import { serverFolders } from "../server/folders.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import { forEachAtOnce } from "../work-pool.ts";
import { ChecksumCheck } from "./checksum.ts";
import { FILES_AT_ONCE } from "./fetch-file.ts";
import type { PullLedger } from "./pull-ledger.ts";
import { localFiles } from "./local-files.ts";
import type { PullFault } from "./pull-fault.ts";
import type { RemoteRoundFile } from "./select.ts";

/** What is wrong with a finished file that lies here; makes sure that it is on the disk. */
async function localFileFault(file: string): Promise<string | undefined> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const check = new ChecksumCheck(size);
    for await (const chunk of handle.createReadStream({ autoClose: false })) check.push(chunk as Buffer);
    await handle.datasync();
    return check.fault();
  } finally {
    await handle.close();
  }
}

/**
 * Moves the server's files that are safe here into its archive, or deletes them. Safe is what lies here in full, fits
 * its checksum and is still the same on the server. A `.part` is never touched: the game may have it open, whatever the
 * server's clock says, and would go on writing into a file that was moved away.
 */
export async function putAway(
  files: RemoteFiles,
  server: ServerSettings,
  folder: string,
  candidates: readonly RemoteRoundFile[],
  ledger: PullLedger,
  afterwards: "archive" | "delete",
): Promise<{ archivedFiles: number; deletedFiles: number; faults: PullFault[] }> {
  const { output, write } = serverFolders(server);
  const archive = path.posix.join(write, server.archive);
  const faults: PullFault[] = [];
  let count = 0;
  const local = localFiles(folder);
  const safe: RemoteRoundFile[] = [];
  for (const file of candidates) {
    const isWhole = !file.isPart && ledger.get(file.name)?.state === "whole";
    if (!isWhole || local.get(file.name)?.size !== file.size) continue;
    // What is deleted there can be had from nowhere else: it is read here once more.
    const fault = afterwards === "delete" ? await localFileFault(path.join(folder, file.name)) : undefined;
    if (fault === undefined) safe.push(file);
    else
      faults.push({
        name: file.name,
        message: `stays on the server, because the copy on this machine ${fault}`,
      });
  }
  if (safe.length > 0 && afterwards === "archive") {
    let made = write;
    for (const part of server.archive.split("/")) {
      made = path.posix.join(made, part);
      await files.makeFolder(made);
    }
  }
  await forEachAtOnce(safe, FILES_AT_ONCE, async (file) => {
    const from = path.posix.join(output, file.name);
    try {
      const now = await files.stat(from);
      if (now?.size !== file.size || now.modifiedS !== file.modifiedS) return;
      if (afterwards === "delete") await files.remove(from);
      else await files.rename(from, path.posix.join(archive, file.name));
      count += 1;
    } catch (error) {
      if (!isRefused(error)) throw error;
      faults.push({ name: file.name, message: error.message });
    }
  });
  return {
    archivedFiles: afterwards === "archive" ? count : 0,
    deletedFiles: afterwards === "delete" ? count : 0,
    faults,
  };
}
