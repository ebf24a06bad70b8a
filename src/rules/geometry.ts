/** Distances and angles between points, in units and degrees. */
import type { Places } from "./facts.ts";

/** Distance between two points. */
export function distanceBetween(
  x1: number,
  y1: number,
  z1: number,
  x2: number,
  y2: number,
  z2: number,
): number {
  const x = x2 - x1;
  const y = y2 - y1;
  const z = z2 - z1;
  return Math.sqrt(x * x + y * y + z * z);
}

/** Distance from who attacks to who is attacked. */
export function attackDistance(at: Readonly<Places>): number {
  return distanceBetween(at.attackerX, at.attackerY, at.attackerZ, at.targetX, at.targetY, at.targetZ);
}

/** Angle between two vectors, 0 to 180 degrees; 0 when one of them has no length. */
export function angleBetween(x1: number, y1: number, z1: number, x2: number, y2: number, z2: number): number {
  const lengths = Math.sqrt((x1 * x1 + y1 * y1 + z1 * z1) * (x2 * x2 + y2 * y2 + z2 * z2));
  if (lengths === 0) return 0;
  const cosine = (x1 * x2 + y1 * y2 + z1 * z2) / lengths;
  if (cosine >= 1) return 0;
  if (cosine <= -1) return 180;
  return (Math.acos(cosine) * 180) / Math.PI;
}

/**
 * Angle between where a player looks (`ps.viewangles`: pitch positive down, yaw counter-clockwise from the x axis) and
 * a direction, 0 to 180 degrees.
 */
export function viewError(pitchDeg: number, yawDeg: number, x: number, y: number, z: number): number {
  const pitch = (pitchDeg * Math.PI) / 180;
  const yaw = (yawDeg * Math.PI) / 180;
  const flat = Math.cos(pitch);
  return angleBetween(flat * Math.cos(yaw), flat * Math.sin(yaw), -Math.sin(pitch), x, y, z);
}
