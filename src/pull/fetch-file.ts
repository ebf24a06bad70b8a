/** Fetches one round file: into a folder for files on their way, going on where a cut run stopped, checked, and only then moved. */
import { createReadStream } from "node:fs";
import { type FileHandle, open, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

import { PART_SUFFIX } from "../format/file.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { ChecksumCheck } from "./checksum.ts";
import type { LedgerState } from "./ledger.ts";
import type { RemoteRoundFile } from "./select.ts";

/** Folders on this machine: for checked rounds, for files on their way, and for those that do not fit their checksum. */
export interface PullFolders {
  readonly rounds: string;
  readonly incoming: string;
  readonly damaged: string;
}

/** The name of a file on its way: it tells the very version on the server, so that no other is added to it. */
export function incomingName({ name, size, modifiedS }: RemoteRoundFile): string {
  return `${name}.${size}-${modifiedS}`;
}

export interface FetchedFile {
  readonly state: LedgerState;
  /** What is wrong with a damaged file. */
  readonly fault: string | undefined;
  /** Bytes that were read from the server. */
  readonly fetchedBytes: number;
}

/** Reads what an earlier run left of a file. */
async function resume(file: string, size: number, check: ChecksumCheck): Promise<number> {
  const present = await stat(file).catch(() => undefined);
  if (present === undefined) return 0;
  if (present.size > size) {
    await rm(file);
    return 0;
  }
  for await (const chunk of createReadStream(file)) check.push(chunk as Buffer);
  return present.size;
}

async function fetchOnce(
  files: RemoteFiles,
  remotePath: string,
  temporary: string,
  file: RemoteRoundFile,
  signal: AbortSignal,
  isDurable: boolean,
): Promise<{ fault: string | undefined; fetchedBytes: number }> {
  const check = new ChecksumCheck(file.size);
  const start = await resume(temporary, file.size, check);
  const handle: FileHandle = await open(temporary, "a", 0o644);
  let reached = start;
  try {
    if (start < file.size) {
      reached = await files.readRange(remotePath, start, file.size, async (bytes) => {
        signal.throwIfAborted();
        await handle.writeFile(bytes);
        check.push(bytes);
      });
    }
    await handle.utimes(file.modifiedS, file.modifiedS);
    // Where the server's copy is to go away, this one must be on the disk.
    if (isDurable) await handle.datasync();
  } finally {
    await handle.close();
  }
  const isShort = reached < file.size;
  const fault = isShort || !file.isPart ? check.fault() : undefined;
  return { fault, fetchedBytes: reached - start };
}

/** Whether the bytes of one file are the beginning of another's. */
async function isBeginningOf(part: string, whole: string): Promise<boolean> {
  const [a, b] = await Promise.all([readFile(part), readFile(whole)]);
  return a.length <= b.length && b.subarray(0, a.length).equals(a);
}

/**
 * Fetches a file. A finished one that does not fit its checksum is fetched a second time, and, when that does not
 * help, kept where no import looks.
 */
export async function fetchFile(
  files: RemoteFiles,
  remoteFolder: string,
  folders: PullFolders,
  file: RemoteRoundFile,
  options: { signal: AbortSignal; isDurable: boolean },
): Promise<FetchedFile> {
  const remotePath = `${remoteFolder}/${file.name}`;
  const temporary = path.join(folders.incoming, incomingName(file));
  const target = path.join(folders.rounds, file.name);
  let fetchedBytes = 0;
  for (let attempt = 1; ; attempt += 1) {
    const fetched = await fetchOnce(files, remotePath, temporary, file, options.signal, options.isDurable);
    fetchedBytes += fetched.fetchedBytes;
    if (fetched.fault === undefined) break;
    if (attempt === 2) {
      await rename(temporary, path.join(folders.damaged, file.name));
      return { state: "damaged", fault: fetched.fault, fetchedBytes };
    }
    await rm(temporary);
  }
  await rename(temporary, target);
  if (file.isPart) return { state: "incomplete", fault: undefined, fetchedBytes };
  // What was fetched of it while it was unfinished says nothing more.
  const part = `${target}${PART_SUFFIX}`;
  const hasPart = (await stat(part).catch(() => undefined)) !== undefined;
  if (hasPart && (await isBeginningOf(part, target))) await rm(part);
  return { state: "whole", fault: undefined, fetchedBytes };
}
