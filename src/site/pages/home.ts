/** The first page: the newest session, search, the last sessions, who leads. */
import { counted } from "../../counts.ts";
import { bestMoments } from "../../reports/highlights.ts";
import type { RoundReport } from "../../reports/round.ts";
import { html } from "../html.ts";
import type { Page } from "../page-frame.ts";
import type { Site } from "../site.ts";
import { leaderTable } from "../../cli/views/leaders.ts";
import type { LeadersReport } from "../../reports/leaders.ts";
import { highlightTable } from "./moment-table.ts";
import { SEARCH_DATA, searchBox } from "./search.ts";
import { sessionCards } from "./session-list.ts";

const SESSIONS_SHOWN = 10;
const MOMENTS = 3;
const LEADERS = 5;

/** Makes it from the reports of the newest session, and the leaders. */
export function homePage(
  site: Site,
  reports: readonly RoundReport[],
  leaders: LeadersReport | undefined,
): Page {
  const { data, settings } = site;
  const [newest, ...older] = data.sessions;
  return {
    path: "",
    title: settings.title,
    description: `${counted(data.sessions.length, "session")}, ${counted(data.rounds.length, "round")}: results, players, maps, replays.`,
    scripts: [SEARCH_DATA],
    content: html`<h1>${settings.title}</h1>
      ${searchBox()}
      ${
        newest !== undefined &&
        html`<section class="newest">
            <h2>Newest session</h2>
            ${sessionCards(site, "", [newest])}
          </section>
          ${site.blocks("", [highlightTable(bestMoments(reports, MOMENTS), "Its best moments")])}`
      }
      ${
        older.length > 0 &&
        html`<section>
          <h2>Sessions before</h2>
          ${sessionCards(site, "", older.slice(0, SESSIONS_SHOWN))}
          <p><a href="sessions/">All sessions</a></p>
        </section> `
      }
      ${leaders !== undefined && site.blocks("", [leaderTable(leaders.leaders.slice(0, LEADERS), "Leaders")])}
      <p><a href="leaders/">All leaders</a> · <a href="records/">Records</a></p>`,
  };
}
