/** Text of cards: measured by the fonts that draw it, made smaller where it is too long, and cut at last. */
import { existsSync } from "node:fs";

import { messageOf, ProxError } from "../errors.ts";
import type { NameRun } from "../names.ts";
import { readableOn } from "../pictures/contrast.ts";
import { PAINT, toHex } from "../pictures/colours.ts";
import { type FontFile, readFontFile } from "../pictures/font-file.ts";
import { EAST_ASIA_FONTS, EMOJI_FONT, FONTS } from "../pictures/png.ts";
import { element, escapeMarkup } from "../pictures/svg.ts";

/** The lightest ground that text of a card stands on, `PAINT.panel`. */
const GROUND = [0x15, 0x1b, 0x23] as const;

/** The fonts that a card is drawn with. */
export interface CardFonts {
  readonly regular: FontFile;
  readonly bold: FontFile;
  /** Asked in this order for what the first two do not have. */
  readonly more: readonly FontFile[];
}

const files = new Map<string, FontFile>();

function readFont(file: string): FontFile {
  const known = files.get(file);
  if (known !== undefined) return known;
  try {
    const font = readFontFile(file);
    files.set(file, font);
    return font;
  } catch (cause) {
    throw new ProxError("E_FONT", `${file}: cannot be used as a font: ${messageOf(cause)}`, {
      suggestions: ["name a TrueType or OpenType file: .ttf, .otf or .ttc; .woff and .woff2 are not read"],
      cause,
    });
  }
}

/**
 * The fonts of prox, and those that are named; without any, one of East Asia where the system has it. Throws `E_FONT`.
 * @param named files, asked first.
 */
export function loadCardFonts(named: readonly string[] = []): CardFonts {
  const system = named.length > 0 ? [] : EAST_ASIA_FONTS.filter((file) => existsSync(file)).slice(0, 1);
  const more = [...named, ...(existsSync(EMOJI_FONT) ? [EMOJI_FONT] : []), ...system];
  return { regular: readFont(FONTS.regular), bold: readFont(FONTS.bold), more: more.map(readFont) };
}

/** How a line of a card is drawn; it is made smaller down to `least`, pixels. */
export interface LineStyle {
  readonly size: number;
  readonly least: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
}

/** Where a line stands: its base line, and how wide it may be. */
export interface LinePlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Draws text, and keeps in mind which fonts that takes. */
export class Letters {
  readonly #fonts: CardFonts;
  readonly #used = new Set<string>();
  readonly #missing = new Set<string>();

  constructor(fonts: CardFonts) {
    this.#fonts = fonts;
  }

  /** Fonts besides those of all pictures that what was drawn needs. */
  get fonts(): readonly string[] {
    return [...this.#used];
  }

  /** Characters that were drawn as boxes, as no font has them. */
  get missing(): readonly string[] {
    return [...this.#missing];
  }

  /** Whether a line is not cut where it is drawn so small. */
  fits(runs: readonly NameRun[], width: number, size: number, isBold: boolean): boolean {
    return runs.reduce((sum, { text }) => sum + this.#emsOf(text, isBold), 0) * size <= width;
  }

  #find(character: string, isBold: boolean): { font: FontFile; ems: number } | undefined {
    const code = character.codePointAt(0) ?? 0;
    const { bold, more, regular } = this.#fonts;
    for (const font of [isBold ? bold : regular, regular, bold, ...more]) {
      const ems = font.widthOf(code);
      if (ems !== undefined) return { font, ems };
    }
    return undefined;
  }

  /** The character, or what it is a fancy form of where no font has it (a bold Fraktur A is an A). */
  #known(character: string, isBold: boolean): string {
    return this.#find(character, isBold) === undefined ? character.normalize("NFKC") : character;
  }

  #emsOf(text: string, isBold: boolean): number {
    return Array.from(text).reduce((sum, one) => sum + (this.#find(one, isBold)?.ems ?? 1), 0);
  }

  /** Draws a line; the colours of names are made light enough to be read. */
  draw(runs: readonly NameRun[], place: LinePlace, style: LineStyle): string {
    const isBold = style.bold === true;
    // What no picture can show, and variants of emoji, say nothing here.
    const seen = runs
      .map(({ colour, text }) => {
        const clean = text.normalize("NFC").replace(/[\uFFFD\uFE00-\uFE0F]/gu, "");
        return { colour, text: Array.from(clean, (one) => this.#known(one, isBold)).join("") };
      })
      .filter(({ text }) => text !== "");
    const isUnseen = seen.length === 0 && runs.some(({ text }) => text !== "");
    const known = isUnseen ? [{ text: "(no name)", colour: undefined }] : seen;
    const ems = known.reduce((sum, { text }) => sum + this.#emsOf(text, isBold), 0);
    const size = Math.max(style.least, Math.min(style.size, Math.floor(place.width / ems)));
    const shown = ems * size <= place.width ? known : this.#cut(known, place.width / size, isBold);
    for (const { text } of shown) {
      for (const one of text) {
        const font = this.#find(one, isBold)?.font;
        if (font === undefined) this.#missing.add(one);
        else if (this.#fonts.more.includes(font)) this.#used.add(font.file);
      }
    }
    const spans = shown.map(({ colour, text }) =>
      element(
        "tspan",
        { fill: colour === undefined ? undefined : toHex(readableOn(colour, GROUND)) },
        escapeMarkup(text),
      ),
    );
    if (spans.length === 0) return "";
    return element(
      "text",
      {
        x: place.x,
        y: place.y,
        "font-size": size,
        fill: style.fill,
        "font-weight": isBold ? "bold" : undefined,
        "text-anchor": style.anchor,
      },
      spans.join(""),
    );
  }

  /** As much as fits into so many ems, an ellipsis at its end. */
  #cut(runs: readonly NameRun[], ems: number, isBold: boolean): NameRun[] {
    let left = ems - this.#emsOf("…", isBold);
    const kept: NameRun[] = [];
    for (const { colour, text } of runs) {
      let part = "";
      for (const one of text) {
        left -= this.#emsOf(one, isBold);
        if (left < 0) return [...kept, { colour, text: `${part}…` }];
        part += one;
      }
      kept.push({ colour, text: part });
    }
    return kept;
  }
}

/** Text in the colour of quiet words. */
export const MUTED = PAINT.mutedText;
