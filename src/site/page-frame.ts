/** What every page of a site shares: what a page says of itself, and the frame around its content. */
import { upFrom } from "./addresses.ts";
import { type Content, html, markup, type Markup } from "./html.ts";
import type { Site } from "./site.ts";

const NAVIGATION = [
  ["Sessions", "sessions/"],
  ["Players", "players/"],
  ["Teams", "teams/"],
  ["Maps", "maps/"],
  ["Leaders", "leaders/"],
  ["Records", "records/"],
  ["Search", "search/"],
] as const;

/** A picture that chats show beside a link. */
export interface PreviewPicture {
  /** Below the site. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly alternative: string;
}

/** A page. */
export interface Page {
  /** Its folder below the site, with a slash at the end; empty for the first page. */
  readonly path: string;
  readonly title: string;
  /** One or two sentences for those who have only a link. */
  readonly description: string;
  /** What it is part of, the nearest last. */
  readonly above?: readonly (readonly [words: string, path: string])[];
  readonly content: Content;
  readonly scripts?: readonly string[];
  readonly picture?: PreviewPicture | undefined;
  /** Where it moved: the page leads there. */
  readonly movedTo?: string;
}

/** The longest that previews in chats show, in bytes of UTF-8. Source: docs.discord.com/developers/link-previews. */
const TITLE_BYTES = 70;
const DESCRIPTION_BYTES = 350;

function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  let cut = "";
  for (const character of text) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(character) > most - 3) break;
    cut += character;
  }
  return `${cut.trimEnd()}…`;
}

/** No script but those of the site, nothing from anywhere else, and no form. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

/** The whole page as HTML. */
export function renderPage(site: Site, page: Page): string {
  const { assets, settings } = site;
  const up = page.path === "404" ? `${settings.baseUrl ?? ""}/` : upFrom(page.path);
  const title = page.title === settings.title ? page.title : `${page.title} · ${settings.title}`;
  const canonical = site.absolute(page.movedTo ?? page.path);
  const current = (path: string): Content =>
    page.path === path
      ? markup(' aria-current="page"')
      : page.path.startsWith(path) && markup(' aria-current="true"');
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${markup(POLICY)}" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <meta name="description" content="${page.description}" />
        ${settings.robots === "noindex" && html`<meta name="robots" content="noindex" /> `}${
          canonical !== undefined && html`<link rel="canonical" href="${canonical}" /> `
        }${page.movedTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${up}${page.movedTo}" /> `}${preview(site, page)}
        <link rel="stylesheet" href="${up}${assets.style}" />
        ${assets.theme !== undefined && html`<link rel="stylesheet" href="${up}${assets.theme}" /> `}
        <link rel="alternate" type="application/atom+xml" title="${settings.title}" href="${up}feed.xml" />
        ${[...(page.scripts ?? []), assets.script].map((script) => html`<script src="${up}${script}" defer></script> `)}
      </head>
      <body data-root="${up}">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
          <p class="site">
            <a href="${up}"
              >${
                assets.logo !== undefined && html`<img src="${up}${assets.logo}" alt="" height="40" /> `
              }${settings.title}</a
            >
          </p>
          <nav aria-label="Site">
            <ul>
              ${NAVIGATION.map(
                ([words, path]) => html`<li><a href="${up}${path}" ${current(path)}>${words}</a></li>`,
              )}
            </ul>
          </nav>
        </header>
        ${
          page.above !== undefined &&
          html`<nav class="above" aria-label="Where you are">
            <ol>
              ${[["Home", ""] as const, ...page.above].map(
                ([words, path]) => html`<li><a href="${up}${path}">${words}</a></li>`,
              )}
            </ol>
          </nav> `
        }
        <main id="main">${page.content}</main>
        <footer>
          <ul>
            ${[
              ["Seasons", "seasons/"],
              ["About these numbers", "about/"],
              ["Privacy", "privacy/"],
              ["Feed", "feed.xml"],
            ].map(([words, path]) => html`<li><a href="${up}${path}">${words}</a></li>`)}${settings.links.map(
              ([words, address]) => html`<li><a href="${address}" rel="nofollow noopener">${words}</a></li>`,
            )}
          </ul>
        </footer>
      </body>
    </html> `.text
  }`;
}

/** What chats show of a link. */
function preview({ settings }: Site, page: Page): Markup {
  const property = (name: string, value: string): Markup =>
    html`<meta property="${name}" content="${value}" /> `;
  const address =
    settings.baseUrl === undefined ? undefined : `${settings.baseUrl}/${page.movedTo ?? page.path}`;
  const { picture } = page;
  return html`${property("og:site_name", cutToBytes(settings.title, 250))}${property("og:title", cutToBytes(page.title, TITLE_BYTES))}${property("og:description", cutToBytes(page.description, DESCRIPTION_BYTES))}${property("og:type", "website")}${
    address !== undefined && property("og:url", address)
  }${
    picture !== undefined && settings.baseUrl !== undefined
      ? [
          property("og:image", `${settings.baseUrl}/${picture.path}`),
          property("og:image:type", "image/png"),
          property("og:image:width", String(picture.width)),
          property("og:image:height", String(picture.height)),
          property("og:image:alt", picture.alternative),
          html`<meta name="twitter:card" content="summary_large_image" /> `,
        ]
      : null
  }`;
}
