/** Shots, hits and kills, as the engine reports them, with who stood near. */
import { GIB_HEALTH, STAT_HEALTH } from "../engine/players.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { HIT_REGIONS } from "../format/columns.ts";
import type { HitRegion } from "../format/columns.ts";
import type { Hit } from "../rules/facts.ts";
import { from, readAttacker, relationOf } from "./attacker.ts";
import { isOn, markByState } from "./captures.ts";
import { clock } from "./clock.ts";
import { FIRE_ROW, HIT_ROWS, KILL_ROWS, WORLD_HIT_ROW, WORLD_KILL_ROW } from "./combat-rows.ts";
import { recordsFire } from "./configuration.ts";
import { applyHit, applyKill } from "./fights.ts";
import { down, gib, rememberBodyHit, onUntoldDeath, playingIn, applyAllAnnouncements } from "./lives.ts";
import { countNear, near } from "./near.ts";
import { takeHitRegion } from "./hit-regions.ts";
import { readPosition } from "./movement.ts";
import { countAlive, goWhereSeen, isInWorld } from "./players.ts";
import type { Player } from "./players.ts";
import { writeRow } from "./recorder.ts";
import type { NumberText } from "./row-types.ts";
import { formatRow, NO_NUMBER, orNull } from "./rows.ts";
import { sideOf } from "./sides.ts";
import { carriedBy } from "./objectives/carrying.ts";
import { actOf } from "./objectives/memory.ts";
import { nextWaveMs } from "./waves.ts";
import { reader } from "./reader.ts";

const getShot = reader(["fire", "mounted_fire"], ["health", "ps.origin", "ps.viewangles"]);
const getHit = reader(["hit"], ["health"]);
const getKill = reader(["kill"], ["health", "ps.stats", "ps.weapon"]);

/** No slot of a player: the engine's number of the world. */
const NOBODY = 1022;
/** `MOD_UNKNOWN` and `WP_NONE`. */
const MEANS_UNKNOWN = 0;
const NO_WEAPON = 0;

/** Reused for every hit to avoid garbage; rules must copy what they keep. */
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

/** Makes {@link hit} tell who attacked whom, and where; it is a kill as well. */
function tellAttack(attacker: Player, target: Player): void {
  hit.timeMs = clock.roundMs;
  hit.attacker = attacker.slot;
  hit.target = target.slot;
  hit.attackerTeam = attacker.team;
  hit.targetTeam = target.team;
  hit.attackerX = from.x;
  hit.attackerY = from.y;
  hit.attackerZ = from.z;
  hit.targetX = target.x;
  hit.targetY = target.y;
  hit.targetZ = target.z;
}

/** A shot, throw, swing or use of an item. */
export function recordFire(slot: number, weapon: number): void {
  if (!recordsFire(weapon) || playingIn(slot) === undefined) return;
  const at = getShot(slot, "ps.origin");
  const angles = getShot(slot, "ps.viewangles");
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
      getShot(slot, "health"),
    ),
  );
}

/** Damage to a player, before their health is reduced. */
export function recordHit(
  targetSlot: number,
  attackerSlot: number,
  damage: number,
  flags: number,
  means: number,
): void {
  // A player who came into the world since the frame may be near.
  applyAllAnnouncements();
  const target = playingIn(targetSlot);
  if (target === undefined) return;
  const health = getHit(targetSlot, "health");
  const isWounded = health <= 0;
  let effective = 0;
  if (!isWounded) effective = damage < health ? damage : health;
  if (effective < 0) effective = 0;
  target.hitMs = clock.roundMs;
  target.healthBefore = damage < health ? health - damage : health;
  target.health = target.healthBefore;
  readPosition(target);
  if (!isWounded && damage >= health) doom(target, attackerSlot, means);
  const attacker = playingIn(attackerSlot);
  if (attacker !== undefined) {
    recordHitByPlayer(target, attacker, damage, effective, flags, means, health);
  } else {
    countNear(target, target);
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
        near.targetAllies,
        near.targetEnemies,
      ),
    );
  }
  if (isWounded && target.isDowned) {
    const relation = attacker === undefined ? "world" : relationOf(attacker, target);
    rememberBodyHit(target, attacker, relation, means);
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
  let region: HitRegion | "" = "";
  if (!isWounded && MEANS_OF_DEATH[means]?.hasRegion === true && isOn("hit_region")) {
    const index = takeHitRegion(attacker);
    if (index !== undefined) region = HIT_REGIONS[index] ?? "";
  }
  readAttacker(attacker, target);
  countNear(target, attacker);
  writeRow(
    "combat",
    formatRow(
      HIT_ROWS[from.sight],
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
      near.attackerAllies,
      near.attackerEnemies,
      near.targetAllies,
      near.targetEnemies,
    ),
  );
  if (relation !== "enemy" || effective <= 0) return;
  tellAttack(attacker, target);
  hit.isAttackerUp = from.health > 0;
  hit.damage = effective;
  applyHit(hit);
}

function sinceSpawn(player: Player): NumberText {
  return player.spawnMs < 0 ? NO_NUMBER : orNull(clock.roundMs - player.spawnMs, 0);
}

/** A player was downed. */
export function recordKill(victimSlot: number, killerSlot: number, means: number): void {
  applyAllAnnouncements();
  const victim = playingIn(victimSlot);
  if (victim !== undefined) kill(victim, killerSlot, means, true);
}

/** Players whom a hit since the last frame should have killed. */
let doomed: Player[] = [];

function doom(target: Player, attackerSlot: number, means: number): void {
  if (!target.isDoomed) doomed.push(target);
  target.isDoomed = true;
  target.doomedBy = attackerSlot;
  target.doomedMeans = means;
}

/**
 * Who should have been killed since the last frame, and lies dead, was killed, also where nothing told of it: another
 * module may keep et_Obituary from this one. To be called before the round's time goes on, so that the kill has that of the hit.
 */
export function recordDoomedKills(): void {
  if (doomed.length === 0) return;
  const all = doomed;
  doomed = [];
  for (const player of all) {
    player.isDoomed = false;
    if (player.isAlive && isInWorld(player) && getKill(player.slot, "health") <= 0) {
      markByState("kill");
      kill(player, player.doomedBy, player.doomedMeans, true);
    }
  }
}

/** Forgets whom a hit should have killed; to be called when a round begins. */
export function resetDoomed(): void {
  doomed = [];
}

/**
 * A player turned out to be dead, and nothing told how. `isBodyThere`: the body lies in the world; else the player's state is
 * that of another one, or of a new life.
 */
function recordUntoldDeath(player: Player, isBodyThere: boolean): void {
  markByState("kill");
  kill(player, NOBODY, MEANS_UNKNOWN, isBodyThere);
}
onUntoldDeath(recordUntoldDeath);

function kill(victim: Player, killerSlot: number, means: number, isBodyThere: boolean): void {
  const victimSlot = victim.slot;
  if (isBodyThere) readPosition(victim);
  else goWhereSeen(victim);
  victim.isAlive = false;
  if (victim.life === 0) victim.life = 1;
  const killer = playingIn(killerSlot);
  const health = isBodyThere ? getKill(victimSlot, "health") : 0;
  if (victim.hitMs !== clock.roundMs) {
    // No damage was told: the copy of the last frame has the health before. `/kill` and a change of team clear both.
    const copy = isBodyThere ? getKill(victimSlot, "ps.stats", STAT_HEALTH) : 0;
    victim.healthBefore = copy > 0 ? copy : victim.health;
  }
  const weapon = isBodyThere ? getKill(victimSlot, "ps.weapon") : NO_WEAPON;
  const wave = orNull(nextWaveMs(victim.team, clock.roundMs), 0);
  const carried = isOn("objectives") ? orNull(carriedBy(victim, isBodyThere), 0) : NO_NUMBER;
  if (killer !== undefined) {
    recordKillByPlayer(victim, killer, means, weapon, wave, carried);
  } else {
    const [axisAlive, alliesAlive] = countAlive();
    countNear(victim, victim);
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
        near.targetAllies,
        near.targetEnemies,
        axisAlive,
        alliesAlive,
        sinceSpawn(victim),
        wave,
        carried,
        actOf(victim),
        sideOf(victim.team),
      ),
    );
  }
  victim.health = health;
  down(victim);
  if (health <= GIB_HEALTH) {
    rememberBodyHit(victim, killer, killer === undefined ? "world" : relationOf(killer, victim), means);
    gib(victim);
  }
}

function recordKillByPlayer(
  victim: Player,
  killer: Player,
  means: number,
  victimWeapon: number,
  wave: NumberText,
  carried: NumberText,
): void {
  const relation = relationOf(killer, victim);
  const [axisAlive, alliesAlive] = countAlive();
  readAttacker(killer, victim);
  countNear(victim, killer);
  writeRow(
    "combat",
    formatRow(
      KILL_ROWS[from.sight],
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
      near.attackerAllies,
      near.attackerEnemies,
      near.targetAllies,
      near.targetEnemies,
      axisAlive,
      alliesAlive,
      sinceSpawn(killer),
      sinceSpawn(victim),
      wave,
      carried,
      actOf(victim),
      sideOf(victim.team),
    ),
  );
  if (relation !== "enemy") return;
  tellAttack(killer, victim);
  applyKill(hit);
}
