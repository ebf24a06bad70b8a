/** From the packed columns to the lists that the page works with. */
import type { PackedHits, PackedSamples, PackedShots } from "../packed.ts";
import type { ReplaySample } from "../replay-data.ts";

/** A point seen from above: of the world in units, or of the screen in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a living player was, in whole units and degrees. */
export type Sample = Omit<ReplaySample, "actor">;

/** A use of a weapon or an item by an actor; null for what is not known. */
export interface Shot {
  readonly timeMs: number;
  readonly attacker: number;
  readonly weapon: number | null;
  readonly at: (Point & { readonly z: number }) | null;
  readonly yawDeg: number | null;
}

/** Damage to an actor, by an actor or by the world; null for what is not known. */
export interface Hit {
  readonly timeMs: number;
  readonly attacker: number | null;
  readonly target: number;
  /** Damage that counted, hit points. */
  readonly damage: number;
  /** The target's health after the hit; null where it is not known. */
  readonly health: number | null;
  readonly isHeadshot: boolean;
  readonly from: Point | null;
  readonly to: (Point & { readonly z: number }) | null;
}

/** Sums up differences. */
function sums(differences: readonly number[]): number[] {
  let sum = 0;
  return differences.map((difference) => (sum += difference));
}

/** The samples of an actor, in order of time; every column holds differences. */
export function unpackSamples(packed: PackedSamples): Sample[] {
  const columns = {
    life: sums(packed.life),
    x: sums(packed.x),
    y: sums(packed.y),
    z: sums(packed.z),
    yawDeg: sums(packed.yawDeg),
    health: sums(packed.health),
    stance: sums(packed.stance),
    class: sums(packed.class),
    weapon: sums(packed.weapon),
  };
  return sums(packed.timeMs).map((timeMs, index) => ({
    timeMs,
    life: columns.life[index] ?? 0,
    x: columns.x[index] ?? 0,
    y: columns.y[index] ?? 0,
    z: columns.z[index] ?? 0,
    yawDeg: columns.yawDeg[index] ?? 0,
    health: columns.health[index] ?? 0,
    stance: columns.stance[index] ?? 0,
    class: columns.class[index] ?? 0,
    weapon: columns.weapon[index] ?? 0,
  }));
}

/** The shots of all actors, in order of time. */
export function unpackShots(packed: PackedShots): Shot[] {
  return sums(packed.timeMs).map((timeMs, index) => {
    const x = packed.x[index] ?? null;
    const y = packed.y[index] ?? null;
    const z = packed.z[index] ?? 0;
    return {
      timeMs,
      attacker: packed.attacker[index] ?? 0,
      weapon: packed.weapon[index] ?? null,
      at: x === null || y === null ? null : { x, y, z },
      yawDeg: packed.yawDeg[index] ?? null,
    };
  });
}

/** The hits of all actors, in order of time. */
export function unpackHits(packed: PackedHits): Hit[] {
  return sums(packed.timeMs).map((timeMs, index) => {
    const fromX = packed.fromX[index] ?? null;
    const fromY = packed.fromY[index] ?? null;
    const toX = packed.toX[index] ?? null;
    const toY = packed.toY[index] ?? null;
    const z = packed.toZ[index] ?? 0;
    return {
      timeMs,
      attacker: packed.attacker[index] ?? null,
      target: packed.target[index] ?? 0,
      damage: packed.damage[index] ?? 0,
      health: packed.health[index] ?? null,
      isHeadshot: packed.isHeadshot[index] === 1,
      from: fromX === null || fromY === null ? null : { x: fromX, y: fromY },
      to: toX === null || toY === null ? null : { x: toX, y: toY, z },
    };
  });
}
