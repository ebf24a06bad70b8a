/** The report on routes. */
import { TEAM_NAMES } from "../../engine/players.ts";
import { safeText } from "../../names.ts";
import { drawRoutes } from "../../pictures/routes.ts";
import type { RoutesPicture } from "../../reports/route-picture.ts";
import type { Route, RoutesReport, TeamRoutes, WaysResult } from "../../reports/routes.ts";
import type { Rate } from "../../reports/statistics.ts";
import { notes, picture as drawn, table } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderCsv, withSample } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { formatRate } from "./estimates.ts";

/** A line: a route, or all ways of a team that are of none. */
type RouteLine = WaysResult & Pick<Route, "areas" | "name" | "team"> & { readonly number: number | null };

const linesOf = ({ other, routes, team }: TeamRoutes): RouteLine[] => [
  ...routes,
  ...(other === null ? [] : [{ number: null, team, name: "other", areas: [], ...other }]),
];

/** A rate, and in CSV both ends of its interval. */
function rateColumns(
  key: "downs" | "gained" | "hitFirst" | "share" | "won",
  column: string,
  title: string,
  detail?: number,
): TableColumn<RouteLine>[] {
  const of = (row: RouteLine): Rate => row[key];
  return [
    {
      ...{ key: column, title, value: (row: RouteLine) => of(row).share },
      ...withSample((row: RouteLine, hasSample) => formatRate(of(row), hasSample)),
      ...(detail === undefined ? {} : { detail }),
    },
    { key: `${column}_low`, title: "low", value: (row) => of(row).low, csvOnly: true },
    { key: `${column}_high`, title: "high", value: (row) => of(row).high, csvOnly: true },
  ];
}

const seconds = (value: number): string => value.toFixed(value < 10 ? 1 : 0);

const ROUTES: readonly TableColumn<RouteLine>[] = [
  { key: "team", title: "team", value: (row) => TEAM_NAMES[row.team] ?? "" },
  { key: "number", title: "no.", value: (row) => row.number },
  { key: "route", title: "route", value: (row) => row.name },
  { key: "ways", title: "ways", value: (row) => row.ways, detail: 7 },
  ...rateColumns("share", "share", "of the team's"),
  {
    key: "time_s",
    title: "time to contact",
    value: (row) => row.timeS.median,
    brief: ({ timeS }) => `${seconds(timeS.median)} s`,
    show: ({ timeS }) => `${seconds(timeS.median)} s (${seconds(timeS.low)}–${seconds(timeS.high)})`,
  },
  { key: "time_low_s", title: "low", value: (row) => row.timeS.low, csvOnly: true },
  { key: "time_high_s", title: "high", value: (row) => row.timeS.high, csvOnly: true },
  {
    key: "length_units",
    title: "length",
    detail: 5,
    value: (row) => row.lengthUnits.median,
    show: (row) => row.lengthUnits.median.toFixed(0),
  },
  ...rateColumns("hitFirst", "hit_first_share", "hit first", 3),
  { key: "downed", title: "downed one", value: (row) => row.downed, csvOnly: true },
  { key: "fell", title: "fell", value: (row) => row.fell, csvOnly: true },
  ...rateColumns("downs", "first_down_share", "first down made, of both", 1),
  ...rateColumns("won", "won_share", "fights won", 2),
  {
    key: "damage_given",
    title: "damage",
    detail: 4,
    value: (row) => row.damageGiven,
    show: (row) => `${row.damageGiven.toFixed(0)}:${row.damageTaken.toFixed(0)}`,
  },
  { key: "damage_taken", title: "damage taken", value: (row) => row.damageTaken, csvOnly: true },
  ...rateColumns("gained", "gained_share", "gain at an objective", 6),
];

/** The tables of routes, one for each team, as the report and pages of a site show them. */
export function routeTables({ teams }: RoutesReport): Block[] {
  return teams.map((team) =>
    table(
      ROUTES.filter(
        ({ key }) => key !== "gained_share" || team.routes.some(({ gained }) => gained.trials > 0),
      ),
      linesOf(team),
      `Routes of ${TEAM_NAMES[team.team] ?? ""}`,
    ),
  );
}

/** The report on routes; its CSV has a line a route. */
export function routesView(report: RoutesReport, { caption, ground, panels }: RoutesPicture): View {
  const svg = (): string => drawRoutes(ground, caption, panels);
  return {
    title: `Routes on ${safeText(report.map)}`,
    blocks: [drawn(svg), ...routeTables(report), notes(report.notes)],
    csv: () => renderCsv(ROUTES, report.teams.flatMap(linesOf)),
    svg,
  };
}
