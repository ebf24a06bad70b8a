/** A report as one page: a file with everything in it, for any browser, on a screen, a phone or paper. No script. */
import { readableOn } from "../../pictures/contrast.ts";
import { escapeMarkup } from "../../pictures/svg.ts";
import { toHex } from "../../pictures/colours.ts";
import type { Rgb } from "../../names.ts";
import { hexColour, type Span } from "./terminal.ts";

const GROUNDS = { light: [255, 255, 255], dark: [13, 17, 23] } as const;

/** The colour as text on a ground, see {@link readableOn}. */
function readable(colour: Rgb, ground: keyof typeof GROUNDS): string {
  return toHex(readableOn(colour, GROUNDS[ground]));
}

/** Text in its colours and weights, as markup; a colour is a class, which {@link colourRules} explains. */
export function spansToHtml(spans: readonly Span[]): string {
  return spans
    .map(({ bold, colour, text }) => {
      const inner = bold === true ? `<b>${escapeMarkup(text)}</b>` : escapeMarkup(text);
      return colour === undefined ? inner : `<span class="c-${toHex(colour).slice(1)}">${inner}</span>`;
    })
    .join("");
}

/** The rule of a style sheet for a colour of text. */
export function colourRule(colour: Rgb): string {
  const [light, dark] = [readable(colour, "light"), readable(colour, "dark")];
  return `.c-${toHex(colour).slice(1)} { color: light-dark(${light}, ${dark}); }`;
}

/** The rules for all colours of text in markup. */
function colourRules(markup: string): string {
  const hexes = new Set(
    Array.from(markup.matchAll(/<span class="c-([0-9a-f]{6})">/gu), ([, hex = ""]) => hex),
  );
  return [...hexes]
    .sort()
    .map((hex) => `${colourRule(hexColour(`#${hex}`))}\n`)
    .join("");
}

/** How text, tables and pictures look on every page of prox. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --rule: light-dark(#d0d7de, #30363d); --muted: light-dark(#57606a, #9aa5b1);
  --ground: light-dark(#fff, #0d1117); }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 90rem; font: 1rem/1.5 system-ui, sans-serif;
  background: var(--ground); color: light-dark(#1f2328, #f0f6fc); overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
p { margin: 0.25rem 0; }
.note { color: var(--muted); }
section, figure, .table { margin: 1.75rem 0; }
h2 { margin: 0 0 0.5rem; font-size: 1.15rem; line-height: 1.3; }
figure svg { display: block; max-width: min(100%, 75rem); height: auto; border-radius: 6px; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem; max-width: 75rem; }
.pictures figure { margin: 0; }
.pictures figure svg { width: 100%; }
.scroll { margin: 0; overflow-x: auto; scrollbar-color: var(--muted) transparent; }
.scroll:focus-visible { outline: 2px solid; outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.all-columns { display: none; margin: 0 0 0.4rem; color: var(--muted); }
.all-columns input { width: 1.25rem; height: 1.25rem; vertical-align: -0.2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top;
  white-space: nowrap; }
th { color: var(--muted); font-weight: 600; }
tbody th { color: inherit; font-weight: inherit; }
.number { text-align: right; }
.first { position: sticky; left: 0; background: var(--ground); }
@media (max-width: 45rem) {
  .first { box-shadow: 1px 0 var(--rule); }
  th, td { padding: 0.3rem 0.5rem; }
  .key, .first:not(.number) { min-width: 7rem; max-width: 11rem; white-space: normal; overflow-wrap: anywhere; }
  thead .key, thead .first:not(.number) { overflow-wrap: normal; }
  .table:has(.detail) .all-columns { display: block; }
  .table:not(:has(.all-columns input:checked)) .detail { display: none; }
}
@media (min-width: 45.01rem) and (max-width: 64rem) {
  .first:not(.number) { max-width: 16rem; white-space: normal; }
  .table:has(.detail):has(thead th:nth-child(8)) .all-columns { display: block; }
  .table:has(thead th:nth-child(8)):not(:has(.all-columns input:checked)) .detail { display: none; }
}
@media print {
  :root { color-scheme: light; }
  @page { margin: 1.2cm; }
  body { padding: 0; max-width: none; font-size: 0.8rem; }
  figure, tr { break-inside: avoid; }
  figure svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; }
  table { font-size: 0.7rem; }
  th, td { white-space: normal; overflow-wrap: normal; padding: 0.15rem 0.35rem; }
  .first { position: static; background: none; box-shadow: none; }
  .key { min-width: 12rem; }
  .all-columns { display: none !important; }
}
`;

/**
 * The whole page.
 * @param content markup that is made already.
 */
export function renderPage(title: string, content: readonly string[]): string {
  const heading = escapeMarkup(title);
  const body = content.join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${heading}</title>
<style>${PAGE_STYLE}${colourRules(body)}</style>
</head>
<body>
<main>
<h1>${heading}</h1>
${body}
</main>
</body>
</html>
`;
}
