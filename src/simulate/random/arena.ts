/** The ground of random matches: two bases, ways between them, and walls that hide players from each other. */
import { TEAM_AXIS } from "../../engine/players.ts";
import type { Vector } from "../script/vector.ts";
import type { Random } from "../../seeded-random.ts";

/** Body origin of a player who stands on the ground floor. */
const GROUND_Z = 24;
const FLOORS_Z = [GROUND_Z, GROUND_Z, GROUND_Z, 152];
const WAYPOINTS = 48;
/** Walls stand between cells of this size. */
const CELL_UNITS = 320;
/** Part of the pairs of cells that see each other. */
const OPEN_PART = 0.6;

/** In units: the Axis spawn at negative x, the Allies at positive x, all ways lie between them. */
export interface Arena {
  /** `index` counts the players of the team, from 0. */
  readonly spawnPoint: (team: number, index: number) => Vector;
  /** A place to go to: rather towards the enemy's side. */
  readonly goal: (team: number, random: Random) => Vector;
  /** Whether a player at one point sees a player at the other. */
  readonly isOpen: (from: Vector, to: Vector) => boolean;
}

function cellOf(point: Vector): number {
  return Math.floor(point[0] / CELL_UNITS) * 1009 + Math.floor(point[1] / CELL_UNITS);
}

/** An arena for so many players, drawn from `random`: its waypoints and which cells see each other. */
export function makeArena(players: number, random: Random): Arena {
  // The ground grows with the crowd, so that the density of players stays about the same.
  const halfUnits = 700 + 220 * Math.sqrt(players);
  const waypoints = Array.from({ length: WAYPOINTS }, (): Vector => [
    random.between(-halfUnits, halfUnits),
    random.between(-halfUnits, halfUnits) * 0.7,
    random.pick(FLOORS_Z),
  ]);
  const salt = random.integer(1, 1_000_000);
  return {
    spawnPoint(team, index) {
      const side = team === TEAM_AXIS ? -1 : 1;
      return [side * (halfUnits + 200 + 90 * Math.floor(index / 6)), -300 + 120 * (index % 6), GROUND_Z];
    },
    goal(team, source) {
      const first = source.pick(waypoints);
      const second = source.pick(waypoints);
      const forward = team === TEAM_AXIS ? 1 : -1;
      return (first[0] - second[0]) * forward > 0 === source.chance(0.6) ? first : second;
    },
    isOpen(from, to) {
      const [low, high] = [cellOf(from), cellOf(to)].sort((a, b) => a - b);
      if (low === high) return true;
      const mixed = Math.imul(
        Math.imul(low ?? 0, 73856093) ^ Math.imul(high ?? 0, 19349663) ^ salt,
        83492791,
      );
      return ((mixed ^ (mixed >>> 15)) >>> 0) % 1000 < OPEN_PART * 1000;
    },
  };
}
