/**
 * The grammar of the engine's cfg files, as its own reader has it (etlegacy/etlegacy `src/qcommon/cmd.c`, functions
 * Cbuf_Execute and Cmd_TokenizeString2). Pure. A file's bytes stand as a Latin-1 string, one character a byte.
 *
 * First the text is cut into commands: at line ends, at `;` outside of quotes and comments, behind a star comment,
 * and after 1023 characters. Quotes are counted inside comments too, as the engine does. Then each command is
 * cut into words.
 */

/** A word of a command. `start` and `end` are its place in the text, quotes included. */
export interface CfgWord {
  /** Without quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
}

/** A command with at least one word. */
export interface CfgCommand {
  readonly words: readonly CfgWord[];
  readonly start: number;
  readonly end: number;
  /** Line of its first word, from 1. */
  readonly line: number;
}

/** A cfg file taken apart. Its places are offsets into the text, one a byte; an `end` is behind the last character. */
export interface Cfg {
  readonly commands: readonly CfgCommand[];
  /** Line of a star comment that never ends: what is added behind it would not count. */
  readonly openCommentLine: number | undefined;
}

/** Longest command that the engine takes in one piece. */
export const MAXIMUM_COMMAND_LENGTH = 1023;

/** The engine's characters are signed: bytes from 128 up count as white space where they are not quoted. */
function isSpace(character: string | undefined): boolean {
  const code = character?.charCodeAt(0) ?? 0;
  return code <= 32 || code > 127;
}

function isLineEnd(character: string | undefined): boolean {
  return character === "\n" || character === "\r";
}

/** Whether a line comment begins here; behind a colon it does not, so that addresses stay whole. */
function isLineComment(text: string, at: number, start: number): boolean {
  return text[at] === "/" && text[at + 1] === "/" && (at === start || text[at - 1] !== ":");
}

function isStarComment(text: string, at: number): boolean {
  return text[at] === "/" && text[at + 1] === "*";
}

/** Cuts one command into its words. */
function splitWords(text: string, start: number, end: number): CfgWord[] {
  // Nothing may be read behind the command's end.
  const own = text.slice(0, end);
  const words: CfgWord[] = [];
  let at = start;
  for (;;) {
    while (at < end && isSpace(own[at])) at += 1;
    if (at >= end || isLineComment(own, at, start)) return words;
    if (isStarComment(own, at)) {
      const close = own.indexOf("*/", at);
      if (close < 0) return words;
      at = close + 2;
      continue;
    }
    if (own[at] === '"') {
      const close = own.indexOf('"', at + 1);
      const stop = close < 0 ? end : close;
      const wordEnd = close < 0 ? end : close + 1;
      words.push({ text: own.slice(at + 1, stop), start: at, end: wordEnd, isQuoted: true });
      at = wordEnd;
      continue;
    }
    const wordStart = at;
    while (
      at < end &&
      !isSpace(own[at]) &&
      own[at] !== '"' &&
      !isLineComment(own, at, start) &&
      !isStarComment(own, at)
    ) {
      at += 1;
    }
    words.push({ text: own.slice(wordStart, at), start: wordStart, end: at, isQuoted: false });
  }
}

/** Takes a cfg file apart. What follows a zero byte is not read, as in the engine. */
export function parseCfg(whole: string): Cfg {
  const zero = whole.indexOf("\0");
  const text = zero < 0 ? whole : whole.slice(0, zero);
  const commands: CfgCommand[] = [];
  let inStarComment = false;
  let openedAt = 0;
  let start = 0;
  let line = 1;
  let countedTo = 0;
  const lineAt = (position: number): number => {
    for (; countedTo < position; countedTo += 1) if (text[countedTo] === "\n") line += 1;
    return line;
  };
  while (start < text.length) {
    let quotes = 0;
    let inLineComment = false;
    let at = start;
    for (; at < text.length; at += 1) {
      if (text[at] === '"') quotes += 1;
      if (quotes % 2 === 0) {
        if (!inStarComment && text[at] === "/" && text[at + 1] === "/") inLineComment = true;
        else if (!inStarComment && !inLineComment && isStarComment(text, at)) {
          inStarComment = true;
          openedAt = at;
        } else if (inStarComment && text[at] === "*" && text[at + 1] === "/") {
          inStarComment = false;
          at += 1;
          break;
        }
        if (!inLineComment && !inStarComment && text[at] === ";") break;
      }
      if (!inStarComment && isLineEnd(text[at])) break;
    }
    const end = Math.min(at, start + MAXIMUM_COMMAND_LENGTH);
    const words = splitWords(text, start, end);
    const first = words[0];
    if (first !== undefined) commands.push({ words, start, end, line: lineAt(first.start) });
    start = end + 1;
  }
  return { commands, openCommentLine: inStarComment ? lineAt(openedAt) : undefined };
}
