/** The few lines that writing SVG takes: elements, attributes and text, all escaped. */
import { safeText } from "../names.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for SVG and HTML, in an element or in a quoted attribute. */
export function escapeMarkup(text: string): string {
  return safeText(text).replace(/[&<>"']/gu, (character) => ENTITIES[character] ?? "");
}

/** Numbers with at most two decimals: a hundredth of a pixel. */
function attributeText(value: string | number): string {
  return typeof value === "number" ? String(Math.round(value * 100) / 100) : escapeMarkup(value);
}

/** One element; `content` is markup that is made already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  content = "",
): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => (value === undefined ? "" : ` ${key}="${attributeText(value)}"`))
    .join("");
  return content === "" ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** How a line of text looks; `size` is the font's, in pixels of the picture, `anchor` where x is in the line. */
export interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
  /** A colour around the letters, so that they stand out from lines below. */
  readonly halo?: string;
}

/** A line of text; (x, y) is its base line. */
export function text(x: number, y: number, value: string, style: TextStyle): string {
  return element(
    "text",
    {
      x,
      y,
      "font-size": style.size,
      fill: style.fill,
      "font-weight": style.bold === true ? "bold" : undefined,
      "text-anchor": style.anchor,
      ...(style.halo === undefined
        ? {}
        : { stroke: style.halo, "stroke-width": 4, "stroke-linejoin": "round", "paint-order": "stroke" }),
    },
    escapeMarkup(value),
  );
}

/** How wide a character of the pictures' font is at most on average, in ems; those of East Asia are as wide as high. */
const NARROW_EMS = 0.62;
const BOLD = 1.12;
const SMALLEST_SIZE = 11;

/** Letters as wide as high, or nearly so. */
const WIDE = new Set("MWmw@%");

function emsOf(character: string): number {
  if (WIDE.has(character)) return 1;
  return (character.codePointAt(0) ?? 0) >= 0x1100 ? 1.05 : NARROW_EMS;
}

/** How wide a line of text is at most. */
export function textWidth(value: string, size: number): number {
  return Array.from(safeText(value)).reduce((sum, character) => sum + emsOf(character), 0) * size;
}

/** A line of text that is not wider than `width`: smaller where it must be, and cut at last. */
export function fittedText(x: number, y: number, value: string, style: TextStyle, width: number): string {
  const characters = Array.from(safeText(value));
  const weight = style.bold === true ? BOLD : 1;
  const ems = characters.reduce((sum, character) => sum + emsOf(character), 0) * weight;
  const size = Math.max(Math.min(SMALLEST_SIZE, style.size), Math.min(style.size, width / ems));
  let left = width / size / weight;
  const kept =
    size * ems <= width + 1e-6 ? characters : characters.filter((one) => (left -= emsOf(one)) >= 0);
  const cut = kept === characters ? kept.join("") : `${kept.slice(0, -1).join("")}…`;
  return text(x, y, cut, { ...style, size });
}
