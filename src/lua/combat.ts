/** Shots, hits and kills, as the engine reports them, with who stood near. */
import { ENTITY_WORLD, GIB_HEALTH, TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { HIT_REGIONS } from "../format/columns.ts";
import type { Hit, Kill } from "../rules/facts.ts";
import { viewError } from "../rules/geometry.ts";
import { isOn } from "./captures.ts";
import { clock } from "./clock.ts";
import { config, recordsFire } from "./configuration.ts";
import { noteHit, noteKill } from "./fights.ts";
import { down, gib, noteBodyHit, settle } from "./lives.ts";
import { countAlive, isPlaying, isSlot, players, readPosition, takeHitRegion } from "./players.ts";
import { writeRow } from "./recorder.ts";
import { orNull, rowFormat } from "./rows.ts";
import { nextWaveMs } from "./waves.ts";

const FIRE_ROW = rowFormat("combat", [
  "time_ms",
  "event=fire",
  "attacker_slot",
  "weapon",
  "attacker_x",
  "attacker_y",
  "attacker_z",
  "attacker_pitch_deg",
  "attacker_yaw_deg",
  "attacker_health",
]);
const HIT_ROW = rowFormat("combat", [
  "time_ms",
  "event=hit",
  "attacker_slot",
  "target_slot",
  "relation",
  "weapon",
  "means_of_death",
  "damage",
  "damage_effective",
  "damage_flags",
  "hit_region?",
  "target_is_wounded",
  "distance_units",
  "attacker_x",
  "attacker_y",
  "attacker_z",
  "attacker_pitch_deg",
  "attacker_yaw_deg",
  "target_x",
  "target_y",
  "target_z",
  "view_error_deg?",
  "attacker_health",
  "target_health",
  "attacker_allies_near",
  "attacker_enemies_near",
  "target_allies_near",
  "target_enemies_near",
]);
const WORLD_HIT_ROW = rowFormat("combat", [
  "time_ms",
  "event=hit",
  "target_slot",
  "relation=world",
  "means_of_death",
  "damage",
  "damage_effective",
  "damage_flags",
  "target_is_wounded",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_allies_near",
  "target_enemies_near",
]);
const KILL_ROW = rowFormat("combat", [
  "time_ms",
  "event=kill",
  "attacker_slot",
  "target_slot",
  "relation",
  "weapon",
  "means_of_death",
  "distance_units",
  "attacker_x",
  "attacker_y",
  "attacker_z",
  "attacker_pitch_deg",
  "attacker_yaw_deg",
  "target_x",
  "target_y",
  "target_z",
  "view_error_deg?",
  "attacker_health",
  "target_health",
  "attacker_class",
  "target_class",
  "target_weapon",
  "target_life",
  "attacker_allies_near",
  "attacker_enemies_near",
  "target_allies_near",
  "target_enemies_near",
  "axis_alive",
  "allies_alive",
  "attacker_since_spawn_ms?",
  "target_since_spawn_ms?",
  "target_next_wave_ms?",
]);
const WORLD_KILL_ROW = rowFormat("combat", [
  "time_ms",
  "event=kill",
  "target_slot",
  "relation=world",
  "means_of_death",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_class",
  "target_weapon",
  "target_life",
  "target_allies_near",
  "target_enemies_near",
  "axis_alive",
  "allies_alive",
  "target_since_spawn_ms?",
  "target_next_wave_ms?",
]);

/** Health of each target before its last hit; the obituary comes when it is gone. */
const healthBefore: number[] = [];

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

/** Allies and enemies near a player, as {@link countNear} found them. */
const near = { allies: 0, enemies: 0 };

/** Counts the living players within the near distance of a player, himself apart. */
function countNear(slot: number): void {
  const { x: xs, y: ys, z: zs, team: teams, isAlive, playing } = players;
  const x = xs[slot] ?? 0;
  const y = ys[slot] ?? 0;
  const z = zs[slot] ?? 0;
  const team = teams[slot];
  const limit = config.nearUnits * config.nearUnits;
  let allies = 0;
  let enemies = 0;
  for (const index of $range(0, players.playingCount - 1)) {
    const other = playing[index] ?? 0;
    if (isAlive[other] !== true || other === slot) continue;
    const dx = (xs[other] ?? 0) - x;
    const dy = (ys[other] ?? 0) - y;
    const dz = (zs[other] ?? 0) - z;
    if (dx * dx + dy * dy + dz * dz > limit) continue;
    if (teams[other] === team) allies += 1;
    else enemies += 1;
  }
  near.allies = allies;
  near.enemies = enemies;
}

function relationOf(attacker: number, target: number): "enemy" | "team" | "self" {
  if (attacker === target) return "self";
  return players.team[attacker] === players.team[target] ? "team" : "enemy";
}

/** A shot, throw, swing or use of an item. */
export function recordFire(slot: number, weapon: number): void {
  if (!isSlot(slot) || !recordsFire(weapon)) return;
  settle(slot);
  if (!isPlaying(slot)) return;
  const at = et.gentity_get(slot, "ps.origin");
  const angles = et.gentity_get(slot, "ps.viewangles");
  writeRow(
    "combat",
    FIRE_ROW,
    clock.roundMs,
    slot,
    weapon,
    at[0],
    at[1],
    at[2],
    angles[0],
    angles[1],
    et.gentity_get(slot, "health"),
  );
}

/** Damage to a player, before his health is reduced. */
export function recordHit(
  target: number,
  attacker: number,
  damage: number,
  flags: number,
  means: number,
): void {
  if (!isSlot(target)) return;
  settle(target);
  if (!isPlaying(target)) return;
  const health = et.gentity_get(target, "health");
  const isWounded = health <= 0;
  let effective = 0;
  if (!isWounded) effective = damage < health ? damage : health;
  if (effective < 0) effective = 0;
  healthBefore[target] = health;
  readPosition(target);
  const isByPlayer = isSlot(attacker) && players.isConnected[attacker] === true;
  if (isByPlayer) {
    recordHitByPlayer(target, attacker, damage, effective, flags, means, health);
  } else {
    countNear(target);
    writeRow(
      "combat",
      WORLD_HIT_ROW,
      clock.roundMs,
      target,
      means,
      damage,
      effective,
      flags,
      isWounded ? 1 : 0,
      players.x[target] ?? 0,
      players.y[target] ?? 0,
      players.z[target] ?? 0,
      health,
      near.allies,
      near.enemies,
    );
  }
  if (isWounded && players.isDowned[target] === true) {
    const relation = isByPlayer ? relationOf(attacker, target) : "world";
    noteBodyHit(target, isByPlayer ? attacker : undefined, relation, means);
    players.health[target] = health - damage;
    if (health - damage <= GIB_HEALTH) gib(target);
  }
}

function recordHitByPlayer(
  target: number,
  attacker: number,
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
  const at = et.gentity_get(attacker, "ps.origin");
  const angles = et.gentity_get(attacker, "ps.viewangles");
  const ax = at[0];
  const ay = at[1];
  const az = at[2];
  const x = players.x[target] ?? 0;
  const y = players.y[target] ?? 0;
  const z = players.z[target] ?? 0;
  const dx = x - ax;
  const dy = y - ay;
  const dz = z - az;
  const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
  const attackerHealth = et.gentity_get(attacker, "health");
  countNear(target);
  const targetAllies = near.allies;
  const targetEnemies = near.enemies;
  countNear(attacker);
  writeRow(
    "combat",
    HIT_ROW,
    clock.roundMs,
    attacker,
    target,
    relation,
    et.gentity_get(attacker, "ps.weapon"),
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
  );
  if (relation !== "enemy" || effective <= 0) return;
  hit.timeMs = clock.roundMs;
  hit.attacker = attacker;
  hit.target = target;
  hit.attackerTeam = players.team[attacker] ?? 0;
  hit.targetTeam = players.team[target] ?? 0;
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

function sinceSpawn(slot: number): string {
  const spawnMs = players.spawnMs[slot] ?? -1;
  return spawnMs < 0 ? "" : orNull(clock.roundMs - spawnMs, 0);
}

/** A player was downed. */
export function recordKill(victim: number, killer: number, means: number): void {
  if (!isSlot(victim)) return;
  settle(victim);
  if (!isPlaying(victim)) return;
  readPosition(victim);
  players.isAlive[victim] = false;
  if (players.life[victim] === 0) players.life[victim] = 1;
  const isByPlayer = isSlot(killer) && killer !== ENTITY_WORLD && players.isConnected[killer] === true;
  const health = et.gentity_get(victim, "health");
  const weapon = et.gentity_get(victim, "ps.weapon");
  const wave = orNull(nextWaveMs(players.team[victim] ?? 0, clock.roundMs), 0);
  countNear(victim);
  if (isByPlayer) {
    recordKillByPlayer(victim, killer, means, weapon, wave);
  } else {
    writeRow(
      "combat",
      WORLD_KILL_ROW,
      clock.roundMs,
      victim,
      means,
      players.x[victim] ?? 0,
      players.y[victim] ?? 0,
      players.z[victim] ?? 0,
      healthBefore[victim] ?? 0,
      players.playerClass[victim] ?? 0,
      weapon,
      players.life[victim] ?? 1,
      near.allies,
      near.enemies,
      countAlive(TEAM_AXIS),
      countAlive(TEAM_ALLIES),
      sinceSpawn(victim),
      wave,
    );
  }
  players.health[victim] = health;
  down(victim);
  if (health <= GIB_HEALTH) {
    const relation = isByPlayer ? relationOf(killer, victim) : "world";
    noteBodyHit(victim, isByPlayer ? killer : undefined, relation, means);
    gib(victim);
  }
}

function recordKillByPlayer(
  victim: number,
  killer: number,
  means: number,
  victimWeapon: number,
  wave: string,
): void {
  if (killer !== victim) settle(killer);
  const relation = relationOf(killer, victim);
  const victimAllies = near.allies;
  const victimEnemies = near.enemies;
  const at = et.gentity_get(killer, "ps.origin");
  const angles = et.gentity_get(killer, "ps.viewangles");
  const x = players.x[victim] ?? 0;
  const y = players.y[victim] ?? 0;
  const z = players.z[victim] ?? 0;
  const dx = x - at[0];
  const dy = y - at[1];
  const dz = z - at[2];
  const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
  countNear(killer);
  writeRow(
    "combat",
    KILL_ROW,
    clock.roundMs,
    killer,
    victim,
    relation,
    et.gentity_get(killer, "ps.weapon"),
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
    et.gentity_get(killer, "health"),
    healthBefore[victim] ?? 0,
    players.playerClass[killer] ?? 0,
    players.playerClass[victim] ?? 0,
    victimWeapon,
    players.life[victim] ?? 1,
    near.allies,
    near.enemies,
    victimAllies,
    victimEnemies,
    countAlive(TEAM_AXIS),
    countAlive(TEAM_ALLIES),
    sinceSpawn(killer),
    sinceSpawn(victim),
    wave,
  );
  if (relation !== "enemy") return;
  kill.timeMs = clock.roundMs;
  kill.attacker = killer;
  kill.target = victim;
  kill.attackerTeam = players.team[killer] ?? 0;
  kill.targetTeam = players.team[victim] ?? 0;
  kill.attackerX = at[0];
  kill.attackerY = at[1];
  kill.attackerZ = at[2];
  kill.targetX = x;
  kill.targetY = y;
  kill.targetZ = z;
  noteKill(kill);
}
