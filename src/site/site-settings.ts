/** What a site is built with: what the command asks for, over what `prox.config.json` says below `site`. */
import { ProxError } from "../errors.ts";

/** How a site looks, and where it is. */
export interface SiteSettings {
  readonly title: string;
  /** BCP 47 tag by which dates are written. */
  readonly language: string;
  /** IANA name of the zone in which dates are written. */
  readonly timeZone: string;
  /** Where the site will be, without a slash at the end; undefined where that is not known. */
  readonly baseUrl: string | undefined;
  /** Whether search engines may list it. */
  readonly robots: "index" | "noindex";
  /** Who answers for the site, and how they are reached; undefined where nobody says. */
  readonly contact: string | undefined;
  /** Links of the community: words and addresses. */
  readonly links: readonly (readonly [words: string, address: string])[];
  /** Files of this machine. */
  readonly logo: string | undefined;
  readonly theme: string | undefined;
  /** Who belongs to which clan, as far as somebody wrote it down: a file of this machine. */
  readonly roster?: string | undefined;
  /** Whether bots have pages, and count in numbers. */
  readonly bots: boolean;
  /** The latest so many rounds have a replay. */
  readonly replays: number;
  /** The biggest so many fights of each round have a page. */
  readonly fights: number;
}

/** Throws `E_CONFIG` for a language or a time zone that nobody knows. */
export function assertDates({ language, timeZone }: Pick<SiteSettings, "language" | "timeZone">): void {
  for (const [key, value, check] of [
    ["language", language, () => new Intl.DateTimeFormat(language)],
    ["timeZone", timeZone, () => new Intl.DateTimeFormat("en", { timeZone })],
  ] as const) {
    try {
      check();
    } catch (cause) {
      throw new ProxError("E_CONFIG", `site.${key} "${value}" is not known`, {
        suggestions: ["write a language like de or en-GB, and a zone like Europe/Berlin"],
        cause,
      });
    }
  }
}
