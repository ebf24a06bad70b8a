/** A report as one page: a file with everything in it, for any browser, on a screen, a phone or paper. No script. */
import { readableOn } from "../../pictures/contrast.ts";
import { escapeMarkup } from "../../pictures/svg.ts";
import { toHex } from "../../pictures/colours.ts";
import type { Rgb } from "../../names.ts";
import type { Span } from "./terminal.ts";

const GROUNDS = { light: [255, 255, 255], dark: [13, 17, 23] } as const;

/** The colour as text on a ground, see {@link readableOn}. */
function readable(colour: Rgb, ground: keyof typeof GROUNDS): string {
  return toHex(readableOn(colour, GROUNDS[ground]));
}

/** Text in its colours and weights, as markup. */
export function spansToHtml(spans: readonly Span[]): string {
  return spans
    .map(({ bold, colour, text }) => {
      const inner = bold === true ? `<b>${escapeMarkup(text)}</b>` : escapeMarkup(text);
      if (colour === undefined) return inner;
      const [light, dark] = [readable(colour, "light"), readable(colour, "dark")];
      return `<span style="color:light-dark(${light},${dark})">${inner}</span>`;
    })
    .join("");
}

const STYLE = `
:root { color-scheme: light dark; --rule: light-dark(#d0d7de, #30363d); --muted: light-dark(#57606a, #9aa5b1);
  --ground: light-dark(#fff, #0d1117); }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 90rem; font: 1rem/1.5 system-ui, sans-serif;
  background: var(--ground); color: light-dark(#1f2328, #f0f6fc); overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
p { margin: 0.25rem 0; }
.note { color: var(--muted); }
section { margin: 1.75rem 0; }
figure { margin: 1.75rem 0; }
figure svg { display: block; max-width: min(100%, 75rem); height: auto; border-radius: 6px; }
.scroll { overflow-x: auto; scrollbar-color: var(--muted) transparent; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.75rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top;
  white-space: nowrap; }
th { color: var(--muted); font-weight: 600; }
.number { text-align: right; }
.first { position: sticky; left: 0; background: var(--ground); }
@media (max-width: 45rem) { .first { box-shadow: 1px 0 var(--rule); } }
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
}
`;

/**
 * The whole page.
 * @param content markup that is made already.
 */
export function renderPage(title: string, content: readonly string[]): string {
  const heading = escapeMarkup(title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${heading}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${heading}</h1>
${content.join("\n")}
</body>
</html>
`;
}
