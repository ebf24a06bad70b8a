/** Adler-32 over text that comes piece by piece, in the arithmetic that Lua 5.4 and LuaJIT share. */

const MODULUS = 65521;

type Byte = number;
// prettier-ignore
type ManyBytes = [
  Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte,
  Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte,
];
const manyBytes = string.byte as unknown as (
  text: string,
  first: number,
  last: number,
) => LuaMultiReturn<ManyBytes>;
/** Bytes of a call. */
const MANY = 32;

/** The state of a checksum; a new one is `{ low: 1, high: 0 }`. */
export interface Adler32 {
  low: number;
  high: number;
}

/** Takes the bytes of `text` into the checksum. Pieces may be up to a megabyte: the sums stay below 2^53. */
export function updateAdler32(checksum: Adler32, text: string): void {
  let low = checksum.low;
  let high = checksum.high;
  const length = text.length;
  const whole = length - (length % MANY);
  for (const at of $range(1, whole, MANY)) {
    // prettier-ignore
    let [
      b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16,
      b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31, b32,
    ] = manyBytes(text, at, at + MANY - 1);
    // Each becomes the low sum as it is after it.
    b1 += low;
    b2 += b1;
    b3 += b2;
    b4 += b3;
    b5 += b4;
    b6 += b5;
    b7 += b6;
    b8 += b7;
    b9 += b8;
    b10 += b9;
    b11 += b10;
    b12 += b11;
    b13 += b12;
    b14 += b13;
    b15 += b14;
    b16 += b15;
    b17 += b16;
    b18 += b17;
    b19 += b18;
    b20 += b19;
    b21 += b20;
    b22 += b21;
    b23 += b22;
    b24 += b23;
    b25 += b24;
    b26 += b25;
    b27 += b26;
    b28 += b27;
    b29 += b28;
    b30 += b29;
    b31 += b30;
    b32 += b31;
    low = b32;
    // prettier-ignore
    high += b1 + b2 + b3 + b4 + b5 + b6 + b7 + b8 + b9 + b10 + b11 + b12 + b13 + b14 + b15 + b16
      + b17 + b18 + b19 + b20 + b21 + b22 + b23 + b24 + b25 + b26 + b27 + b28 + b29 + b30 + b31 + b32;
  }
  for (const at of $range(whole + 1, length)) {
    low += string.byte(text, at);
    high += low;
  }
  checksum.low = low % MODULUS;
  checksum.high = high % MODULUS;
}

/** The checksum as 8 lower-case hex digits. */
export function adler32Text(checksum: Adler32): string {
  return hex16(checksum.high) + hex16(checksum.low);
}

/** A number below 65,536 as 4 hex digits. */
export function hex16(value: number): string {
  const digits = "0123456789abcdef";
  let text = "";
  let rest = value;
  while (text.length < 4) {
    const digit = rest % 16;
    text = string.sub(digits, digit + 1, digit + 1) + text;
    rest = (rest - digit) / 16;
  }
  return text;
}
