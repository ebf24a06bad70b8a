/**
 * Heights to choose from on maps of several storeys. What is known of a round has no storeys, only heights: they are cut
 * into three bands in which players were seen about equally often, each cut in the widest gap that is near.
 */
import type { Track } from "./track.ts";

/** From one height up to another, units; the last band of a round takes its upper end in. */
export interface HeightBand {
  readonly minZ: number;
  readonly maxZ: number;
}

const BANDS = 3;
/** How far from an equal share a cut may be. */
const CUT_REACH = 1 / 9;
/** Bands end at multiples of this, units. */
const STEP_UNITS = 8;
/** On flatter maps than this there is nothing to choose: a storey is about 128 units high. */
const SMALLEST_SPAN_UNITS = 160;
/** The span leaves out the few who fell into a pit or flew. */
const OUTSIDE_SHARE = 0.05;

/** The middle of the widest gap near a share of sorted heights, of equal ones the nearest; undefined where there is none. */
function cutNear(heights: readonly number[], share: number): number | undefined {
  const at = Math.round(share * heights.length) - 1;
  const reach = Math.round(CUT_REACH * heights.length);
  let widest = 0;
  let cut: number | undefined;
  for (let step = 0; step <= 2 * reach; step += 1) {
    // From the share outwards: 0, 1, -1, 2, -2.
    const index = at + (step % 2 === 1 ? (step + 1) / 2 : -step / 2);
    const below = heights[index];
    const above = heights[index + 1];
    if (below === undefined || above === undefined || above - below <= widest) continue;
    widest = above - below;
    cut = Math.round((below + above) / 2 / STEP_UNITS) * STEP_UNITS;
  }
  return cut;
}

/** The bands of a round from below; none on a flat map. */
export function heightBands(tracks: readonly Track[]): HeightBand[] {
  const heights = tracks.flatMap(({ samples }) => samples.map(({ z }) => z)).sort((a, b) => a - b);
  const at = (share: number): number => heights[Math.round(share * (heights.length - 1))] ?? 0;
  if (heights.length === 0 || at(1 - OUTSIDE_SHARE) - at(OUTSIDE_SHARE) < SMALLEST_SPAN_UNITS) return [];
  const cuts = Array.from({ length: BANDS - 1 }, (_, index) => cutNear(heights, (index + 1) / BANDS));
  const ends = [-Infinity, ...new Set(cuts.filter((cut) => cut !== undefined)), Infinity];
  return ends.slice(1).map((maxZ, index) => ({ minZ: ends[index] ?? -Infinity, maxZ }));
}

/** Whether a height is in the band; all heights are where none is chosen. */
export function isInBand(band: HeightBand | undefined, z: number): boolean {
  return band === undefined || (z >= band.minZ && z < band.maxZ);
}

/** A band in words. */
export function describeBand({ maxZ, minZ }: HeightBand): string {
  if (minZ === -Infinity) return `below ${maxZ}`;
  return maxZ === Infinity ? `${minZ} and above` : `${minZ} to ${maxZ}`;
}
