/** Holds a round file against the checksum in its own last line while its bytes arrive. */
import { FILE_MARK, CHECKSUM_KEY } from "../format/file.ts";
import { checksumAt } from "../format/versions.ts";
import { createChecksum, type Checksum } from "../parsers/checksum.ts";

/** The first line, which says the version of the format; a longer one is none of ours. */
const MAXIMUM_FIRST_LINE_BYTES = 64;

/** Checks one file: takes all its bytes in order, then tells its {@link ChecksumCheck.fault}. */
export class ChecksumCheck {
  readonly #size: number;
  /** The first bytes, until they show which checksum the file has. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #sum: Checksum | undefined;
  /** What stands in the last line before the checksum's digits. */
  #lastLineStart = "";
  #summedBytes = 0;
  #at = 0;
  #lastLine = "";

  /** `size`: how many bytes the whole file has. */
  constructor(size: number) {
    this.#size = size;
  }

  /** Takes the next bytes of the file. */
  push(bytes: Buffer): void {
    if (this.#head === undefined) {
      this.#add(bytes);
      return;
    }
    // Most files come in one piece: nothing is copied then.
    const head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    if (head.length >= MAXIMUM_FIRST_LINE_BYTES || head.includes("\n")) this.#begin(head);
    else this.#head = Buffer.from(head);
  }

  /** What is wrong with the whole file, undefined where it fits. */
  fault(): string | undefined {
    if (this.#head !== undefined) this.#begin(this.#head);
    if (this.#at !== this.#size) return `has ${this.#at} of ${this.#size} bytes`;
    if (
      this.#sum === undefined ||
      !this.#lastLine.startsWith(this.#lastLineStart) ||
      !this.#lastLine.endsWith("\n")
    )
      return "does not end in a checksum";
    const stated = this.#lastLine.slice(this.#lastLineStart.length, -1);
    const found = this.#sum.digest();
    return stated === found ? undefined : `has the checksum ${found}, and its last line says ${stated}`;
  }

  #begin(head: Buffer): void {
    const version = new RegExp(`^${FILE_MARK}\t[a-z]+\t([1-9]\\d{0,8})\n`).exec(
      head.toString("latin1", 0, MAXIMUM_FIRST_LINE_BYTES),
    )?.[1];
    this.#head = undefined;
    if (version !== undefined) {
      const { algorithm, digits } = checksumAt(Number(version));
      this.#sum = createChecksum(algorithm);
      this.#lastLineStart = `#${CHECKSUM_KEY}\t${algorithm}\t`;
      this.#summedBytes = Math.max(0, this.#size - this.#lastLineStart.length - digits - 1);
    }
    this.#add(head);
  }

  #add(bytes: Buffer): void {
    const summed = Math.min(bytes.length, Math.max(0, this.#summedBytes - this.#at));
    this.#sum?.update(bytes, 0, summed);
    if (this.#sum !== undefined) this.#lastLine += bytes.toString("latin1", summed);
    this.#at += bytes.length;
  }
}
