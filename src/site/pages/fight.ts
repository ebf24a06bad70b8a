/** The page of a fight. */
import { engagementTables, engagementTitle } from "../../cli/views/engagement.ts";
import { drawEngagement } from "../../pictures/engagement.ts";
import type { EngagementPicture } from "../../pictures/engagement.ts";
import type { EngagementReport } from "../../reports/engagements.ts";
import { html } from "../html.ts";
import type { Page } from "../page-frame.ts";
import { figure } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteRound, SiteSession } from "../site-data.ts";
import { pictureSize } from "./picture-size.ts";
import { roundTitle } from "./round.ts";
import { sessionTitle } from "./session-list.ts";

/** The name of the picture's file, beside the page. */
export const FIGHT_PICTURE = "fight.svg";

/** Makes the page of a fight, and its picture. */
export function fightPage(
  site: Site,
  { round, session }: { readonly round: SiteRound; readonly session: SiteSession },
  report: EngagementReport,
  drawing: EngagementPicture,
  picture: Page["picture"],
): { readonly page: Page; readonly svg: string } {
  const { engagement, endMs, startMs } = report.row;
  const path = site.pathOf({ kind: "fight", roundKey: round.roundKey, engagement }) ?? "";
  const title = engagementTitle(report);
  const svg = drawEngagement(drawing);
  const watch = site.linksFrom(path)({ kind: "moment", roundKey: round.roundKey, timeMs: startMs });
  const people = report.participants.length;
  return {
    svg,
    page: {
      path,
      title,
      description: `${people} players, ${report.row.kills + report.row.deaths} downed in ${((endMs - startMs) / 1000).toFixed(0)} s.`,
      above: [
        ["Sessions", "sessions/"],
        [sessionTitle(site, session), `sessions/${session.id}/`],
        [roundTitle(round), site.pathOf({ kind: "round", roundKey: round.roundKey }) ?? ""],
      ],
      picture,
      content: html`<h1>${title}</h1>
        ${watch !== undefined && html`<p><a class="button" href="${watch}">Watch it in the replay</a></p> `}${figure(
          FIGHT_PICTURE,
          {
            ...pictureSize(svg),
            alternative: `Map of the fight: the ways of ${people} players, and where they were hit and downed. The table below says the same in words.`,
          },
        )}
        <section>
          <h2>Why it is called this</h2>
          <ul>
            ${report.reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>
        </section>
        ${site.blocks(path, engagementTables(report))}
        <p class="note">Everyone who took part, bots too.</p>`,
    },
  };
}
