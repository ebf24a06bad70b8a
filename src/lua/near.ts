/** Who stands near a player. */
import { config } from "./configuration.ts";
import { roster } from "./players.ts";
import type { Player } from "./players.ts";

/** Living allies and enemies near a target and near the attacker, as {@link countNear} found them. */
export const near = { targetAllies: 0, targetEnemies: 0, attackerAllies: 0, attackerEnemies: 0 };

/**
 * Counts the living players within the near distance of a target and of the attacker, each of the two apart from himself:
 * in one walk, as all players are walked at every hit.
 */
export function countNear(target: Player, attacker: Player): void {
  const limit = config.nearUnits * config.nearUnits;
  const { x: targetX, y: targetY, z: targetZ, team: targetTeam } = target;
  const { x: attackerX, y: attackerY, z: attackerZ, team: attackerTeam } = attacker;
  let targetAllies = 0;
  let targetEnemies = 0;
  let attackerAllies = 0;
  let attackerEnemies = 0;
  for (let other = roster.first; other !== undefined; other = other.next) {
    const { x } = other;
    // Most are too far away along one axis already.
    let dx = x - targetX;
    let square = dx * dx;
    if (square <= limit && other.isAlive && other !== target) {
      const dy = other.y - targetY;
      const dz = other.z - targetZ;
      if (square + dy * dy + dz * dz <= limit) {
        if (other.team === targetTeam) targetAllies += 1;
        else targetEnemies += 1;
      }
    }
    dx = x - attackerX;
    square = dx * dx;
    if (square <= limit && other.isAlive && other !== attacker) {
      const dy = other.y - attackerY;
      const dz = other.z - attackerZ;
      if (square + dy * dy + dz * dz <= limit) {
        if (other.team === attackerTeam) attackerAllies += 1;
        else attackerEnemies += 1;
      }
    }
  }
  near.targetAllies = targetAllies;
  near.targetEnemies = targetEnemies;
  near.attackerAllies = attackerAllies;
  near.attackerEnemies = attackerEnemies;
}
