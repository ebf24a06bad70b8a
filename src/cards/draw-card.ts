/**
 * Cards as SVG and PNG. Chats show a card as narrow as 350 pixels: no text of it is smaller than {@link LEAST_PIXELS} there, and all of it
 * has the contrast of WCAG 2.2 AA. The first and last 23 pixels are free of text, because some sites cut them.
 */
import { PAINT } from "../pictures/colours.ts";
import { renderPng } from "../pictures/png.ts";
import { element, escapeMarkup } from "../pictures/svg.ts";
import type { Card, CardFact } from "./card.ts";
import { drawCardPicture } from "./draw-picture.ts";
import { type CardFonts, Letters, MUTED } from "./fit-text.ts";
import { BETWEEN_NAMES, describeCard, plain } from "./words.ts";

/** How a card is laid out: 1200 by 675 pixels, or 1080 by 1080. */
export type CardShape = "wide" | "square";

/** A card in a chat is so wide at least, pixels. */
export const NARROWEST_PIXELS = 350;
/** Its smallest text is so high then. */
export const LEAST_PIXELS = 8;
/** A card is never larger than this; an image of the map that would make it larger is left out. */
export const MOST_BYTES = 1_000_000;

const MARGIN = 48;

interface Layout {
  readonly width: number;
  readonly height: number;
  /** The smallest font size. */
  readonly least: number;
  readonly headline: { readonly y: number; readonly size: number };
  readonly kickerY: number;
  readonly sublineY: number;
  readonly picture: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly footerY: number;
  /** Base line of each fact's value; facts stand below each other, or beside each other. */
  readonly facts: (index: number) => { readonly x: number; readonly y: number };
  readonly isColumn: boolean;
}

const LAYOUTS: Readonly<Record<CardShape, Layout>> = {
  wide: {
    width: 1200,
    height: 675,
    least: 28,
    kickerY: 82,
    headline: { y: 158, size: 66 },
    sublineY: 210,
    picture: { x: 676, y: 48, width: 476, height: 504 },
    footerY: 636,
    facts: (index) => ({ x: MARGIN, y: 308 + index * 112 }),
    isColumn: true,
  },
  square: {
    width: 1080,
    height: 1080,
    least: 26,
    kickerY: 84,
    headline: { y: 164, size: 72 },
    sublineY: 218,
    picture: { x: MARGIN, y: 256, width: 984, height: 500 },
    footerY: 1036,
    facts: (index) => ({ x: MARGIN + index * 336, y: 876 }),
    isColumn: false,
  },
};

const VALUE_WIDTH = 196;

function drawFact(
  fact: CardFact,
  at: { x: number; y: number },
  width: number,
  layout: Layout,
  letters: Letters,
): string {
  const { isColumn, least } = layout;
  const quiet = { size: least, least, fill: MUTED } as const;
  const strong = { size: least + 4, least, fill: PAINT.text, bold: true } as const;
  const value = (room: number): string =>
    letters.draw(
      [plain(fact.value)],
      { ...at, width: room },
      { size: 60, least: 34, fill: PAINT.text, bold: true },
    );
  if (!isColumn) {
    const lines = fact.details.map((line, index) =>
      letters.draw([plain(line)], { x: at.x, y: at.y + 76 + index * 34, width }, quiet),
    );
    return value(width) + letters.draw(fact.label, { x: at.x, y: at.y + 40, width }, strong) + lines.join("");
  }
  const x = at.x + VALUE_WIDTH + 20;
  const room = width - VALUE_WIDTH - 20;
  return (
    value(VALUE_WIDTH) +
    letters.draw(fact.label, { x, y: at.y - 32, width: room }, strong) +
    fact.details
      .map((line, index) => letters.draw([plain(line)], { x, y: at.y + 3 + index * 34, width: room }, quiet))
      .join("")
  );
}

const LEAST_HEADLINE = 40;

/** The headline; that of two players in two lines where one would be cut. */
function drawHeadline(
  { headline, kind }: Card,
  width: number,
  { headline: { size, y } }: Layout,
  letters: Letters,
): string {
  const style = { least: LEAST_HEADLINE, fill: PAINT.text, bold: true } as const;
  const second = kind === "duo" ? headline.findIndex(({ text }) => text === BETWEEN_NAMES) : -1;
  if (second === -1 || letters.fits(headline, width, LEAST_HEADLINE, true))
    return letters.draw(headline, { x: MARGIN, y, width }, { ...style, size });
  const line = (runs: Card["headline"], away: number): string =>
    letters.draw(runs, { x: MARGIN, y: y + away, width }, { ...style, size: LEAST_HEADLINE });
  const { colour } = headline[second] ?? {};
  return (
    line(headline.slice(0, second), -32) +
    line([{ colour, text: BETWEEN_NAMES.trimStart() }, ...headline.slice(second + 1)], 14)
  );
}

/** A card that was drawn. */
export interface DrawnCard {
  readonly svg: string;
  /** Font files besides those of all pictures that its text needs. */
  readonly fonts: readonly string[];
  /** Characters that are boxes in it, as no font has them. */
  readonly missing: readonly string[];
}

/**
 * Draws a card as one SVG document.
 * @param hasImage whether an image of the map may be in it.
 */
export function drawCard(card: Card, shape: CardShape, fonts: CardFonts, hasImage = true): DrawnCard {
  const layout = LAYOUTS[shape];
  const { height, least, picture, width } = layout;
  const letters = new Letters(fonts);
  const whole = width - 2 * MARGIN;
  // Beside the picture, or above it.
  const beside = layout.isColumn && card.picture !== undefined ? picture.x - MARGIN - 28 : whole;
  const quiet = { size: least, least, fill: MUTED } as const;
  const words = { x: picture.x, y: picture.y + picture.height + least + 10, width: picture.width };
  const factWidth = layout.isColumn ? beside : (whole - 48) / 3;
  const content = [
    element("rect", { width, height, fill: PAINT.background }),
    element("rect", { width: 10, height, fill: PAINT.axis }),
    element("rect", { width: 10, height: height / 2, fill: PAINT.allies }),
    letters.draw([plain(card.kicker)], { x: MARGIN, y: layout.kickerY, width: beside }, quiet),
    drawHeadline(card, beside, layout, letters),
    letters.draw(
      card.subline,
      { x: MARGIN, y: layout.sublineY, width: beside },
      {
        size: least + 4,
        least,
        fill: PAINT.text,
      },
    ),
    ...card.facts.map((fact, index) => drawFact(fact, layout.facts(index), factWidth, layout, letters)),
    ...(card.picture === undefined
      ? []
      : [
          drawCardPicture(card.picture, { letters, box: picture, size: least, hasImage }),
          letters.draw([plain(card.pictureWords)], words, quiet),
        ]),
    letters.draw([plain(card.sample)], { x: MARGIN, y: layout.footerY, width: whole - 100 }, quiet),
    letters.draw(
      [plain("prox")],
      { x: width - MARGIN, y: layout.footerY, width: 90 },
      {
        ...quiet,
        anchor: "end",
        bold: true,
      },
    ),
  ];
  const svg = element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      "font-family": "DejaVu Sans, Verdana, sans-serif",
      role: "img",
    },
    element("title", {}, escapeMarkup(describeCard(card, 300))) + content.join(""),
  );
  return { svg, fonts: letters.fonts, missing: letters.missing };
}

/** Draws a card as PNG of at most {@link MOST_BYTES}. Throws `E_NO_RENDERER`. */
export async function renderCard(card: Card, shape: CardShape, fonts: CardFonts): Promise<Uint8Array> {
  const first = drawCard(card, shape, fonts);
  const png = await renderPng(first.svg, first.fonts);
  if (png.length <= MOST_BYTES) return png;
  const second = drawCard(card, shape, fonts, false);
  return renderPng(second.svg, second.fonts);
}
