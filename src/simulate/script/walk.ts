/** Walking along a path, frame by frame. */
import type { Client } from "./client.ts";
import { FRAME_MS } from "./server-options.ts";
import { type Vector, distance, stepTowards, viewTowards } from "./vector.ts";

/** A way on foot; it is not changed, each frame makes a shorter one. */
export interface Walk {
  /** The points still ahead. */
  readonly path: readonly Vector[];
  /** Units per second, the same all the way. */
  readonly speedUps: number;
  /** Whether the walk uses up stamina; the speed is the same. */
  readonly sprints: boolean;
  /** Whether the walker keeps the view instead of looking ahead. */
  readonly keepsView: boolean;
}

/** Stands still. */
export function halt(client: Client): void {
  client.velocity = [0, 0, 0];
  client.isSprinting = false;
}

/** Moves a client by one frame and returns what is left of the walk: no point at its end. */
export function walk(client: Client, { path, speedUps, sprints, keepsView }: Walk): Walk {
  const from = client.origin;
  let ahead = path;
  let left = (speedUps * FRAME_MS) / 1000;
  let target = ahead[0];
  while (target !== undefined && left > 0) {
    const way = distance(client.origin, target);
    client.origin = stepTowards(client.origin, target, left);
    if (way > left) break;
    left -= way;
    ahead = ahead.slice(1);
    target = ahead[0];
  }
  const seconds = FRAME_MS / 1000;
  const [x, y, z] = client.origin;
  client.velocity = [(x - from[0]) / seconds, (y - from[1]) / seconds, (z - from[2]) / seconds];
  client.isSprinting = sprints;
  const view = keepsView ? undefined : viewTowards(from, client.origin);
  if (view !== undefined) {
    client.pitchDeg = view.pitchDeg;
    client.yawDeg = view.yawDeg;
  }
  return { path: ahead, speedUps, sprints, keepsView };
}
