/** Text for Discord: names as they are, and never as markup, mentions or links. */

/** What Discord's markdown, mentions and time marks are made of. */
const MARKUP = /[\\*_~`|>#\-+.[\]()<:]/gu;
/** More white space than one blank, and line ends: quotes, headings and lists begin at the beginning of a line. */
const BLANKS = /\s+/gu;
/** An invisible mark that keeps letters apart. */
const APART = "\u200b";

/** A name or text from outside as it stands in a message. */
export function discordText(text: string): string {
  return text
    .replace(BLANKS, " ")
    .trim()
    .replace(MARKUP, String.raw`\$&`)
    .replace(/@/gu, `@${APART}`)
    .replace(/(discord)(?=\\\.gg)/giu, `$1${APART}`)
    .replace(/\b(www)(?=\\\.)/giu, `$1${APART}`);
}

/** At most so many characters, as Discord counts them (UTF-16 units); what is cut ends with an ellipsis, and never in a character or escape. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text
    .slice(0, length - 1)
    .replace(/[\uD800-\uDBFF]$/u, "")
    .replace(/(?<!\\)(?:\\\\)*\\$/u, (run) => run.slice(0, -1))}…`;
}

/** Whole lines, as many as fit. */
export function fitLines(lines: readonly string[], length: number): string {
  let text = "";
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length > length) break;
    text = longer;
  }
  return text;
}
