/** Who did it, and what a row says of them: where they are, where they look, what they hold. */
import { viewError } from "../rules/geometry.ts";
import type { Sight } from "./combat-rows.ts";
import { readPosition } from "./movement.ts";
import { isInWorld } from "./players.ts";
import type { Player } from "./players.ts";
import { reader } from "./reader.ts";

const get = reader(["hit", "kill"], ["health", "ps.viewangles", "ps.weapon"]);
const { sqrt } = math;

/** The `relation` of one player to another, by their teams now. The caller says `world` where nobody attacks. */
export function relationOf(attacker: Player, target: Player): "enemy" | "team" | "self" {
  if (attacker === target) return "self";
  return attacker.team === target.team ? "team" : "enemy";
}

/** The attacker as {@link readAttacker} found them; what `sight` does not allow to say is of no meaning. */
export const from = {
  sight: "none" as Sight,
  x: 0,
  y: 0,
  z: 0,
  distance: 0,
  health: 0,
  weapon: 0,
  pitchDeg: 0,
  yawDeg: 0,
  viewErrorDeg: 0,
};

/**
 * Reads how an attacker stands to the target, whose position is known. A player who was downed before their mine or grenade
 * went off, and waits in limbo, is where they fell: view and weapon in their `ps` are those of another player.
 */
export function readAttacker(attacker: Player, target: Player): void {
  const { slot } = attacker;
  const health = get(slot, "health");
  const isAbsent = health <= 0 && !isInWorld(attacker);
  // From here on all that asks where they are, such as who is near, gets the same answer as the row.
  if (!isAbsent) readPosition(attacker);
  const { x, y, z } = attacker;
  const dx = target.x - x;
  const dy = target.y - y;
  const dz = target.z - z;
  const distance = sqrt(dx * dx + dy * dy + dz * dz);
  from.x = x;
  from.y = y;
  from.z = z;
  from.distance = distance;
  from.health = health;
  if (isAbsent) {
    from.sight = "none";
    return;
  }
  const angles = get(slot, "ps.viewangles");
  const pitch = angles[0];
  const yaw = angles[1];
  from.sight = distance > 0 ? "whole" : "touching";
  from.weapon = get(slot, "ps.weapon");
  from.pitchDeg = pitch;
  from.yawDeg = yaw;
  from.viewErrorDeg = viewError(pitch, yaw, dx, dy, dz);
}
