/**
 * The state of all players, read from the engine in this one place, which knows its traps:
 * - a player in limbo or a spectator carries a copy of another player's `ps`, so `ps.*` says nothing about him;
 * - entity numbers from `sv_maxclients` on are no players, and reading their client fields is an error;
 * - `sess.*` and `pers.netname` of a slot outlive the client who had it;
 * - `ps.stats[0]` lags behind `health`;
 * - an origin can be out of every range while an entity is not placed yet.
 *
 * What must be exact at an event is read at the event, the rest comes from the last tick.
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

const { gentity_get: get } = et;
const { sqrt } = math;

/** The square of how far from the middle of the world a position can be; beyond, an entity is not placed. */
const WORLD_LIMIT_SQUARED = 65536 * 65536;
/** A longer way between two ticks is a teleport, a spawn or a revive, and no distance travelled. */
const LONGEST_STEP = 1000;
/** What a jump costs of the stamina; sprinting costs 5,000 a second. */
const JUMP_COST = 2500;

/** Who damaged a downed body last, as its row will say it; empty when nobody did. */
export interface BodyHit {
  attacker: string;
  relation: string;
  means: string;
}

/** A slot, and who has it. */
export interface Player {
  readonly slot: number;
  /** The next player of the two teams, in the order of the slots; {@link roster} has the first. */
  next: Player | undefined;
  isConnected: boolean;
  /** `sess.sessionTeam`, 0 while nobody is there. */
  team: number;
  playerClass: number;
  name: string;
  /** The userinfo in which `guid` was found. */
  userinfo: string;
  guid: string;
  isBot: boolean;
  /** Whether the identity may have changed since it was read. */
  isDirty: boolean;
  /** Whether the client has left the slot, and nothing was written about it yet. */
  hasLeft: boolean;
  /** In the world and standing. */
  isAlive: boolean;
  /** Downed, and neither revived nor in limbo yet. */
  isDowned: boolean;
  /** Between a spawn that the engine announced and its proof that the player is in the world. */
  isSpawning: boolean;
  /** Whether a revive was announced whose medic is not known yet. */
  isReviving: boolean;
  life: number;
  /** Round time of the last spawn, below 0 when it was before the recording. */
  spawnMs: number;
  health: number;
  /** Health that the last hit left, or found if it was lethal: the obituary comes when it is gone. */
  healthBefore: number;
  /** Round time of the last hit. */
  hitMs: number;
  x: number;
  y: number;
  z: number;
  isSprinting: boolean;
  stamina: number;
  /** Time spent stationary and distance travelled since the last sample. */
  stationaryMs: number;
  distance: number;
  /** The part of that distance that events between two ticks have seen already. */
  distanceSinceTick: number;
  /** Round time of the last tick that saw the player alive. */
  tickMs: number;
  /** Counters of hits by region. */
  readonly regionHits: [number, number, number, number];
  readonly bodyHit: BodyHit;
}

function emptySlot(slot: number): Player {
  return {
    slot,
    next: undefined,
    isConnected: false,
    team: 0,
    playerClass: 0,
    name: "",
    userinfo: "",
    guid: "",
    isBot: false,
    isDirty: true,
    hasLeft: false,
    isAlive: false,
    isDowned: false,
    isSpawning: false,
    isReviving: false,
    life: 0,
    spawnMs: -1,
    health: 0,
    healthBefore: 0,
    hitMs: -1,
    x: 0,
    y: 0,
    z: 0,
    isSprinting: false,
    stamina: 0,
    stationaryMs: 0,
    distance: 0,
    distanceSinceTick: 0,
    tickMs: 0,
    regionHits: [0, 0, 0, 0],
    bodyHit: { attacker: "", relation: "", means: "" },
  };
}

/** By slot. */
export const players: Player[] = [];
for (const slot of $range(0, MAX_CLIENTS - 1)) players[slot] = emptySlot(slot);

export const roster = {
  /** Slots from 0 to one less exist on this server. */
  slots: 0,
  /** The first player of the two teams; `next` leads to the others. */
  first: undefined as Player | undefined,
  /** Whether the engine announced anything about any slot since the last frame. */
  hasNews: true,
};

/** Who has the slot of an entity; undefined when the entity is no client. */
export function playerOf(entity: number): Player | undefined {
  return entity >= 0 && entity < roster.slots ? players[entity] : undefined;
}

/** Whether the slot holds a player of one of the two teams. */
export function isPlaying(player: Player): boolean {
  return player.team === TEAM_AXIS || player.team === TEAM_ALLIES;
}

/** Whether one who plays is in the world: neither in limbo nor on his way in. */
export function isOutOfLimbo(player: Player): boolean {
  return !hasFlag(get(player.slot, "ps.pm_flags"), PMF_LIMBO);
}

/** Whether the player plays and is in the world. */
export function isInWorld(player: Player): boolean {
  return isPlaying(player) && isOutOfLimbo(player);
}

/** Forgets everybody; to be called when a round begins. */
export function resetPlayers(): void {
  const count = tonumber(et.trap_Cvar_Get("sv_maxclients")) ?? MAX_CLIENTS;
  roster.slots = count > MAX_CLIENTS ? MAX_CLIENTS : count;
  roster.first = undefined;
  roster.hasNews = true;
  for (const slot of $range(0, MAX_CLIENTS - 1)) players[slot] = emptySlot(slot);
}

/** Takes over the counters of hits by region: hits before the recording are none of its own. */
export function readAllRegionHits(): void {
  for (const player of players) {
    if (player.slot >= roster.slots) return;
    if (get(player.slot, "pers.connected") === CONNECTED) takeHitRegion(player);
  }
}

/** The engine announced something about a slot: it is looked at again before anything is recorded about it. */
export function markDirty(player: Player): void {
  player.isDirty = true;
  roster.hasNews = true;
}

/** Forgets who was in a slot. */
export function forgetClient(player: Player): void {
  player.isConnected = false;
  player.team = 0;
  player.playerClass = 0;
  player.name = "";
  player.userinfo = "";
  player.guid = "";
  player.isBot = false;
  player.isAlive = false;
  player.isDowned = false;
  player.isSpawning = false;
  player.life = 0;
  player.spawnMs = -1;
  player.isSprinting = false;
  player.stationaryMs = 0;
  player.distance = 0;
}

/** Chains the players of both teams anew. */
export function listPlaying(): void {
  let next: Player | undefined;
  for (const slot of $range(roster.slots - 1, 0, -1)) {
    const player = players[slot];
    if (player !== undefined && isPlaying(player)) {
      player.next = next;
      next = player;
    }
  }
  roster.first = next;
}

/** Whether team or class differ from what was read last: the part of an identity that a spawn may change. */
export function hasOtherRole(player: Player): boolean {
  return (
    get(player.slot, "sess.sessionTeam") !== player.team ||
    get(player.slot, "sess.playerType") !== player.playerClass
  );
}

/** Reads who is in a slot; returns whether anything that a file states has changed. */
export function readIdentity(player: Player): boolean {
  const { slot } = player;
  player.isDirty = false;
  if (get(slot, "pers.connected") !== CONNECTED) {
    const { isConnected } = player;
    forgetClient(player);
    return isConnected;
  }
  const team = get(slot, "sess.sessionTeam");
  const playerClass = get(slot, "sess.playerType");
  const name = get(slot, "pers.netname");
  const userinfo = et.trap_GetUserinfo(slot);
  let { guid } = player;
  if (userinfo !== player.userinfo) {
    player.userinfo = userinfo;
    [guid] = string.gsub(et.Info_ValueForKey(userinfo, "cl_guid"), "%s+$", "");
  }
  const isBot = hasFlag(get(slot, "r.svFlags"), SVF_BOT);
  const isSame =
    player.isConnected &&
    player.team === team &&
    player.playerClass === playerClass &&
    player.name === name &&
    player.guid === guid &&
    player.isBot === isBot;
  player.isConnected = true;
  player.team = team;
  player.playerClass = playerClass;
  player.name = name;
  player.guid = guid;
  player.isBot = isBot;
  return !isSame;
}

/** Reads where a player is now, unless he is not placed. */
export function readPosition(player: Player): void {
  const origin = get(player.slot, "ps.origin");
  const x = origin[0];
  const y = origin[1];
  const z = origin[2];
  // Written so that NaN, which is no more or less than anything, is refused too.
  if (!(x * x + y * y + z * z < WORLD_LIMIT_SQUARED)) return;
  const dx = x - player.x;
  const dy = y - player.y;
  const dz = z - player.z;
  const step = sqrt(dx * dx + dy * dy + dz * dz);
  if (step <= LONGEST_STEP) {
    player.distance += step;
    player.distanceSinceTick += step;
  }
  player.x = x;
  player.y = y;
  player.z = z;
}

/** Begins to measure a player's way anew: with a new life, or where he is put elsewhere. */
export function resetMovement(player: Player, roundMs: number): void {
  readPosition(player);
  player.stamina = get(player.slot, "ps.stats", STAT_SPRINT_TIME);
  player.isSprinting = false;
  player.stationaryMs = 0;
  player.distance = 0;
  player.distanceSinceTick = 0;
  player.tickMs = roundMs;
}

/** Follows the ways of the living since the last tick: all players at every tick, so it is spelled out. */
export function trackMovement(roundMs: number, stationaryUps: number): void {
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) {
      const origin = get(player.slot, "ps.origin");
      const x = origin[0];
      const y = origin[1];
      const z = origin[2];
      // As in readPosition.
      if (x * x + y * y + z * z < WORLD_LIMIT_SQUARED) {
        const dx = x - player.x;
        const dy = y - player.y;
        const dz = z - player.z;
        player.x = x;
        player.y = y;
        player.z = z;
        const elapsedMs = roundMs - player.tickMs;
        if (elapsedMs > 0) {
          player.tickMs = roundMs;
          const step = sqrt(dx * dx + dy * dy + dz * dz);
          if (step <= LONGEST_STEP) player.distance += step;
          if ((step + player.distanceSinceTick) * 1000 < stationaryUps * elapsedMs)
            player.stationaryMs += elapsedMs;
          player.distanceSinceTick = 0;
        }
      }
    }
  }
}

/** Reads a player's stamina; told at two ticks in a row, it shows whether he sprints. */
export function readStamina(player: Player): void {
  // Nothing but sprinting and jumping uses stamina up, and a jump costs a fixed amount at once.
  const stamina = get(player.slot, "ps.stats", STAT_SPRINT_TIME);
  const used = player.stamina - stamina;
  player.isSprinting = used > 0 && used % JUMP_COST > 0 && used % JUMP_COST <= JUMP_COST / 2;
  player.stamina = stamina;
}

/** The region of a player's latest located hit: the counter that grew; undefined when that is not clear. */
export function takeHitRegion(player: Player): number | undefined {
  const { slot, regionHits } = player;
  let grown: number | undefined;
  let count = 0;
  for (const region of $range(0, 3)) {
    const hits = get(slot, "pers.playerStats.hitRegions", region);
    const known = regionHits[region] ?? 0;
    // The counters begin again with 0 when the client connects anew.
    if (hits > known || (hits < known && hits > 0)) {
      grown = region;
      count += 1;
    }
    regionHits[region] = hits;
  }
  return count === 1 ? grown : undefined;
}

/** Whether a player in the world is frozen, as all are while the match is paused. */
export function isSomebodyFrozen(): boolean {
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (isOutOfLimbo(player)) return get(player.slot, "ps.pm_type") === PM_FREEZE;
  }
  return false;
}

/** How many players of a team are alive. */
export function countAlive(team: number): number {
  let count = 0;
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive && player.team === team) count += 1;
  }
  return count;
}
