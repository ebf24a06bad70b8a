/** A player's picture: where they killed and where they died, side by side on the map that they played most. */
import type { Sql } from "../db/driver/connect.ts";
import { ProxError } from "../errors.ts";
import { plainName } from "../names.ts";
import type { HeatmapPicture } from "../pictures/heatmap.ts";
import type { FilterRequest } from "./filter-request.ts";
import { amountOf } from "./describe.ts";
import { reportHeatmap } from "./heatmap.ts";
import type { HeatmapReport } from "./heatmap.ts";
import type { KnownGround } from "./ground.ts";
import type { PlayerReport } from "./player.ts";

/** A heatmap; undefined where there is nothing to draw. */
async function tryHeatmap(
  sql: Sql,
  what: "kills" | "deaths",
  filters: FilterRequest,
  ground: KnownGround | undefined,
): Promise<HeatmapReport | undefined> {
  try {
    return await reportHeatmap(sql, { what, filters, ground });
  } catch (error) {
    if (error instanceof ProxError && error.code === "E_NOTHING_FOUND") return undefined;
    throw error;
  }
}

/**
 * Arranges the picture; undefined where there is nothing to draw.
 * @param filters name the player and one map.
 * @param ground the ground of that map, where it was read already.
 */
export async function playerPicture(
  sql: Sql,
  { player }: PlayerReport,
  filters: FilterRequest,
  ground?: KnownGround,
): Promise<HeatmapPicture | undefined> {
  const [kills, deaths] = await Promise.all([
    tryHeatmap(sql, "kills", filters, ground),
    tryHeatmap(sql, "deaths", filters, ground),
  ]);
  const drawn = [kills, deaths].filter((heatmap) => heatmap !== undefined);
  const [first] = drawn;
  if (first === undefined) return undefined;
  const panels = drawn.flatMap(({ picture, populations, what }) =>
    picture.panels.map((panel) => ({ ...panel, label: amountOf(populations[0]?.total ?? 0, what) })),
  );
  const caption = {
    title: `${plainName(player.name)} on ${first.map}`,
    subtitle: "where the player made kills, and where they died",
    notes: first.picture.caption.notes.slice(1),
  };
  // Each was cut to what it shows itself.
  const all = drawn.map(({ picture }) => picture.ground.bounds);
  const bounds = {
    minX: Math.min(...all.map(({ minX }) => minX)),
    minY: Math.min(...all.map(({ minY }) => minY)),
    maxX: Math.max(...all.map(({ maxX }) => maxX)),
    maxY: Math.max(...all.map(({ maxY }) => maxY)),
  };
  const drawnOn = { ...first.picture.ground, bounds };
  const { smoothing } = first.picture;
  return {
    ...first.picture,
    caption,
    ground: drawnOn,
    measure: "events per cell",
    smoothing: smoothing === undefined ? undefined : { ...smoothing, what: "events" },
    panels,
  };
}
