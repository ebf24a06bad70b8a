/** Parts that pages are put together of: names, pictures, facts, cards. */
import { spansToHtml } from "../cli/render/page.ts";
import { nameSpans } from "../cli/render/terminal.ts";
import { plainName } from "../names.ts";
import { type Content, html, markup, type Markup } from "./html.ts";

/** A name in its colours, which keeps its direction to itself. */
export function inColours(name: string): Markup {
  return html`<bdi>${markup(spansToHtml(nameSpans(name)))}</bdi>`;
}

/** A name without colours, which keeps its direction to itself. */
export function plain(name: string): Markup {
  return html`<bdi>${plainName(name)}</bdi>`;
}

/** A picture in a file of its own, which a click shows alone: on a phone it can then be made larger. */
export function figure(
  file: string,
  {
    alternative,
    caption,
    height,
    width,
  }: {
    readonly alternative: string;
    readonly caption?: Content;
    readonly width: number;
    readonly height: number;
  },
): Markup {
  return html`<figure>
    <a href="${file}"
      ><img src="${file}" alt="${alternative}" width="${width}" height="${height}" loading="lazy" /></a
    >${caption !== undefined && html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** Words and values, as a list of definitions. */
export function facts(pairs: readonly (readonly [words: string, value: Content])[]): Markup {
  return html`<dl class="facts">
    ${pairs.map(
      ([words, value]) =>
        html`<div>
          <dt>${words}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** Cards, each a link with a heading and what there is to say. */
export function cards(items: readonly Markup[]): Markup {
  return html`<ul class="cards">
    ${items.map((item) => html`<li>${item}</li>`)}
  </ul>`;
}
