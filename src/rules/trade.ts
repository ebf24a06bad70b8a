/**
 * Trade kill: the killer of a teammate is killed within a window.
 *
 * Exactly: when K kills enemy V at time t, every teammate M of K, other than K, whom V killed at time u with
 * t - u <= window is avenged by it. Each death is avenged at most once. One kill can avenge several teammates, which
 * gives several trades. There is no distance to it: a rifleman at the other end of the map trades as well; the distances in
 * the row let a question set a limit of its own.
 *
 * Evidence: `slot` is who made the trade kill, `partner` who was avenged, `enemy` who was traded, with the time of both
 * kills and the distances of both of the team to the enemy.
 */
import type { Kill } from "./facts.ts";
import { attackDistance, distanceBetween } from "./geometry.ts";

/**
 * Raised when other rows come of the same play. In version 1 a row named a fight by a number that a merge could undo, in 2
 * it named none where that could still be. */
export const TRADE_VERSION = 3;

/** The setting `prox_trade_window_ms`; its value still belongs to the trade. */
export interface TradeThresholds {
  /** Most time between the two kills. */
  readonly windowMs: number;
}

/** A trade that was found. Times are round time, distances and places are in units. */
export interface Trade {
  /** When the teammate was killed. */
  startMs: number;
  /** When the killer was killed. */
  timeMs: number;
  team: number;
  slot: number;
  partner: number;
  enemy: number;
  /** From the avenger to the enemy at the trade kill. */
  distance: number;
  /** From where the teammate fell to where the enemy fell. */
  partnerDistance: number;
  /** Where the enemy was at the first kill. */
  x: number;
  y: number;
  z: number;
}

/** @noSelf */
export interface TradeRule {
  /** To be called for each kill of an enemy. */
  onKill: (kill: Readonly<Kill>) => void;
  /** The player left the slot: nothing about them can be avenged. */
  onLeave: (slot: number) => void;
}

/** The rule for one round, with nothing to avenge yet. `report` is called within `onKill`, for each one avenged. */
export function createTradeRule(
  thresholds: TradeThresholds,
  report: (trade: Readonly<Trade>) => void,
): TradeRule {
  let open: Readonly<Kill>[] = [];

  return {
    onKill(kill) {
      const still: Readonly<Kill>[] = [];
      for (const earlier of open) {
        const isLate = kill.timeMs - earlier.timeMs > thresholds.windowMs;
        const isAvenged =
          !isLate &&
          earlier.attacker === kill.target &&
          earlier.targetTeam === kill.attackerTeam &&
          earlier.target !== kill.attacker;
        if (isAvenged) {
          report({
            startMs: earlier.timeMs,
            timeMs: kill.timeMs,
            team: kill.attackerTeam,
            slot: kill.attacker,
            partner: earlier.target,
            enemy: kill.target,
            distance: attackDistance(kill),
            partnerDistance: distanceBetween(
              earlier.targetX,
              earlier.targetY,
              earlier.targetZ,
              kill.targetX,
              kill.targetY,
              kill.targetZ,
            ),
            x: earlier.attackerX,
            y: earlier.attackerY,
            z: earlier.attackerZ,
          });
        } else if (!isLate) {
          still.push(earlier);
        }
      }
      still.push({
        timeMs: kill.timeMs,
        attacker: kill.attacker,
        target: kill.target,
        attackerTeam: kill.attackerTeam,
        targetTeam: kill.targetTeam,
        attackerX: kill.attackerX,
        attackerY: kill.attackerY,
        attackerZ: kill.attackerZ,
        targetX: kill.targetX,
        targetY: kill.targetY,
        targetZ: kill.targetZ,
      });
      open = still;
    },
    onLeave(slot) {
      const still: Readonly<Kill>[] = [];
      for (const kill of open) if (kill.attacker !== slot && kill.target !== slot) still.push(kill);
      open = still;
    },
  };
}
