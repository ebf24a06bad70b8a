/** What people call the places of maps, for reports that would show coordinates. */
import type { Sql } from "../db/driver/connect.ts";
import { areaFinder, type FindArea, type MapArea } from "../maps/areas.ts";
import { listAreas } from "./queries/map-areas.ts";

/** The name of the area of a place on a map; null where it has none. */
export type NamePlace = (map: string, x: number | null, y: number | null, z: number | null) => string | null;

/** Reads the areas of one map, or of all, and makes what names places. */
export async function readPlaceNames(sql: Sql, map?: string): Promise<NamePlace> {
  const byMap = new Map<string, MapArea[]>();
  for (const { area, map: name } of await listAreas(sql, map)) {
    const known = byMap.get(name);
    if (known === undefined) byMap.set(name, [area]);
    else known.push(area);
  }
  const finders = new Map<string, FindArea>([...byMap].map(([name, areas]) => [name, areaFinder(areas)]));
  return (name, x, y, z) =>
    x === null || y === null ? null : (finders.get(name.toLowerCase())?.(x, y, z)?.name ?? null);
}
