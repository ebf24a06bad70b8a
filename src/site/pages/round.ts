/** The page of a round. */
import { counted } from "../../counts.ts";
import { fightTable } from "../../cli/views/engagements.ts";
import { describeSource } from "../../cli/views/foreign-round.ts";
import { objectiveBlocks } from "../../cli/views/objective-timeline.ts";
import { predictionTables, winCurve } from "../../cli/views/prediction.ts";
import { scoreTable } from "../../cli/views/round.ts";
import type { RoundPrediction } from "../../models/predict.ts";
import { plainName, safeText } from "../../names.ts";
import { drawMomentum } from "../../pictures/momentum.ts";
import { bestMoments } from "../../reports/highlights.ts";
import { formatClock } from "../../clock.ts";
import type { EngagementRow } from "../../reports/queries/engagements.ts";
import type { RoundReport } from "../../reports/round.ts";
import { html, markup } from "../html.ts";
import type { Page } from "../page-frame.ts";
import { facts, plain } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { SiteRound, SiteSession } from "../site-data.ts";
import { momentTable } from "./moment-table.ts";
import { resultOf } from "./round-table.ts";
import { sessionTitle } from "./session-list.ts";

const MOMENTS = 30;

/** `supply, round 2`. */
export function roundTitle({ map, round }: Pick<SiteRound, "map" | "round">): string {
  return `${safeText(map)}, round ${round}`;
}

/** Makes the page of a round from its report and all of its fights. */
export function roundPage(
  site: Site,
  session: SiteSession,
  round: SiteRound,
  report: RoundReport,
  {
    fights,
    picture,
    prediction,
  }: {
    readonly fights: readonly EngagementRow[];
    readonly picture: Page["picture"];
    readonly prediction: RoundPrediction | undefined;
  },
): Page {
  const path = site.pathOf({ kind: "round", roundKey: round.roundKey }) ?? "";
  const title = roundTitle(round);
  const at = session.rounds.indexOf(round);
  const [before, next] = [session.rounds[at - 1], session.rounds[at + 1]];
  const [best] = [...round.scores].sort((a, b) => (b.kills ?? 0) - (a.kills ?? 0));
  const hasEvents = round.combatRows !== null && report.scores.length > 0;
  const first = fights[0]?.startMs;
  return {
    path,
    title: `${title}: ${resultOf(round)}`,
    description: [
      `${resultOf(round)} after ${formatClock(round.endMs)}, ${counted(site.playersOf(round), "player")}`,
      ...(round.kills === null ? [] : [counted(round.kills, "kill")]),
      ...(best === undefined || best.kills === null
        ? []
        : [`most by ${plainName(best.name)} (${best.kills})`]),
    ].join(", "),
    above: [
      ["Sessions", "sessions/"],
      [sessionTitle(site, session), `sessions/${session.id}/`],
    ],
    picture,
    content: html`<h1>${title}</h1>
      <p class="result">${resultOf(round)} after ${formatClock(round.endMs)}</p>
      ${
        site.hasReplay(round.roundKey) &&
        html`<p>
          <a
            class="button"
            href="replay.html${first !== undefined && `#t=${Math.max(0, Math.floor(first / 1000 - 3))}`}"
            >Watch the replay</a
          >
        </p> `
      }${facts([
        ["map", site.link(path, { kind: "map", map: round.map }, safeText(round.map))],
        ["began", site.dates.moment(round.startedAt)],
        ["players", String(site.playersOf(round))],
        ...(round.serverName === null ? [] : [["server", plain(round.serverName)] as const]),
        ...(round.isComplete ? [] : [["incomplete", round.endReason.replace("_", " ")] as const]),
        ...describeSource(round).map((line) => ["note", line] as const),
      ])}
      ${
        hasEvents &&
        html`<section>
          <h2>Momentum</h2>
          <figure class="chart">
            ${markup(drawMomentum(report.momentum, round.endMs, momentumInWords(report)))}
            <figcaption>
              Kills over time: Axis above the line, Allies below
              it${report.momentum.some(({ alliesGains, axisGains }) => alliesGains + axisGains > 0) && "; dots are gains at objectives"}.
            </figcaption>
          </figure>
        </section> `
      }${
        prediction &&
        html`<section>
          <h2>Who would win</h2>
          <figure class="chart">
            ${markup(winCurve(prediction))}
            <figcaption>The probability that Axis win, and the moments that moved it most.</figcaption>
          </figure>
          ${site.blocks(path, predictionTables(prediction))}
        </section> `
      }${site.blocks(path, [
        scoreTable(report.scores, report.totals),
        momentTable(bestMoments([report], MOMENTS), "Moments"),
        ...objectiveBlocks(report.objectives, report.objectivesRecorded, round.roundKey),
        fightTable(fights, "Fights"),
      ])}
      <p class="note">
        ${site.settings.bots ? "Bots count." : "Bots are left out."} Damage, kills and crossfires of fights
        are those of the side that opened, then those of the other.
      </p>
      <nav class="neighbours" aria-label="Other rounds">
        <ul>
          ${[["Round before", before] as const, ["Next round", next] as const].map(
            ([words, one]) =>
              one !== undefined &&
              html`<li>
                ${words}: ${site.link(path, { kind: "round", roundKey: one.roundKey }, roundTitle(one))}
              </li>`,
          )}
        </ul>
      </nav>`,
  };
}

function momentumInWords({ momentum }: RoundReport): string {
  const axis = momentum.reduce((sum, { axisKills }) => sum + axisKills, 0);
  const allies = momentum.reduce((sum, { alliesKills }) => sum + alliesKills, 0);
  return `Kills over time: Axis ${axis}, Allies ${allies}`;
}
