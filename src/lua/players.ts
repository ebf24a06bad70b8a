/**
 * The state of all players. Who reads it from the engine has its traps to know:
 * - a player in limbo or a spectator carries a copy of another player's `ps`, so `ps.*` says nothing about them;
 * - entity numbers from `sv_maxclients` on are no players, and reading their client fields is an error;
 * - `sess.*` and `pers.netname` of a slot outlive the client who had it;
 * - `ps.stats[0]` lags behind `health`;
 * - an origin can be out of every range while an entity is not placed yet.
 *
 * What must be exact at an event is read at the event, the rest comes from the last tick.
 */
import { PM_FREEZE, PMF_LIMBO, TEAM_ALLIES, TEAM_AXIS } from "../engine/players.ts";
import { SLOTS } from "../format/column.ts";
import { CAPTURES } from "../format/file.ts";
import type { ObjectiveAct, Relation } from "../format/columns.ts";
import type { NumberText } from "./row-types.ts";
import { NO_NUMBER } from "./rows.ts";
import { reader } from "./reader.ts";

const get = reader(CAPTURES, ["ps.pm_flags", "ps.pm_type"]);

const ABOVE_LIMBO = PMF_LIMBO + PMF_LIMBO;

/** Who damaged a downed body last, as its row will say it; empty when nobody did. */
export interface BodyHit {
  attacker: NumberText;
  relation: Relation | "";
  means: NumberText;
}

/** A slot, and who has it. */
export interface Player {
  readonly slot: number;
  /** The next player of the two teams, in the order of the slots; {@link roster} has the first. */
  next: Player | undefined;
  isConnected: boolean;
  /** How many clients had the slot in this round, the present one included. */
  clients: number;
  /** `sess.sessionTeam`, 0 while the slot is empty. */
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
  /** Whether the player was dead when the modules were reloaded, and was not seen alive since. */
  wasDead: boolean;
  /** Round time of the last spawn, below 0 when it was before the recording. */
  spawnMs: number;
  health: number;
  /** Health that the last hit left, or found if it was lethal: the obituary comes when it is gone. */
  healthBefore: number;
  /** Round time of the last hit. */
  hitMs: number;
  /** Who dealt the last hit that should be lethal, an entity number, and by what; read while `isDoomed`. */
  doomedBy: number;
  doomedMeans: number;
  /** Whether a hit since the last frame should have been lethal. */
  isDoomed: boolean;
  x: number;
  y: number;
  z: number;
  /** Where the player was when last known to be in the world and alive. */
  seenX: number;
  seenY: number;
  seenZ: number;
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
  /** The team whose documents, gold or the like the player carries, 0 for none. */
  carrying: number;
  /** What the player did last at an objective, and when. */
  act: ObjectiveAct | "";
  actMs: number;
  /** How often the player used pliers since the last frame. */
  pliersUses: number;
}

function emptySlot(slot: number): Player {
  return {
    slot,
    next: undefined,
    isConnected: false,
    clients: 0,
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
    wasDead: false,
    spawnMs: -1,
    health: 0,
    healthBefore: 0,
    hitMs: -1,
    doomedBy: 0,
    doomedMeans: 0,
    isDoomed: false,
    x: 0,
    y: 0,
    z: 0,
    seenX: 0,
    seenY: 0,
    seenZ: 0,
    isSprinting: false,
    stamina: 0,
    stationaryMs: 0,
    distance: 0,
    distanceSinceTick: 0,
    tickMs: 0,
    regionHits: [0, 0, 0, 0],
    bodyHit: { attacker: NO_NUMBER, relation: "", means: NO_NUMBER },
    carrying: 0,
    act: "",
    actMs: 0,
    pliersUses: 0,
  };
}

/** By slot. */
export const players: Player[] = [];
for (const slot of $range(0, SLOTS - 1)) players[slot] = emptySlot(slot);

/** The slots in use, and a linked list of the players on both teams, rebuilt each round. */
export const roster = {
  /** Slots from 0 to one less exist on this server. */
  slots: 0,
  /** The first player of the two teams; `next` leads to the others. */
  first: undefined as Player | undefined,
  /** The player of the two teams who was listed last, undefined once any left the list. */
  listed: undefined as Player | undefined,
  /** Whether the engine announced anything about any slot since the last frame. */
  hasNews: true,
};

/** The player is in the world and alive. */
export function rememberPlace(player: Player): void {
  player.seenX = player.x;
  player.seenY = player.y;
  player.seenZ = player.z;
}

/** Puts the player back to the last place where we saw them: since then the state may be that of another one. */
export function goWhereSeen(player: Player): void {
  player.x = player.seenX;
  player.y = player.seenY;
  player.z = player.seenZ;
}

/** Who has the slot of an entity; undefined when the entity is no client. */
export function playerOf(entity: number): Player | undefined {
  return entity >= 0 && entity < roster.slots ? players[entity] : undefined;
}

/** A player as the client that they are: later another client may have their slot. */
export interface Client {
  readonly player: Player;
  readonly number: number;
}

/** The client who has the player's slot now. */
export function clientOf(player: Player): Client {
  return { player, number: player.clients };
}

/** The slot of a client, also after they left; undefined once another client has it. */
export function slotOf(client: Client | undefined): number | undefined {
  return client !== undefined && client.player.clients === client.number ? client.player.slot : undefined;
}

/** Whether the slot holds a player of one of the two teams. */
export function isPlaying(player: Player): boolean {
  return player.team === TEAM_AXIS || player.team === TEAM_ALLIES;
}

/** Whether one who plays is in the world: neither in limbo nor on the way in. */
export function isOutOfLimbo(player: Player): boolean {
  // As hasFlag does it, which would take twice as long: it is asked of the downed in every frame.
  return get(player.slot, "ps.pm_flags") % ABOVE_LIMBO < PMF_LIMBO;
}

/** Whether the player plays and is in the world. */
export function isInWorld(player: Player): boolean {
  return isPlaying(player) && isOutOfLimbo(player);
}

/** Forgets everybody; to be called when a round begins. */
export function resetPlayers(): void {
  const count = tonumber(et.trap_Cvar_Get("sv_maxclients")) ?? SLOTS;
  roster.slots = count > SLOTS ? SLOTS : count;
  roster.first = undefined;
  roster.listed = undefined;
  roster.hasNews = true;
  for (const slot of $range(0, SLOTS - 1)) players[slot] = emptySlot(slot);
}

/** The engine announced something about a slot: it is looked at again before anything is recorded about it. */
export function markDirty(player: Player): void {
  player.isDirty = true;
  roster.hasNews = true;
}

/** The digits of a life in {@link livesText}. */
const LIFE_DIGITS = 3;
const MOST_CARRIED_LIVES = 2047;

/** The life of each slot and whether it goes on, as text that a cvar holds: three hex digits a slot. */
export function livesText(): string {
  let text = "";
  for (const slot of $range(0, roster.slots - 1)) {
    const { isAlive = false, life = 0 } = players[slot] ?? {};
    text += string.format(
      "%03x",
      (life < MOST_CARRIED_LIVES ? life : MOST_CARRIED_LIVES) * 2 + (isAlive ? 1 : 0),
    );
  }
  return text;
}

/** Takes over what {@link livesText} told before the modules were reloaded. */
export function resumeLives(text: string): void {
  for (const slot of $range(0, roster.slots - 1)) {
    const at = slot * LIFE_DIGITS;
    const value = tonumber(string.sub(text, at + 1, at + LIFE_DIGITS), 16) ?? 0;
    const player = players[slot];
    if (player !== undefined) {
      player.life = Math.floor(value / 2);
      player.wasDead = player.life > 0 && value % 2 === 0;
    }
  }
}

/** Takes a player into the linked list of those on both teams, or out of it, by their team; it is in the order of the slots. */
export function listPlayer(player: Player): void {
  // Whole teams come in the order of their slots, when a round begins.
  const { listed } = roster;
  let before = listed !== undefined && listed.slot < player.slot ? listed : undefined;
  let after = before === undefined ? roster.first : before.next;
  while (after !== undefined && after.slot < player.slot) {
    before = after;
    after = after.next;
  }
  const isListed = after === player;
  if (isListed === isPlaying(player)) return;
  if (!isListed) player.next = after;
  const next = isListed ? player.next : player;
  if (before === undefined) roster.first = next;
  else before.next = next;
  roster.listed = isListed ? undefined : player;
}

/** Whether a player in the world is frozen, as all are while the match is paused. */
export function isAnyoneFrozen(): boolean {
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (isOutOfLimbo(player)) return get(player.slot, "ps.pm_type") === PM_FREEZE;
  }
  return false;
}

/** How many players of each team are alive. */
export function countAlive(): LuaMultiReturn<[axis: number, allies: number]> {
  let axis = 0;
  let allies = 0;
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) {
      if (player.team === TEAM_AXIS) axis += 1;
      else allies += 1;
    }
  }
  return $multi(axis, allies);
}
