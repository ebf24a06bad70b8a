/** Holds a round file against the checksum in its own last line while its bytes arrive. */
import { CHECKSUM_ALGORITHM, CHECKSUM_KEY } from "../format/file.ts";
import { Adler32 } from "../parsers/adler32.ts";

/** The last line has always this length: its checksum has 8 hex digits. */
const LAST_LINE_BYTES = `#${CHECKSUM_KEY}\t${CHECKSUM_ALGORITHM}\t00000000\n`.length;

/** Checks one file: takes all its bytes in order, then tells its {@link ChecksumCheck.fault}. */
export class ChecksumCheck {
  readonly #sum = new Adler32();
  readonly #summedBytes: number;
  readonly #size: number;
  #at = 0;
  #lastLine = "";

  /** `size`: how many bytes the whole file has. */
  constructor(size: number) {
    this.#size = size;
    this.#summedBytes = Math.max(0, size - LAST_LINE_BYTES);
  }

  /** Takes the next bytes of the file. */
  push(bytes: Buffer): void {
    const summed = Math.min(bytes.length, Math.max(0, this.#summedBytes - this.#at));
    this.#sum.update(bytes, 0, summed);
    this.#lastLine += bytes.toString("latin1", summed);
    this.#at += bytes.length;
  }

  /** What is wrong with the whole file, undefined where it fits. */
  fault(): string | undefined {
    if (this.#at !== this.#size) return `has ${this.#at} of ${this.#size} bytes`;
    const start = `#${CHECKSUM_KEY}\t${CHECKSUM_ALGORITHM}\t`;
    if (!this.#lastLine.startsWith(start) || !this.#lastLine.endsWith("\n"))
      return "does not end in a checksum";
    const stated = this.#lastLine.slice(start.length, -1);
    const found = this.#sum.digest();
    return stated === found ? undefined : `has the checksum ${found}, and its last line says ${stated}`;
  }
}
