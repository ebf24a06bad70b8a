/** The checksum of round files over text that comes piece by piece: see `src/format/checksum.ts`. */
import { CHECKSUM_BASES, CHECKSUM_PRIMES } from "../format/checksum.ts";

const [FIRST, SECOND] = CHECKSUM_PRIMES;
const [FIRST_BASE, SECOND_BASE] = CHECKSUM_BASES;

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

/** The state of a checksum; a new one is `{ first: 1, second: 1 }`. */
export interface Checksum {
  first: number;
  second: number;
}

/** Takes the bytes of `text` into the checksum. The numbers are those of `checksumWeights`, written out: a table costs twice the time. */
export function updateChecksum(checksum: Checksum, text: string): void {
  let first = checksum.first;
  let second = checksum.second;
  const length = text.length;
  const whole = length - (length % MANY);
  for (const at of $range(1, whole, MANY)) {
    // prettier-ignore
    const [
      b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16,
      b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31, b32,
    ] = manyBytes(text, at, at + MANY - 1);
    // prettier-ignore
    first = (first * 55915946
      + b1 * 21454944 + b2 * 9121571 + b3 * 94856736 + b4 * 42426442
      + b5 * 18847842 + b6 * 16354873 + b7 * 83446973 + b8 * 52402493
      + b9 * 27096897 + b10 * 27751852 + b11 * 78512561 + b12 * 7005965
      + b13 * 54646557 + b14 * 2260529 + b15 * 43757412 + b16 * 53003702
      + b17 * 11472888 + b18 * 78075419 + b19 * 64058218 + b20 * 12749018
      + b21 * 66217098 + b22 * 55832281 + b23 * 9650129 + b24 * 4781386
      + b25 * 64605388 + b26 * 33958631 + b27 * 15479869 + b28 * 10054581
      + b29 * 62840533 + b30 * 32728936 + b31 * 65599 + b32 * 1) % FIRST;
    // prettier-ignore
    second = (second * 59717836
      + b1 * 16809918 + b2 * 32631535 + b3 * 10780939 + b4 * 77378062
      + b5 * 6309315 + b6 * 20451711 + b7 * 45268031 + b8 * 46673658
      + b9 * 20158067 + b10 * 80083208 + b11 * 43538212 + b12 * 25241441
      + b13 * 29912197 + b14 * 66175066 + b15 * 10634356 + b16 * 41282266
      + b17 * 48313389 + b18 * 75121494 + b19 * 9795944 + b20 * 18972894
      + b21 * 82335014 + b22 * 82043383 + b23 * 4327302 + b24 * 52507900
      + b25 * 47954736 + b26 * 52651751 + b27 * 33728195 + b28 * 50611436
      + b29 * 57807895 + b30 * 15012163 + b31 * 1048583 + b32 * 1) % SECOND;
  }
  for (const at of $range(whole + 1, length)) {
    const byte = string.byte(text, at);
    first = (first * FIRST_BASE + byte) % FIRST;
    second = (second * SECOND_BASE + byte) % SECOND;
  }
  checksum.first = first;
  checksum.second = second;
}

/** A sum below 2^32 as 8 hex digits. */
function hex32(sum: number): string {
  const low = sum % 65536;
  return hex16((sum - low) / 65536) + hex16(low);
}

/** The checksum as 16 lower-case hex digits. */
export function checksumText(checksum: Checksum): string {
  return hex32(checksum.first) + hex32(checksum.second);
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
