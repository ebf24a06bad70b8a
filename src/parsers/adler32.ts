/** The checksum of round files: Adler-32 (RFC 1950, section 9). */

const MODULUS = 65521;
/** The most bytes whose sums fit 32 bits before they must be reduced. */
const BLOCK_BYTES = 5552;

/** An Adler-32 that grows as bytes arrive. */
export class Adler32 {
  #low = 1;
  #high = 0;

  update(bytes: Uint8Array, start: number, end: number): void {
    let low = this.#low;
    let high = this.#high;
    for (let position = start; position < end;) {
      const blockEnd = Math.min(position + BLOCK_BYTES, end);
      for (; position < blockEnd; position++) {
        low += bytes[position] ?? 0;
        high += low;
      }
      low %= MODULUS;
      high %= MODULUS;
    }
    this.#low = low;
    this.#high = high;
  }

  /** The checksum so far, 8 lower-case hex digits. */
  digest(): string {
    return (this.#high * 65536 + this.#low).toString(16).padStart(8, "0");
  }
}
