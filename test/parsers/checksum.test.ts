/** The checksums against a reading of their definitions in whole numbers without a limit. */
import { describe, expect, test } from "vitest";

import { createChecksum } from "../../src/parsers/checksum.ts";

/** `h = 1; for each byte: h = (h * base + byte) mod prime`, as docs/format.md words it. */
function polynomial(bytes: Uint8Array, base: bigint, prime: bigint): string {
  let sum = 1n;
  for (const byte of bytes) sum = (sum * base + BigInt(byte)) % prime;
  return sum.toString(16).padStart(8, "0");
}

/** Adler-32 as RFC 1950 words it. */
function adler32(bytes: Uint8Array): string {
  let low = 1n;
  let high = 0n;
  for (const byte of bytes) {
    low = (low + BigInt(byte)) % 65521n;
    high = (high + low) % 65521n;
  }
  return (high * 65536n + low).toString(16).padStart(8, "0");
}

const DEFINITIONS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  adler32,
  poly54: (bytes) => polynomial(bytes, 65599n, 94899997n) + polynomial(bytes, 1048583n, 94899991n),
};

function checksumOf(algorithm: string, ...parts: readonly Uint8Array[]): string {
  const checksum = createChecksum(algorithm);
  for (const part of parts) checksum.update(part, 0, part.length);
  return checksum.digest();
}

/** The same bytes each time, without a pattern. */
function mixedBytes(length: number): Uint8Array {
  let state = 20260131;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

const SIZES = Array.from({ length: 101 }, (_, size) => size);

describe.each(Object.entries(DEFINITIONS))("%s", (algorithm, definition) => {
  test.each([
    ["mixed bytes", mixedBytes(100)],
    ["zeros", new Uint8Array(100)],
    ["all bits set", new Uint8Array(100).fill(0xff)],
  ])("of every size up to 100: %s", (_, bytes) => {
    const parts = SIZES.map((size) => bytes.subarray(0, size));
    expect(parts.map((part) => checksumOf(algorithm, part))).toEqual(parts.map(definition));
  });

  test("split at every place", () => {
    const bytes = mixedBytes(100);
    const split = SIZES.map((at) => checksumOf(algorithm, bytes.subarray(0, at), bytes.subarray(at)));
    expect(split).toEqual(SIZES.map(() => definition(bytes)));
  });

  test("of a part in the middle of a buffer, from every start", () => {
    const bytes = mixedBytes(140);
    for (const start of SIZES) {
      const checksum = createChecksum(algorithm);
      checksum.update(bytes, start, start + 40);
      expect(checksum.digest()).toBe(definition(bytes.subarray(start, start + 40)));
    }
  });

  test("of many bytes that are as large as can be", () => {
    const bytes = new Uint8Array(20_000).fill(0xff);
    expect(checksumOf(algorithm, bytes)).toBe(definition(bytes));
  });
});

test("adler32 of the text that is known for it", () => {
  expect(checksumOf("adler32", Buffer.from("Wikipedia"))).toBe("11e60398");
});

// After two blocks of 32 bytes, one of the sums is 0 or its prime less 1: a quotient that is rounded to the next number is seen.
test.each([
  [
    "d3a7d60dc23ecdaf20af69962652657ee6bb44d09f5a5b7daab9da5e96026405cc1f47c1b297525b27fceab1da90cd46d973b26a4f82af8e14e2e62f2ca76c52",
    0,
    "00000000",
  ],
  [
    "d3a7d60dc23ecdaf20af69962652657ee6bb44d09f5a5b7daab9da5e96026405d0915aef06610d77643f25645905d023ab0d27c3fbd330d924e9204d08de1a63",
    0,
    "05a80f1c",
  ],
  [
    "1dc821fc2344b25f9b68a2bd2f709cba409fe3017afc65aaf69bfbabca4a727b8142def4db314f23c6c4df8d7e86c71b3fa9dcb3e826ad2da8d5840f36bdb2f9",
    8,
    "00000000",
  ],
  [
    "1dc821fc2344b25f9b68a2bd2f709cba409fe3017afc65aaf69bfbabca4a727b49917236a63a720d505734af41e1fec21cbb942990e554bef860eda5ff9ed261",
    8,
    "05a80f16",
  ],
])("poly54 at the edge of a prime: %s", (hex, at, sum) => {
  const bytes = Buffer.from(hex, "hex");
  expect(checksumOf("poly54", bytes)).toBe(DEFINITIONS["poly54"]?.(bytes));
  expect(checksumOf("poly54", bytes).slice(at, at + 8)).toBe(sum);
});
