/** What the terminal can show, and text in colours for it. */
import stringWidth from "string-width";

import type { Rgb } from "../../names.ts";
import { nameRuns, safeText } from "../../names.ts";

/** What a stream can show. A pipe or a file: endless width, no colour. */
export interface Terminal {
  /** Columns of text; Infinity where nothing is cut. */
  readonly columns: number;
  /** Bits of colour: 1 none, 4, 8 or 24. */
  readonly colourBits: number;
  /** Whether line-drawing and block characters show. */
  readonly unicode: boolean;
}

/** The part of a stream that tells what it can show. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  getColorDepth?: (environment: NodeJS.ProcessEnv) => number;
}

/** Looks at the stream and at NO_COLOR, FORCE_COLOR, TERM, COLUMNS and the locale. */
export function terminalOf(stream: Stream, environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { COLUMNS, FORCE_COLOR, LANG, LC_ALL, LC_CTYPE, NO_COLOR } = environment;
  const isTerminal = stream.isTTY === true;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== "0" && FORCE_COLOR !== "";
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "");
  const asked = Number(COLUMNS);
  let colourBits = 1;
  if (NO_COLOR === undefined || NO_COLOR === "") {
    if (isTerminal) colourBits = stream.getColorDepth?.(environment) ?? 1;
    else if (forced) colourBits = 24;
  }
  return {
    columns: isTerminal ? (stream.columns ?? 80) : asked > 0 ? asked : Infinity,
    colourBits,
    unicode: isTerminal ? /utf-?8/iu.test(locale ?? "") : true,
  };
}

/** A stretch of text in one style. Its text is safe: no control characters. */
export interface Span {
  readonly text: string;
  readonly colour?: Rgb | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

/** A name in its colours; on a dark or light ground the black and near-black ones are shown in the default colour. */
export function nameSpans(name: string): readonly Span[] {
  return nameRuns(name).map(({ colour, text }) => {
    const isDark = colour !== undefined && colour[0] * 0.299 + colour[1] * 0.587 + colour[2] * 0.114 < 60;
    const isLight = colour !== undefined && Math.min(...colour) > 180;
    return { text, colour: isDark || isLight ? undefined : colour };
  });
}

/** Plain text as one span. */
export function span(text: string, style: Omit<Span, "text"> = {}): Span {
  return { ...style, text: safeText(text) };
}

/** The escape sequence that selects a colour; "" where the terminal has no colours. */
export function colourSequence(
  [red, green, blue]: Rgb,
  layer: "text" | "ground",
  colourBits: number,
): string {
  const code = layer === "text" ? 38 : 48;
  if (colourBits >= 24) return `\u001B[${code};2;${red};${green};${blue}m`;
  // The 6×6×6 cube of the 256 colours; the 16 basic ones look different on every terminal, so they get none.
  const level = (value: number): number => Math.round((value / 255) * 5);
  return colourBits >= 8 ? `\u001B[${code};5;${16 + 36 * level(red) + 6 * level(green) + level(blue)}m` : "";
}

/** The escape sequence that ends all colours and styles. */
export const RESET = "\u001B[0m";

/** Writes spans for a terminal. */
export function renderSpans(spans: readonly Span[], { colourBits }: Terminal): string {
  if (colourBits === 1) return spans.map(({ text }) => text).join("");
  return spans
    .map(({ bold, colour, dim, text }) => {
      const style =
        (bold === true ? "\u001B[1m" : "") +
        (dim === true ? "\u001B[2m" : "") +
        (colour === undefined ? "" : colourSequence(colour, "text", colourBits));
      return style === "" ? text : `${style}${text}${RESET}`;
    })
    .join("");
}

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  // Most text is plain ASCII, one column a character; the library takes many times as long for it.
  return /^[\x20-\x7E]*$/u.test(text) ? text.length : stringWidth(text);
}

/** The spans cut to a width, with an ellipsis where something is missing. */
export function fitSpans(spans: readonly Span[], columns: number): readonly Span[] {
  const width = spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
  if (width <= columns) return spans;
  let left = columns - 1;
  const kept = spans.map((part) => {
    let text = "";
    for (const { segment } of segmenter.segment(part.text)) {
      left -= displayWidth(segment);
      if (left < 0) break;
      text += segment;
    }
    return { ...part, text };
  });
  return [...kept.filter(({ text }) => text !== ""), { text: "…" }];
}

/** The signs of our own words that only UTF-8 has, and what stands for them, as wide. */
const PLAIN_SIGNS: Readonly<Record<string, string>> = { "–": "-", "−": "-", "·": "|", "×": "x", "…": "~" };

/** A line for a terminal whose locale is not UTF-8. */
export function plainLine(line: string): string {
  return line.replace(/[–−·×…]/gu, (sign) => PLAIN_SIGNS[sign] ?? sign);
}

/** `#rrggbb` as a colour. */
export function hexColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** A line of prose as lines of at most so many columns, broken at spaces; its indent stays. */
export function wrapLine(line: string, columns: number): string[] {
  if (displayWidth(line) <= columns) return [line];
  const indent = /^ */u.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  for (const word of line.trim().split(" ")) {
    const last = lines.at(-1);
    const longer = `${last ?? ""} ${word}`;
    if (last !== undefined && displayWidth(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(indent + word);
  }
  return lines.map((one) => one.trimEnd());
}
