/** Text of the engine and of recordings: patterns, escapes, info strings. */

/** Whether a Lua pattern is found. */
export function hasMatch(text: string, pattern: string): boolean {
  return string.match(text, pattern)[0] !== undefined;
}

/** All matches of a Lua pattern: its first capture, or the whole where it has none. */
export function allMatches(text: string, pattern: string): string[] {
  const found: string[] = [];
  for (const [match] of string.gmatch(text, pattern)) {
    if (match !== undefined) found.push(match);
  }
  return found;
}

const UNESCAPED: Record<string, string> = { "\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r" };

/** A field of a recording without its escapes. */
export function unescape(text: string): string {
  return hasMatch(text, "\\") ? string.gsub(text, "\\.", UNESCAPED)[0] : text;
}

/** The fields of a recording's line, still escaped. */
export function splitFields(line: string): string[] {
  return allMatches(`${line}\t`, "([^\t]*)\t");
}

/** The keys and values of an info string, `\key\value\key\value`, in turn. */
function infoParts(info: string): string[] {
  return allMatches(info, "\\([^\\]*)");
}

/** The value of a key of an info string, found without regard to case; empty when there is none. */
export function infoValue(info: string, key: string): string {
  // As spelled, in one step: it is what modules ask for at every turn.
  const plain = hasMatch(key, "^[%w_]+$") ? string.match(info, `\\${key}\\([^\\]*)`)[0] : undefined;
  if (plain !== undefined) return plain;
  const parts = infoParts(info);
  for (const index of $range(0, parts.length - 2, 2)) {
    if (string.lower(parts[index] ?? "") === string.lower(key)) return parts[index + 1] ?? "";
  }
  return "";
}

/** The info string without a key. */
export function infoWithout(info: string, key: string): string {
  const parts = infoParts(info);
  let rest = "";
  for (const index of $range(0, parts.length - 2, 2)) {
    const name = parts[index] ?? "";
    if (string.lower(name) !== string.lower(key)) rest += `\\${name}\\${parts[index + 1] ?? ""}`;
  }
  return rest;
}
