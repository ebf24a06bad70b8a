/** Recordings as files: where they are, and their bytes in whole lines. `recordings/README.md` has the format. */
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

import { packagePath } from "../package-root.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";

const SUFFIXES = [".tsv.gz", ".tsv"];
/** Large enough that the border between JavaScript and Lua does not matter, small enough to show progress. */
const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 10;

/** Names of the recordings that ship with prox. */
export function bundledRecordings(): string[] {
  const names = readdirSync(packagePath("recordings")).filter((name) => name.endsWith(".tsv.gz"));
  return names.map((name) => name.slice(0, -".tsv.gz".length)).sort();
}

/** The file of a recording that was asked for by a path or by a bundled recording's name. */
export function findRecording(asked: string): string {
  if (existsSync(asked) && statSync(asked).isFile()) return asked;
  for (const suffix of SUFFIXES) {
    const file = packagePath(path.join("recordings", `${asked}${suffix}`));
    if (/^[\w-]+$/.test(asked) && existsSync(file)) return file;
  }
  throw new ProxError("E_RECORDING_NOT_FOUND", `unknown recording: ${asked}`, {
    suggestions: [`name a file, or one of ${bundledRecordings().join(", ")}`],
  });
}

/** What a reading of a recording found besides its lines. */
export interface ReadState {
  /** Bytes read from the file so far. */
  bytesRead: number;
  /** Size of the file. */
  bytes: number;
  /** Whether the file ends in the middle of a line or of its compression; that line is left out. */
  isCut: boolean;
}

function isTruncation(error: unknown): boolean {
  return errorCodeOf(error) === "Z_BUF_ERROR";
}

/**
 * The bytes of a recording, plain or gzip, in pieces of whole lines. A file that was cut gives its whole lines;
 * `state` says so afterwards. Throws E_RECORDING when the file cannot be read.
 */
export async function* readRecording(file: string, state: ReadState): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const stream = file.endsWith(".gz")
    ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined)
    : source;
  state.bytes = statSync(file).size;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      state.bytesRead = source.bytesRead;
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      if (end > 0) yield Buffer.concat([rest, chunk.subarray(0, end)]);
      rest = end > 0 ? Buffer.from(chunk.subarray(end)) : Buffer.concat([rest, chunk]);
    }
    state.isCut = rest.length > 0;
  } catch (cause) {
    if (!isTruncation(cause)) {
      throw new ProxError("E_RECORDING", `cannot read ${file}: ${messageOf(cause)}`, {
        suggestions: ["name another recording, or copy this one again: it may be damaged"],
        cause,
      });
    }
    state.isCut = true;
  } finally {
    source.destroy();
  }
}
