/** Markup that is written as text with values in it, all of them escaped but markup itself. */
import { escapeMarkup } from "../pictures/svg.ts";

/** Markup that is made already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in markup. Nothing stands for what is undefined, null or false; a list is all of its values. */
export type Content = string | number | Markup | undefined | null | false | readonly Content[];

function written(value: Content): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(written).join("");
  return escapeMarkup(String(value));
}

/** Markup with values in it. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + written(values[index - 1]) + part));
}

/** Text that is markup already: what blocks and pictures make. */
export function markup(text: string): Markup {
  return new Markup(text);
}
