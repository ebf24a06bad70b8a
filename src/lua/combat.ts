/** Shots, hits and kills, as the engine reports them, with who stood near. */
import { GIB_HEALTH, TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { HIT_REGIONS } from "../format/columns.ts";
import type { Hit, Kill } from "../rules/facts.ts";
import { viewError } from "../rules/geometry.ts";
import { isOn } from "./captures.ts";
import { clock } from "./clock.ts";
import { FIRE_ROW, HIT_ROW, KILL_ROW, WORLD_HIT_ROW, WORLD_KILL_ROW } from "./combat-rows.ts";
import { recordsFire } from "./configuration.ts";
import { noteHit, noteKill } from "./fights.ts";
import { down, gib, noteBodyHit, settle } from "./lives.ts";
import { countNear, near } from "./near.ts";
import { countAlive, isPlaying, playerOf, readPosition, takeHitRegion } from "./players.ts";
import type { Player } from "./players.ts";
import { writeRow } from "./recorder.ts";
import { formatRow, orNull } from "./rows.ts";
import { nextWaveMs } from "./waves.ts";

const { gentity_get: get } = et;
const { sqrt } = math;

const hit: Hit = {
  timeMs: 0,
  attacker: 0,
  target: 0,
  attackerTeam: 0,
  targetTeam: 0,
  isAttackerUp: true,
  damage: 0,
  attackerX: 0,
  attackerY: 0,
  attackerZ: 0,
  targetX: 0,
  targetY: 0,
  targetZ: 0,
};
const kill: Kill = {
  timeMs: 0,
  attacker: 0,
  target: 0,
  attackerTeam: 0,
  targetTeam: 0,
  attackerX: 0,
  attackerY: 0,
  attackerZ: 0,
  targetX: 0,
  targetY: 0,
  targetZ: 0,
};

function relationOf(attacker: Player, target: Player): "enemy" | "team" | "self" {
  if (attacker === target) return "self";
  return attacker.team === target.team ? "team" : "enemy";
}

/** The player who did it; undefined for the world and for whom nobody is there any more. */
function attackerOf(entity: number): Player | undefined {
  const attacker = playerOf(entity);
  return attacker?.isConnected === true ? attacker : undefined;
}

/** A shot, throw, swing or use of an item. */
export function recordFire(slot: number, weapon: number): void {
  const player = playerOf(slot);
  if (player === undefined || !recordsFire(weapon)) return;
  settle(player);
  if (!isPlaying(player)) return;
  const at = get(slot, "ps.origin");
  const angles = get(slot, "ps.viewangles");
  writeRow(
    "combat",
    formatRow(
      FIRE_ROW,
      clock.roundMs,
      slot,
      weapon,
      at[0],
      at[1],
      at[2],
      angles[0],
      angles[1],
      get(slot, "health"),
    ),
  );
}

/** Damage to a player, before his health is reduced. */
export function recordHit(
  targetSlot: number,
  attackerSlot: number,
  damage: number,
  flags: number,
  means: number,
): void {
  const target = playerOf(targetSlot);
  if (target === undefined) return;
  settle(target);
  if (!isPlaying(target)) return;
  const health = get(targetSlot, "health");
  const isWounded = health <= 0;
  let effective = 0;
  if (!isWounded) effective = damage < health ? damage : health;
  if (effective < 0) effective = 0;
  target.healthBefore = health;
  readPosition(target);
  const attacker = attackerOf(attackerSlot);
  if (attacker !== undefined) {
    recordHitByPlayer(target, attacker, damage, effective, flags, means, health);
  } else {
    countNear(target);
    writeRow(
      "combat",
      formatRow(
        WORLD_HIT_ROW,
        clock.roundMs,
        targetSlot,
        means,
        damage,
        effective,
        flags,
        isWounded ? 1 : 0,
        target.x,
        target.y,
        target.z,
        health,
        near.allies,
        near.enemies,
      ),
    );
  }
  if (isWounded && target.isDowned) {
    const relation = attacker === undefined ? "world" : relationOf(attacker, target);
    noteBodyHit(target, attacker, relation, means);
    target.health = health - damage;
    if (health - damage <= GIB_HEALTH) gib(target);
  }
}

function recordHitByPlayer(
  target: Player,
  attacker: Player,
  damage: number,
  effective: number,
  flags: number,
  means: number,
  health: number,
): void {
  settle(attacker);
  const isWounded = health <= 0;
  const relation = relationOf(attacker, target);
  let region = "";
  if (!isWounded && MEANS_OF_DEATH[means]?.hasRegion === true && isOn("hit_region")) {
    const index = takeHitRegion(attacker);
    if (index !== undefined) region = HIT_REGIONS[index] ?? "";
  }
  const { slot } = attacker;
  const at = get(slot, "ps.origin");
  const angles = get(slot, "ps.viewangles");
  const ax = at[0];
  const ay = at[1];
  const az = at[2];
  const { x, y, z } = target;
  const dx = x - ax;
  const dy = y - ay;
  const dz = z - az;
  const distance = sqrt(dx * dx + dy * dy + dz * dz);
  const attackerHealth = get(slot, "health");
  countNear(target);
  const targetAllies = near.allies;
  const targetEnemies = near.enemies;
  countNear(attacker);
  writeRow(
    "combat",
    formatRow(
      HIT_ROW,
      clock.roundMs,
      slot,
      target.slot,
      relation,
      get(slot, "ps.weapon"),
      means,
      damage,
      effective,
      flags,
      region,
      isWounded ? 1 : 0,
      distance,
      ax,
      ay,
      az,
      angles[0],
      angles[1],
      x,
      y,
      z,
      distance > 0 ? orNull(viewError(angles[0], angles[1], dx, dy, dz), 1) : "",
      attackerHealth,
      health,
      near.allies,
      near.enemies,
      targetAllies,
      targetEnemies,
    ),
  );
  if (relation !== "enemy" || effective <= 0) return;
  hit.timeMs = clock.roundMs;
  hit.attacker = slot;
  hit.target = target.slot;
  hit.attackerTeam = attacker.team;
  hit.targetTeam = target.team;
  hit.isAttackerUp = attackerHealth > 0;
  hit.damage = effective;
  hit.attackerX = ax;
  hit.attackerY = ay;
  hit.attackerZ = az;
  hit.targetX = x;
  hit.targetY = y;
  hit.targetZ = z;
  noteHit(hit);
}

function sinceSpawn(player: Player): string {
  return player.spawnMs < 0 ? "" : orNull(clock.roundMs - player.spawnMs, 0);
}

/** A player was downed. */
export function recordKill(victimSlot: number, killerSlot: number, means: number): void {
  const victim = playerOf(victimSlot);
  if (victim === undefined) return;
  settle(victim);
  if (!isPlaying(victim)) return;
  readPosition(victim);
  victim.isAlive = false;
  if (victim.life === 0) victim.life = 1;
  const killer = attackerOf(killerSlot);
  const health = get(victimSlot, "health");
  const weapon = get(victimSlot, "ps.weapon");
  const wave = orNull(nextWaveMs(victim.team, clock.roundMs), 0);
  countNear(victim);
  if (killer !== undefined) {
    recordKillByPlayer(victim, killer, means, weapon, wave);
  } else {
    writeRow(
      "combat",
      formatRow(
        WORLD_KILL_ROW,
        clock.roundMs,
        victimSlot,
        means,
        victim.x,
        victim.y,
        victim.z,
        victim.healthBefore,
        victim.playerClass,
        weapon,
        victim.life,
        near.allies,
        near.enemies,
        countAlive(TEAM_AXIS),
        countAlive(TEAM_ALLIES),
        sinceSpawn(victim),
        wave,
      ),
    );
  }
  victim.health = health;
  down(victim);
  if (health <= GIB_HEALTH) {
    noteBodyHit(victim, killer, killer === undefined ? "world" : relationOf(killer, victim), means);
    gib(victim);
  }
}

function recordKillByPlayer(
  victim: Player,
  killer: Player,
  means: number,
  victimWeapon: number,
  wave: string,
): void {
  if (killer !== victim) settle(killer);
  const relation = relationOf(killer, victim);
  const victimAllies = near.allies;
  const victimEnemies = near.enemies;
  const { slot } = killer;
  const at = get(slot, "ps.origin");
  const angles = get(slot, "ps.viewangles");
  const { x, y, z } = victim;
  const dx = x - at[0];
  const dy = y - at[1];
  const dz = z - at[2];
  const distance = sqrt(dx * dx + dy * dy + dz * dz);
  countNear(killer);
  writeRow(
    "combat",
    formatRow(
      KILL_ROW,
      clock.roundMs,
      slot,
      victim.slot,
      relation,
      get(slot, "ps.weapon"),
      means,
      distance,
      at[0],
      at[1],
      at[2],
      angles[0],
      angles[1],
      x,
      y,
      z,
      distance > 0 ? orNull(viewError(angles[0], angles[1], dx, dy, dz), 1) : "",
      get(slot, "health"),
      victim.healthBefore,
      killer.playerClass,
      victim.playerClass,
      victimWeapon,
      victim.life,
      near.allies,
      near.enemies,
      victimAllies,
      victimEnemies,
      countAlive(TEAM_AXIS),
      countAlive(TEAM_ALLIES),
      sinceSpawn(killer),
      sinceSpawn(victim),
      wave,
    ),
  );
  if (relation !== "enemy") return;
  kill.timeMs = clock.roundMs;
  kill.attacker = slot;
  kill.target = victim.slot;
  kill.attackerTeam = killer.team;
  kill.targetTeam = victim.team;
  kill.attackerX = at[0];
  kill.attackerY = at[1];
  kill.attackerZ = at[2];
  kill.targetX = x;
  kill.targetY = y;
  kill.targetZ = z;
  noteKill(kill);
}
