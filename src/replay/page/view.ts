/** What the page shows at the moment: the time, who is followed, what is switched on. */
import { Camera } from "./camera.ts";
import { Drawing } from "./drawing.ts";
import type { HeightBand } from "./heights.ts";
import { openingMs, type Round } from "./round.ts";

/** Speeds to choose from, in seconds of round time for each second watched. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
/** Lengths of the trails to choose from; 0 for none. */
export const TRAILS_MS = [0, 5_000, 20_000] as const;
/** Heatmaps to choose from, in the order in which the key goes through them. */
export const HEATS = ["off", "kills", "deaths", "presence"] as const;
/**
 * A heatmap. `kills` are where those stood who downed enemies, `deaths` where players went down, by whatever,
 * `presence` where the living were sampled.
 */
export type Heat = (typeof HEATS)[number];

/** The state of the page, one object for all parts: clock, controls and map change it, the others only read it. */
export interface View {
  readonly camera: Camera;
  readonly drawing: Drawing;
  /** The moment shown, round time. */
  timeMs: number;
  isPlaying: boolean;
  /** One of {@link SPEEDS}. */
  speed: number;
  /** Index of the actor that the map follows. */
  follow: number | undefined;
  /** Index of the actor under the pointer. */
  hover: number | undefined;
  /** One of {@link TRAILS_MS}: how far back trails reach, round time. */
  trailMs: number;
  showsNames: boolean;
  showsFights: boolean;
  showsObjectives: boolean;
  showsAreas: boolean;
  heat: Heat;
  /** The heights that are shown; all where none is chosen. */
  heights: HeightBand | undefined;
}

/** The state in which a page opens: paused before the first contact, the whole map in view, nobody followed. */
export function createView(round: Round): View {
  return {
    camera: new Camera(round.bounds),
    drawing: new Drawing(),
    timeMs: openingMs(round),
    isPlaying: false,
    speed: 1,
    follow: undefined,
    hover: undefined,
    trailMs: TRAILS_MS[1],
    showsNames: true,
    showsFights: true,
    showsObjectives: true,
    showsAreas: true,
    heat: "off",
    heights: undefined,
  };
}

/** The item after `current` in a list, from the last to the first. */
export function nextOf<Item>(items: readonly Item[], current: Item, step = 1): Item {
  const index = (items.indexOf(current) + step + items.length) % items.length;
  return items[index] ?? current;
}
