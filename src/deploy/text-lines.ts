/** Edits of a text by characters and lines, which keep every other byte. Pure. */

/** Puts a text in the place of the characters from `start` up to `end`. */
export function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** The line end that a text uses. */
function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

/** Where the line begins that holds the character at a place. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && text[start - 1] !== "\n" && text[start - 1] !== "\r") start -= 1;
  return start;
}

/** The line that begins at a place, without its end. */
export function sourceLine(text: string, start: number): string {
  return /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
}

/**
 * Puts a line of its own into a text: before the line that holds `before`, or at the end. {@link removeLine} is its
 * inverse: behind a text without a final line end the new line has none either.
 */
export function insertLine(text: string, line: string, before?: number): string {
  const end = lineEndOf(text);
  if (before !== undefined) {
    const start = lineStart(text, before);
    return splice(text, start, start, line + end);
  }
  if (text === "" || /[\r\n]$/.test(text)) return text + line + end;
  return text + end + line;
}

/** Takes out the line that begins at `start`, with its line end, or, for a last line without one, the one before it. */
export function removeLine(text: string, start: number): string {
  const rest = /[\r\n]/.exec(text.slice(start));
  if (rest !== null) {
    const end = start + rest.index;
    return splice(text, start, end + (text.startsWith("\r\n", end) ? 2 : 1), "");
  }
  const before = /\r\n$|[\r\n]$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return text.slice(0, start - before);
}
