/**
 * The facts that the rules judge. Rules are pure: they see nothing but these facts and their thresholds, so they give
 * the same result in the game server's Lua and in Node.
 *
 * Times are milliseconds of round time and never decrease from one fact to the next; positions are in units.
 *
 * A player is of one team from one `onLeave` to the next, and rules that have no `onLeave` are told by `onOut`: who feeds the rules
 * says so before the first fact of the player in another team. There are two teams, and hits and kills are between them. So
 * all who hit a player between two such moments are of one team, and rules need not compare teams again.
 */

/** How often time goes on for the rules: `onTick` is called at least so often, with where the players are then. */
export const TICK_MS = 100;

/** Where the two of an attack were. */
export interface Places {
  attackerX: number;
  attackerY: number;
  attackerZ: number;
  targetX: number;
  targetY: number;
  targetZ: number;
}

/** One player did something to a player of the other team. */
export interface Attack extends Places {
  timeMs: number;
  attacker: number;
  target: number;
  attackerTeam: number;
  targetTeam: number;
}

/** Damage by one player to a living player of the other team, before the target's death where it is lethal. */
export interface Hit extends Attack {
  /** False for what a player does after their death, for example by a grenade that they threw before. */
  isAttackerUp: boolean;
  /** Effective damage: never more than the health that was left; above 0. */
  damage: number;
}

/** A player was downed by a player of the other team. */
export type Kill = Attack;

/** Where the players are, by slot. */
export type Positions = readonly (Readonly<Record<"x" | "y" | "z", number>> | undefined)[];
