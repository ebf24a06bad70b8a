/** Routes as a picture: for each team a map with the middle way of each. */
import { TEAM_NAMES } from "../engine/players.ts";
import type { Sql } from "../db/driver/connect.ts";
import { counted } from "../counts.ts";
import { safeText } from "../names.ts";
import type { Caption, Ground } from "../pictures/map-frame.ts";
import type { DrawnRoute, RoutePanel } from "../pictures/routes.ts";
import { DEFAULT_CELL_UNITS, type KnownGround, layGround, readGround } from "./ground.ts";
import type { Route, RoutesReport, TeamRoutes } from "./routes.ts";

/** What the picture is made of. */
export interface RoutesPicture {
  readonly ground: Ground;
  readonly caption: Caption;
  readonly panels: readonly RoutePanel[];
}

const percent = (share: number | null): string => `${((share ?? 0) * 100).toFixed(0)} %`;

function drawn({ downs, name, number, path, share, timeS, ways, won }: Route): DrawnRoute {
  const detail = [
    `${percent(share.share)} (${ways})`,
    `${timeS.median.toFixed(0)} s`,
    ...(downs.share === null ? [] : [`made ${downs.successes} of ${downs.trials} first downs`]),
    ...(won.share === null ? [] : [`won ${won.successes} of ${won.trials} fights`]),
  ].join(" · ");
  return { number, name, share: share.share ?? 0, detail, path };
}

const panelOf = ({ other, routes, team, ways }: TeamRoutes): RoutePanel => ({
  label: [
    TEAM_NAMES[team] ?? "",
    counted(ways, "way"),
    ...(other === null ? [] : [`${percent(other.share.share)} on no route`]),
  ].join(" · "),
  routes: routes.map(drawn),
});

/**
 * Reads what the picture needs besides the report: of teams that have ways.
 * @param known the ground of the map, where it was read already.
 */
export async function arrangeRoutes(
  sql: Sql,
  { map, notes, teams, words }: RoutesReport,
  known?: KnownGround,
): Promise<RoutesPicture> {
  const ground = known ?? (await readGround(sql, map));
  const cells = teams.flatMap(({ routes }) =>
    routes.flatMap(({ path }) =>
      path.map(([x, y]) => [Math.floor(x / DEFAULT_CELL_UNITS), Math.floor(y / DEFAULT_CELL_UNITS)] as const),
    ),
  );
  return {
    ground: layGround(ground, cells, DEFAULT_CELL_UNITS),
    caption: {
      title: `Routes on ${safeText(map)}`,
      subtitle: ["from the spawn to the first contact; wider = more often", ...words].join(" · "),
      notes: notes.slice(0, 1),
    },
    panels: teams.filter(({ ways }) => ways > 0).map(panelOf),
  };
}
