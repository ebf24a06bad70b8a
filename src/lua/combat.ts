/** Shots, hits and kills, as the engine reports them, with who stood near. */
import { GIB_HEALTH, STAT_HEALTH, TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { HIT_REGIONS } from "../format/columns.ts";
import type { Hit, Kill } from "../rules/facts.ts";
import { attackerOf, from, readAttacker, relationOf } from "./attacker.ts";
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
  target.hitMs = clock.roundMs;
  target.healthBefore = damage < health ? health - damage : health;
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
  const isWounded = health <= 0;
  const relation = relationOf(attacker, target);
  let region = "";
  if (!isWounded && MEANS_OF_DEATH[means]?.hasRegion === true && isOn("hit_region")) {
    const index = takeHitRegion(attacker);
    if (index !== undefined) region = HIT_REGIONS[index] ?? "";
  }
  readAttacker(attacker, target);
  countNear(target);
  const targetAllies = near.allies;
  const targetEnemies = near.enemies;
  countNear(attacker);
  writeRow(
    "combat",
    formatRow(
      HIT_ROW,
      clock.roundMs,
      attacker.slot,
      target.slot,
      relation,
      from.weapon,
      means,
      damage,
      effective,
      flags,
      region,
      isWounded ? 1 : 0,
      from.distance,
      from.x,
      from.y,
      from.z,
      from.pitchDeg,
      from.yawDeg,
      target.x,
      target.y,
      target.z,
      from.viewErrorDeg,
      from.health,
      health,
      near.allies,
      near.enemies,
      targetAllies,
      targetEnemies,
    ),
  );
  if (relation !== "enemy" || effective <= 0) return;
  hit.timeMs = clock.roundMs;
  hit.attacker = attacker.slot;
  hit.target = target.slot;
  hit.attackerTeam = attacker.team;
  hit.targetTeam = target.team;
  hit.isAttackerUp = from.health > 0;
  hit.damage = effective;
  hit.attackerX = from.x;
  hit.attackerY = from.y;
  hit.attackerZ = from.z;
  hit.targetX = target.x;
  hit.targetY = target.y;
  hit.targetZ = target.z;
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
  // Nothing is damaged before `/kill`: what is left of the health then is the copy of the last frame.
  if (victim.hitMs !== clock.roundMs) victim.healthBefore = get(victimSlot, "ps.stats", STAT_HEALTH);
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
  const relation = relationOf(killer, victim);
  const victimAllies = near.allies;
  const victimEnemies = near.enemies;
  readAttacker(killer, victim);
  countNear(killer);
  writeRow(
    "combat",
    formatRow(
      KILL_ROW,
      clock.roundMs,
      killer.slot,
      victim.slot,
      relation,
      from.weapon,
      means,
      from.distance,
      from.x,
      from.y,
      from.z,
      from.pitchDeg,
      from.yawDeg,
      victim.x,
      victim.y,
      victim.z,
      from.viewErrorDeg,
      from.health,
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
  kill.attacker = killer.slot;
  kill.target = victim.slot;
  kill.attackerTeam = killer.team;
  kill.targetTeam = victim.team;
  kill.attackerX = from.x;
  kill.attackerY = from.y;
  kill.attackerZ = from.z;
  kill.targetX = victim.x;
  kill.targetY = victim.y;
  kill.targetZ = victim.z;
  noteKill(kill);
}
