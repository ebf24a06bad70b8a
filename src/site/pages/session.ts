/** The page of a session. */
import type { Sql } from "../../db/driver/connect.ts";
import { counted, formatDuration } from "../../counts.ts";
import { ProxError } from "../../errors.ts";
import { TEAM_NAMES } from "../../engine/players.ts";
import { plainName } from "../../names.ts";
import { teamPlayTable } from "../../cli/views/synergy.ts";
import { fightTable } from "../../cli/views/engagements.ts";
import { bestMoments, sumScores } from "../../reports/highlights.ts";
import type { RoundReport } from "../../reports/round.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";
import { html } from "../html.ts";
import { tagSlug } from "../addresses.ts";
import type { Page } from "../page-frame.ts";
import { facts, plain } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteSession } from "../site-data.ts";
import { highlightTable } from "./moment-table.ts";
import { roundTable } from "./round-table.ts";
import { scoreSumTable } from "./score-table.ts";
import { sessionFacts, sessionTitle } from "./session-list.ts";

const MOMENTS = 12;
const PAIRS = 10;
const FIGHTS = 10;

/** What a report tells; undefined where it finds nothing. */
export async function reported<Report>(report: Promise<Report>): Promise<Report | undefined> {
  try {
    return await report;
  } catch (error) {
    if (error instanceof ProxError && error.code === "E_NOTHING_FOUND") return undefined;
    throw error;
  }
}

/** Rounds won by each team, map by map: `supply 1:1`. In stopwatch the teams change sides between the rounds. */
function wonRounds({ rounds }: SiteSession): string {
  const wins = [1, 2].map((team) => rounds.filter(({ winnerTeam }) => winnerTeam === team).length);
  return [1, 2].map((team) => `${TEAM_NAMES[team] ?? ""} ${wins[team - 1] ?? 0}`).join(", ");
}

/** Makes the page of a session from the reports of its rounds. */
export async function sessionPage(
  sql: Sql,
  site: Site,
  session: SiteSession,
  reports: readonly RoundReport[],
  picture: Page["picture"],
): Promise<Page> {
  const path = `sessions/${session.id}/`;
  const { bots } = site.settings;
  const pairs = await reported(
    reportTeamPlay(sql, { round: session.rounds.map(({ roundKey }) => roundKey), bots }),
  );
  const sums = sumScores(session.rounds.flatMap(({ scores }) => scores));
  const fights = reports
    .flatMap((report) => report.fights)
    .sort((a, b) => b.kills + b.deaths - a.kills - a.deaths)
    .slice(0, FIGHTS);
  const title = sessionTitle(site, session);
  const { sessions } = site.data;
  const at = sessions.indexOf(session);
  const [next, before] = [sessions[at - 1], sessions[at + 1]];
  return {
    path,
    title,
    description: `${sessionFacts(site, session)}. Maps: ${session.maps.join(", ")}.${sums[0] === undefined ? "" : ` Most kills: ${plainName(sums[0].name)}, ${sums[0].kills}.`}`,
    above: [["Sessions", "sessions/"]],
    picture,
    content: html`<h1><bdi>${title}</bdi></h1>
      ${facts([
        ["began", site.dates.moment(session.startedAt)],
        ["lasted", formatDuration(session.endedAt.getTime() - session.startedAt.getTime())],
        ["rounds", counted(session.rounds.length, "round")],
        ["won by", wonRounds(session)],
        ["players", String(site.playersOf(session))],
        ...(session.serverName === null ? [] : [["server", plain(session.serverName)] as const]),
        ...(session.tags.length === 0
          ? []
          : [
              [
                "season",
                session.tags.map((tag) => html`<a href="../../seasons/${tagSlug(tag)}/">${tag}</a> `),
              ] as const,
            ]),
      ])}
      ${site.blocks(path, [
        roundTable(site, session.rounds, "Rounds"),
        highlightTable(bestMoments(reports, MOMENTS), "Best moments"),
        scoreSumTable(sums, "Players"),
        fightTable(fights, "Biggest fights"),
        ...(pairs === undefined ? [] : [teamPlayTable(pairs.pairs.slice(0, PAIRS), "Pairs")]),
      ])}
      <p class="note">
        ${bots ? "Bots count." : "Bots are left out."} Teams change sides between the two rounds of stopwatch.
      </p>
      <nav class="neighbours" aria-label="Other sessions">
        <ul>
          ${[
            before === undefined ? undefined : (["Session before", before] as const),
            next === undefined ? undefined : (["Next session", next] as const),
          ].map(
            (one) =>
              one !== undefined &&
              html`<li>
                ${one[0]}: <a href="../${one[1].id}/"><bdi>${sessionTitle(site, one[1])}</bdi></a>
              </li>`,
          )}
        </ul>
      </nav>`,
  };
}
