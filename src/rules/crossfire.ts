/**
 * Crossfire: two players of a team hit the same enemy within a window, from directions at least an angle apart as
 * seen from that enemy.
 *
 * Exactly: when A hits enemy T at time t, every teammate B of A whose last hit on T was at time u with t - u <= window
 * makes a crossfire with A if the angle at T between the direction to A now and the direction to B at time u is at
 * least the threshold. Each direction is taken from the positions of both at the moment of the hit. A pair makes one
 * crossfire on a target as long as its qualifying hits follow each other within the window; after a longer silence, or
 * when the target went down, it can make another. Three players who hit the same enemy make up to three pairs.
 *
 * Evidence: `slot` is who hit first, `partner` who hit second, with the angle, both distances and both players' damage
 * to the target in the run of hits that the window ties together.
 */
import type { Hit, Places } from "./facts.ts";
import { angleBetween, attackDistance } from "./geometry.ts";

/**
 * Raised when other rows come of the same play. In version 1 a row named a fight by a number that a merge could undo, in 2
 * it named none where that could still be. */
export const CROSSFIRE_VERSION = 3;

/** The settings `prox_crossfire_*`; each value still belongs to the crossfire. */
export interface CrossfireThresholds {
  /** Most time between the two hits. */
  readonly windowMs: number;
  /** Least angle between the two directions. */
  readonly angleDeg: number;
}

/** A crossfire that was found. Times are round time, distances and places units, damage is effective, in hit points. */
export interface Crossfire {
  /** When the first of the two hits fell. */
  startMs: number;
  /** When the second fell, which decided it. */
  timeMs: number;
  team: number;
  slot: number;
  partner: number;
  enemy: number;
  /** Damage to the enemy by both, up to the second hit. */
  damage: number;
  /** Hits by both on the enemy that made the damage. */
  hits: number;
  angleDeg: number;
  /** From the first player to the enemy at the first hit. */
  distance: number;
  /** From the second player to the enemy at the second hit. */
  partnerDistance: number;
  /** Where the enemy was at the first hit. */
  x: number;
  y: number;
  z: number;
}

/** What one attacker did to one target lately. */
interface Attack extends Places {
  attacker: number;
  timeMs: number;
  damage: number;
  hits: number;
  /** Time of the last qualifying hit of this attacker with each other attacker of the same target, by slot. */
  pairedMs: (number | undefined)[];
}

/** @noSelf */
export interface CrossfireRule {
  /** To be called for each hit. */
  onHit: (hit: Readonly<Hit>) => void;
  /** The player went down, left or came with a new life: hits on them are forgotten. */
  onOut: (slot: number) => void;
}

/** The rule for one round, with nothing known yet. `report` is called from within `onHit`, for each pair found. */
export function createCrossfireRule(
  thresholds: CrossfireThresholds,
  report: (crossfire: Readonly<Crossfire>) => void,
): CrossfireRule {
  const { windowMs, angleDeg } = thresholds;
  /** By the slot of the target. */
  const attacksOn: (Attack[] | undefined)[] = [];

  function rememberAttack(attacks: Attack[], hit: Readonly<Hit>): Attack {
    let attack: Attack | undefined;
    for (const known of attacks) if (known.attacker === hit.attacker) attack = known;
    if (attack === undefined) {
      attack = {
        attacker: hit.attacker,
        timeMs: hit.timeMs,
        damage: 0,
        hits: 0,
        attackerX: 0,
        attackerY: 0,
        attackerZ: 0,
        targetX: 0,
        targetY: 0,
        targetZ: 0,
        pairedMs: [],
      };
      attacks.push(attack);
    } else if (hit.timeMs - attack.timeMs > windowMs) {
      attack.damage = 0;
      attack.hits = 0;
    }
    attack.timeMs = hit.timeMs;
    attack.damage += hit.damage;
    attack.hits += 1;
    attack.attackerX = hit.attackerX;
    attack.attackerY = hit.attackerY;
    attack.attackerZ = hit.attackerZ;
    attack.targetX = hit.targetX;
    attack.targetY = hit.targetY;
    attack.targetZ = hit.targetZ;
    return attack;
  }

  /** Reports a crossfire of the two if their directions and times allow it, and they have not just made one. */
  function checkPair(first: Attack, second: Attack, hit: Readonly<Hit>): void {
    if (second.timeMs - first.timeMs > windowMs) return;
    const angle = angleBetween(
      first.attackerX - first.targetX,
      first.attackerY - first.targetY,
      first.attackerZ - first.targetZ,
      second.attackerX - second.targetX,
      second.attackerY - second.targetY,
      second.attackerZ - second.targetZ,
    );
    if (angle < angleDeg) return;
    const pairedMs = second.pairedMs[first.attacker];
    first.pairedMs[second.attacker] = second.timeMs;
    second.pairedMs[first.attacker] = second.timeMs;
    if (pairedMs !== undefined && second.timeMs - pairedMs <= windowMs) return;
    report({
      startMs: first.timeMs,
      timeMs: second.timeMs,
      team: hit.attackerTeam,
      slot: first.attacker,
      partner: second.attacker,
      enemy: hit.target,
      damage: first.damage + second.damage,
      hits: first.hits + second.hits,
      angleDeg: angle,
      distance: attackDistance(first),
      partnerDistance: attackDistance(second),
      x: first.targetX,
      y: first.targetY,
      z: first.targetZ,
    });
  }

  return {
    onHit(hit) {
      const attacks = attacksOn[hit.target] ?? [];
      attacksOn[hit.target] = attacks;
      const second = rememberAttack(attacks, hit);
      for (const first of attacks) if (first !== second) checkPair(first, second, hit);
    },
    onOut(slot) {
      attacksOn[slot] = [];
    },
  };
}
