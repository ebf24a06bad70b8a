/** A file that is written in large pieces, however small those are that come. */
import { closeSync, openSync, write } from "node:fs";
import { Writable } from "node:stream";

const PIECE_BYTES = 256 * 1024;

/**
 * Makes a file of what is written to the stream. PostgreSQL's COPY gives each row by itself: gathered, a million of them take half
 * the processor time that a write stream of Node takes for them.
 */
export class GatheringFile extends Writable {
  readonly #descriptor: number;
  readonly #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #filled = 0;
  #isWriting = false;
  /** Waits for the piece that is on its way to the disk. */
  #close: (() => void) | undefined;

  constructor(file: string) {
    // What waits while a piece goes to the disk; less would stop and start the server for each.
    super({ highWaterMark: 4 * PIECE_BYTES, decodeStrings: false });
    this.#descriptor = openSync(file, "w");
  }

  override _write(chunk: Buffer, encoding: string, callback: (error?: Error | null) => void): void {
    if (this.#filled + chunk.length <= PIECE_BYTES) {
      this.#filled += chunk.copy(this.#piece, this.#filled);
      callback();
      return;
    }
    this.#writeOut(this.#piece.subarray(0, this.#filled), (error) => {
      this.#filled = 0;
      if (error !== null) callback(error);
      else if (chunk.length > PIECE_BYTES) this.#writeOut(chunk, callback);
      else this._write(chunk, encoding, callback);
    });
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#writeOut(this.#piece.subarray(0, this.#filled), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const close = (): void => {
      closeSync(this.#descriptor);
      callback(error);
    };
    if (this.#isWriting) this.#close = close;
    else close();
  }

  /** Writes all of it: the system may take less at a time. */
  #writeOut(bytes: Buffer, done: (error: Error | null) => void): void {
    if (bytes.length === 0) {
      done(null);
      return;
    }
    this.#isWriting = true;
    write(this.#descriptor, bytes, 0, bytes.length, null, (error, written) => {
      this.#isWriting = false;
      if (this.#close !== undefined) this.#close();
      else if (error !== null) done(error);
      else this.#writeOut(bytes.subarray(written), done);
    });
  }
}
