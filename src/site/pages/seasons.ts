/** Seasons and cups: the tags of sessions, each with its leaders. */
import { counted } from "../../counts.ts";
import { html } from "../html.ts";
import { tagSlug } from "../addresses.ts";
import type { Page } from "../page-frame.ts";
import { cards } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteSession } from "../site-data.ts";
import type { LeadersReport } from "../../reports/leaders.ts";
import { leadersContent } from "./leaders.ts";
import { sessionCards } from "./session-list.ts";

/** Sessions by tag; the tag used last comes first. */
export function seasonsOf(site: Site): ReadonlyMap<string, readonly SiteSession[]> {
  const seasons = new Map<string, SiteSession[]>();
  for (const session of site.data.sessions)
    for (const tag of session.tags) seasons.set(tag, [...(seasons.get(tag) ?? []), session]);
  return seasons;
}

/** The list of all of them. */
export function seasonsPage(site: Site): Page {
  const seasons = [...seasonsOf(site)];
  return {
    path: "seasons/",
    title: "Seasons",
    description: `${counted(seasons.length, "season")}.`,
    above: [],
    content: html`<h1>Seasons</h1>
      ${
        seasons.length === 0
          ? html`<p>
              No session has a tag yet: <code>prox session tag latest season-1</code> gives one, and the next
              build makes a season of it.
            </p>`
          : cards(
              seasons.map(
                ([tag, sessions]) =>
                  html`<a class="card" href="${tagSlug(tag)}/"
                    ><strong>${tag}</strong> <span>${counted(sessions.length, "session")}</span></a
                  >`,
              ),
            )
      }`,
  };
}

/** The page of one. */
export function seasonPage(
  site: Site,
  tag: string,
  sessions: readonly SiteSession[],
  leaders: LeadersReport | undefined,
): Page {
  const path = `seasons/${tagSlug(tag)}/`;
  const ids = new Set(sessions.map(({ id }) => id));
  const rounds = site.data.rounds.filter(({ session }) => ids.has(session));
  return {
    path,
    title: `Season ${tag}`,
    description: `${counted(sessions.length, "session")}, ${counted(rounds.length, "round")}: leaders and sessions of ${tag}.`,
    above: [["Seasons", "seasons/"]],
    content: html`<h1>${tag}</h1>
      ${leadersContent(site, path, leaders)}
      <section>
        <h2>Sessions</h2>
        ${sessionCards(site, path, sessions)}
      </section>`,
  };
}
