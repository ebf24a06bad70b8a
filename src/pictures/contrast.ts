/** Whether text can be read on its ground, as WCAG 2.2 measures it. */
import type { Rgb } from "../names.ts";

/** Contrast of text and ground that WCAG 2.2 asks for, success criterion 1.4.3. */
const LEAST_CONTRAST = 4.5;

/** Relative luminance. */
function luminanceOf(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** The contrast of two colours: 1 for the same, 21 for black and white. */
function contrastOf(one: Rgb, other: Rgb): number {
  const [low, high] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** The colour, no nearer to the ground than text may be: mixed with black, or on a dark ground with white, until it is read. */
export function readableOn(colour: Rgb, ground: Rgb): Rgb {
  const target = luminanceOf(ground) > 0.18 ? 0 : 255;
  for (let mixed = 0; ; mixed += 0.05) {
    const [red, green, blue] = colour.map((value) => Math.round(value + (target - value) * mixed)) as [
      number,
      number,
      number,
    ];
    const tried: Rgb = [red, green, blue];
    if (mixed >= 1 || contrastOf(tried, ground) >= LEAST_CONTRAST) return tried;
  }
}
