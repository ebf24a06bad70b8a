/** Who plays and lives: identities, joining and leaving, spawns, revives, and what becomes of the downed. */
import { TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import type { Relation } from "../format/columns.ts";
import { CAPTURES } from "../format/file.ts";
import { guard } from "./captures.ts";
import { clock } from "./clock.ts";
import { applyDown, applyLeave, applySpawn } from "./fights.ts";
import { forgetClient, hasOtherRole, hasIdentityChanged, readIdentity } from "./identity.ts";
import {
  GIB_ROW,
  JOIN_ROW,
  LEAVE_ROW,
  REVIVE_BY_NOBODY_ROW,
  REVIVE_ROW,
  SPAWN_ROW,
  TAPOUT_ROW,
} from "./lives-rows.ts";
import { resetMovement, resumeMovement } from "./movement.ts";
import {
  isInWorld,
  isOutOfLimbo,
  isPlaying,
  listPlayer,
  markDirty,
  rememberPlace,
  playerOf,
  players,
  roster,
} from "./players.ts";
import type { Player } from "./players.ts";
import { writePlayerNote, writeRow } from "./recorder.ts";
import { formatRow, NO_NUMBER, orNull } from "./rows.ts";
import { distanceBetween } from "../rules/geometry.ts";
import { reader } from "./reader.ts";

const get = reader(CAPTURES, ["health"]);
const getRevive = reader(["revive"], ["pers.lastrevive_client", "ps.origin"]);

/** A body that damage took below this health is forced into limbo; source: `bg_public.h`. */
const FORCE_LIMBO_HEALTH = -113;

/** The slot whose identity is read again next, in turn. */
let nextIdentity = 0;

/** Who was downed at the last look, in the order of the slots, and whether others are since. */
let downed: Player[] = [];
let hasDownedChanged = false;

/** How a death is recorded that nothing told. */
let recordUntold: ((player: Player, isBodyThere: boolean) => void) | undefined;

/** Takes how a death is recorded that nothing told: what a kill is, is known elsewhere. */
export function onUntoldDeath(record: (player: Player, isBodyThere: boolean) => void): void {
  recordUntold = record;
}

/** A player who was alive turned out to be dead: records the kill, unless the capture is off. */
function handleUntoldDeath(player: Player, isBodyThere: boolean): void {
  if (recordUntold !== undefined) guard("kill", recordUntold, player, isBodyThere);
  if (!player.isAlive) return;
  player.isAlive = false;
  applyDown(player.slot);
}

/** Nobody who is alive is revived or comes into the world: where that happens, there was a death that nothing told. */
function missDeath(player: Player): void {
  if (player.isAlive && player.spawnMs < clock.roundMs) handleUntoldDeath(player, false);
}

/** Resets all state. Call at round start. */
export function resetLives(): void {
  nextIdentity = 0;
  downed = [];
  hasDownedChanged = false;
}

/** Remembers who damaged a downed body, in case it does not survive. */
export function rememberBodyHit(
  player: Player,
  attacker: Player | undefined,
  relation: Relation,
  means: number,
): void {
  player.bodyHit.attacker = orNull(attacker?.slot, 0);
  player.bodyHit.relation = relation;
  player.bodyHit.means = orNull(means, 0);
}

/** Reads a slot's identity and writes what has changed. */
function updateIdentity(player: Player): void {
  // Another player may have come into the slot since.
  if (player.hasLeft) removeClient(player);
  const oldTeam = player.team;
  const wasPlaying = isPlaying(player);
  if (!readIdentity(player)) return;
  const hasMoved = player.team !== oldTeam;
  if (wasPlaying && hasMoved) leave(player);
  if (player.isConnected) writePlayerNote(player);
  if (!hasMoved) return;
  listPlayer(player);
  if (isPlaying(player)) writeRow("combat", formatRow(JOIN_ROW, clock.roundMs, player.slot));
}

function leave(player: Player): void {
  player.isAlive = false;
  player.isDowned = false;
  writeRow("combat", formatRow(LEAVE_ROW, clock.roundMs, player.slot));
  applyLeave(player.slot);
}

/** The client disconnects. While the match is paused that is written when it goes on. */
export function disconnect(player: Player): void {
  if (!clock.isPaused) {
    removeClient(player);
    return;
  }
  player.hasLeft = true;
  markDirty(player);
}

/** Forgets a client who has left. The engine still shows the client until the frame is over: the slot is not read now. */
function removeClient(player: Player): void {
  player.hasLeft = false;
  player.isReviving = false;
  player.isDirty = false;
  if (isPlaying(player)) leave(player);
  forgetClient(player);
  listPlayer(player);
}

/** The engine announces a spawn. Whether the player is in the world shows later: see {@link applyAnnouncements}. */
export function announceSpawn(player: Player, isRevived: boolean): void {
  roster.hasNews = true;
  if (isRevived) player.isReviving = true;
  else player.isSpawning = true;
}

/** Takes over what the engine announced about a slot, before anything is recorded about it. */
function applyAnnouncements(player: Player): void {
  const { isSpawning } = player;
  if (player.isDirty || (isSpawning && hasOtherRole(player))) updateIdentity(player);
  if (player.isReviving) revive(player, medicOf(player));
  if (!isSpawning) return;
  player.isSpawning = false;
  missDeath(player);
  if (player.isDowned) endBody(player);
  if (isInWorld(player) && get(player.slot, "health") > 0) spawn(player);
}

/** Takes over what the engine announced since the last look, so that all that is recorded now knows it. */
export function applyAllAnnouncements(): void {
  if (!roster.hasNews) return;
  roster.hasNews = false;
  for (const slot of $range(0, roster.slots - 1)) {
    const player = players[slot];
    if (player !== undefined && (player.isDirty || player.isSpawning || player.isReviving))
      applyAnnouncements(player);
  }
}

/** Who plays in the slot of an entity, as of now; undefined for the world, for spectators and for who has left. */
export function playingIn(entity: number): Player | undefined {
  const player = players[entity];
  if (player === undefined) return undefined;
  if (player.isDirty || player.isSpawning || player.isReviving) applyAnnouncements(player);
  const { team } = player;
  return team === TEAM_AXIS || team === TEAM_ALLIES ? player : undefined;
}

function comeAlive(player: Player): void {
  player.isAlive = true;
  player.isDowned = false;
  player.health = get(player.slot, "health");
  resumeMovement(player);
  rememberPlace(player);
}

function spawn(player: Player): void {
  comeAlive(player);
  resetMovement(player);
  player.wasDead = false;
  player.life += 1;
  player.spawnMs = clock.roundMs;
  applySpawn(player.slot);
  const { slot, x, y, z, health, playerClass, life } = player;
  writeRow("combat", formatRow(SPAWN_ROW, clock.roundMs, slot, x, y, z, health, playerClass, life));
}

/** Who revived a player, by the engine's note of it; for servers without et_Revive. */
function medicOf(player: Player): Player | undefined {
  const medic = playerOf(getRevive(player.slot, "pers.lastrevive_client"));
  return medic !== undefined && medic !== player && isPlaying(medic) ? medic : undefined;
}

/** The player is revived; the life goes on. */
export function revive(player: Player, medic: Player | undefined): void {
  player.isReviving = false;
  if (!isPlaying(player)) return;
  missDeath(player);
  comeAlive(player);
  if (player.life === 0) player.life = 1;
  player.wasDead = false;
  const { slot, x, y, z, health, playerClass, life } = player;
  if (medic === undefined) {
    writeRow(
      "combat",
      formatRow(REVIVE_BY_NOBODY_ROW, clock.roundMs, slot, x, y, z, health, playerClass, life),
    );
    return;
  }
  const at = getRevive(medic.slot, "ps.origin");
  writeRow(
    "combat",
    formatRow(
      REVIVE_ROW,
      clock.roundMs,
      medic.slot,
      slot,
      distanceBetween(at[0], at[1], at[2], x, y, z),
      at[0],
      at[1],
      at[2],
      x,
      y,
      z,
      get(medic.slot, "health"),
      health,
      medic.playerClass,
      playerClass,
      life,
    ),
  );
}

/** The player was downed. */
export function down(player: Player): void {
  player.isAlive = false;
  player.isDowned = true;
  hasDownedChanged = true;
  player.bodyHit.attacker = NO_NUMBER;
  player.bodyHit.relation = "";
  player.bodyHit.means = NO_NUMBER;
  applyDown(player.slot);
}

/** A downed body is gone: destroyed by damage, or given up by the player. */
function endBody(player: Player): void {
  player.isDowned = false;
  if (player.bodyHit.means !== "" && player.health < FORCE_LIMBO_HEALTH) {
    gib(player);
    return;
  }
  const { slot, x, y, z, life } = player;
  const health = get(slot, "health");
  writeRow(
    "combat",
    formatRow(TAPOUT_ROW, clock.roundMs, slot, x, y, z, health > 0 ? player.health : health, life),
  );
}

/** The downed body was destroyed, by whom {@link rememberBodyHit} remembers. */
export function gib(player: Player): void {
  player.isDowned = false;
  const { bodyHit, slot, x, y, z, health, life } = player;
  const { attacker, relation, means } = bodyHit;
  writeRow(
    "combat",
    formatRow(GIB_ROW, clock.roundMs, attacker, slot, relation, means, x, y, z, health, life),
  );
}

/** Looks at the identity of one slot in turn, in case the engine said nothing. */
export function checkIdentity(): void {
  const player = players[nextIdentity];
  nextIdentity = nextIdentity + 1 < roster.slots ? nextIdentity + 1 : 0;
  if (player !== undefined && hasIdentityChanged(player)) updateIdentity(player);
}

/** A body lies where it fell, unless a revive was not announced. */
function followBody(player: Player): void {
  const health = get(player.slot, "health");
  if (health > 0) revive(player, undefined);
  else player.health = health;
}

/** Whether {@link trackDowned} has anything to do. */
export function isAnyoneDown(): boolean {
  return hasDownedChanged || downed.length > 0;
}

/** Follows the fate of the downed: in every frame, so all players are walked only when there are others than before. */
export function trackDowned(): void {
  if (hasDownedChanged) {
    hasDownedChanged = false;
    downed = [];
    for (let player = roster.first; player !== undefined; player = player.next) {
      if (player.isDowned) downed.push(player);
    }
  }
  for (const player of downed) {
    // Who is not downed any more leaves the list with the next frame.
    if (!player.isDowned) hasDownedChanged = true;
    else if (!isOutOfLimbo(player)) endBody(player);
    else followBody(player);
  }
}

/**
 * Reads who lives, and how healthy they are. The callbacks tell of every spawn, revive and death, but the recording may
 * have begun in the middle of a life, and another module may have kept a callback from this one.
 */
export function checkLives(): void {
  for (let player = roster.first; player !== undefined; player = player.next) {
    const health = get(player.slot, "health");
    if (player.isAlive) {
      if (health > 0 && isOutOfLimbo(player)) {
        player.health = health;
        rememberPlace(player);
      } else {
        handleUntoldDeath(player, isOutOfLimbo(player));
      }
    } else if (health > 0 && !player.isDowned && isOutOfLimbo(player)) {
      comeAlive(player);
      // Who lay dead when the modules were reloaded has another life since.
      if (player.life === 0 || player.wasDead) player.life += 1;
      player.wasDead = false;
    }
  }
}
