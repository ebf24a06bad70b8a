/** Who did it, and what a row says of him: where he is, where he looks, what he holds. */
import { viewError } from "../rules/geometry.ts";
import { settle } from "./lives.ts";
import { isInWorld, isPlaying, playerOf } from "./players.ts";
import type { Player } from "./players.ts";
import { orNull } from "./rows.ts";

const { gentity_get: get } = et;
const { sqrt } = math;

/** The player who did it; undefined for the world and for who has left the teams since he threw or planted it. */
export function attackerOf(entity: number): Player | undefined {
  const attacker = playerOf(entity);
  if (attacker === undefined) return undefined;
  settle(attacker);
  return isPlaying(attacker) ? attacker : undefined;
}

export function relationOf(attacker: Player, target: Player): "enemy" | "team" | "self" {
  if (attacker === target) return "self";
  return attacker.team === target.team ? "team" : "enemy";
}

/** The attacker as {@link readAttacker} found him; the texts are empty where a row has null. */
export const from = {
  x: 0,
  y: 0,
  z: 0,
  distance: 0,
  health: 0,
  weapon: "",
  pitchDeg: "",
  yawDeg: "",
  viewErrorDeg: "",
};

/**
 * Reads how an attacker stands to his target, whose position is known. Whoever was downed before his mine or grenade
 * went off, and waits in limbo, is where he fell: view and weapon in his `ps` are those of another player.
 */
export function readAttacker(attacker: Player, target: Player): void {
  const { slot } = attacker;
  const health = get(slot, "health");
  const isAbsent = health <= 0 && !isInWorld(attacker);
  from.health = health;
  if (isAbsent) {
    from.x = attacker.x;
    from.y = attacker.y;
    from.z = attacker.z;
  } else {
    const origin = get(slot, "ps.origin");
    from.x = origin[0];
    from.y = origin[1];
    from.z = origin[2];
  }
  const dx = target.x - from.x;
  const dy = target.y - from.y;
  const dz = target.z - from.z;
  from.distance = sqrt(dx * dx + dy * dy + dz * dz);
  if (isAbsent) {
    from.weapon = "";
    from.pitchDeg = "";
    from.yawDeg = "";
    from.viewErrorDeg = "";
    return;
  }
  const angles = get(slot, "ps.viewangles");
  const pitch = angles[0];
  const yaw = angles[1];
  from.weapon = orNull(get(slot, "ps.weapon"), 0);
  from.pitchDeg = orNull(pitch, 1);
  from.yawDeg = orNull(yaw, 1);
  from.viewErrorDeg = from.distance > 0 ? orNull(viewError(pitch, yaw, dx, dy, dz), 1) : "";
}
