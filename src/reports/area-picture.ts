/** The named areas of a map as a picture: each in the colour of the team that held it longer. */
import type { Sql } from "../db/driver/connect.ts";
import { isOutlined, labelPlaces, type MapArea } from "../maps/areas.ts";
import { safeText } from "../names.ts";
import type { DrawnArea } from "../pictures/areas.ts";
import type { Caption, Ground } from "../pictures/map-frame.ts";
import type { AreaRow, AreasReport } from "./areas.ts";
import { DEFAULT_CELL_UNITS, layGround, readGround, type KnownGround } from "./ground.ts";
import { readAreas } from "./queries/map-areas.ts";

/** What the picture is made of. */
export interface AreasPicture {
  readonly ground: Ground;
  readonly caption: Caption;
  readonly areas: readonly DrawnArea[];
}

const heldS = (row: AreaRow | undefined): number => (row?.held?.axisS ?? 0) + (row?.held?.alliesS ?? 0);

function drawn(area: MapArea, areas: readonly MapArea[], row: AreaRow | undefined, mostS: number): DrawnArea {
  const lead = (row?.held?.axisS ?? 0) - (row?.held?.alliesS ?? 0);
  return {
    name: area.name,
    outline: isOutlined(area) ? area.outline : undefined,
    labels: labelPlaces(area, areas),
    weight: mostS === 0 ? 0 : heldS(row) / mostS,
    team: lead > 0 ? 1 : lead < 0 ? 2 : 0,
  };
}

/**
 * Reads what the picture needs besides the report.
 * @param known the ground of the map, where it was read already.
 */
export async function arrangeAreas(
  sql: Sql,
  report: AreasReport,
  known?: KnownGround,
): Promise<AreasPicture> {
  const { areas: rows, map, notes, words } = report;
  const [areas, ground] = await Promise.all([readAreas(sql, map), known ?? readGround(sql, map)]);
  const rowOf = new Map(rows.map((row) => [row.area, row]));
  const mostS = Math.max(...rows.map(heldS));
  const cells = areas.flatMap((area) =>
    (isOutlined(area) ? area.outline : area.spots).map(
      ([x, y]) => [Math.floor(x / DEFAULT_CELL_UNITS), Math.floor(y / DEFAULT_CELL_UNITS)] as const,
    ),
  );
  return {
    ground: layGround(ground, cells, DEFAULT_CELL_UNITS),
    caption: {
      title: `Areas of ${safeText(map)}`,
      subtitle: ["in the colour of the team that held each longer", ...words].join(" · "),
      notes: notes.slice(0, 1),
    },
    areas: areas
      .map((area) => drawn(area, areas, rowOf.get(area.name), mostS))
      // Large areas lie below the small ones in them.
      .sort((a, b) => sizeOf(b) - sizeOf(a)),
  };
}

function sizeOf({ outline = [] }: DrawnArea): number {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  return outline.length === 0 ? 0 : (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}
