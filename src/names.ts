/**
 * Names of players, maps and servers as text to show: what players type is data, never markup or commands.
 *
 * A name can hold colour codes (`^1red`), control and escape characters, direction marks that turn the rest of a
 * line around, and stacks of combining marks. What is shown has none of those.
 */

/** Red, green and blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A stretch of a name in one colour; undefined before the first colour code. */
export interface NameRun {
  readonly text: string;
  readonly colour: Rgb | undefined;
}

/**
 * The game's 32 colours: the code after `^` selects `(character - "0") & 31`, so `^a` and `^A` are the same.
 * Source: `g_color_table` and `ColorIndex` of ET:Legacy's `src/qcommon/q_math.c` and `q_shared.h`.
 */
export const NAME_COLOURS: readonly Rgb[] = (
  "000000 ff0000 00ff00 ffff00 0000ff 00ffff ff00ff ffffff ff8000 808080 bfbfbf bfbfbf 008000 808000 000080 800000 " +
  "804000 ff991a 008080 800080 0080ff 8000ff 3399cc ccffcc 006633 ff0033 b31a1a 993300 cc9933 999933 ffffbf ffff80"
)
  .split(" ")
  .map((hex): Rgb => [
    Number.parseInt(hex.slice(0, 2), 16),
    Number.parseInt(hex.slice(2, 4), 16),
    Number.parseInt(hex.slice(4, 6), 16),
  ]);

/** `^` and any character but another `^`, as the engine's `Q_IsColorString` has it. */
const COLOUR_CODE = /\^([^^])/gsu;
/**
 * The characters that no text from outside may bring along, for a regular expression with the flag `u`: control characters
 * (escape included), format characters (direction marks, zero-width characters, tags), line and paragraph separators, lone
 * surrogates and private use.
 */
export const UNSAFE_CHARACTERS = String.raw`[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]`;
const UNSAFE = new RegExp(UNSAFE_CHARACTERS, "gu");
/** More than three combining marks on one character. */
const MARK_STACK = /(\p{M}{3})\p{M}+/gu;

/** The text with every character that could act on what shows it replaced by U+FFFD, and no stacks of marks. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, "\uFFFD").replace(MARK_STACK, "$1");
}

/** A name in its colours, safe to show. Never empty: a name of nothing but colour codes reads `(no name)`. */
export function nameRuns(name: string): readonly NameRun[] {
  const runs: NameRun[] = [];
  let colour: Rgb | undefined;
  for (const [index, part] of name.split(COLOUR_CODE).entries()) {
    if (index % 2 === 1) colour = NAME_COLOURS[((part.codePointAt(0) ?? 0) - 48) & 31];
    else if (part !== "") runs.push({ text: safeText(part), colour });
  }
  const isBlank = runs.every((run) => run.text.trim() === "");
  return isBlank ? [{ text: "(no name)", colour: undefined }] : runs;
}

/** Letters and digits alone, in lower case, so that `MP 40`, `mp40` and `mp-40` are the same. */
export function bareName(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** A name without its colours, safe to show. */
export function plainName(name: string): string {
  return nameRuns(name)
    .map((run) => run.text)
    .join("");
}
