/** Days and times of a site, in its language and its zone. */
import { html, type Markup } from "./html.ts";
import type { SiteSettings } from "./site-settings.ts";

/** Writes dates. */
export interface Dates {
  /** `Monday, 23 November 2026`. */
  readonly day: (date: Date) => string;
  /** `23 Nov 2026, 20:30`, as an element that says the moment to programs. */
  readonly moment: (date: Date) => Markup;
  /** `November 2026`. */
  readonly month: (date: Date) => string;
}

/** Dates as the settings say. */
export function datesOf({ language, timeZone }: Pick<SiteSettings, "language" | "timeZone">): Dates {
  const day = new Intl.DateTimeFormat(language, { timeZone, dateStyle: "full" });
  const month = new Intl.DateTimeFormat(language, { timeZone, month: "long", year: "numeric" });
  const moment = new Intl.DateTimeFormat(language, {
    ...{ timeZone, year: "numeric", month: "short", day: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" },
  });
  return {
    day: (date) => day.format(date),
    month: (date) => month.format(date),
    moment: (date) =>
      html`<time datetime="${date.toISOString().slice(0, 16)}Z">${moment.format(date)}</time>`,
  };
}
