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

export interface TextStyle {
  readonly size: number;
  readonly fill: string;
  readonly bold?: boolean;
  readonly anchor?: "start" | "middle" | "end";
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
    },
    escapeMarkup(value),
  );
}
