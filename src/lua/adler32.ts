/** Adler-32 over text that comes piece by piece, in the arithmetic that Lua 5.4 and LuaJIT share. */

const MODULUS = 65521;

type EightBytes = [number, number, number, number, number, number, number, number];
const eightBytes = string.byte as unknown as (
  text: string,
  first: number,
  last: number,
) => LuaMultiReturn<EightBytes>;

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
  const whole = length - (length % 8);
  for (const at of $range(1, whole, 8)) {
    const [b1, b2, b3, b4, b5, b6, b7, b8] = eightBytes(text, at, at + 7);
    const l1 = low + b1;
    const l2 = l1 + b2;
    const l3 = l2 + b3;
    const l4 = l3 + b4;
    const l5 = l4 + b5;
    const l6 = l5 + b6;
    const l7 = l6 + b7;
    low = l7 + b8;
    high = high + l1 + l2 + l3 + l4 + l5 + l6 + l7 + low;
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
