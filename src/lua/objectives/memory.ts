/**
 * What the callbacks since the last frame told of players at objectives: who could have done what the frame shows. It is
 * read when the frame comes, and then forgotten.
 */
import { WEAPON_DYNAMITE, WEAPON_LANDMINE, WEAPON_PLIERS, WEAPON_SATCHEL } from "../../engine/weapons.ts";
import type { ObjectiveAct } from "../../format/columns.ts";
import type { ObjectiveSource } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { isOutOfLimbo, playerOf, roster } from "../players.ts";
import type { Player } from "../players.ts";
import { reader } from "../reader.ts";
import type { NumberText } from "../row-types.ts";
import { NO_NUMBER, orNull } from "../rows.ts";

const get = reader(["objectives"], ["enemy", "health", "ps.origin"]);

/** A player no further from a thing than this can have touched it, units; who uses pliers stands within their reach. */
const TOUCH_UNITS = 128;
/** Who used pliers on a thing, or was rewarded for touching it, is no further from it than this, units. */
const REACH_UNITS = 192;
/** Which experience the engine gives for documents and flag poles. */
const SKILL_BATTLE_SENSE = 0;
/** An act at an objective lasts until this long after its last step, ms. */
const ACT_MS = 500;

/** Who dealt the last damage to a thing, and by what. */
interface Damage {
  attacker: number;
  means: number;
  isLethal: boolean;
}

/** What was told since the last frame, for those who follow things. An object, as modules that import a value get a copy. */
export const told = {
  /** Players who used pliers; {@link Player.pliersUses} says how often. */
  engineers: [] as Player[],
  /** Whether something may lie in the world that did not before. */
  isThrown: false,
  /** Whether the engine told in this round that a tool was used. */
  isHeard: false,
};
/** Who was given experience for battle sense since the last frame. */
let rewarded: Player[] = [];
/** The last damage to each thing since the last frame, by entity; or the damage that broke it. */
let damages = new LuaTable<number, Damage | undefined>();
let hasDamages = false;
/** Things whose health says which damage breaks them. */
let breakables = new LuaTable<number, true | undefined>();

/** Whether {@link rememberUse} may want to know of this weapon: most are no tools. */
export function isObjectiveTool(weapon: number): boolean {
  return weapon >= WEAPON_DYNAMITE && weapon <= WEAPON_SATCHEL;
}

/** A player uses a weapon. */
export function rememberUse(slot: number, weapon: number): void {
  told.isHeard = true;
  if (weapon === WEAPON_PLIERS) {
    const player = playerOf(slot);
    if (player === undefined) return;
    if (player.pliersUses === 0) told.engineers.push(player);
    player.pliersUses += 1;
  } else if (weapon === WEAPON_DYNAMITE || weapon === WEAPON_LANDMINE || weapon === WEAPON_SATCHEL) {
    told.isThrown = true;
  }
}

/** Forgets what can be broken; to be called when a round begins. */
export function resetBreakables(): void {
  breakables = new LuaTable();
}

/** From now on it is known which damage breaks a thing: with its health it is gone. */
export function addBreakable(entity: number): void {
  breakables.set(entity, true);
}

/** A thing, no player, is damaged. */
export function rememberDamage(entity: number, attacker: number, damage: number, means: number): void {
  const before = hasDamages ? damages.get(entity) : undefined;
  if (before?.isLethal === true) return;
  // The engine tells of damage before health falls.
  const health = breakables.get(entity) === true ? get(entity, "health") : 0;
  damages.set(entity, { attacker, means, isLethal: health > 0 && damage >= health });
  hasDamages = true;
}

/** A player is given experience. */
export function rememberReward(slot: number, skill: number): void {
  const player = skill === SKILL_BATTLE_SENSE ? playerOf(slot) : undefined;
  if (player !== undefined) rewarded.push(player);
}

/** Forgets what was told; to be called when a frame was looked at. */
export function forgetFrame(): void {
  if (told.engineers.length > 0) {
    for (const player of told.engineers) player.pliersUses = 0;
    told.engineers = [];
  }
  if (rewarded.length > 0) rewarded = [];
  if (hasDamages) damages = new LuaTable();
  hasDamages = false;
  told.isThrown = false;
}

/** The last damage to a thing since the last frame. */
export function damageOf(entity: number): Damage | undefined {
  return hasDamages ? damages.get(entity) : undefined;
}

function squareTo(player: Player, x: number, y: number, z: number): number {
  const origin = get(player.slot, "ps.origin");
  const dx = origin[0] - x;
  const dy = origin[1] - y;
  const dz = origin[2] - z;
  return dx * dx + dy * dy + dz * dz;
}

/** The player found last, and how they are known. */
export const found = {
  player: undefined as Player | undefined,
  source: "none" as ObjectiveSource,
  slot: NO_NUMBER,
};

/** Tells a player, or nobody, as found. */
export function tellFound(player: Player | undefined, source: ObjectiveSource): void {
  found.player = player;
  found.source = player === undefined ? "none" : source;
  found.slot = orNull(player?.slot, 0);
}

function nearestOf(
  list: readonly Player[],
  team: number,
  x: number,
  y: number,
  z: number,
  reach: number,
): Player | undefined {
  let nearest: Player | undefined;
  let least = reach * reach;
  for (const player of list) {
    if (team === 0 || player.team === team) {
      const square = squareTo(player, x, y, z);
      if (square < least) {
        least = square;
        nearest = player;
      }
    }
  }
  return nearest;
}

/** Finds the living player of a team (0: of any) who is nearest to a place and can have touched it. */
export function findNear(team: number, x: number, y: number, z: number): void {
  let nearest: Player | undefined;
  let least = TOUCH_UNITS * TOUCH_UNITS;
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive && (team === 0 || player.team === team) && isOutOfLimbo(player)) {
      const square = squareTo(player, x, y, z);
      if (square <= least) {
        least = square;
        nearest = player;
      }
    }
  }
  tellFound(nearest, "near");
}

/**
 * Finds who worked at a thing with pliers since the last frame: of a team, or of any (0). `isSmall`: the place is where the
 * thing lies, and not the middle of something large.
 */
export function findEngineer(team: number, x: number, y: number, z: number, isSmall: boolean): void {
  const { engineers } = told;
  const reach = isSmall ? REACH_UNITS : math.huge;
  const engineer = engineers.length === 0 ? undefined : nearestOf(engineers, team, x, y, z, reach);
  if (engineer !== undefined) tellFound(engineer, "fire");
  else findNear(team, x, y, z);
}

/** Finds who of a team was rewarded for what happened at a place; else who is nearest. */
export function findRewarded(team: number, x: number, y: number, z: number): void {
  const player = rewarded.length === 0 ? undefined : nearestOf(rewarded, team, x, y, z, REACH_UNITS);
  if (player !== undefined) tellFound(player, "skill");
  else findNear(team, x, y, z);
}

/**
 * Finds who damaged a thing since the last frame: by the callback, else by the engine's note of its enemy, which stays for
 * ever and is taken only where it is another than `enemyBefore`. Returns by what.
 */
export function findAttacker(entity: number, enemyBefore: number | undefined): NumberText {
  const damage = damageOf(entity);
  const enemy = get(entity, "enemy");
  const slot = damage === undefined ? (enemy === enemyBefore ? undefined : enemy) : damage.attacker;
  tellFound(slot === undefined ? undefined : playerOf(slot), "damage");
  return orNull(damage?.means, 0);
}

/** Notes what a player does at an objective. */
export function rememberAct(player: Player, act: ObjectiveAct): void {
  player.act = act;
  player.actMs = clock.roundMs;
}

/** What a player does at an objective now; empty for nothing. */
export function actOf(player: Player): ObjectiveAct | "" {
  return player.act !== "" && clock.roundMs - player.actMs <= ACT_MS ? player.act : "";
}
