/** The checksums of round files, each as its format version wants it. */
import { CHECKSUM_BASES, CHECKSUM_BLOCK, CHECKSUM_PRIMES, checksumWeights } from "../format/checksum.ts";

/** A checksum that grows as bytes arrive. */
export interface Checksum {
  update: (bytes: Uint8Array, start: number, end: number) => void;
  /** The checksum so far, in lower-case hex digits. */
  digest: () => string;
}

/** A new checksum of an algorithm of `CHECKSUMS`. */
export function createChecksum(algorithm: string): Checksum {
  return algorithm === "adler32" ? new Adler32() : new Poly54();
}

const MODULUS = 65521;
/** The most bytes whose sums fit 32 bits before they must be reduced. */
const BLOCK_BYTES = 5552;

/** Adler-32 (RFC 1950, section 9). */
class Adler32 implements Checksum {
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

  digest(): string {
    return (this.#high * 65536 + this.#low).toString(16).padStart(8, "0");
  }
}

const [FIRST_PRIME, SECOND_PRIME] = CHECKSUM_PRIMES;
const FIRST_INVERSE = 1 / FIRST_PRIME;
const SECOND_INVERSE = 1 / SECOND_PRIME;
const [FIRST_BASE, SECOND_BASE] = CHECKSUM_BASES;
/** The weights of both, in turn: the first sum's, the second's. */
const WEIGHTS = new Float64Array(2 * (CHECKSUM_BLOCK + 1));
for (const [offset, weights] of [
  checksumWeights(FIRST_BASE, FIRST_PRIME),
  checksumWeights(SECOND_BASE, SECOND_PRIME),
].entries()) {
  for (const [index, weight] of weights.entries()) WEIGHTS[2 * index + offset] = weight;
}

/** The two polynomials of `src/format/checksum.ts`. */
class Poly54 implements Checksum {
  #first = 1;
  #second = 1;

  update(bytes: Uint8Array, start: number, end: number): void {
    let first = this.#first;
    let second = this.#second;
    let position = start;
    for (; position + CHECKSUM_BLOCK <= end; position += CHECKSUM_BLOCK) {
      let firstSum = first * (WEIGHTS[0] ?? 0);
      let secondSum = second * (WEIGHTS[1] ?? 0);
      let firstOdd = 0;
      let secondOdd = 0;
      // Two bytes a turn, in sums of their own: a processor adds those at the same time.
      for (let index = 0, weight = 2; index < CHECKSUM_BLOCK; index += 2, weight += 4) {
        const even = bytes[position + index] ?? 0;
        const odd = bytes[position + index + 1] ?? 0;
        firstSum += even * (WEIGHTS[weight] ?? 0);
        secondSum += even * (WEIGHTS[weight + 1] ?? 0);
        firstOdd += odd * (WEIGHTS[weight + 2] ?? 0);
        secondOdd += odd * (WEIGHTS[weight + 3] ?? 0);
      }
      firstSum += firstOdd;
      secondSum += secondOdd;
      // As `%` does, which is slow for doubles. The floor is exact: a quotient below 2^26 is rounded by less than 1 / prime.
      first = firstSum - Math.floor(firstSum * FIRST_INVERSE) * FIRST_PRIME;
      second = secondSum - Math.floor(secondSum * SECOND_INVERSE) * SECOND_PRIME;
    }
    for (; position < end; position++) {
      const byte = bytes[position] ?? 0;
      first = (first * FIRST_BASE + byte) % FIRST_PRIME;
      second = (second * SECOND_BASE + byte) % SECOND_PRIME;
    }
    this.#first = first;
    this.#second = second;
  }

  digest(): string {
    return [this.#first, this.#second].map((sum) => sum.toString(16).padStart(8, "0")).join("");
  }
}
