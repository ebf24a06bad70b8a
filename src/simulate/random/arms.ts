/** The weapons that players of random matches carry, by class and team. */
import { TEAM_AXIS } from "../../engine/players.ts";
import type { Random } from "../../seeded-random.ts";

/** A weapon as players of random matches fire it: in bursts, without ever reloading. */
export interface Arm {
  /** The engine's number, as is the means of death of its hits. */
  readonly weapon: number;
  readonly meansOfDeath: number;
  /** Time between two shots, whole frames. */
  readonly intervalMs: number;
  /** Health points that a hit at short range takes, and one in the head where hits have regions. */
  readonly damage: number;
  readonly headDamage: number;
  /** Part of the shots that hit at no distance. */
  readonly accuracy: number;
  /** Fewest and most shots before a pause. */
  readonly burst: readonly [number, number];
  /** Enemies farther away are not shot at. */
  readonly rangeUnits: number;
}

function smg(weapon: number, meansOfDeath: number): Arm {
  return {
    weapon,
    meansOfDeath,
    intervalMs: 150,
    damage: 18,
    headDamage: 50,
    accuracy: 0.42,
    burst: [3, 9],
    rangeUnits: 1100,
  };
}

/** The usual arm of the Axis, and that of every fighter before their first spawn. */
export const MP40 = smg(3, 8);
const THOMPSON = smg(8, 9);
const STEN = smg(10, 10);
const MP34 = smg(54, 66);
const FG42: Arm = { ...smg(32, 13), intervalMs: 100, damage: 16 };
const K43: Arm = {
  ...smg(31, 50),
  intervalMs: 400,
  damage: 34,
  headDamage: 100,
  burst: [1, 3],
  rangeUnits: 1600,
};
const GARAND: Arm = { ...K43, weapon: 25, meansOfDeath: 11 };
const MOBILE_MG: Arm = { ...smg(47, 44), intervalMs: 50, accuracy: 0.2, burst: [8, 25], rangeUnits: 1500 };
const PANZERFAUST: Arm = {
  ...smg(5, 15),
  intervalMs: 2000,
  damage: 260,
  headDamage: 260,
  accuracy: 0.5,
  burst: [1, 1],
};

/** Grenades by team: index 0 Axis, 1 Allies. */
export const GRENADES = [
  { weapon: 4, meansOfDeath: 16 },
  { weapon: 9, meansOfDeath: 18 },
] as const;

/** The arms that a player of this class and team spawns with. */
export function pickArm(playerClass: number, team: number, random: Random): Arm {
  const usual = team === TEAM_AXIS ? MP40 : THOMPSON;
  const roll = random.unit();
  switch (playerClass) {
    case 0:
      if (roll < 0.15) return PANZERFAUST;
      return roll < 0.3 ? MOBILE_MG : usual;
    case 2:
      if (roll < 0.3) return team === TEAM_AXIS ? K43 : GARAND;
      return usual;
    case 4:
      if (roll < 0.25) return FG42;
      return roll < 0.5 ? MP34 : STEN;
    default:
      return usual;
  }
}
