/** Named areas of maps, stored and removed. */
import type { Sql } from "../db/driver/connect.ts";
import { inTransaction } from "../db/driver/transaction.ts";
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { isOutlined, type MapArea } from "../maps/areas.ts";
import { MOST_AREAS } from "../maps/check-area.ts";
import { safeText } from "../names.ts";
import { nearestName } from "../nearest-name.ts";
import { readAreas } from "../reports/queries/map-areas.ts";

/** What storing areas did. */
export interface StoredAreas {
  readonly added: number;
  readonly replaced: number;
  /** Areas that went because all were to be replaced. */
  readonly removed: number;
}

const toRow = (map: string, area: MapArea) => {
  const floor = isOutlined(area) ? area.floor : undefined;
  return {
    map,
    name: area.name,
    outline_units: isOutlined(area) ? area.outline.flat() : null,
    spots_units: isOutlined(area) ? null : area.spots.flat(),
    min_z_units: floor?.from ?? null,
    max_z_units: floor?.to ?? null,
  };
};

/**
 * Stores areas of a map; those of the same name are replaced. All or none.
 * @param replaceAll areas that the map had and that are not among these go.
 */
export async function storeAreas(
  sql: Sql,
  mapName: string,
  areas: readonly MapArea[],
  replaceAll: boolean,
): Promise<StoredAreas> {
  const map = mapName.toLowerCase();
  return inTransaction(sql, async (transaction) => {
    await transaction`lock table map_areas in share row exclusive mode`;
    const known = await transaction<{ name: string }[]>`select name from map_areas where map = ${map}`;
    const names = new Set(areas.map(({ name }) => name));
    const replaced = known.filter(({ name }) => names.has(name)).length;
    const kept = replaceAll ? 0 : known.length - replaced;
    if (kept + areas.length > MOST_AREAS) {
      throw new ProxError(
        "E_AREA",
        `a map has at most ${MOST_AREAS} areas, and ${safeText(map)} would have more`,
        {
          suggestions: ["remove some with `prox map area remove`, or import with --replace"],
        },
      );
    }
    await transaction`
      delete from map_areas where map = ${map} and ${replaceAll ? transaction`true` : transaction`name = any(${[...names]}::text[])`}`;
    for (const area of areas) {
      const { max_z_units, min_z_units, name, outline_units, spots_units } = toRow(map, area);
      await transaction`
        insert into map_areas (map, name, outline_units, spots_units, min_z_units, max_z_units)
        values (${map}, ${name}, ${outline_units}::float8[], ${spots_units}::int[], ${min_z_units}, ${max_z_units})`;
    }
    return {
      added: areas.length - replaced,
      replaced,
      removed: replaceAll ? known.length - replaced : 0,
    };
  });
}

/** Removes areas of a map, by name whatever its case, or all; the names of those removed. Throws `E_NOT_FOUND`; then none is removed. */
export async function removeAreas(
  sql: Sql,
  mapName: string,
  names: readonly string[] | undefined,
): Promise<string[]> {
  const known = (await readAreas(sql, mapName)).map(({ name }) => name);
  if (known.length === 0) {
    throw new ProxError("E_NOT_FOUND", `the map ${safeText(mapName)} has no named areas`, {
      suggestions: ["`prox map area list` shows those of all maps"],
    });
  }
  const removed =
    names?.map((asked) => {
      const found = known.find((name) => name.toLowerCase() === asked.trim().toLowerCase());
      if (found !== undefined) return found;
      const nearest = nearestName(asked, known);
      throw new ProxError("E_NOT_FOUND", `${safeText(mapName)} has no area ${safeText(asked)}`, {
        suggestions: [
          ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
          `\`prox map area list ${safeText(mapName)}\` shows its ${counted(known.length, "area")}`,
        ],
      });
    }) ?? known;
  await sql`delete from map_areas where map = ${mapName.toLowerCase()} and name = any(${removed}::text[])`;
  return removed;
}
