/** Text of files: the format's escapes read back, and untrusted text made safe to show. */
import { ESCAPES } from "../format/text.ts";

const UNESCAPES = new Map(Object.entries(ESCAPES).map(([character, letter]) => [letter, character]));
const ESCAPE_OR_CONTROL = /\\(?:x([0-9a-f]{2})|([\s\S])|$)|\p{Cc}/gu;

/**
 * Reads a text field back. A byte that was escaped because it is no valid UTF-8 reads as Latin-1.
 * Returns undefined for text that no writer of the format makes: an unknown or needless escape, a control
 * character that stands for itself, or a NUL, which no C string and no database text can hold.
 */
export function unescapeText(text: string): string | undefined {
  let isValid = true as boolean;
  const result = text.replace(ESCAPE_OR_CONTROL, (match, hex?: string, letter?: string) => {
    if (hex !== undefined) {
      const character = String.fromCharCode(Number.parseInt(hex, 16));
      isValid &&= character !== "\0" && !/[\x20-\x7e]/.test(character) && !(character in ESCAPES);
      return character;
    }
    const character = letter === undefined ? undefined : UNESCAPES.get(letter);
    // C1 controls are plain text to the writer: beyond ASCII it escapes only what is no valid UTF-8.
    isValid &&= character !== undefined || match >= "\u0080";
    return character ?? match;
  });
  return isValid ? result : undefined;
}

/** `1 decimal`, `2 decimals`. */
export const decimalsText = (digits: number): string => `${digits} ${digits === 1 ? "decimal" : "decimals"}`;

/** How many characters of offending text are shown. */
const SHOWN_CHARACTERS = 60;

/**
 * Untrusted text as it can be printed on any terminal or log: whatever is not plainly visible (control, format and
 * bidirectional characters, lone surrogates) as `\u{hex}`, and no more than {@link SHOWN_CHARACTERS} of it.
 */
export function showText(text: string): string {
  const cut = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return cut.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
