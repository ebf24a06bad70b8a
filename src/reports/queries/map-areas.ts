/** The named areas of maps, as they are stored. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Corner, MapArea, Spot } from "../../maps/areas.ts";

type AreaColumns = Columns<"map_areas", "map" | "name" | "outline_units" | "spots_units"> &
  Columns<"map_areas", "min_z_units" | "max_z_units">;

/** An area, and its map. */
export interface AreaOfMap {
  /** In lower case. */
  readonly map: string;
  readonly area: MapArea;
}

/** A flat list in parts of a length. */
function partsOf(flat: readonly number[], length: number): number[][] {
  return Array.from({ length: flat.length / length }, (_, index) =>
    flat.slice(index * length, (index + 1) * length),
  );
}

function toArea({ maxZUnits, minZUnits, name, outlineUnits, spotsUnits }: CamelRow<AreaColumns>): MapArea {
  if (outlineUnits === null)
    return { name, spots: partsOf(spotsUnits ?? [], 3).map(([x = 0, y = 0, z = 0]): Spot => [x, y, z]) };
  return {
    name,
    outline: partsOf(outlineUnits, 2).map(([x = 0, y = 0]): Corner => [x, y]),
    floor: minZUnits === null || maxZUnits === null ? undefined : { from: minZUnits, to: maxZUnits },
  };
}

/** The areas of a map, whatever the case of its name, or of all maps; by map and name. */
export async function listAreas(sql: Sql, map?: string): Promise<AreaOfMap[]> {
  const rows = await sql<AreaColumns[]>`
    select map, name, outline_units, spots_units, min_z_units, max_z_units from map_areas
    where ${map === undefined ? sql`true` : sql`map = ${map.toLowerCase()}`}
    order by map collate "C", name collate "C"`;
  return camelRows(rows).map((row) => ({ map: row.map, area: toArea(row) }));
}

/** The areas of one map, by name. */
export async function readAreas(sql: Sql, map: string): Promise<MapArea[]> {
  return (await listAreas(sql, map)).map(({ area }) => area);
}
