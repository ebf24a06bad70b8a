/**
 * Files in the pk3 archives of a game server, which are zip archives: their directories, and small files of them. Only the
 * ends of the archives are read. A zip library would fetch some 64 KiB of each to find the directory, which for the
 * hundreds of maps that a server has is more than all that is needed.
 */
import path from "node:path/posix";
import { inflateRawSync } from "node:zlib";

import type { RemoteEntry, RemoteFiles } from "../remote/remote-files.ts";
import { isRefused } from "../remote/sftp-errors.ts";
import { forEachAtOnce } from "../work-pool.ts";

/** A file in a pk3, by its name there in lower case, as the engine takes it. */
export interface Pk3File {
  readonly pk3: string;
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its own header begins in the pk3. */
  readonly offset: number;
}

/** The end of most archives, with the directory of a small one. */
const TAIL_BYTES = 16 * 1024;
const END_BYTES = 22;
const MAXIMUM_COMMENT_BYTES = 65_535;
const END_SIGNATURE = Buffer.from("PK\x05\x06", "latin1");
const ENTRY_SIGNATURE = 0x02014b50;
const HEADER_SIGNATURE = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
/** A directory of some 40,000 files. */
const MAXIMUM_DIRECTORY_BYTES = 4 * 1024 * 1024;
/** What is read of all archives of a server together. */
const MAXIMUM_TOTAL_BYTES = 64 * 1024 * 1024;
/** More than any config has. */
const MAXIMUM_FILE_BYTES = 256 * 1024;
const AT_ONCE = 8;
/** The archives of the game of 2003: large, and without configs. */
const STOCK = /^pak[0-2]\.pk3$/i;

/** Archives, the one that the engine prefers first, and why some of them could not be looked into. */
export interface Pk3Search {
  readonly files: readonly Pk3File[];
  readonly doubts: readonly string[];
}

async function readBytes(files: RemoteFiles, pk3: string, start: number, end: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  // The memory is used again when the call returns.
  await files.readRange(pk3, start, end, (bytes) => parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

/** The names and places in a directory; what is no entry ends it. */
function entriesOf(pk3: string, directory: Buffer): Pk3File[] {
  const found: Pk3File[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === ENTRY_SIGNATURE;) {
    const [nameLength, extraLength] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30)];
    found.push({
      pk3,
      name: directory.toString("latin1", at + 46, at + 46 + nameLength).toLowerCase(),
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
  }
  return found;
}

/** The directory of an archive; undefined where it is none, which the engine passes over, or where it is too large. */
async function readDirectory(
  files: RemoteFiles,
  pk3: string,
  size: number,
  spend: (bytes: number) => boolean,
): Promise<Pk3File[] | "unread"> {
  let start = Math.max(0, size - TAIL_BYTES);
  if (!spend(size - start)) return "unread";
  let tail = await readBytes(files, pk3, start, size);
  let end = tail.lastIndexOf(END_SIGNATURE);
  if (end < 0 && start > 0) {
    // Behind the directory stands a long comment.
    start = Math.max(0, size - END_BYTES - MAXIMUM_COMMENT_BYTES);
    if (!spend(size - start)) return "unread";
    tail = await readBytes(files, pk3, start, size);
    end = tail.lastIndexOf(END_SIGNATURE);
  }
  if (end < 0 || end + END_BYTES > tail.length) return [];
  const [length, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (offset + length > size) return [];
  if (offset >= start) return entriesOf(pk3, tail.subarray(offset - start, offset - start + length));
  if (length > MAXIMUM_DIRECTORY_BYTES || !spend(length)) return "unread";
  return entriesOf(pk3, await readBytes(files, pk3, offset, offset + length));
}

/** The archives of a folder, the one that the engine prefers first: by name, the last one. */
async function pk3sIn(files: RemoteFiles, folder: string): Promise<{ pk3: string; size: number }[]> {
  const isPk3 = ({ kind, name }: RemoteEntry): boolean =>
    kind !== "folder" && /\.pk3$/i.test(name) && !STOCK.test(name);
  const entries = ((await files.list(folder)) ?? []).filter(isPk3);
  const order = (a: RemoteEntry, b: RemoteEntry): number =>
    a.name.toLowerCase() < b.name.toLowerCase() ? 1 : -1;
  const found = entries.sort(order).map(async ({ kind, name, size }) => {
    const pk3 = path.join(folder, name);
    if (kind === "file") return [{ pk3, size }];
    // A link, as containers have them.
    const stat = await files.stat(pk3);
    return stat?.kind === "file" ? [{ pk3, size: stat.size }] : [];
  });
  return (await Promise.all(found)).flat();
}

/** Files whose names match in all archives of these folders. Of files with the same name the first is the one that counts. */
export async function searchPk3s(
  files: RemoteFiles,
  folders: readonly string[],
  name: RegExp,
): Promise<Pk3Search> {
  const pk3s = (await Promise.all(folders.map((folder) => pk3sIn(files, folder)))).flat();
  const found = new Map<string, readonly Pk3File[]>();
  const doubts: string[] = [];
  let left = MAXIMUM_TOTAL_BYTES;
  const spend = (bytes: number): boolean => (left -= bytes) >= 0;
  await forEachAtOnce(pk3s, AT_ONCE, async ({ pk3, size }) => {
    try {
      const entries = await readDirectory(files, pk3, size, spend);
      if (entries === "unread") doubts.push(`the directory of ${pk3} is too large`);
      else
        found.set(
          pk3,
          entries.filter((entry) => name.test(entry.name)),
        );
    } catch (error) {
      if (!isRefused(error)) throw error;
      doubts.push(error.message);
    }
  });
  return { files: pk3s.flatMap(({ pk3 }) => found.get(pk3) ?? []), doubts };
}

/** What a file of an archive holds; undefined where that cannot be had. */
export async function readPk3File(files: RemoteFiles, file: Pk3File): Promise<Buffer | undefined> {
  const { bytes, compressedBytes, method, offset, pk3 } = file;
  if (bytes > MAXIMUM_FILE_BYTES || compressedBytes > MAXIMUM_FILE_BYTES) return undefined;
  const header = await readBytes(files, pk3, offset, offset + 30);
  if (header.length < 30 || header.readUInt32LE(0) !== HEADER_SIGNATURE) return undefined;
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = await readBytes(files, pk3, start, start + compressedBytes);
  if (method === STORED) return packed;
  if (method !== DEFLATED) return undefined;
  try {
    return inflateRawSync(packed, { maxOutputLength: MAXIMUM_FILE_BYTES });
  } catch {
    return undefined;
  }
}
