/** The pages of maps: all of them, and each. */
import type { Sql } from "../../db/driver/connect.ts";
import { counted, formatDuration } from "../../counts.ts";
import { formatRate } from "../../cli/views/estimates.ts";
import { areaTables } from "../../cli/views/areas.ts";
import { objectiveTables } from "../../cli/views/objectives.ts";
import { movementTables } from "../../cli/views/movement.ts";
import { routeTables } from "../../cli/views/routes.ts";
import { safeText } from "../../names.ts";
import { drawAreaMap } from "../../pictures/areas.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { drawMovement } from "../../pictures/movement.ts";
import { drawRoutes } from "../../pictures/routes.ts";
import { arrangeAreas } from "../../reports/area-picture.ts";
import { reportAreas } from "../../reports/areas.ts";
import type { KnownGround } from "../../reports/ground.ts";
import { type HeatmapRequest, reportHeatmap } from "../../reports/heatmap.ts";
import type { PresenceReader } from "../../reports/queries/heat-cells.ts";
import { arrangeRoutes } from "../../reports/route-picture.ts";
import { reportRoutes } from "../../reports/routes.ts";
import type { RoundWays } from "../../reports/queries/ways.ts";
import { reportMovement } from "../../reports/movement.ts";
import { reportObjectives } from "../../reports/objectives.ts";
import { wilson } from "../../reports/statistics.ts";
import { html, type Content } from "../html.ts";
import { mapSlug } from "../addresses.ts";
import { type Page, renderPage } from "../page-frame.ts";
import { cards, facts, figure } from "../page-parts.ts";
import type { Site } from "../site.ts";
import type { Put } from "../site-folder.ts";
import type { SiteRound } from "../site-data.ts";
import { pictureSize } from "./picture-size.ts";
import { roundTableByDay } from "./round-table.ts";
import { reported } from "./session.ts";

const ROUNDS_LISTED = 30;

/** The heatmaps of a map: file, words, and what is asked for. */
const HEATMAPS: readonly (readonly [
  file: string,
  words: string,
  request: Omit<HeatmapRequest, "filters">,
])[] = [
  ["kills", "Where kills were made from", { what: "kills" }],
  ["deaths", "Where players died", { what: "deaths" }],
  ["presence", "Where players were", { what: "presence" }],
];
/** The same, side by side. */
const SIDES = [
  ["teams", "Axis beside Allies", { team: "axis" }, { team: "allies" }],
  ["sides", "attack beside defence", { side: "attack" }, { side: "defence" }],
] as const;

const winsOf = (rounds: readonly SiteRound[], wins: (round: SiteRound) => boolean): string => {
  const decided = rounds.filter(({ winnerTeam }) => winnerTeam !== null);
  return formatRate(wilson(decided.filter(wins).length, decided.length));
};

function average(rounds: readonly SiteRound[]): string {
  const whole = rounds.filter(({ isComplete }) => isComplete);
  return whole.length === 0
    ? "–"
    : `${formatDuration(whole.reduce((sum, { endMs }) => sum + endMs, 0) / whole.length)} (n=${whole.length})`;
}

/** What the page of a map is made of, besides the site. */
interface MapSources {
  readonly map: string;
  readonly ground: KnownGround;
  readonly presence: PresenceReader;
  /** The ways of each round, by its id. */
  readonly ways: ReadonlyMap<number, RoundWays>;
}

/** Writes the page of a map with its pictures. */
export async function makeMap(
  sql: Sql,
  site: Site,
  { ground, map, presence, ways }: MapSources,
  put: Put,
  picture: Page["picture"],
): Promise<void> {
  const path = `maps/${mapSlug(map)}/`;
  const rounds = site.data.rounds.filter((round) => round.map === map);
  const { bots } = site.settings;
  const filters = { map, bots };
  const figures: Content[] = [];
  const draw = async (file: string, words: string, request: HeatmapRequest): Promise<void> => {
    const report = await reported(reportHeatmap(sql, { ...request, ground, presence }));
    if (report === undefined) return;
    const svg = drawHeatmap(report.picture);
    put(`${path}${file}.svg`, svg);
    const { notes, subtitle } = report.picture.caption;
    figures.push(
      figure(`${file}.svg`, {
        ...pictureSize(svg),
        alternative: `${words} on ${safeText(map)}: ${subtitle}`,
        caption: [words, ". ", notes[0]],
      }),
    );
  };
  for (const [file, words, request] of HEATMAPS) {
    await draw(file, words, { ...request, filters });
    for (const [kind, aside, one, other] of SIDES) {
      const isKnown = kind === "teams" || rounds.some(({ objectiveRows }) => (objectiveRows ?? 0) > 0);
      if (isKnown && (kind === "teams" || file === "deaths"))
        await draw(`${file}-${kind}`, `${words}, ${aside}`, {
          ...request,
          filters: { ...filters, ...one },
          versus: other,
        });
    }
  }
  const [objectives, movement, areas, routes] = await Promise.all([
    reportObjectives(sql, filters),
    reported(reportMovement(sql, filters, undefined, ground, presence)),
    reported(reportAreas(sql, filters, site.data.areas)),
    reported(reportRoutes(sql, filters, ways)),
  ]);
  if (areas !== undefined) {
    const drawing = await arrangeAreas(sql, areas, ground);
    const svg = drawAreaMap(drawing.ground, drawing.caption, drawing.areas);
    put(`${path}areas.svg`, svg);
    figures.push(
      figure("areas.svg", {
        ...pictureSize(svg),
        alternative: `The named areas of ${safeText(map)}, in the colour of the team that held each longer`,
        caption: "The named areas, in the colour of the team that held each longer: more colour is longer.",
      }),
    );
  }
  if (movement !== undefined) {
    const svg = drawMovement(movement.picture, movement.flows);
    put(`${path}steps.svg`, svg);
    figures.push(
      figure("steps.svg", {
        ...pictureSize(svg),
        alternative: `The busiest steps from cell to cell on ${safeText(map)}`,
        caption: "The busiest steps from cell to cell: thicker is more often.",
      }),
    );
  }
  const ofRoutes: Content[] = [];
  if (routes !== undefined) {
    const { caption, ground: laid, panels } = await arrangeRoutes(sql, routes, ground);
    for (const [index, panel] of panels.entries()) {
      const { label, routes: shown } = panel;
      if (shown.length === 0) continue;
      const svg = drawRoutes(laid, caption, [panel]);
      const file = `routes-${index + 1}.svg`;
      put(`${path}${file}`, svg);
      ofRoutes.push(
        figure(file, {
          ...pictureSize(svg),
          alternative: `Routes on ${safeText(map)}, ${label}: ${shown.map(({ detail, name, number }) => `${number} ${name}, ${detail}`).join("; ")}`,
          caption: [label, ". From the spawn to the first contact: wider is more often."],
        }),
      );
    }
  }
  const page: Page = {
    path,
    title: safeText(map),
    description: `${counted(rounds.length, "round")} on ${safeText(map)}: heatmaps, routes, objectives and who wins.`,
    above: [["Maps", "maps/"]],
    picture,
    content: html`<h1>${map}</h1>
      ${facts([
        ["rounds", String(rounds.length)],
        ["Axis won", winsOf(rounds, ({ winnerTeam }) => winnerTeam === 1)],
        ["Allies won", winsOf(rounds, ({ winnerTeam }) => winnerTeam === 2)],
        ["a round lasts", average(rounds)],
      ])}
      <p class="note">Shares are of rounds with a winner, with their 95 % interval.</p>
      <section>
        <h2>Heatmaps and steps</h2>
        <div class="figures">${figures}</div>
      </section>
      ${
        ofRoutes.length === 0
          ? ""
          : html`<section>
              <h2>Routes</h2>
              <div class="figures">${ofRoutes}</div>
            </section>`
      }
      ${site.blocks(path, [
        ...(routes === undefined ? [] : routeTables(routes)),
        ...objectiveTables(objectives.objectives, objectives.attackDeaths),
        ...(areas === undefined ? [] : areaTables(areas)),
        ...(movement === undefined ? [] : movementTables(movement)),
        roundTableByDay(site, rounds.slice(0, ROUNDS_LISTED), "Latest rounds"),
      ])}`,
  };
  put(`${path}index.html`, renderPage(site, page));
}

/** The list of all maps. */
export function mapsPage(site: Site): Page {
  const counts = new Map<string, SiteRound[]>();
  for (const round of site.data.rounds) counts.set(round.map, [...(counts.get(round.map) ?? []), round]);
  const maps = [...counts].sort(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  return {
    path: "maps/",
    title: "Maps",
    description: `${counted(maps.length, "map")}, those played most first.`,
    above: [],
    content: html`<h1>Maps</h1>
      ${cards(
        maps.map(
          ([map, rounds]) =>
            html`<a class="card" href="${mapSlug(map)}/"
              ><strong>${map}</strong>
              <span>${counted(rounds.length, "round")}</span>
              <span class="note">Axis won ${winsOf(rounds, ({ winnerTeam }) => winnerTeam === 1)}</span></a
            >`,
        ),
      )}`,
  };
}
