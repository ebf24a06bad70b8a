/** Who stands near a player. */
import { config } from "./configuration.ts";
import { roster } from "./players.ts";
import type { Player } from "./players.ts";

/** Allies and enemies near a player, as {@link countNear} found them. */
export const near = { allies: 0, enemies: 0 };

/** Counts the living players within the near distance of a player, himself apart. */
export function countNear(player: Player): void {
  const { x, y, z, team } = player;
  const limit = config.nearUnits * config.nearUnits;
  let allies = 0;
  let enemies = 0;
  for (let other = roster.first; other !== undefined; other = other.next) {
    if (other.isAlive) {
      // Most are too far away along one axis already.
      const dx = other.x - x;
      const square = dx * dx;
      if (square <= limit) {
        const dy = other.y - y;
        const dz = other.z - z;
        if (square + dy * dy + dz * dz <= limit && other !== player) {
          if (other.team === team) allies += 1;
          else enemies += 1;
        }
      }
    }
  }
  near.allies = allies;
  near.enemies = enemies;
}
