/** Keeps files that pass by in an archive until their round is together: in memory, and beyond a bound on the disk. */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import { writingAdvice } from "../disk-advice.ts";
import { messageOf, ProxError } from "../errors.ts";
import { readingError } from "./file-fault.ts";
import { readFile } from "./streams.ts";

/** A file that is kept. */
export interface Kept {
  /** Its bytes, as often as needed. */
  readonly open: () => AsyncIterable<Buffer>;
  /** Gives its place free. */
  readonly drop: () => Promise<void>;
}

const PAGE_BYTES = 16 << 10;
/** 8 MB: enough for some rounds of one or two megabytes, or for hundreds of small ones. */
const MAXIMUM_PAGES = 512;

/** Holds files until they are dropped, in 8 MB of memory, beyond it in a temporary folder. */
export class Spool {
  readonly #maximumPages: number;
  /** Memory in pages, used again and again: what the collector had to free would pile up until it does. */
  readonly #freePages: Buffer[] = [];
  #pages = 0;
  /** Made when it is needed. */
  #folder: string | undefined;
  #files = 0;

  constructor(maximumPages = MAXIMUM_PAGES) {
    this.#maximumPages = maximumPages;
  }

  /**
   * Keeps a file of so many bytes; of one that turns out to be longer, that many. Throws `E_UNPACK` where this machine has no
   * room, and a fault where the bytes cannot be read.
   */
  async keep(label: string, bytes: AsyncIterable<Buffer>, sizeBytes: number): Promise<Kept> {
    const count = Math.ceil(sizeBytes / PAGE_BYTES);
    if (count > this.#freePages.length + this.#maximumPages - this.#pages)
      return this.#keepOnDisk(label, bytes);
    const pages = Array.from({ length: count }, () => this.#takePage());
    let length = 0;
    try {
      for await (const chunk of bytes) {
        for (let at = 0; at < chunk.length && length < sizeBytes;) {
          const page = pages[Math.floor(length / PAGE_BYTES)];
          const copied = page === undefined ? 0 : chunk.copy(page, length % PAGE_BYTES, at);
          length += copied;
          at += copied;
        }
      }
    } catch (error) {
      this.#freePages.push(...pages);
      throw readingError(error);
    }
    return {
      open: () => readPages(pages, Math.min(length, sizeBytes)),
      drop: () => {
        this.#freePages.push(...pages);
        return Promise.resolve();
      },
    };
  }

  #takePage(): Buffer {
    const page = this.#freePages.pop();
    if (page !== undefined) return page;
    this.#pages++;
    return Buffer.allocUnsafeSlow(PAGE_BYTES);
  }

  async #keepOnDisk(label: string, bytes: AsyncIterable<Buffer>): Promise<Kept> {
    this.#folder ??= await temporaryFolder(label);
    const file = path.join(this.#folder, String(this.#files++));
    await writeStream(label, bytes, file);
    return { open: () => readFile(file), drop: () => unlink(file) };
  }

  /** Deletes what is left. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A folder for what is unpacked. Throws `E_UNPACK`. */
export async function temporaryFolder(label: string): Promise<string> {
  try {
    return await mkdtemp(path.join(tmpdir(), "prox-import-"));
  } catch (cause) {
    throw unpackFailure(label, cause);
  }
}

/** Writes a stream to a file. Throws `E_UNPACK` where this machine has no room, and a fault where the bytes cannot be read. */
async function writeStream(label: string, bytes: AsyncIterable<Buffer>, file: string): Promise<void> {
  let notRead: Error | undefined;
  const read = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* bytes;
    } catch (error) {
      const reason = readingError(error);
      notRead = reason instanceof Error ? reason : undefined;
      throw error;
    }
  };
  try {
    await pipeline(read, createWriteStream(file));
  } catch (cause) {
    throw notRead ?? unpackFailure(label, cause);
  }
}

/** Puts a stream on the disk while it is worked with as a file. */
export async function* onDisk<Item>(
  label: string,
  bytes: AsyncIterable<Buffer>,
  work: (file: string) => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  const folder = await temporaryFolder(label);
  try {
    const file = path.join(folder, "file");
    await writeStream(label, bytes, file);
    yield* work(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The error of a machine that has no room for what is unpacked. */
export function unpackFailure(label: string, cause: unknown): ProxError {
  return new ProxError("E_UNPACK", `cannot unpack ${label}: ${messageOf(cause)}`, {
    suggestions: [
      ...writingAdvice(cause, []),
      `set TMPDIR, which is ${tmpdir()} now, to a folder that exists, has room, and that you may write to`,
    ],
    cause,
  });
}

async function* readPages(pages: readonly Buffer[], length: number): AsyncGenerator<Buffer> {
  for (const [index, page] of pages.entries()) {
    yield await Promise.resolve(page.subarray(0, length - index * PAGE_BYTES));
  }
}
