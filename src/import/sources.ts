/**
 * Looks into what may be round files: files and archives, told apart by content. Everything comes as a stream; names, inside
 * archives too, are labels only.
 */
import { closeSync } from "node:fs";
import { crc32 } from "node:zlib";

import yauzl, { type Entry, type ZipFile } from "yauzl";

import { errorCodeOf } from "../errors.ts";
import { FILE_CHANGED, nameFault, readingError, FileFaultError, type FileFault } from "./file-fault.ts";
import type { FoundPath } from "./find-paths.ts";
import { gunzip, leave, openFile, peek, readFile, type Bytes } from "./streams.ts";
import { readTar } from "./tar.ts";

/** Where a file's bytes can be had again. */
export type Source =
  /** At any time. */
  | { readonly type: "open"; readonly open: () => Bytes }
  /** Only while the archive passes by: the number of its entry, from 0. */
  | { readonly type: "tar"; readonly archive: string; readonly entry: number };

/** Where in an archive a file lies. */
export interface Inside {
  readonly archive: "tar" | "zip";
  /** The number of its entry, from 0: names can come twice. */
  readonly entry: number;
  readonly name: string;
}

/** Something that may be a round file. */
export interface FoundFile {
  /** Path, or archive and path within it. */
  readonly label: string;
  /** Whether the user named this very path. */
  readonly isNamed: boolean;
  /** Where in an archive it lies; undefined for a file of its own. */
  readonly inside?: Inside | undefined;
  readonly source: Source;
  /** Its bytes after unpacking; to be read, or left, before the next file is asked for. */
  readonly bytes: Bytes;
  /** Why it cannot be taken, whatever its bytes are: its name. */
  readonly fault?: FileFault | undefined;
}

/** Enough to recognise every container: tar says what it is at byte 257. */
const SNIFFED_BYTES = 265;
const LABEL_SEPARATOR = "!";

const isGzip = (head: Buffer): boolean => head[0] === 0x1f && head[1] === 0x8b;
const isZip = (head: Buffer): boolean =>
  /^PK(?:\u0003\u0004|\u0005\u0006)/.test(head.toString("latin1", 0, 4));
const isTar = (head: Buffer): boolean => head.toString("latin1", 257, 262) === "ustar";

/** Unpacks a stream that is gzip; any other comes back as it is. */
async function unpacked(bytes: Bytes): Promise<{ head: Buffer; all: Bytes }> {
  const outer = await peek(bytes, SNIFFED_BYTES);
  return isGzip(outer.head) ? peek(gunzip(outer.all), SNIFFED_BYTES) : outer;
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
  const descriptor = await openFile(file);
  try {
    // Names as bytes: the library would give up the archive for a name that is no good path, and here it is a label.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
    yield* work(await yauzl.fromFdPromise(descriptor, options));
  } finally {
    closeSync(descriptor);
  }
}

const labelOf = (archive: string, name: string): string => `${archive}${LABEL_SEPARATOR}${name}`;

/** What the entry of a zip archive unpacks to, by its number. */
function zipEntry(file: string, number: number): Bytes {
  return withZip(file, async function* (zip) {
    let passed = 0;
    for await (const entry of zip.eachEntry()) {
      if (passed++ < number) continue;
      yield* entryBytes(zip, entry);
      return;
    }
    throw new FileFaultError(FILE_CHANGED);
  });
}

/** A file that an earlier look found at a path, or in the archive there, without opening it. */
export function knownFile(file: string, inside: Inside | undefined): Pick<FoundFile, "label" | "source"> {
  if (inside === undefined)
    return {
      label: file,
      source: { type: "open", open: () => lazily(() => Promise.resolve(readFile(file))) },
    };
  const { archive, entry, name } = inside;
  const open = (): Bytes => lazily(() => Promise.resolve(zipEntry(file, entry)));
  const source: Source = archive === "zip" ? { type: "open", open } : { type: "tar", archive: file, entry };
  return { label: labelOf(file, name), source };
}

function zipFiles(file: string): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  return withZip(file, async function* (zip) {
    let number = -1;
    for await (const entry of zip.eachEntry()) {
      number++;
      const { extraFields, fileNameRaw, generalPurposeBitFlag } = entry;
      const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
      if (name.endsWith("/")) continue;
      const openAgain = (): Bytes => withZip(file, (again) => entryBytes(again, entry));
      yield {
        label: labelOf(file, name),
        inside: { archive: "zip", entry: number, name },
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
      label: labelOf(archive, file.name),
      inside: { archive: "tar", entry: file.entry, name: file.name },
      source: { type: "tar", archive, entry: file.entry },
      bytes: lazily(() => Promise.resolve(file.bytes)),
      fault: nameFault(file.name),
    };
  }
}

/** The files in one file: itself, or what an archive holds. */
export async function* filesIn(file: string): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  const outer = await peek(readFile(file), SNIFFED_BYTES);
  if (isZip(outer.head)) {
    await leave(outer.all);
    yield* zipFiles(file);
    return;
  }
  const { all, head } = isGzip(outer.head) ? await peek(gunzip(outer.all), SNIFFED_BYTES) : outer;
  if (isTar(head)) {
    yield* tarFiles(file, all);
    return;
  }
  try {
    yield { ...knownFile(file, undefined), bytes: all };
  } finally {
    await leave(all);
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
