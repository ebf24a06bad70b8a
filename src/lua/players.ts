/**
 * The state of all players, read from the engine in this one place, which knows its traps:
 * - a player in limbo or a spectator carries a copy of another player's `ps`, so `ps.*` says nothing about him;
 * - entity numbers from `sv_maxclients` on are no players, and reading their client fields is an error;
 * - `sess.*` and `pers.netname` of a slot outlive the client who had it;
 * - `ps.stats[0]` lags behind `health`;
 * - an origin can be out of every range while an entity is not placed yet.
 *
 * Arrays are by slot. What must be exact at an event is read at the event, the rest comes from the last tick.
 */
import {
  CONNECTED,
  MAX_CLIENTS,
  PM_FREEZE,
  PMF_LIMBO,
  STAT_SPRINT_TIME,
  SVF_BOT,
  TEAM_ALLIES,
  TEAM_AXIS,
} from "../engine/players.ts";
import { hasFlag } from "./flags.ts";

/** Coordinates beyond this are those of an entity that is not placed. */
const WORLD_LIMIT = 65536;
/** A longer way between two ticks is a teleport, a spawn or a revive, and no distance travelled. */
const LONGEST_STEP = 1000;
/** What a jump costs of the stamina; sprinting costs 5,000 a second. */
const JUMP_COST = 2500;

function filled<T>(value: T): T[] {
  const array: T[] = [];
  for (const slot of $range(0, MAX_CLIENTS - 1)) array[slot] = value;
  return array;
}

const players = {
  /** Slots from 0 to one less exist on this server. */
  slots: 0,
  /** Slots of the players of both teams, `playingCount` of them from index 0 on. */
  playing: filled(0),
  playingCount: 0,
  isConnected: filled(false),
  /** `sess.sessionTeam`, 0 while nobody is there. */
  team: filled(0),
  playerClass: filled(0),
  name: filled(""),
  guid: filled(""),
  isBot: filled(false),
  /** Whether the identity may have changed since it was read. */
  isDirty: filled(true),
  /** Whether the engine announced anything about any slot since the last frame. */
  hasNews: true,
  /** In the world and standing. */
  isAlive: filled(false),
  /** Downed, and neither revived nor in limbo yet. */
  isDowned: filled(false),
  /** Between a spawn that the engine announced and its proof that the player is in the world. */
  isSpawning: filled(false),
  life: filled(0),
  /** Round time of the last spawn, below 0 when it was before the recording. */
  spawnMs: filled(-1),
  health: filled(0),
  x: filled(0),
  y: filled(0),
  z: filled(0),
  isSprinting: filled(false),
  stamina: filled(0),
  /** Time spent stationary and distance travelled since the last sample. */
  stationaryMs: filled(0),
  distance: filled(0),
  /** Round time of the last tick that saw the player alive. */
  tickMs: filled(0),
  /** Counters of hits by region, four for each slot. */
  regionHits: [] as number[],
};
export { players };

/** Whether the number is the slot of a client. */
export function isSlot(entity: number): boolean {
  return entity >= 0 && entity < players.slots;
}

/** Whether the slot holds a player of one of the two teams. */
export function isPlaying(slot: number): boolean {
  const team = players.team[slot];
  return team === TEAM_AXIS || team === TEAM_ALLIES;
}

/** Whether the player is in the world: neither in limbo nor on his way in. */
export function isInWorld(slot: number): boolean {
  return isPlaying(slot) && !hasFlag(et.gentity_get(slot, "ps.pm_flags"), PMF_LIMBO);
}

/** Forgets everybody; to be called when a round begins. */
export function resetPlayers(): void {
  const count = tonumber(et.trap_Cvar_Get("sv_maxclients")) ?? MAX_CLIENTS;
  players.slots = count > MAX_CLIENTS ? MAX_CLIENTS : count;
  players.playingCount = 0;
  players.hasNews = true;
  for (const slot of $range(0, MAX_CLIENTS - 1)) {
    forgetClient(slot);
    players.isDirty[slot] = true;
    for (const region of $range(0, 3)) players.regionHits[slot * 4 + region] = 0;
  }
}

/** Takes over the counters of hits by region: hits before the recording are none of its own. */
export function readAllRegionHits(): void {
  for (const slot of $range(0, players.slots - 1)) {
    if (et.gentity_get(slot, "pers.connected") === CONNECTED) readRegionHits(slot);
  }
}

/** The engine announced something about a slot: it is looked at again before anything is recorded about it. */
export function markDirty(slot: number): void {
  players.isDirty[slot] = true;
  players.hasNews = true;
}

/** Forgets who was in a slot. */
export function forgetClient(slot: number): void {
  players.isConnected[slot] = false;
  players.team[slot] = 0;
  players.playerClass[slot] = 0;
  players.name[slot] = "";
  players.guid[slot] = "";
  players.isBot[slot] = false;
  players.isAlive[slot] = false;
  players.isDowned[slot] = false;
  players.isSpawning[slot] = false;
  players.life[slot] = 0;
  players.spawnMs[slot] = -1;
  players.isSprinting[slot] = false;
  players.stationaryMs[slot] = 0;
  players.distance[slot] = 0;
}

/** Lists the slots of the players of both teams anew. */
export function listPlaying(): void {
  let count = 0;
  for (const slot of $range(0, players.slots - 1)) {
    if (isPlaying(slot)) {
      players.playing[count] = slot;
      count += 1;
    }
  }
  players.playingCount = count;
}

/** Whether team or class differ from what was read last: the part of an identity that a spawn may change. */
export function hasOtherRole(slot: number): boolean {
  return (
    et.gentity_get(slot, "sess.sessionTeam") !== players.team[slot] ||
    et.gentity_get(slot, "sess.playerType") !== players.playerClass[slot]
  );
}

/** Reads who is in a slot; returns whether anything that a file states has changed. */
export function readIdentity(slot: number): boolean {
  players.isDirty[slot] = false;
  const isConnected = et.gentity_get(slot, "pers.connected") === CONNECTED;
  if (!isConnected) {
    const wasConnected = players.isConnected[slot] === true;
    forgetClient(slot);
    return wasConnected;
  }
  const team = et.gentity_get(slot, "sess.sessionTeam");
  const playerClass = et.gentity_get(slot, "sess.playerType");
  const name = et.gentity_get(slot, "pers.netname");
  const [guid] = string.gsub(et.Info_ValueForKey(et.trap_GetUserinfo(slot), "cl_guid"), "%s+$", "");
  const isBot = hasFlag(et.gentity_get(slot, "r.svFlags"), SVF_BOT);
  const isSame =
    players.isConnected[slot] === true &&
    players.team[slot] === team &&
    players.playerClass[slot] === playerClass &&
    players.name[slot] === name &&
    players.guid[slot] === guid &&
    players.isBot[slot] === isBot;
  players.isConnected[slot] = true;
  players.team[slot] = team;
  players.playerClass[slot] = playerClass;
  players.name[slot] = name;
  players.guid[slot] = guid;
  players.isBot[slot] = isBot;
  return !isSame;
}

/** Reads where a player is now. False when the position is out of every range. */
export function readPosition(slot: number): boolean {
  const origin = et.gentity_get(slot, "ps.origin");
  const x = origin[0];
  const y = origin[1];
  const z = origin[2];
  // Written so that NaN, which is no more or less than anything, is refused too.
  const isPlaced =
    x > -WORLD_LIMIT &&
    x < WORLD_LIMIT &&
    y > -WORLD_LIMIT &&
    y < WORLD_LIMIT &&
    z > -WORLD_LIMIT &&
    z < WORLD_LIMIT;
  if (isPlaced) {
    players.x[slot] = x;
    players.y[slot] = y;
    players.z[slot] = z;
  }
  return isPlaced;
}

/** Begins to measure a player's way anew: with a new life, or where he is put elsewhere. */
export function resetMovement(slot: number, roundMs: number): void {
  readPosition(slot);
  players.stamina[slot] = et.gentity_get(slot, "ps.stats", STAT_SPRINT_TIME);
  players.isSprinting[slot] = false;
  players.stationaryMs[slot] = 0;
  players.distance[slot] = 0;
  players.tickMs[slot] = roundMs;
}

/** Follows a living player's way since the last tick. */
export function trackMovement(slot: number, roundMs: number, stationaryUps: number): void {
  const oldX = players.x[slot] ?? 0;
  const oldY = players.y[slot] ?? 0;
  const oldZ = players.z[slot] ?? 0;
  if (!readPosition(slot)) return;
  const elapsedMs = roundMs - (players.tickMs[slot] ?? 0);
  if (elapsedMs <= 0) return;
  players.tickMs[slot] = roundMs;
  const x = (players.x[slot] ?? 0) - oldX;
  const y = (players.y[slot] ?? 0) - oldY;
  const z = (players.z[slot] ?? 0) - oldZ;
  const step = Math.sqrt(x * x + y * y + z * z);
  if (step <= LONGEST_STEP) players.distance[slot] = (players.distance[slot] ?? 0) + step;
  if (step * 1000 < stationaryUps * elapsedMs) {
    players.stationaryMs[slot] = (players.stationaryMs[slot] ?? 0) + elapsedMs;
  }
}

/** Reads a player's stamina; told at two ticks in a row, it shows whether he sprints. */
export function readStamina(slot: number): void {
  // Nothing but sprinting and jumping uses stamina up, and a jump costs a fixed amount at once.
  const stamina = et.gentity_get(slot, "ps.stats", STAT_SPRINT_TIME);
  const used = (players.stamina[slot] ?? 0) - stamina;
  players.isSprinting[slot] = used > 0 && used % JUMP_COST > 0 && used % JUMP_COST <= JUMP_COST / 2;
  players.stamina[slot] = stamina;
}

/** Takes over the counters of hits by region without judging them. */
function readRegionHits(slot: number): void {
  for (const region of $range(0, 3)) {
    players.regionHits[slot * 4 + region] = et.gentity_get(slot, "pers.playerStats.hitRegions", region);
  }
}

/** The region of the attacker's latest located hit: the counter that grew; undefined when that is not clear. */
export function takeHitRegion(attacker: number): number | undefined {
  let grown: number | undefined;
  let count = 0;
  for (const region of $range(0, 3)) {
    const at = attacker * 4 + region;
    const hits = et.gentity_get(attacker, "pers.playerStats.hitRegions", region);
    const known = players.regionHits[at] ?? 0;
    // The counters begin again with 0 when the client connects anew.
    if (hits > known || (hits < known && hits > 0)) {
      grown = region;
      count += 1;
    }
    players.regionHits[at] = hits;
  }
  return count === 1 ? grown : undefined;
}

/** Whether a player in the world is frozen, as all are while the match is paused. */
export function isSomebodyFrozen(): boolean {
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = players.playing[index] ?? 0;
    if (isInWorld(slot)) return et.gentity_get(slot, "ps.pm_type") === PM_FREEZE;
  }
  return false;
}

/** How many players of a team are alive. */
export function countAlive(team: number): number {
  let count = 0;
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = players.playing[index] ?? 0;
    if (players.isAlive[slot] === true && players.team[slot] === team) count += 1;
  }
  return count;
}
