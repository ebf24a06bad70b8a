/** Adler-32 over text that comes piece by piece, in the arithmetic that Lua 5.4 and LuaJIT share. */

const MODULUS = 65521;

type Byte = number;
// prettier-ignore
type SixteenBytes = [Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte, Byte];
const sixteenBytes = string.byte as unknown as (
  text: string,
  first: number,
  last: number,
) => LuaMultiReturn<SixteenBytes>;

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
  const whole = length - (length % 16);
  for (const at of $range(1, whole, 16)) {
    // prettier-ignore
    const [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16] = sixteenBytes(text, at, at + 15);
    const l1 = low + b1;
    const l2 = l1 + b2;
    const l3 = l2 + b3;
    const l4 = l3 + b4;
    const l5 = l4 + b5;
    const l6 = l5 + b6;
    const l7 = l6 + b7;
    const l8 = l7 + b8;
    const l9 = l8 + b9;
    const l10 = l9 + b10;
    const l11 = l10 + b11;
    const l12 = l11 + b12;
    const l13 = l12 + b13;
    const l14 = l13 + b14;
    const l15 = l14 + b15;
    low = l15 + b16;
    high = high + l1 + l2 + l3 + l4 + l5 + l6 + l7 + l8 + l9 + l10 + l11 + l12 + l13 + l14 + l15 + low;
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
