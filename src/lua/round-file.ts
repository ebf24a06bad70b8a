/**
 * One file of a round: takes lines, sums them up, and appends them to the disk in portions. A file handle lives only
 * within one call, because handles that stay open when the module is unloaded are lost to the server.
 */
import { CHECKSUMS } from "../format/checksum.ts";
import { CHECKSUM_KEY, OUTPUT_FOLDER, PART_SUFFIX, roundFileName } from "../format/file.ts";
import type { Kind } from "../format/columns.ts";
import { checksumText, updateChecksum } from "./checksum.ts";
import type { Checksum } from "./checksum.ts";

/** Modes of `et.trap_FS_FOpenFile`; source: `src/qcommon/q_shared.h`. */
const FS_READ = 0;
const FS_WRITE = 1;
const FS_APPEND = 2;

const LATEST_CHECKSUM = CHECKSUMS[1];

/** Text that waits longer than this, in bytes, is written before its time. */
const EARLY_FLUSH_BYTES = 65536;
/** Rows beyond this much waiting text, in bytes, are lost: the disk has refused for long. */
const MOST_WAITING_BYTES = 1048576;
/** Lines that are summed up together, unless they are the last. */
const FEWEST_LINES = 32;
/** More lines than this do not wait longer, however many came in. */
const MANY_LINES = 256;

/** A file while it is written: what the disk has, and what waits for it. */
export interface RoundFile {
  readonly kind: Kind;
  /** Path below `fs_homepath/fs_game`, when complete; `.part` follows until then. */
  readonly path: string;
  readonly checksum: Checksum;
  /** Rows that the file holds or that wait for it. */
  rows: number;
  /** Rows that could not be taken. */
  rowsLost: number;
  /** Lines that are not summed up yet: `lines[0]` to one before `lineCount`. */
  lines: string[];
  lineCount: number;
  /** The same after the last {@link packShare}. */
  lineCountBefore: number;
  /** Text that is summed up and waits for the disk. */
  chunks: string[];
  chunkCount: number;
  /** Bytes of both. */
  waitingBytes: number;
  /** Rows on the disk. */
  writtenRows: number;
  /** Bytes on the disk. */
  writtenBytes: number;
  /** Whether a part of a portion reached the disk, so that nothing can follow it. */
  isBroken: boolean;
}

/** A new, empty file; nothing reaches the disk before {@link flush} or {@link replaceFile}. */
export function createRoundFile(roundKey: string, piece: number, kind: Kind): RoundFile {
  return {
    kind,
    path: `${OUTPUT_FOLDER}/${roundFileName(roundKey, kind, piece)}`,
    checksum: { first: 1, second: 1 },
    rows: 0,
    rowsLost: 0,
    lines: [],
    lineCount: 0,
    lineCountBefore: 0,
    chunks: [],
    chunkCount: 0,
    waitingBytes: 0,
    writtenRows: 0,
    writtenBytes: 0,
    isBroken: false,
  };
}

/** Adds a line that is no row, with its LF. */
export function addLine(file: RoundFile, line: string): void {
  if (file.isBroken) return;
  const { lineCount } = file;
  file.lines[lineCount] = line;
  file.lineCount = lineCount + 1;
  file.waitingBytes += line.length;
}

/** Adds a row, with its LF. Counts it as lost when the disk has refused for too long. */
export function addRow(file: RoundFile, row: string): void {
  if (file.isBroken || file.waitingBytes > MOST_WAITING_BYTES) {
    file.rowsLost += 1;
    return;
  }
  file.rows += 1;
  // As addLine does it: there are many rows.
  const { lineCount } = file;
  file.lines[lineCount] = row;
  file.lineCount = lineCount + 1;
  file.waitingBytes += row.length;
}

/** Joins up to `most` waiting lines and adds them to the checksum. */
function packLines(file: RoundFile, most: number): void {
  const count = file.lineCount < most ? file.lineCount : most;
  if (count === 0) return;
  const text = table.concat(file.lines, "", 1, count);
  const left = file.lineCount - count;
  if (left > 0) {
    for (const index of $range(0, left - 1)) file.lines[index] = file.lines[index + count] ?? "";
  }
  file.lineCount = left;
  updateChecksum(file.checksum, text);
  file.chunks[file.chunkCount] = text;
  file.chunkCount += 1;
}

/**
 * Does the share of the work that belongs to a frame: all of it is done in a few frames, but for a few lines. A frame in which
 * much came in has done enough, and leaves its share to the next ones.
 */
export function packShare(file: RoundFile): void {
  const { lineCount, lineCountBefore } = file;
  const isBusy = lineCount - lineCountBefore >= FEWEST_LINES && lineCount < MANY_LINES;
  // Few long texts take less time than many short ones.
  if (lineCount >= FEWEST_LINES && !isBusy) {
    const eighth = Math.floor(lineCount / 8);
    packLines(file, eighth > FEWEST_LINES ? eighth : FEWEST_LINES);
  }
  file.lineCountBefore = file.lineCount;
}

/** Whether so much waits that it should be written before its time. */
export function isFull(file: RoundFile): boolean {
  return file.waitingBytes >= EARLY_FLUSH_BYTES;
}

/** Size of a file on the disk, undefined where the engine does not tell. */
function sizeOf(path: string): number | undefined {
  const [handle, length] = et.trap_FS_FOpenFile(path, FS_READ);
  if (handle <= 0) return undefined;
  et.trap_FS_FCloseFile(handle);
  return length;
}

/** Writes text to a file and closes it; returns how many bytes the engine took, or undefined when it did not open. */
function put(path: string, mode: number, text: string): number | undefined {
  const [handle, length] = et.trap_FS_FOpenFile(path, mode);
  if (handle <= 0) return undefined;
  if (length < 0) {
    et.trap_FS_FCloseFile(handle);
    return undefined;
  }
  const written = et.trap_FS_Write(text, text.length, handle);
  et.trap_FS_FCloseFile(handle);
  return written;
}

/** What became of a portion. */
export type FlushResult = "written" | "refused" | "broken";

/**
 * Appends what waits to the disk. `refused`: nothing of it arrived, it waits on; `broken`: a part arrived, so the rest
 * is lost and the file ends there. The engine buffers, and says nothing when the disk is full at the end, so the size
 * of the file is what counts.
 */
export function flush(file: RoundFile): FlushResult {
  if (file.isBroken) return "broken";
  packLines(file, file.lineCount);
  if (file.chunkCount === 0) return "written";
  const text = table.concat(file.chunks, "", 1, file.chunkCount);
  const path = file.path + PART_SUFFIX;
  const taken = put(path, FS_APPEND, text);
  const size = taken === undefined ? file.writtenBytes : sizeOf(path);
  const expected = file.writtenBytes + text.length;
  if (size === undefined ? taken === text.length : size === expected) {
    file.writtenBytes = expected;
    file.chunks = [];
    file.chunkCount = 0;
    file.waitingBytes = 0;
    file.writtenRows = file.rows;
    return "written";
  }
  if (size === file.writtenBytes) {
    file.chunks = [text];
    file.chunkCount = 1;
    return "refused";
  }
  abandon(file);
  return "broken";
}

/** Gives up what waits. */
function abandon(file: RoundFile): void {
  file.isBroken = true;
  file.rowsLost += file.rows - file.writtenRows;
  file.rows = file.writtenRows;
  file.chunks = [];
  file.chunkCount = 0;
  file.lines = [];
  file.lineCount = 0;
  file.waitingBytes = 0;
}

/** Adds the checksum line; nothing may follow it. */
export function addChecksum(file: RoundFile): void {
  packLines(file, file.lineCount);
  addLine(file, `#${CHECKSUM_KEY}\t${LATEST_CHECKSUM.algorithm}\t${checksumText(file.checksum)}\n`);
}

/** Writes the rest and gives the file its final name. */
export function publish(file: RoundFile): FlushResult {
  const result = flush(file);
  if (result === "written") et.trap_FS_Rename(file.path + PART_SUFFIX, file.path);
  return result;
}

/** Starts the file again from its beginning, for a file that is rewritten as a whole. */
export function restartFile(file: RoundFile): void {
  file.checksum.first = 1;
  file.checksum.second = 1;
  file.rows = 0;
  file.lines = [];
  file.lineCount = 0;
  file.chunks = [];
  file.chunkCount = 0;
  file.waitingBytes = 0;
}

/** Puts what waits in the place of the whole file: under another name first, so that a crash leaves the old one. */
export function replaceFile(file: RoundFile): FlushResult {
  packLines(file, file.lineCount);
  const text = table.concat(file.chunks, "", 1, file.chunkCount);
  const path = `${file.path}.new`;
  const taken = put(path, FS_WRITE, text);
  if (taken === undefined) return "refused";
  const size = sizeOf(path) ?? taken;
  if (size !== text.length) return "refused";
  et.trap_FS_Rename(path, file.path + PART_SUFFIX);
  file.writtenBytes = text.length;
  return "written";
}
