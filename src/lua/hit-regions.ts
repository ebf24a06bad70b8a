/** The engine's counters of hits by region: the one that grew tells where the latest hit was. */
import { CONNECTED } from "../engine/players.ts";
import { players, roster } from "./players.ts";
import type { Player } from "./players.ts";
import { reader } from "./reader.ts";

const get = reader(["hit_region"], ["pers.connected", "pers.playerStats.hitRegions"]);

/** Takes over the counters of hits by region: hits before the recording are none of its own. */
export function readAllRegionHits(): void {
  for (const player of players) {
    if (player.slot >= roster.slots) return;
    if (get(player.slot, "pers.connected") === CONNECTED) takeHitRegion(player);
  }
}

/** The region of a player's latest located hit: the counter that grew; undefined when that is not clear. */
export function takeHitRegion(player: Player): number | undefined {
  const { slot, regionHits } = player;
  let grown: number | undefined;
  let count = 0;
  for (const region of $range(0, 3)) {
    const hits = get(slot, "pers.playerStats.hitRegions", region);
    const known = regionHits[region] ?? 0;
    // The counters restart at 0 when the client connects again.
    if (hits > known || (hits < known && hits > 0)) {
      grown = region;
      count += 1;
    }
    regionHits[region] = hits;
  }
  return count === 1 ? grown : undefined;
}
