/**
 * The checksums of round files. From format version 2 on it is `poly54`: two polynomials over the file's bytes, each
 * reduced by a prime, in the arithmetic of doubles that Lua, LuaJIT and JavaScript share:
 * `h = 1; for each byte: h = (h * base + byte) mod prime`.
 */

/** The primes: the square of each, and the sum of {@link CHECKSUM_BLOCK} weighted bytes, stay below 2^53 together. */
export const CHECKSUM_PRIMES = [94899997, 94899991] as const;
/** The bases, one for each prime. */
export const CHECKSUM_BASES = [65599, 1048583] as const;
/** Bytes that are taken at once. */
export const CHECKSUM_BLOCK = 32;

/** The weights of the bytes of a block, of the first byte first; before them, at 0, the weight of the sum before the block. */
export function checksumWeights(base: number, prime: number): number[] {
  const weights: number[] = [];
  let weight = 1;
  for (let index = CHECKSUM_BLOCK; index >= 0; index -= 1) {
    weights[index] = weight;
    weight = (weight * base) % prime;
  }
  return weights;
}

/** A checksum that files of some versions end in. */
export interface ChecksumKind {
  /** The format version that brought it: it stands in the files from there on. */
  readonly since: number;
  /** Its name in the last line. */
  readonly algorithm: string;
  /** Its hex digits. */
  readonly digits: number;
}

/** From the first to the latest. */
export const CHECKSUMS = [
  { since: 1, algorithm: "adler32", digits: 8 },
  { since: 2, algorithm: "poly54", digits: 16 },
] as const satisfies readonly ChecksumKind[];
