/** What every page of a site shares: its frame, its addresses, and how blocks of reports become part of it. */
import type { Block } from "../cli/render/blocks.ts";
import { spansToHtml } from "../cli/render/page.ts";
import type { PageLinks, Reference } from "../cli/render/table.ts";
import { nameSpans } from "../cli/render/terminal.ts";
import { plainName } from "../names.ts";
import type { Clan } from "../reports/clans.ts";
import { countPlayers } from "../reports/describe.ts";
import { type Dates, datesOf } from "./dates.ts";
import { html, type Content, markup, type Markup } from "./html.ts";
import type { SiteData } from "./site-data.ts";
import { slugOf } from "./slugs.ts";
import type { SiteSettings } from "./site-settings.ts";

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

/** Files that all pages use, by their path below the site. */
export interface Assets {
  readonly style: string;
  readonly theme: string | undefined;
  readonly script: string;
  readonly logo: string | undefined;
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

/** The folder of a map: maps of other trackers have names that are none for files. */
export function mapSlug(map: string): string {
  return /^[a-z0-9][a-z0-9_-]{0,60}$/u.test(map)
    ? map
    : `${slugOf(map)}-${Buffer.from(map).toString("hex").slice(0, 12)}`;
}

/** The folder of a round: keys are names that files can have; of those of other trackers nothing is known. */
export function roundSlug(key: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/u.test(key)
    ? key
    : `${slugOf(key)}-${Buffer.from(key).toString("hex").slice(-16)}`;
}

/** The folder of a season, or of a team. */
export function tagSlug(tag: string): string {
  return /^[a-z0-9][a-z0-9_-]{0,49}$/u.test(tag)
    ? tag
    : `${slugOf(tag)}-${Buffer.from(tag).toString("hex").slice(0, 12)}`;
}

/** A site: what it is of, and how its pages look. */
export class Site {
  readonly settings: SiteSettings;
  readonly data: SiteData;
  readonly dates: Dates;
  readonly assets: Assets;
  readonly #replays: ReadonlySet<string>;
  readonly #maps: ReadonlySet<string>;
  readonly #rounds: ReadonlySet<string>;
  readonly #sessions: ReadonlySet<string>;
  readonly #clans: ReadonlySet<string>;
  readonly #clanOf: ReadonlyMap<number, Clan>;

  constructor(settings: SiteSettings, data: SiteData, assets: Assets) {
    this.settings = settings;
    this.data = data;
    this.assets = assets;
    this.dates = datesOf(settings);
    this.#rounds = new Set(data.rounds.map(({ roundKey }) => roundKey));
    this.#replays = new Set(
      data.rounds
        .filter(({ positionRows }) => (positionRows ?? 0) > 0)
        .slice(0, settings.replays)
        .map(({ roundKey }) => roundKey),
    );
    this.#maps = new Set(data.rounds.map(({ map }) => map));
    this.#sessions = new Set(data.sessions.map(({ id }) => id));
    this.#clanOf = new Map(
      data.clans.flatMap((clan) => clan.members.map((member) => [member, clan] as const)),
    );
    this.#clans = new Set(data.clans.map(({ key }) => key));
  }

  /** The clan of a player. */
  clanOf(playerId: number): Clan | undefined {
    return this.#clanOf.get(playerId);
  }

  /** How many played in a round or a session. */
  playersOf(of: { readonly bots: number; readonly players: number }): number {
    return countPlayers(of, this.settings.bots);
  }

  hasReplay(roundKey: string): boolean {
    return this.#replays.has(roundKey);
  }

  /** Where something is told of, below the site; undefined for what has no page. */
  pathOf(reference: Reference): string | undefined {
    switch (reference.kind) {
      case "player": {
        const slugs = this.data.slugs.get(reference.playerId);
        return slugs === undefined ? undefined : `players/${slugs.current}/`;
      }
      case "session":
        return this.#sessions.has(reference.session) ? `sessions/${reference.session}/` : undefined;
      case "map":
        return this.#maps.has(reference.map) ? `maps/${mapSlug(reference.map)}/` : undefined;
      case "clan":
        return this.#clans.has(reference.clan) ? `teams/${tagSlug(reference.clan)}/` : undefined;
      case "round":
        return this.#rounds.has(reference.roundKey) ? `rounds/${roundSlug(reference.roundKey)}/` : undefined;
      case "fight":
        return this.data.fights.has(`${reference.roundKey}#${reference.engagement}`)
          ? `rounds/${roundSlug(reference.roundKey)}/fights/${reference.engagement}/`
          : undefined;
      case "moment":
        // A little before, so that one sees it come.
        return this.#replays.has(reference.roundKey)
          ? `rounds/${roundSlug(reference.roundKey)}/replay.html#t=${Math.max(0, Math.floor(reference.timeMs / 1000 - 3))}`
          : undefined;
    }
  }

  /** Addresses as a page at `path` writes them. */
  linksFrom(path: string): PageLinks {
    const up = upFrom(path);
    return (reference) => {
      const target = this.pathOf(reference);
      return target === undefined ? undefined : `${up}${target}`;
    };
  }

  /** A link to something, or its words alone where it has no page. */
  link(from: string, reference: Reference, words: Content): Markup {
    const address = this.linksFrom(from)(reference);
    return address === undefined ? html`${words}` : html`<a href="${address}">${words}</a>`;
  }

  /** A player by name, as a link where they have a page. */
  player(from: string, playerId: number, name: string): Markup {
    return this.link(from, { kind: "player", playerId }, inColours(name));
  }

  /** Blocks of a report as part of a page at `path`. */
  blocks(path: string, blocks: readonly Block[]): Markup {
    const links = this.linksFrom(path);
    return markup(
      blocks
        .map((block) => block.html(links))
        .filter(Boolean)
        .join("\n"),
    );
  }

  /** The absolute address of a path below the site; undefined where it is not known where the site will be. */
  absolute(path: string): string | undefined {
    const { baseUrl } = this.settings;
    return baseUrl === undefined ? undefined : `${baseUrl}/${path}`;
  }

  /** The whole page as HTML. */
  render(page: Page): string {
    const { assets, settings } = this;
    const up = page.path === "404" ? `${settings.baseUrl ?? ""}/` : upFrom(page.path);
    const title = page.title === settings.title ? page.title : `${page.title} · ${settings.title}`;
    const canonical = this.absolute(page.movedTo ?? page.path);
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
          }${page.movedTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${up}${page.movedTo}" /> `}${preview(this, page)}
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
              ].map(
                ([words, path]) => html`<li><a href="${up}${path}">${words}</a></li>`,
              )}${settings.links.map(
                ([words, address]) =>
                  html`<li><a href="${address}" rel="nofollow noopener">${words}</a></li>`,
              )}
            </ul>
          </footer>
        </body>
      </html> `.text
    }`;
  }
}

/** From a page's folder to the site's. */
export function upFrom(path: string): string {
  const depth = path.split("/").length - 1;
  return depth === 0 ? "./" : "../".repeat(depth);
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
