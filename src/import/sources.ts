/**
 * Finds what may be round files: files, folders and archives, told apart by content. Everything comes as a stream;
 * names, inside archives too, are labels only.
 */
import { constants, type Stats } from "node:fs";
import { open, opendir, stat, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { pipeline, Readable } from "node:stream";
import { crc32, createGunzip } from "node:zlib";

import yauzl, { type Entry, type ZipFile } from "yauzl";

import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { nameFault, readingError, FileFaultError, type FileFault } from "./file-fault.ts";
import { readTar } from "./tar.ts";

/** A chunk is valid until the next one is asked for: its memory may be used again. */
type Bytes = AsyncIterable<Buffer>;

/** Where a file's bytes can be had again. */
export type Source =
  /** At any time. */
  | { readonly type: "open"; readonly open: () => Bytes }
  /** Only while the archive passes by: the number of its entry, from 0. */
  | { readonly type: "tar"; readonly archive: string; readonly entry: number };

/** Something that may be a round file. */
export interface FoundFile {
  /** Path, or archive and path within it. */
  readonly label: string;
  /** Whether the user named this very path. */
  readonly isNamed: boolean;
  readonly source: Source;
  /** Its bytes after unpacking; to be read, or left, before the next file is asked for. */
  readonly bytes: Bytes;
  /** Why it cannot be taken, whatever its bytes are: its name. */
  readonly fault?: FileFault | undefined;
}

const READ_CHUNK_BYTES = 256 * 1024;
/** Enough to recognise every container: tar says what it is at byte 257. */
const SNIFFED_BYTES = 265;
const LABEL_SEPARATOR = "!";
/** Entries of a folder that the system is asked for at a time. */
const LISTED_AT_ONCE = 1024;

/** Buffers that no file is read into at the moment. */
const spareBuffers: Buffer[] = [];

/** What something is that is no file, in words. */
function typeOf(stats: Stats): string {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isDirectory() ? "a folder" : "a device";
}

/**
 * Opens a file, and nothing but a file: a pipe or a device might let prox wait for ever. Decided when it is open, so that
 * nobody can exchange it meanwhile.
 */
async function openFile(file: string): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = await handle.stat();
  if (stats.isFile()) return handle;
  await handle.close();
  throw new FileFaultError({
    code: "E_READ",
    message: `cannot be read: it is ${typeOf(stats)}, no file`,
    line: 0,
  });
}

/** Reads a file. Unlike a stream of Node it makes no garbage: memory outside the heap is what costs the collector most. */
export async function* readFile(file: string): AsyncGenerator<Buffer> {
  const handle = await openFile(file);
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(READ_CHUNK_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    spareBuffers.push(buffer);
    await handle.close();
  }
}

/** As a stream of Node, which reads ahead and so needs chunks of its own. */
function toStream(bytes: Bytes): Readable {
  async function* copies(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) yield Buffer.from(chunk);
  }
  return Readable.from(copies(), { objectMode: false });
}

/** Reads the first bytes of a stream, and gives them back with a stream that begins with them. */
async function peek(bytes: Bytes): Promise<{ head: Buffer; all: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < SNIFFED_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    length += next.value.length;
    // The last of these chunks is given back before another is asked for.
    chunks.push(length < SNIFFED_BYTES ? Buffer.from(next.value) : next.value);
  }
  const head = Buffer.concat(chunks);
  // No generator: one that never started would not close the file.
  const rest: AsyncIterator<Buffer> = {
    next() {
      const value = chunks.shift();
      return value === undefined ? iterator.next() : Promise.resolve({ done: false, value });
    },
    async return() {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { head, all: { [Symbol.asyncIterator]: () => rest } };
}

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
const isZip = (head: Buffer): boolean =>
  /^PK(?:\u0003\u0004|\u0005\u0006)/.test(head.toString("latin1", 0, 4));
const isTar = (head: Buffer): boolean => head.toString("latin1", 257, 262) === "ustar";

function gunzip(bytes: Bytes): Bytes {
  // The callback is called when either side fails; the error reaches the reader through the stream itself.
  return pipeline(toStream(bytes), createGunzip({ chunkSize: READ_CHUNK_BYTES }), () => undefined);
}

/** Unpacks a stream that is gzip; any other comes back as it is. */
async function unpacked(bytes: Bytes): Promise<{ head: Buffer; all: Bytes }> {
  const outer = await peek(bytes);
  return isGzip(outer.head) ? peek(gunzip(outer.all)) : outer;
}

/** The same, for a stream that is opened only when it is read. */
async function* lazily(open: () => Promise<Bytes>): AsyncGenerator<Buffer> {
  yield* (await unpacked(await open())).all;
}

/** What an entry of a zip archive unpacks to. Throws at its end where this does not fit the checksum in the archive. */
async function* entryBytes(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as Bytes) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32) throw new Error("the bytes do not fit the checksum that the archive has of them");
}

/** Opens a zip archive, does work with it, and closes it. */
async function* withZip<Item>(
  file: string,
  work: (zip: ZipFile) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const handle = await openFile(file);
  try {
    // Names as bytes: the library would give up the archive for a name that is no good path, and here it is a label.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
    yield* work(await yauzl.fromFdPromise(handle.fd, options));
  } finally {
    await handle.close();
  }
}

function zipFiles(file: string): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  return withZip(file, async function* (zip) {
    for await (const entry of zip.eachEntry()) {
      const { extraFields, fileNameRaw, generalPurposeBitFlag } = entry;
      const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
      if (name.endsWith("/")) continue;
      const openAgain = (): Bytes => withZip(file, (again) => entryBytes(again, entry));
      yield {
        label: `${file}${LABEL_SEPARATOR}${name}`,
        source: { type: "open", open: () => lazily(() => Promise.resolve(openAgain())) },
        bytes: lazily(() => Promise.resolve(entryBytes(zip, entry))),
        fault: nameFault(name),
      };
    }
  });
}

async function* tarFiles(archive: string, bytes: Bytes): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  for await (const file of readTar(bytes)) {
    yield {
      label: `${archive}${LABEL_SEPARATOR}${file.name}`,
      source: { type: "tar", archive, entry: file.entry },
      bytes: lazily(() => Promise.resolve(file.bytes)),
      fault: nameFault(file.name),
    };
  }
}

/** The files in one file: itself, or what an archive holds. */
export async function* filesIn(file: string): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  const outer = await peek(readFile(file));
  if (isZip(outer.head)) {
    await leave(outer.all);
    yield* zipFiles(file);
    return;
  }
  const { all, head } = isGzip(outer.head) ? await peek(gunzip(outer.all)) : outer;
  if (isTar(head)) {
    yield* tarFiles(file, all);
    return;
  }
  const open = (): Bytes => lazily(() => Promise.resolve(readFile(file)));
  try {
    yield { label: file, source: { type: "open", open }, bytes: all };
  } finally {
    await leave(all);
  }
}

/** The first bytes of a stream: of a file that grows while it is read, what was there at the first look. */
export async function* atMost(bytes: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let left = limit;
  if (left === 0) return;
  for await (const chunk of bytes) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** Closes a stream that nobody reads to its end. */
export async function leave(bytes: Bytes): Promise<void> {
  await bytes[Symbol.asyncIterator]().return?.();
}

/** What an entry of a folder is, as far as it matters here. */
type EntryType = "folder" | "file" | "link";

/** Names and types in a folder, in order of names. One text each, as a folder may hold very many: no name has a NUL. */
async function listFolder(folder: string): Promise<string[]> {
  const entries: string[] = [];
  for await (const entry of await opendir(folder, { bufferSize: LISTED_AT_ONCE })) {
    const add = (type: EntryType): number => entries.push(`${entry.name}\0${type}`);
    if (entry.isDirectory()) add("folder");
    else if (entry.isFile()) add("file");
    else if (entry.isSymbolicLink()) add("link");
  }
  return entries.sort();
}

async function* pathsIn(folder: string): AsyncGenerator<FoundPath> {
  let entries: string[];
  try {
    entries = await listFolder(folder);
  } catch (error) {
    yield { path: folder, isNamed: false, error };
    return;
  }
  for (const entry of entries) {
    const [name, type] = entry.split("\0") as [string, EntryType];
    const file = path.join(folder, name);
    // Links to folders are not followed: they could lead in circles.
    if (type === "folder") yield* pathsIn(file);
    else if (type === "file" || (await isFile(file))) yield { path: file, isNamed: false };
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** Which of the paths are folders. */
export async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const isFolder = (named: string): Promise<boolean> =>
    stat(named).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
  const folders = await Promise.all(paths.map(async (named) => ((await isFolder(named)) ? [named] : [])));
  return folders.flat();
}

/** A file to look into, before it is opened. */
export interface FoundPath {
  readonly path: string;
  /** Whether the user named it, and not a folder above it. */
  readonly isNamed: boolean;
  /** Of a folder that cannot be listed: why. */
  readonly error?: unknown;
}

/**
 * All files at or below the paths, folders in order of names. A path that is not there comes as a file, which
 * {@link openPath} then refuses by name; where none of several is there, throws `E_PATH`.
 */
export async function* findPaths(paths: readonly string[]): AsyncGenerator<FoundPath> {
  const folders = new Set<string>();
  const missing = new Map<string, unknown>();
  for (const named of paths) {
    try {
      if ((await stat(named)).isDirectory()) folders.add(named);
    } catch (cause) {
      missing.set(named, cause);
    }
  }
  const [first] = missing;
  if (first !== undefined && paths.every((named) => missing.has(named))) {
    const [named, cause] = first;
    throw new ProxError("E_PATH", `cannot read ${named}: ${messageOf(cause)}`, {
      suggestions: ["name files, folders or archives that exist and that you may read"],
      cause,
    });
  }
  for (const named of paths) {
    if (!folders.has(named)) yield { path: named, isNamed: true };
    else yield* pathsIn(named);
  }
}

/** Looks into a file. `onDamage` gets what stops it: a file that cannot be read, an archive that is damaged. */
export async function* openPath(
  { error: listingError, isNamed, path: file }: FoundPath,
  onDamage: (label: string, error: unknown) => void,
): AsyncGenerator<FoundFile> {
  const fault = nameFault(file);
  if (fault !== undefined) {
    onDamage(file, new FileFaultError(fault));
    return;
  }
  if (listingError !== undefined) {
    onDamage(file, readingError(listingError));
    return;
  }
  try {
    for await (const found of filesIn(file)) yield { ...found, isNamed: isNamed && found.label === file };
  } catch (error) {
    onDamage(file, isMisread(file, error) ? new FileFaultError(NAME_NOT_TEXT) : readingError(error));
  }
}

/** Of a name whose bytes are no text: the system finds no file of the text that Node makes of them. */
const NAME_NOT_TEXT: FileFault = {
  code: "E_NAME",
  message: "its name is not valid UTF-8: rename the file",
  line: 0,
};

function isMisread(file: string, error: unknown): boolean {
  return file.includes("\uFFFD") && errorCodeOf(error) === "ENOENT";
}
