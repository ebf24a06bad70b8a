/**
 * Looks into what may be round files: files and archives, told apart by content. Everything comes as a stream; names, inside
 * archives too, are labels only.
 */
import { closeSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";

import yauzl, { type Entry, type ZipFile } from "yauzl";

import { errorCodeOf } from "../errors.ts";
import {
  FILE_CHANGED,
  fileFaultOf,
  nameFault,
  readingError,
  FileFaultError,
  type FileFault,
} from "./file-fault.ts";
import type { FoundPath } from "./find-paths.ts";
import { isPackedName, isSystemFile, isText, PACKING_BYTES, packingOf } from "./packing.ts";
import { unpackWithSevenZip } from "./seven-zip.ts";
import { onDisk } from "./spool.ts";
import { undoTransfer } from "./transfer-changes.ts";
import { gunzip, leave, openFile, peek, readFile, type Bytes } from "./streams.ts";
import { readTar } from "./tar.ts";
import { UnpackingRoom } from "./unpacking-room.ts";

/** Where a file's bytes can be had again. */
export type Source =
  /** At any time. */
  | { readonly type: "open"; readonly open: () => Bytes }
  /** Only while the archive passes by: its number among the files in it, from 0. */
  | { readonly type: "passing"; readonly archive: string; readonly entry: number };

/** Where in an archive a file lies. */
export interface Inside {
  /** Whether it can only be had while the archive passes by. */
  readonly isPassing: boolean;
  /** Its number among the files that pass by, or among the entries of the zip archive, from 0: names can come twice. */
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
  /** Why it cannot be taken, whatever its bytes are: its name, or that it cannot be unpacked. */
  readonly fault?: FileFault | undefined;
  /** The error that the fault comes from, where there was one. */
  readonly reason?: unknown;
  /** Whether it is one that a system put there, and no file of the user's. */
  readonly isSystemFile: boolean;
  /** Whether its name promises a packed file, so that it is never passed over. */
  readonly promisesMore?: boolean | undefined;
  /** What a transfer changed and prox undid, in words; complete once the bytes were read. */
  readonly changes?: readonly string[] | undefined;
}

const LABEL_SEPARATOR = "!";
/** Archives are opened, and archives in them; in those no more. */
const DEEPEST_LEVEL = 2;

/** Unpacks a stream that is gzip, and tells how what comes out is packed. `room` is for all that it unpacks to. */
async function unpacked(bytes: Bytes, room?: UnpackingRoom): Promise<{ head: Buffer; all: Bytes }> {
  const outer = await peek(bytes, PACKING_BYTES);
  if (packingOf(outer.head)?.by !== "gzip") return outer;
  const inner = gunzip(outer.all);
  return peek(room?.counted(inner) ?? inner, PACKING_BYTES);
}

/** The same, for a stream that is opened only when it is read. */
async function* lazily(open: () => Promise<Bytes>): AsyncGenerator<Buffer> {
  const { all, head } = await unpacked(await open());
  yield* undoTransfer(head, all).bytes;
}

/** What an entry of a zip archive unpacks to. Throws at its end where this does not fit the checksum in the archive. */
async function* entryBytes(zip: ZipFile, entry: Entry, room?: UnpackingRoom): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as Bytes) {
    room?.take(chunk.length);
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
  const descriptor = openFile(file);
  try {
    // Names as bytes: the library would give up the archive for a name that is no good path, and here it is a label.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;
    yield* work(await yauzl.fromFdPromise(descriptor, options));
  } finally {
    closeSync(descriptor);
  }
}

/** A name in an archive is a label, whatever it is; a NUL, which no text of a database can hold, shows as a replacement. */
const labelOf = (archive: string, name: string): string =>
  `${archive}${LABEL_SEPARATOR}${name.replaceAll("\0", "\uFFFD")}`;

/** Methods of compression that the library knows: stored, and deflate. */
const KNOWN_METHODS: readonly number[] = [0, 8];

/** Whether a zip archive has entries that are compressed in another way. */
async function needsSevenZip(file: string): Promise<boolean> {
  const found = withZip(file, async function* (zip) {
    for await (const entry of zip.eachEntry())
      if (!entry.isEncrypted() && !KNOWN_METHODS.includes(entry.compressionMethod)) yield true;
  });
  for await (const isOdd of found) return isOdd;
  return false;
}

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
  const { entry, isPassing, name } = inside;
  const open = (): Bytes => lazily(() => Promise.resolve(zipEntry(file, entry)));
  const source: Source = isPassing ? { type: "passing", archive: file, entry } : { type: "open", open };
  return { label: labelOf(file, name), source };
}

/** A file that passes by. */
interface Passing {
  /** Path, or archive and path within it. */
  readonly label: string;
  readonly bytes: Bytes;
  readonly isSystemFile: boolean;
  readonly promisesMore?: boolean | undefined;
  readonly fault?: FileFault | undefined;
  readonly reason?: unknown;
  readonly changes?: readonly string[] | undefined;
  /** Of an entry of a zip archive that is on the disk: its number. */
  readonly zipEntry?: number | undefined;
}

async function* nothing(): AsyncGenerator<Buffer> {
  // Of a file that cannot be read, there are no bytes.
}

function refused(label: string, message: string): Passing {
  const fault = { code: "E_ARCHIVE", message, line: 0 } as const;
  return { label, bytes: nothing(), isSystemFile: false, fault };
}

const tooDeep = (label: string): Passing =>
  refused(label, "is an archive in an archive in an archive: unpack the outermost, and import what is in it");

/** What is in an entry; where it cannot be unpacked, its name and the reason, so that the others of its archive come out. */
async function* guarded(label: string, files: AsyncIterable<Passing>): AsyncGenerator<Passing> {
  try {
    yield* files;
  } catch (error) {
    const reason = readingError(error);
    const fault = fileFaultOf(reason);
    if (fault === undefined) throw error;
    yield { label, bytes: nothing(), isSystemFile: false, fault, reason };
  }
}

/**
 * The files in a stream: itself, or what it holds. `level` says how many archives it lies in; `name` what its name promises to
 * be in it.
 */
async function* filesInStream(
  bytes: Bytes,
  label: string,
  level: number,
  room: UnpackingRoom,
  { name = label, zipEntry }: { readonly name?: string; readonly zipEntry?: number | undefined } = {},
): AsyncGenerator<Passing> {
  const { all, head } = await unpacked(bytes, room);
  const packing = packingOf(head);
  try {
    switch (packing?.by) {
      case undefined:
        if (isPackedName(name) && !isText(head) && !isSystemFile(head)) {
          yield refused(label, "has the name of a packed file, and is of no kind that prox knows");
        } else {
          const { bytes: before, changes } = undoTransfer(head, all);
          yield {
            label,
            bytes: before,
            changes,
            isSystemFile: isSystemFile(head),
            promisesMore: isPackedName(name),
            zipEntry,
          };
        }
        return;
      case "gzip":
        yield refused(label, "is packed more than once: unpack it, and import what is in it");
        return;
      case "nobody":
        yield refused(
          label,
          `cannot be unpacked by prox (${packing.name}): unpack it, and import what is in it`,
        );
        return;
      case "tar":
        if (level >= DEEPEST_LEVEL) yield tooDeep(label);
        else
          for await (const entry of readTar(all)) {
            const inner = labelOf(label, entry.name);
            yield* guarded(inner, filesInStream(entry.bytes, inner, level + 1, room));
          }
        return;
      default:
        yield* onDisk(label, all, (file) => filesInFile(file, label, level, room));
    }
  } finally {
    await leave(all);
  }
}

/** The files in a file of this machine; `isThere` where it is no temporary one, so that its entries can be had again. */
async function* filesInFile(
  file: string,
  label: string,
  level: number,
  room: UnpackingRoom,
  { isThere = false, name = label }: { readonly isThere?: boolean; readonly name?: string } = {},
): AsyncGenerator<Passing> {
  const outer = await peek(readFile(file), PACKING_BYTES);
  const packing = packingOf(outer.head);
  if (packing === undefined || (packing.by !== "zip" && packing.by !== "7-Zip")) {
    yield* filesInStream(outer.all, label, level, room, { name });
    return;
  }
  await leave(outer.all);
  const isArchive = packing.by === "zip" || packing.isArchive;
  if (isArchive && level >= DEEPEST_LEVEL) {
    yield tooDeep(label);
    return;
  }
  if (packing.by === "zip" && !(await needsSevenZip(file))) {
    yield* filesInZip(file, label, level, room, isThere);
    return;
  }
  for await (const entry of unpackWithSevenZip(file, label, room)) {
    // What is packed alone has no name of its own.
    const inner = isArchive ? labelOf(label, entry.name) : label;
    const promise = isArchive ? inner : label.replace(/\.[^.]*$/, "");
    yield* guarded(
      inner,
      filesInFile(entry.file, inner, isArchive ? level + 1 : level, room, { name: promise }),
    );
  }
}

async function* filesInZip(
  file: string,
  label: string,
  level: number,
  room: UnpackingRoom,
  isThere: boolean,
): AsyncGenerator<Passing> {
  let count = 0;
  let encrypted = 0;
  yield* withZip(file, async function* (zip) {
    for await (const entry of zip.eachEntry()) {
      const number = count++;
      const { extraFields, fileNameRaw, generalPurposeBitFlag } = entry;
      const name = yauzl.getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
      if (name.endsWith("/")) continue;
      if (entry.isEncrypted()) {
        encrypted++;
        continue;
      }
      const inner = labelOf(label, name);
      const again = isThere ? number : undefined;
      yield* guarded(
        inner,
        filesInStream(entryBytes(zip, entry, room), inner, level + 1, room, { zipEntry: again }),
      );
    }
  });
  if (encrypted > 0)
    yield refused(
      label,
      `${encrypted} of its ${count} entries need a password: unpack it, and import what is in it`,
    );
}

/**
 * The files in one file: itself, or what an archive holds.
 * @param mostBytes what it may unpack to; by default what {@link UnpackingRoom} allows a file of its size.
 */
export async function* filesIn(file: string, mostBytes?: number): AsyncGenerator<Omit<FoundFile, "isNamed">> {
  let entry = -1;
  const room = new UnpackingRoom(statSync(file).size, mostBytes);
  for await (const found of filesInFile(file, file, 0, room, { isThere: true })) {
    const { bytes, label, zipEntry, ...rest } = found;
    entry++;
    const name = label.slice(file.length + LABEL_SEPARATOR.length);
    const isPassing = zipEntry === undefined;
    const inside = label === file ? undefined : { entry: zipEntry ?? entry, isPassing, name };
    try {
      yield { ...knownFile(file, inside), inside, bytes, ...rest };
    } finally {
      await leave(bytes);
    }
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
