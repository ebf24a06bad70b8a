/** Bytes that come in chunks: of files, unpacked, and no more of them than wanted. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { pipeline, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createGunzip } from "node:zlib";

import { FileFaultError } from "./file-fault.ts";

/** A chunk is valid until the next one is asked for: its memory may be used again. */
export type Bytes = AsyncIterable<Buffer>;

const READ_CHUNK_BYTES = 256 * 1024;
/** Reads of a file without a pause: 2 MB. */
const READS_AT_ONCE = 8;

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
 * nobody can exchange it in between. Returns its descriptor, which is to be closed.
 */
export function openFile(file: string): number {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return descriptor;
  closeSync(descriptor);
  throw new FileFaultError({
    code: "E_READ",
    message: `cannot be read: it is ${typeOf(stats)}, no file`,
    line: 0,
  });
}

/**
 * Reads a file. Unlike a stream of Node it makes no garbage: memory outside the heap is what costs the collector most. Opening and each read
 * is a call of its own, as handing it to another thread takes several times its processor time; every few of them, whatever
 * else waits gets its turn.
 */
export async function* readFile(file: string): AsyncGenerator<Buffer> {
  const descriptor = openFile(file);
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(READ_CHUNK_BYTES);
  try {
    for (let reads = 1; ; reads++) {
      const length = readSync(descriptor, buffer, 0, buffer.length, null);
      if (length === 0) return;
      yield buffer.subarray(0, length);
      if (reads % READS_AT_ONCE === 0) await setImmediate();
    }
  } finally {
    spareBuffers.push(buffer);
    closeSync(descriptor);
  }
}

/** As a stream of Node, which reads ahead and so needs chunks of its own. */
function toStream(bytes: Bytes): Readable {
  async function* copies(): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) yield Buffer.from(chunk);
  }
  return Readable.from(copies(), { objectMode: false });
}

/** Reads so many bytes of a stream, and gives them back with a stream that begins with them. */
export async function peek(bytes: Bytes, wantedBytes: number): Promise<{ head: Buffer; all: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < wantedBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    length += next.value.length;
    // The last of these chunks is given back before another is asked for.
    chunks.push(length < wantedBytes ? Buffer.from(next.value) : next.value);
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

function failing(error: unknown): Bytes {
  const fail = (): never => {
    throw error;
  };
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve().then(fail) }) };
}

/** The same, but an error of reading comes when the stream is read: to where faults are made of it. */
export function peekSoon(bytes: Bytes, wantedBytes: number): ReturnType<typeof peek> {
  return peek(bytes, wantedBytes).catch((error: unknown) => ({
    head: Buffer.alloc(0),
    all: failing(error),
  }));
}

/** Unpacks gzip. */
export function gunzip(bytes: Bytes): Bytes {
  // The callback is called when either side fails; the error reaches the reader through the stream itself.
  return pipeline(toStream(bytes), createGunzip({ chunkSize: READ_CHUNK_BYTES }), () => undefined);
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
