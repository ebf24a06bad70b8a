/** A site: what it is of, where everything in it is, and how blocks of reports become part of its pages. */
import type { Block } from "../cli/render/blocks.ts";
import type { PageLinks, Reference } from "../cli/render/table.ts";
import type { Clan } from "../reports/clans.ts";
import { countPlayers } from "../reports/describe.ts";
import { mapSlug, roundSlug, tagSlug, upFrom } from "./addresses.ts";
import { type Dates, datesOf } from "./dates.ts";
import { html, type Content, markup, type Markup } from "./html.ts";
import { inColours } from "./page-parts.ts";
import type { SiteData } from "./site-data.ts";
import type { SiteSettings } from "./site-settings.ts";

/** Files that all pages use, by their path below the site. */
export interface Assets {
  readonly style: string;
  readonly theme: string | undefined;
  readonly script: string;
  readonly logo: string | undefined;
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
}
