/** How much a file may unpack to: a few bytes can be made to give terabytes, and no archive of rounds does that. */
import { counted } from "../counts.ts";
import { FileFaultError } from "./file-fault.ts";
import type { Bytes } from "./streams.ts";

/** Round files unpack to 5 to 10 times their size, logs to 30 times at most. */
const MOST_TIMES = 100;
/** What any file may unpack to, however small it is. */
const FREE_BYTES = 1e9;

/** The most bytes that a file of this size may unpack to, with all that is packed in it. */
export function mostUnpackedBytes(packedBytes: number): number {
  return FREE_BYTES + MOST_TIMES * packedBytes;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** What is left of that while a file is read. */
export class UnpackingRoom {
  readonly #packedBytes: number;
  readonly #mostBytes: number;
  #taken = 0;

  constructor(packedBytes: number, mostBytes = mostUnpackedBytes(packedBytes)) {
    this.#packedBytes = packedBytes;
    this.#mostBytes = mostBytes;
  }

  get leftBytes(): number {
    return this.#mostBytes - this.#taken;
  }

  /** Counts bytes that were unpacked. Throws `FileFaultError` where they are too many. */
  take(bytes: number): void {
    this.#taken += bytes;
    if (this.#taken > this.#mostBytes) throw this.exceeded();
  }

  /** Unpacked bytes, as long as they are not too many. */
  async *counted(bytes: Bytes): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      this.take(chunk.length);
      yield chunk;
    }
  }

  exceeded(): FileFaultError {
    const message =
      `unpacks to more than ${megabytes(this.#mostBytes)}, from ${counted(this.#packedBytes, "byte")}: prox stops there, as no archive of rounds does that; ` +
      "if it is one, unpack it with another program and import the folder";
    return new FileFaultError({ code: "E_ARCHIVE", message, line: 0 });
  }
}
