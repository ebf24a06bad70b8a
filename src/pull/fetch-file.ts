/**
 * Fetches one round file: into a folder for files on their way, going on where a cut run stopped, checked, and only then
 * moved. Files are handled synchronously: that costs a fraction of the time, and nothing else waits in this process.
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  futimesSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";

import { PART_SUFFIX } from "../format/file.ts";
import type { RemoteFiles } from "../remote/remote-files.ts";
import { ChecksumCheck } from "./checksum.ts";
import type { LedgerState } from "./pull-ledger.ts";
import type { RemoteRoundFile } from "./select.ts";

/** Files on their way at once. */
export const FILES_AT_ONCE = 24;

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

/** What a fetch came to: a damaged file lies in `damaged` of the {@link PullFolders} now, any other in `rounds`. */
export interface FetchedFile {
  readonly state: LedgerState;
  /** What is wrong with a damaged file. */
  readonly fault: string | undefined;
  /** Bytes that were read from the server. */
  readonly fetchedBytes: number;
}

/** How to fetch a file. */
interface FetchOptions {
  readonly signal: AbortSignal;
  /** Whether the file must be on the disk before it counts as fetched. */
  readonly isDurable: boolean;
  /** Bytes have arrived. */
  readonly arrived: (bytes: number) => void;
  /** Waits until so many bytes may be asked for. */
  readonly mayAsk?: (bytes: number) => Promise<void>;
}

const RESUME_BYTES = 256 * 1024;

/** Reads what an earlier run left of a file; returns how many bytes that is. */
function resume(fd: number, size: number, check: ChecksumCheck): number {
  const present = fstatSync(fd).size;
  if (present > size) {
    ftruncateSync(fd, 0);
    return 0;
  }
  const buffer = Buffer.allocUnsafe(Math.min(present, RESUME_BYTES));
  for (let at = 0; at < present;) {
    const count = readSync(fd, buffer, 0, buffer.length, at);
    check.push(buffer.subarray(0, count));
    at += count;
  }
  return present;
}

async function fetchOnce(
  files: RemoteFiles,
  remotePath: string,
  temporary: string,
  file: RemoteRoundFile,
  options: FetchOptions,
): Promise<{ fault: string | undefined; fetchedBytes: number }> {
  const check = new ChecksumCheck(file.size);
  const fd = openSync(temporary, "a+", 0o644);
  try {
    const start = resume(fd, file.size, check);
    let reached = start;
    if (start < file.size) {
      const receive = (bytes: Buffer): void => {
        options.signal.throwIfAborted();
        options.arrived(bytes.length);
        for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
        check.push(bytes);
      };
      reached = await files.readRange(remotePath, start, file.size, receive, options.mayAsk);
    }
    futimesSync(fd, file.modifiedS, file.modifiedS);
    // Where the server's copy is to go away, this one must be on the disk.
    if (options.isDurable) fdatasyncSync(fd);
    const fault = reached < file.size || !file.isPart ? check.fault() : undefined;
    return { fault, fetchedBytes: reached - start };
  } finally {
    closeSync(fd);
  }
}

/** Whether the bytes of one file are the beginning of another's. */
function isBeginningOf(part: string, whole: string): boolean {
  const [a, b] = [readFileSync(part), readFileSync(whole)];
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
  options: FetchOptions,
): Promise<FetchedFile> {
  const remotePath = `${remoteFolder}/${file.name}`;
  const temporary = path.join(folders.incoming, incomingName(file));
  const target = path.join(folders.rounds, file.name);
  let fetchedBytes = 0;
  for (let attempt = 1; ; attempt += 1) {
    const fetched = await fetchOnce(files, remotePath, temporary, file, options);
    fetchedBytes += fetched.fetchedBytes;
    if (fetched.fault === undefined) break;
    if (attempt === 2) {
      renameSync(temporary, path.join(folders.damaged, file.name));
      return { state: "damaged", fault: fetched.fault, fetchedBytes };
    }
    rmSync(temporary);
  }
  renameSync(temporary, target);
  if (file.isPart) return { state: "incomplete", fault: undefined, fetchedBytes };
  // What was fetched of it while it was unfinished says nothing more.
  const part = `${target}${PART_SUFFIX}`;
  if (statSync(part, { throwIfNoEntry: false }) !== undefined && isBeginningOf(part, target)) rmSync(part);
  return { state: "whole", fault: undefined, fetchedBytes };
}
