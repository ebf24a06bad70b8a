/** The pages of players: all of them, and each. */
import type { Sql } from "../../db/driver/connect.ts";
import { counted } from "../../counts.ts";
import { otherNames, profileFacts, profileTables } from "../../cli/views/player.ts";
import { plainName, safeText } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { sumScores } from "../../reports/highlights.ts";
import { playerPicture } from "../../reports/player-picture.ts";
import { type PlayerReport, reportPlayer } from "../../reports/player.ts";
import type { Person } from "../../reports/queries/seen-people.ts";
import type { GroundReader } from "../../reports/ground.ts";
import { type HeatmapReport, reportHeatmap } from "../../reports/heatmap.ts";
import { sumRoundTotals } from "../../reports/totals-reader.ts";
import { html } from "../html.ts";
import type { Page } from "../page-frame.ts";
import { figure, inColours } from "../page-parts.ts";
import type { Site } from "../site.ts";
import { pictureSize } from "./picture-size.ts";
import { scoreSumTable } from "./score-table.ts";
import { reported } from "./session.ts";

/** The name of the picture's file, beside the page. */
export const PLAYER_PICTURE = "kills-and-deaths.svg";

/** A profile, its picture, and where they made kills on the map that they played most. */
export interface Profile {
  readonly report: PlayerReport;
  readonly svg: string | undefined;
  readonly kills: HeatmapReport | undefined;
}

/** Reads the profile of a person; undefined where there is nothing to tell. */
export async function readProfile(
  sql: Sql,
  site: Site,
  person: Person,
  readGround: GroundReader,
): Promise<Profile | undefined> {
  const who = person.guids[0] ?? plainName(person.name);
  const { bots } = site.settings;
  const report = await reported(
    reportPlayer(
      sql,
      who,
      { bots },
      { totals: sumRoundTotals(sql, site.data.totals), sessions: site.data.sessions },
    ),
  );
  if (report === undefined) return undefined;
  const map = report.maps[0]?.map;
  if (map === undefined) return { report, svg: undefined, kills: undefined };
  // Their own rounds draw the ground, so that the picture changes with them alone.
  const own = site.data.rounds.filter(
    (round) => round.map === map && round.scores.some(({ playerId }) => playerId === person.playerId),
  );
  const ground = await readGround(
    map,
    own.map(({ roundId }) => roundId),
  );
  const filters = { map, player: [who], bots: bots || person.isBot };
  const [drawing, kills] = await Promise.all([
    playerPicture(sql, report, filters, ground),
    // Only cards need it by itself.
    site.settings.baseUrl === undefined
      ? undefined
      : reported(reportHeatmap(sql, { what: "kills", filters, ground })),
  ]);
  return { report, kills, svg: drawing === undefined ? undefined : drawHeatmap(drawing) };
}

/** Makes the page of a player. */
export function playerPage(
  site: Site,
  person: Person,
  { report, svg }: Profile,
  picture: Page["picture"],
): Page {
  const path = site.pathOf({ kind: "player", playerId: person.playerId }) ?? "";
  const others = otherNames(report);
  const name = plainName(report.player.name);
  const clan = site.clanOf(person.playerId);
  const [first = "", ...rest] = profileFacts(report);
  return {
    path,
    title: name,
    description: `${first}. ${rest[0] ?? ""}.`,
    above: [["Players", "players/"]],
    picture,
    content: html`<h1>${inColours(report.player.name)}</h1>
      ${others.length > 0 && html`<p class="note">also played as ${others.map((one, index) => [index > 0 && ", ", html`<bdi>${one}</bdi>`])}</p> `}${clan !== undefined && html`<p>Team: ${site.link(path, { kind: "clan", clan: clan.key }, html`<bdi>${safeText(clan.name)}</bdi>`)}</p> `}${[first, ...rest].map((line) => html`<p>${line}</p> `)}${
        svg !== undefined &&
        figure(PLAYER_PICTURE, {
          ...pictureSize(svg),
          alternative: `Maps of where ${name} made kills and where they died`,
        })
      }
      ${site.blocks(path, profileTables(report))}
      <p class="note">
        The others are all other players in the latest ${report.comparedRounds} of these rounds; ranges are 95
        % intervals.
      </p>`,
  };
}

/** The list of all players. */
export function playersPage(site: Site): Page {
  const { data, settings } = site;
  const sums = sumScores(data.rounds.toReversed().flatMap(({ scores }) => scores));
  const shown = sums.filter(({ playerId }) => data.slugs.has(playerId));
  const hidden = sums.length - shown.length;
  return {
    path: "players/",
    title: "Players",
    description: `${counted(shown.length, "player")} with profiles, by kills.`,
    above: [],
    content: html`<h1>Players</h1>
      <p class="note">
        ${counted(shown.length, "player")}, those with most kills
        first.${!settings.bots && " Bots are left out."}${hidden > 0 && ` ${counted(hidden, "player")} asked not to be listed.`}
      </p>
      ${site.blocks("players/", [
        scoreSumTable(
          shown.map((sum) => ({ ...sum, name: data.people.get(sum.playerId)?.name ?? sum.name })),
          "All players",
        ),
      ])}`,
  };
}

/** A page at an earlier address of a player, that leads to the present one. */
export function movedPage(site: Site, person: Person, slug: string): Page {
  const name = plainName(person.name);
  return {
    path: `players/${slug}/`,
    movedTo: site.pathOf({ kind: "player", playerId: person.playerId }) ?? "",
    title: name,
    description: `The profile of ${name}.`,
    above: [["Players", "players/"]],
    content: html`<h1>${inColours(person.name)}</h1>
      <p>This player's page is ${site.player(`players/${slug}/`, person.playerId, person.name)}.</p>`,
  };
}
