/** Points, directions and view angles, in the engine's units and degrees. */

/** x, y and z; z is up. Units for a point, units per second for a velocity. */
export type Vector = readonly [number, number, number];

/** Where a player looks; there is no roll. */
export interface ViewAngles {
  /** Positive is down. */
  readonly pitchDeg: number;
  /** Counter-clockwise from the x axis. */
  readonly yawDeg: number;
}

const DEGREES = 180 / Math.PI;

/** Length of the straight line between two points, in units. */
export function distance(from: Vector, to: Vector): number {
  return Math.hypot(to[0] - from[0], to[1] - from[1], to[2] - from[2]);
}

/** The view angles of a player at `from` who looks at `to`; undefined where both are the same point. */
export function viewTowards(from: Vector, to: Vector): ViewAngles | undefined {
  const x = to[0] - from[0];
  const y = to[1] - from[1];
  const z = to[2] - from[2];
  if (x === 0 && y === 0 && z === 0) return undefined;
  return { pitchDeg: -Math.atan2(z, Math.hypot(x, y)) * DEGREES, yawDeg: Math.atan2(y, x) * DEGREES };
}

/** The point `step` units from `from` on the way to `to`, or `to` where it is nearer than that. */
export function stepTowards(from: Vector, to: Vector, step: number): Vector {
  const whole = distance(from, to);
  if (whole <= step) return to;
  const part = step / whole;
  return [
    from[0] + (to[0] - from[0]) * part,
    from[1] + (to[1] - from[1]) * part,
    from[2] + (to[2] - from[2]) * part,
  ];
}
