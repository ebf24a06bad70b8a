/** What the page shows at the moment: the time, who is followed, what is switched on. */
import { Camera } from "./camera.ts";
import type { Round } from "./round.ts";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
/** Lengths of the trails to choose from; 0 for none. */
export const TRAILS_MS = [0, 5_000, 20_000] as const;
export const HEATS = ["off", "kills", "deaths", "presence"] as const;
export type Heat = (typeof HEATS)[number];

export interface View {
  readonly camera: Camera;
  timeMs: number;
  isPlaying: boolean;
  speed: number;
  /** Index of the actor that the map follows. */
  follow: number | undefined;
  /** Index of the actor under the pointer. */
  hover: number | undefined;
  trailMs: number;
  showsNames: boolean;
  showsFights: boolean;
  heat: Heat;
}

export function createView(round: Round): View {
  return {
    camera: new Camera(round.bounds),
    timeMs: 0,
    isPlaying: false,
    speed: 1,
    follow: undefined,
    hover: undefined,
    trailMs: TRAILS_MS[1],
    showsNames: true,
    showsFights: true,
    heat: "off",
  };
}

/** The item after `current` in a list, from the last to the first. */
export function nextOf<Item>(items: readonly Item[], current: Item, step = 1): Item {
  const index = (items.indexOf(current) + step + items.length) % items.length;
  return items[index] ?? current;
}
