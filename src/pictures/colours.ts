/** Colour maps that colour-blind people can read, and the colours of the pictures. */
import type { Rgb } from "../names.ts";

/** A colour map: from 0 to 1 (or, diverging, from -1 to 1) to a colour. */
export type ColourMap = (value: number) => Rgb;

/** What the pictures are painted with. */
export const PAINT = {
  background: "#0d1117",
  panel: "#151b23",
  floor: "#2a323d",
  grid: "#2b333e",
  text: "#f0f6fc",
  mutedText: "#9aa5b1",
  axis: "#f2a154",
  allies: "#6cb6ff",
  /** Damage to team mates. */
  alert: "#ff7b8a",
} as const;

function stops(hexes: string): readonly Rgb[] {
  return hexes.split(" ").map((hex): Rgb => {
    const value = Number.parseInt(hex, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  });
}

/**
 * `inferno`, ten even stops: perceptually uniform, its lightness alone carries the order.
 * Data: matplotlib's colour maps by Smith and van der Walt, released as CC0.
 */
const INFERNO = stops("000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4");
/**
 * Blue over dark grey to orange: the two hues that the common kinds of colour-blindness tell apart best, lighter the
 * further from zero.
 */
const BLUE_TO_ORANGE = stops("b8dcff 6cb6ff 2f7fd0 1f4b7a 2a323d 7a4a14 c9730f f59f3a ffdca8");

function interpolate(colours: readonly Rgb[], position: number): Rgb {
  const place = Math.min(Math.max(position, 0), 1) * (colours.length - 1);
  const index = Math.min(Math.floor(place), colours.length - 2);
  const from = colours[index] ?? [0, 0, 0];
  const to = colours[index + 1] ?? [0, 0, 0];
  const mix = (a: number, b: number): number => Math.round(a + (b - a) * (place - index));
  return [mix(from[0], to[0]), mix(from[1], to[1]), mix(from[2], to[2])];
}

/** For counts, 0 to 1. Begins where `inferno` leaves the dark, so that a single event is seen on a dark ground. */
export const sequential: ColourMap = (value) => interpolate(INFERNO, 0.22 + 0.78 * value);

/** For differences, -1 (blue) to 1 (orange); 0 is the ground. */
export const diverging: ColourMap = (value) => interpolate(BLUE_TO_ORANGE, (value + 1) / 2);

/** `#rrggbb`. */
export function toHex([red, green, blue]: Rgb): string {
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, "0")}`;
}
