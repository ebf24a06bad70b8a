/**
 * Baiting: one player draws an enemy's fire and retreats, and a teammate in range punishes that enemy.
 *
 * Exactly: enemy E hits B at time u. The draw begins there, at the positions that B and E have then, and lasts as long as
 * E's hits on B follow each other within the window. When a teammate P of B hits E at time t, it is a bait if E's last
 * hit on B is at most the window ago, B is alive, B has moved at least the retreat threshold away from E (measured
 * along the direction from E to B at the start of the draw, so that an enemy who gives chase does not undo it), and P is
 * at most the range away from E. That E was down and was revived in between changes nothing; another life of E does, and B
 * must not have been down since the draw began. A draw makes at most one bait; the next needs a new draw, after a silence
 * longer than the window or in another life.
 *
 * Evidence: `slot` is who drew the fire, `partner` who punished, with how far the former retreated, the distance to the
 * enemy at both moments, the punisher's distance, and the damage both ways.
 */
import type { Hit, Positions } from "./facts.ts";
import { attackDistance, distanceBetween } from "./geometry.ts";

/**
 * Raised when other rows come of the same play. In version 1 the enemy's fire was forgotten when the enemy went down; until 2 a row
 * named no fight where a merge could still undo its number.
 */
export const BAIT_VERSION = 3;

/** The settings `prox_bait_*`; each value still belongs to the bait. */
export interface BaitThresholds {
  /** Most time from the enemy's last hit to the punishment. */
  readonly windowMs: number;
  /** Least way that the one under fire moved away from the enemy. */
  readonly retreatUnits: number;
  /** Most distance from which a teammate punishes. */
  readonly rangeUnits: number;
}

/** A bait that was found. Times are round time, distances and places units, damage is effective, in hit points. */
export interface Bait {
  /** When the fire was drawn. */
  startMs: number;
  /** When the enemy was punished. */
  timeMs: number;
  team: number;
  slot: number;
  partner: number;
  enemy: number;
  /** Damage of the punishing hit. */
  damageGiven: number;
  /** Damage that the enemy did to the one who drew the fire. */
  damageReceived: number;
  retreatUnits: number;
  /** From the one who drew the fire to the enemy when it began. */
  distance: number;
  /** The same when the enemy was punished. */
  endDistance: number;
  /** From the punisher to the enemy. */
  partnerDistance: number;
  /** Where the enemy was when it began. */
  x: number;
  y: number;
  z: number;
}

/** An enemy's fire on one player. */
interface Draw {
  target: number;
  /** How often the target had been out when it began; it is over when they are out again. */
  outs: number;
  startMs: number;
  lastMs: number;
  damage: number;
  distance: number;
  enemyX: number;
  enemyY: number;
  enemyZ: number;
  targetX: number;
  targetY: number;
  targetZ: number;
  isUsed: boolean;
}

/** @noSelf */
export interface BaitRule {
  /** To be called for each hit, with where the players are. */
  onHit: (hit: Readonly<Hit>, positions: Positions) => void;
  /** The player went down: fire on them is forgotten. */
  onDown: (slot: number) => void;
  /** The player left or came with a new life: fire by and on them is forgotten. */
  onOut: (slot: number) => void;
}

/** The rule for one round, with nothing known yet. `report` is called from within `onHit`, for each bait once. */
export function createBaitRule(thresholds: BaitThresholds, report: (bait: Readonly<Bait>) => void): BaitRule {
  const { windowMs, retreatUnits, rangeUnits } = thresholds;
  /** By the slot of the enemy who fires. */
  const drawsBy: (Draw[] | undefined)[] = [];
  /** How often each player went down, left or came with a new life. */
  const outs: number[] = [];

  function outsOf(slot: number): number {
    return outs[slot] ?? 0;
  }

  function rememberDraw(hit: Readonly<Hit>): void {
    const still: Draw[] = [];
    let draw: Draw | undefined;
    for (const known of drawsBy[hit.attacker] ?? []) {
      if (hit.timeMs - known.lastMs > windowMs || known.outs !== outsOf(known.target)) continue;
      still.push(known);
      if (known.target === hit.target) draw = known;
    }
    if (draw === undefined) {
      draw = {
        target: hit.target,
        outs: outsOf(hit.target),
        startMs: hit.timeMs,
        lastMs: hit.timeMs,
        damage: 0,
        distance: attackDistance(hit),
        enemyX: hit.attackerX,
        enemyY: hit.attackerY,
        enemyZ: hit.attackerZ,
        targetX: hit.targetX,
        targetY: hit.targetY,
        targetZ: hit.targetZ,
        isUsed: false,
      };
      still.push(draw);
    }
    draw.lastMs = hit.timeMs;
    draw.damage += hit.damage;
    drawsBy[hit.attacker] = still;
  }

  function punish(draw: Draw, hit: Readonly<Hit>, positions: Positions, partnerDistance: number): void {
    const position = positions[draw.target];
    if (position === undefined || draw.distance === 0) return;
    const { x, y, z } = position;
    const retreat =
      ((x - draw.targetX) * (draw.targetX - draw.enemyX) +
        (y - draw.targetY) * (draw.targetY - draw.enemyY) +
        (z - draw.targetZ) * (draw.targetZ - draw.enemyZ)) /
      draw.distance;
    if (retreat < retreatUnits) return;
    draw.isUsed = true;
    report({
      startMs: draw.startMs,
      timeMs: hit.timeMs,
      team: hit.attackerTeam,
      slot: draw.target,
      partner: hit.attacker,
      enemy: hit.target,
      damageGiven: hit.damage,
      damageReceived: draw.damage,
      retreatUnits: retreat,
      distance: draw.distance,
      endDistance: distanceBetween(x, y, z, hit.targetX, hit.targetY, hit.targetZ),
      partnerDistance,
      x: draw.enemyX,
      y: draw.enemyY,
      z: draw.enemyZ,
    });
  }

  return {
    onHit(hit, positions) {
      rememberDraw(hit);
      const draws = drawsBy[hit.target];
      if (draws === undefined || draws.length === 0) return;
      const partnerDistance = attackDistance(hit);
      if (partnerDistance > rangeUnits) return;
      for (const draw of draws) {
        const isBait =
          !draw.isUsed &&
          draw.target !== hit.attacker &&
          draw.outs === outsOf(draw.target) &&
          hit.timeMs - draw.lastMs <= windowMs;
        if (isBait) punish(draw, hit, positions, partnerDistance);
      }
    },
    onDown(slot) {
      outs[slot] = outsOf(slot) + 1;
    },
    onOut(slot) {
      drawsBy[slot] = [];
      outs[slot] = outsOf(slot) + 1;
    },
  };
}
