/** A part of a map that a heatmap is restricted to: heights, or the inside of a named area. */
import type { Sql } from "../db/driver/connect.ts";
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { type Corner, type Floor, isOutlined, type OutlinedArea } from "../maps/areas.ts";
import { parseFloor } from "../maps/check-area.ts";
import { safeText } from "../names.ts";
import { requireAreas } from "./areas.ts";
import { allOf, roundConditions } from "./filters.ts";
import type { Filters, Fragment } from "./filters.ts";

/** What a user asks for. */
export interface ZoneRequest {
  /** Heights, `0..128`. */
  readonly z?: string | undefined;
  /** A named area whose heights are meant, all over the map. */
  readonly floor?: string | undefined;
  /** A named area of which the inside is meant. */
  readonly area?: string | undefined;
}

/** Heights and an outline; both hold where both are given. */
export interface Zone {
  readonly floor: Floor | undefined;
  readonly outline: readonly Corner[] | undefined;
  /** What it is, in words. */
  readonly words: readonly string[];
}

async function requireOutlined(sql: Sql, map: string, flag: string, name: string): Promise<OutlinedArea> {
  const areas = await requireAreas(sql, map);
  const found = areas.find((area) => area.name.toLowerCase() === name.trim().toLowerCase());
  if (found !== undefined && isOutlined(found)) return found;
  const named = areas.filter(isOutlined).map((area) => area.name);
  throw new ProxError(
    found === undefined ? "E_NOT_FOUND" : "E_FILTER",
    found === undefined
      ? `${safeText(map)} has no area ${safeText(name)}`
      : `cannot use --${flag} ${found.name}: it has only spots, and no outline`,
    {
      suggestions: [
        named.length === 0
          ? "`prox map area add` names an area with an outline"
          : `areas with an outline: ${named.join(", ")}`,
      ],
    },
  );
}

const describeFloor = ({ from, to }: Floor): string => `heights ${from} to ${to}`;

/** The zone that is asked for; undefined for the whole map. Throws `E_AREA`, `E_FILTER` and `E_NOT_FOUND`. */
export async function resolveZone(sql: Sql, map: string, request: ZoneRequest): Promise<Zone | undefined> {
  const { area, floor, z } = request;
  const heights = z === undefined ? undefined : parseFloor(z);
  const inside = area === undefined ? undefined : await requireOutlined(sql, map, "area", area);
  const storey = floor === undefined ? undefined : await requireOutlined(sql, map, "floor", floor);
  if (storey !== undefined && storey.floor === undefined) {
    throw new ProxError("E_FILTER", `cannot use --floor ${storey.name}: the area has all heights`, {
      suggestions: ["use --z FROM..TO, or give the area its heights with `prox map area add … --z=FROM..TO`"],
    });
  }
  if (heights === undefined && inside === undefined && storey === undefined) return undefined;
  const asked = heights ?? storey?.floor;
  return {
    floor: asked ?? inside?.floor,
    outline: inside?.outline,
    words: [
      ...(inside === undefined ? [] : [`in ${inside.name}`]),
      ...(asked === undefined
        ? []
        : [storey === undefined ? describeFloor(asked) : `${describeFloor(asked)}, like ${storey.name}`]),
    ],
  };
}

/** A place is in a zone; undefined without one. A place of which no height is known is on no floor. */
export function zoneCondition(
  sql: Sql,
  zone: Zone | undefined,
  at: { readonly x: Fragment; readonly y: Fragment; readonly z: Fragment },
): Fragment | undefined {
  if (zone === undefined) return undefined;
  const { floor, outline } = zone;
  return allOf(sql, [
    floor === undefined ? undefined : sql`${at.z} >= ${floor.from} and ${at.z} < ${floor.to}`,
    outline === undefined
      ? undefined
      : sql`${outline.flat().join(",")}::text::polygon @> point(${at.x}, ${at.y})`,
  ]);
}

/** What a map of presence in a zone leaves out: rounds whose positions are gone, as the sums that stay have no heights. */
export async function describePruned(sql: Sql, filters: Filters): Promise<string[]> {
  const [found] = await sql<{ rounds: number }[]>`
    select count(*)::int as rounds from rounds r
    where ${roundConditions(sql, filters)} and r.positions_pruned_at is not null`;
  const rounds = found?.rounds ?? 0;
  return rounds === 0
    ? []
    : [
        `${counted(rounds, "round")} without positions left out: the sums that are kept of them have no heights`,
      ];
}
