/** Lists of sessions, as cards and as a table. */
import { counted, formatDuration } from "../../counts.ts";
import { plainName } from "../../names.ts";
import { html, type Markup } from "../html.ts";
import { upFrom } from "../addresses.ts";
import type { Page } from "../page-frame.ts";
import { cards, plain } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteSession } from "../site-data.ts";

/** What a session is called: its name, or the day on which it began. */
export function sessionTitle(site: Site, { name, startedAt }: SiteSession): string {
  return name === null ? site.dates.day(startedAt) : plainName(name);
}

/** What of a session is told in one line. */
export function sessionFacts(site: Site, session: SiteSession): string {
  const { endedAt, maps, rounds, startedAt } = session;
  return [
    counted(rounds.length, "round"),
    counted(maps.length, "map"),
    counted(site.playersOf(session), "player"),
    formatDuration(endedAt.getTime() - startedAt.getTime()),
  ].join(" · ");
}

/** A blank that is not beside a dot: `3 h 24 min` stays on one line. */
const PLAIN_BLANK = /(?<!·) (?!·)/gu;
const NO_BREAK = "\u00a0";

/** Sessions as cards, on a page at `path`. */
export function sessionCards(site: Site, path: string, sessions: readonly SiteSession[]): Markup {
  return cards(
    sessions.map(
      (session) =>
        html`<a class="card" href="${upFrom(path)}sessions/${session.id}/">
          <strong><bdi>${sessionTitle(site, session)}</bdi></strong>
          <span>${sessionFacts(site, session).replaceAll(PLAIN_BLANK, NO_BREAK)}</span>
          <span class="note"
            >${site.dates.moment(session.startedAt)}${session.serverName !== null && html` · ${plain(session.serverName)}`}</span
          >
          <span class="note">${session.maps.slice(0, 6).join(", ")}${session.maps.length > 6 && "…"}</span>
        </a>`,
    ),
  );
}

/** All sessions, month by month. */
export function sessionsPage(site: Site): Page {
  const { sessions } = site.data;
  const months = [...new Set(sessions.map(({ startedAt }) => site.dates.month(startedAt)))];
  return {
    path: "sessions/",
    title: "Sessions",
    description: `${counted(sessions.length, "session")}, the latest first.`,
    above: [],
    content: html`<h1>Sessions</h1>
      <p class="note">
        A session is an evening: rounds of one server without a break of more than 90 minutes.
      </p>
      ${months.map(
        (month) =>
          html`<section>
            <h2>${month}</h2>
            ${sessionCards(
              site,
              "sessions/",
              sessions.filter(({ startedAt }) => site.dates.month(startedAt) === month),
            )}
          </section> `,
      )}`,
  };
}
