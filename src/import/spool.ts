/** Keeps files that pass by in an archive until their round is together: in memory, and beyond a bound on the disk. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import { ProxError } from "../errors.ts";
import { readFile } from "./sources.ts";

/** A file that is kept. */
export interface Kept {
  /** Its bytes, as often as needed. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Gives its place free. */
  readonly drop: () => Promise<void>;
}

/** How much is kept in memory: enough for some rounds, each of one or two megabytes, or hundreds of small ones. */
const MAXIMUM_MEMORY_BYTES = 16 << 20;

export class Spool {
  readonly #maximumMemoryBytes: number;
  #memoryBytes = 0;
  /** Made when it is needed. */
  #folder: string | undefined;
  #files = 0;

  constructor(maximumMemoryBytes = MAXIMUM_MEMORY_BYTES) {
    this.#maximumMemoryBytes = maximumMemoryBytes;
  }

  /** Keeps a file of so many bytes; of one that turns out to be longer, that many. */
  async keep(label: string, bytes: AsyncIterable<Buffer>, sizeBytes: number): Promise<Kept> {
    if (this.#memoryBytes + sizeBytes > this.#maximumMemoryBytes) return this.#keepOnDisk(label, bytes);
    this.#memoryBytes += sizeBytes;
    const kept = Buffer.allocUnsafeSlow(sizeBytes);
    let length = 0;
    try {
      for await (const chunk of bytes) length += chunk.copy(kept, length);
    } catch (cause) {
      throw unpackingError(
        label,
        cause,
        "the archive is not what it was a moment ago: run the command again",
      );
    }
    return {
      open: () => oneChunk(kept.subarray(0, length)),
      drop: () => {
        this.#memoryBytes -= sizeBytes;
        return Promise.resolve();
      },
    };
  }

  async #keepOnDisk(label: string, bytes: AsyncIterable<Buffer>): Promise<Kept> {
    this.#folder ??= await mkdtemp(path.join(tmpdir(), "prox-import-"));
    const file = path.join(this.#folder, String(this.#files++));
    try {
      await pipeline(bytes, createWriteStream(file));
    } catch (cause) {
      const advice = `make room in ${this.#folder}, or set TMPDIR to a folder with more of it, then run the command again`;
      throw unpackingError(label, cause, advice);
    }
    return { open: () => readFile(file), drop: () => unlink(file) };
  }

  /** Deletes what is left. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield await Promise.resolve(bytes);
}

function unpackingError(label: string, cause: unknown, advice: string): ProxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const options = { exit: "input", suggestions: [advice], cause } as const;
  return new ProxError("E_UNPACK", `cannot unpack ${label}: ${reason}`, options);
}
