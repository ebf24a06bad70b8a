/** Who plays and lives: identities, joining and leaving, spawns, revives, and what becomes of the downed. */
import { MAX_CLIENTS } from "../engine/players.ts";
import { clock } from "./clock.ts";
import { config } from "./configuration.ts";
import { noteDown, noteLeave, noteSpawn } from "./fights.ts";
import {
  forgetClient,
  hasOtherRole,
  isInWorld,
  isPlaying,
  isSlot,
  listPlaying,
  markDirty,
  players,
  readIdentity,
  readStamina,
  resetMovement,
  trackMovement,
} from "./players.ts";
import { formatAllRows } from "./positions.ts";
import { writePlayerNote, writeRow } from "./recorder.ts";
import { orNull, rowFormat } from "./rows.ts";
import { distanceBetween } from "../rules/geometry.ts";

const JOIN_ROW = rowFormat("combat", ["time_ms", "event=join", "target_slot"]);
const LEAVE_ROW = rowFormat("combat", ["time_ms", "event=leave", "target_slot"]);
const SPAWN_ROW = rowFormat("combat", [
  "time_ms",
  "event=spawn",
  "target_slot",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_class",
  "target_life",
]);
const REVIVE_ROW = rowFormat("combat", [
  "time_ms",
  "event=revive",
  "attacker_slot",
  "target_slot",
  "distance_units",
  "attacker_x",
  "attacker_y",
  "attacker_z",
  "target_x",
  "target_y",
  "target_z",
  "attacker_health",
  "target_health",
  "attacker_class",
  "target_class",
  "target_life",
]);
const REVIVE_BY_NOBODY_ROW = rowFormat("combat", [
  "time_ms",
  "event=revive",
  "target_slot",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_class",
  "target_life",
]);
const GIB_ROW = rowFormat("combat", [
  "time_ms",
  "event=gib",
  "attacker_slot?",
  "target_slot",
  "relation?",
  "means_of_death?",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_life",
]);
const TAPOUT_ROW = rowFormat("combat", [
  "time_ms",
  "event=tapout",
  "target_slot",
  "target_x",
  "target_y",
  "target_z",
  "target_health",
  "target_life",
]);

/** A body that damage took below this health is forced into limbo, and gibbed below -175; source: `bg_public.h`. */
const FORCE_LIMBO_HEALTH = -113;

/** News of more slots wait for the next frame. */
const MOST_NEWS = 16;

/** The damage that a downed body took last. */
const lastBodyHit = {
  attacker: [] as string[],
  relation: [] as string[],
  means: [] as string[],
};
/** Whether a revive was announced whose medic is not known yet. */
const isReviving: boolean[] = [];
/** Whether a client has left the slot, and nothing was written about it yet. */
const hasLeft: boolean[] = [];
/** The slot whose identity is read again next, in turn. */
let nextIdentity = 0;

/** Begins anew; to be called when a round begins. */
export function resetLives(): void {
  for (const slot of $range(0, MAX_CLIENTS - 1)) {
    isReviving[slot] = false;
    hasLeft[slot] = false;
    forgetBodyHit(slot);
  }
  nextIdentity = 0;
}

function forgetBodyHit(slot: number): void {
  lastBodyHit.attacker[slot] = "";
  lastBodyHit.relation[slot] = "";
  lastBodyHit.means[slot] = "";
}

/** Remembers who damaged a downed body, in case it does not survive. */
export function noteBodyHit(
  slot: number,
  attacker: number | undefined,
  relation: string,
  means: number,
): void {
  lastBodyHit.attacker[slot] = orNull(attacker, 0);
  lastBodyHit.relation[slot] = relation;
  lastBodyHit.means[slot] = orNull(means, 0);
}

/** Reads a slot's identity and writes what has changed. */
function updateIdentity(slot: number): void {
  if (hasLeft[slot] === true) {
    removeClient(slot);
    return;
  }
  const oldTeam = players.team[slot] ?? 0;
  const wasPlaying = isPlaying(slot);
  if (!readIdentity(slot)) return;
  const hasMoved = (players.team[slot] ?? 0) !== oldTeam;
  if (wasPlaying && hasMoved) leave(slot);
  if (players.isConnected[slot] === true) {
    // Rows that wait are about who had the slot until now.
    formatAllRows();
    writePlayerNote(slot);
  }
  if (!hasMoved) return;
  listPlaying();
  if (isPlaying(slot)) writeRow("combat", JOIN_ROW, clock.roundMs, slot);
}

function leave(slot: number): void {
  players.isAlive[slot] = false;
  players.isDowned[slot] = false;
  writeRow("combat", LEAVE_ROW, clock.roundMs, slot);
  noteLeave(slot);
}

/** The client disconnects. While the match is paused that is written when it goes on. */
export function disconnect(slot: number): void {
  hasLeft[slot] = true;
  markDirty(slot);
  if (!clock.isPaused) updateIdentity(slot);
}

/** Forgets a client who has left. */
function removeClient(slot: number): void {
  hasLeft[slot] = false;
  isReviving[slot] = false;
  if (isPlaying(slot)) {
    formatAllRows();
    leave(slot);
  }
  forgetClient(slot);
  markDirty(slot);
  listPlaying();
}

/** The engine announces a spawn. Whether the player is in the world shows later: see {@link settle}. */
export function announceSpawn(slot: number, isRevived: boolean): void {
  players.hasNews = true;
  if (isRevived) isReviving[slot] = true;
  else players.isSpawning[slot] = true;
}

/** Takes over what the engine announced about a slot, before anything is recorded about it. */
export function settle(slot: number): void {
  const isSpawning = players.isSpawning[slot] === true;
  if (players.isDirty[slot] === true || (isSpawning && hasOtherRole(slot))) updateIdentity(slot);
  if (isReviving[slot] === true) revive(slot, medicOf(slot));
  if (!isSpawning) return;
  players.isSpawning[slot] = false;
  if (players.isDowned[slot] === true) endBody(slot);
  if (isInWorld(slot) && et.gentity_get(slot, "health") > 0) spawn(slot);
}

function comeAlive(slot: number): void {
  players.isAlive[slot] = true;
  players.isDowned[slot] = false;
  players.health[slot] = et.gentity_get(slot, "health");
  resetMovement(slot, clock.roundMs);
}

function spawn(slot: number): void {
  comeAlive(slot);
  players.life[slot] = (players.life[slot] ?? 0) + 1;
  players.spawnMs[slot] = clock.roundMs;
  noteSpawn(slot);
  writeRow(
    "combat",
    SPAWN_ROW,
    clock.roundMs,
    slot,
    players.x[slot] ?? 0,
    players.y[slot] ?? 0,
    players.z[slot] ?? 0,
    players.health[slot] ?? 0,
    players.playerClass[slot] ?? 0,
    players.life[slot] ?? 1,
  );
}

/** Who revived a player, by the engine's note of it; for servers without et_Revive. */
function medicOf(slot: number): number | undefined {
  const medic = et.gentity_get(slot, "pers.lastrevive_client");
  return isSlot(medic) && medic !== slot && isPlaying(medic) ? medic : undefined;
}

/** The player is revived; the life goes on. */
export function revive(slot: number, medic: number | undefined): void {
  isReviving[slot] = false;
  if (!isPlaying(slot)) return;
  comeAlive(slot);
  if (players.life[slot] === 0) players.life[slot] = 1;
  const x = players.x[slot] ?? 0;
  const y = players.y[slot] ?? 0;
  const z = players.z[slot] ?? 0;
  const health = players.health[slot] ?? 0;
  const playerClass = players.playerClass[slot] ?? 0;
  const life = players.life[slot] ?? 1;
  if (medic === undefined) {
    writeRow("combat", REVIVE_BY_NOBODY_ROW, clock.roundMs, slot, x, y, z, health, playerClass, life);
    return;
  }
  const at = et.gentity_get(medic, "ps.origin");
  writeRow(
    "combat",
    REVIVE_ROW,
    clock.roundMs,
    medic,
    slot,
    distanceBetween(at[0], at[1], at[2], x, y, z),
    at[0],
    at[1],
    at[2],
    x,
    y,
    z,
    et.gentity_get(medic, "health"),
    health,
    players.playerClass[medic] ?? 0,
    playerClass,
    life,
  );
}

/** The player was downed. */
export function down(slot: number): void {
  players.isAlive[slot] = false;
  players.isDowned[slot] = true;
  forgetBodyHit(slot);
  noteDown(slot);
}

/** A downed body is gone: destroyed by damage, or given up by the player. */
function endBody(slot: number): void {
  players.isDowned[slot] = false;
  const health = et.gentity_get(slot, "health");
  if (lastBodyHit.means[slot] !== "" && (players.health[slot] ?? 0) <= FORCE_LIMBO_HEALTH) gib(slot);
  else
    writeRow(
      "combat",
      TAPOUT_ROW,
      clock.roundMs,
      slot,
      players.x[slot] ?? 0,
      players.y[slot] ?? 0,
      players.z[slot] ?? 0,
      health > 0 ? (players.health[slot] ?? 0) : health,
      players.life[slot] ?? 1,
    );
}

/** The downed body was destroyed, by whom {@link noteBodyHit} remembers. */
export function gib(slot: number): void {
  players.isDowned[slot] = false;
  writeRow(
    "combat",
    GIB_ROW,
    clock.roundMs,
    lastBodyHit.attacker[slot] ?? "",
    slot,
    lastBodyHit.relation[slot] ?? "",
    lastBodyHit.means[slot] ?? "",
    players.x[slot] ?? 0,
    players.y[slot] ?? 0,
    players.z[slot] ?? 0,
    players.health[slot] ?? 0,
    players.life[slot] ?? 1,
  );
}

/**
 * Takes over what the engine announced since the last frame, of so many slots that a frame stays short when all players
 * come at once, and one slot more in turn, in case the engine said nothing.
 */
export function settleAll(): void {
  const turn = nextIdentity;
  nextIdentity = turn + 1 < players.slots ? turn + 1 : 0;
  if (players.hasNews) {
    let left = MOST_NEWS;
    players.hasNews = false;
    for (const slot of $range(0, players.slots - 1)) {
      const hasNews =
        players.isDirty[slot] === true || players.isSpawning[slot] === true || isReviving[slot] === true;
      if (!hasNews) continue;
      if (left === 0) {
        players.hasNews = true;
        break;
      }
      left -= 1;
      settle(slot);
    }
  }
  updateIdentity(turn);
}

/** Follows the ways of the living. `readsStamina`: see {@link readStamina}. */
export function trackLiving(readsStamina: boolean): void {
  const { playing, isAlive } = players;
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = playing[index] ?? 0;
    if (isAlive[slot] === true) {
      trackMovement(slot, clock.roundMs, config.stationaryUps);
      if (readsStamina) readStamina(slot);
    }
  }
}

/** Follows the fate of the downed. */
export function trackDowned(): void {
  const { playing, isDowned } = players;
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = playing[index] ?? 0;
    if (isDowned[slot] !== true) continue;
    const health = et.gentity_get(slot, "health");
    if (!isInWorld(slot)) endBody(slot);
    else if (health > 0) revive(slot, undefined);
    else players.health[slot] = health;
  }
}

/**
 * Reads who lives, and how healthy he is. The callbacks tell of every spawn, revive and death, but the recording may
 * have begun in the middle of a life, and another module may have kept a callback from this one.
 */
export function checkLives(): void {
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = players.playing[index] ?? 0;
    const health = et.gentity_get(slot, "health");
    if (players.isAlive[slot] === true) {
      if (health > 0 && isInWorld(slot)) {
        players.health[slot] = health;
      } else {
        players.isAlive[slot] = false;
        noteDown(slot);
      }
    } else if (health > 0 && players.isDowned[slot] !== true && isInWorld(slot)) {
      comeAlive(slot);
      if (players.life[slot] === 0) players.life[slot] = 1;
    }
  }
}
