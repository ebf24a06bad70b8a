/** Text fields of the round files, see `src/format/text.ts`. */
import { ESCAPES } from "../format/text.ts";

/** The end of the UTF-8 character that begins at byte `at`, or undefined when it is none. */
function endOfCharacter(text: string, at: number): number | undefined {
  const first = string.byte(text, at);
  let more = 0;
  let least = 0x80;
  let most = 0xbf;
  if (first >= 0xc2 && first <= 0xdf) {
    more = 1;
  } else if (first >= 0xe0 && first <= 0xef) {
    more = 2;
    // Overlong forms, and the surrogates that UTF-8 has not.
    if (first === 0xe0) least = 0xa0;
    if (first === 0xed) most = 0x9f;
  } else if (first >= 0xf0 && first <= 0xf4) {
    more = 3;
    if (first === 0xf0) least = 0x90;
    if (first === 0xf4) most = 0x8f;
  } else {
    return undefined;
  }
  if (at + more > text.length) return undefined;
  for (const next of $range(at + 1, at + more)) {
    const byte = string.byte(text, next);
    if (byte < least || byte > most) return undefined;
    least = 0x80;
    most = 0xbf;
  }
  return at + more;
}

/** The text as it stands in a file: without TAB, LF or any other control character, and valid UTF-8. */
export function escapeText(text: string): string {
  // Most texts are plain: from blank to "~", without the backslash.
  if (string.match(text, "[^ -Z%[%]^-~]")[0] === undefined) return text;
  const parts: string[] = [];
  let at = 1;
  while (at <= text.length) {
    const byte = string.byte(text, at);
    const character = string.sub(text, at, at);
    const letter = ESCAPES[character];
    if (letter !== undefined) {
      parts.push(`\\${letter}`);
    } else if (byte >= 0x20 && byte < 0x7f) {
      parts.push(character);
    } else {
      const end = byte < 0x80 ? undefined : endOfCharacter(text, at);
      if (end === undefined) {
        parts.push(string.format("\\x%02x", byte));
      } else {
        parts.push(string.sub(text, at, end));
        at = end;
      }
    }
    at += 1;
  }
  return table.concat(parts);
}

/** The longest text of the map in a note, bytes: a byte that is no UTF-8 is two to the reader, see `LIMITS.textBytes`. */
const MOST_BYTES = 512;

/** A text of the map as it stands in a note: no longer than a reader takes, and ended by a zero as in the engine. */
export function noteText(text: string): string {
  const [whole] = string.match(text, "^[^%z]*");
  return escapeText(string.sub(whole ?? "", 1, MOST_BYTES));
}

/** A name fit for a file's name: everything but letters, digits, `.`, `_` and `-` becomes `_`. */
export function sanitizeName(text: string): string {
  // Two points in a row would be refused by the engine.
  const [plain] = string.gsub(text, "[^%w._-]", "_");
  const [safe] = string.gsub(plain, "%.%.+", "_");
  return safe === "" ? "_" : safe;
}
