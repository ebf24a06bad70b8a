/**
 * Finds what may be round files: files, folders and archives, told apart by content. Everything comes as a stream;
 * names, inside archives too, are labels only.
 */
import { open, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import yauzl, { type Entry } from "yauzl";

import { messageOf, ProxError } from "../errors.ts";
import { readingError } from "./refusal.ts";
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
}

const READ_CHUNK_BYTES = 256 * 1024;
/** Enough to recognise every container: tar says what it is at byte 257. */
const SNIFFED_BYTES = 265;
const LABEL_SEPARATOR = "!";

/** Buffers that no file is read into at the moment. */
const spareBuffers: Buffer[] = [];

/** Reads a file. Unlike a stream of Node it makes no garbage: memory outside the heap is what costs the collector most. */
export async function* readFile(file: string): AsyncGenerator<Buffer> {
  const handle = await open(file);
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
  // No generator: one that was never begun would not close the file when it is left.
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

/** The same, for a stream that is opened only when somebody reads it. */
async function* lazily(open: () => Promise<Bytes>): AsyncGenerator<Buffer> {
  yield* (await unpacked(await open())).all;
}

async function* zipFiles(file: string): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  const options = { lazyEntries: true, autoClose: false, decodeStrings: true } as const;
  const zip = await yauzl.openPromise(file, options);
  const openAgain = async function* (entry: Entry): AsyncGenerator<Buffer> {
    const again = await yauzl.openPromise(file, options);
    try {
      yield* (await again.openReadStreamPromise(entry)) as Bytes;
    } finally {
      again.close();
    }
  };
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      const open = (): Bytes => lazily(() => Promise.resolve(openAgain(entry)));
      const bytes = lazily(async () => (await zip.openReadStreamPromise(entry)) as Bytes);
      yield { label: `${file}${LABEL_SEPARATOR}${entry.fileName}`, source: { type: "open", open }, bytes };
    }
  } finally {
    zip.close();
  }
}

async function* tarFiles(archive: string, bytes: Bytes): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  for await (const file of readTar(bytes)) {
    yield {
      label: `${archive}${LABEL_SEPARATOR}${file.name}`,
      source: { type: "tar", archive, entry: file.entry },
      bytes: lazily(() => Promise.resolve(file.bytes)),
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

/** Closes a stream that nobody reads to its end. */
export async function leave(bytes: Bytes): Promise<void> {
  await bytes[Symbol.asyncIterator]().return?.();
}

async function* pathsIn(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    // Links to folders are not followed: they could lead in circles.
    if (entry.isDirectory()) yield* pathsIn(file);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(file)))) yield file;
  }
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}

/** A file to look into, before it is opened. */
export interface FoundPath {
  readonly path: string;
  /** Whether the user named it, and not a folder above it. */
  readonly isNamed: boolean;
}

/** All files at or below the paths, folders in order of names. Throws `E_PATH` before the first for one that is not there. */
export async function* findPaths(paths: readonly string[]): AsyncGenerator<FoundPath> {
  const isFolder = new Map<string, boolean>();
  for (const named of paths) {
    try {
      isFolder.set(named, (await stat(named)).isDirectory());
    } catch (cause) {
      throw new ProxError("E_PATH", `cannot read ${named}: ${messageOf(cause)}`, {
        suggestions: ["name files, folders or archives that exist and that you may read"],
        cause,
      });
    }
  }
  for (const named of paths) {
    if (isFolder.get(named) === false) yield { path: named, isNamed: true };
    else for await (const file of pathsIn(named)) yield { path: file, isNamed: false };
  }
}

/** Looks into a file. `onDamage` gets what stops it: a file that cannot be read, an archive that is damaged. */
export async function* openPath(
  { isNamed, path: file }: FoundPath,
  onDamage: (label: string, error: unknown) => void,
): AsyncGenerator<FoundFile> {
  try {
    for await (const found of filesIn(file)) yield { ...found, isNamed: isNamed && found.label === file };
  } catch (error) {
    onDamage(file, readingError(error));
  }
}
