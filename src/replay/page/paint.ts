/** Colours and small drawing helpers that all layers share. */
import type { PackedRun } from "../packed.ts";

const style = getComputedStyle(document.documentElement);
const variable = (name: string): string => style.getPropertyValue(name).trim();

/** The page's colours: defined in its style sheet, where the panels use them too. */
export const PAINT = {
  background: variable("--background"),
  floor: variable("--floor"),
  grid: variable("--grid"),
  text: variable("--text"),
  muted: variable("--muted"),
  axis: variable("--axis"),
  allies: variable("--allies"),
  alert: variable("--alert"),
  spark: variable("--spark"),
};

/** The font families of the page, to stand after a size in `context.font`. */
export const FONT = variable("--font");

/** A team's colour by the engine's number; muted for a player of neither team. */
export function teamColour(team: number): string {
  if (team === 1) return PAINT.axis;
  return team === 2 ? PAINT.allies : PAINT.muted;
}

/** Relative luminance (WCAG) that stands out 4.5 to 1 from the lightest ground that names stand on, a chosen row. */
const DARKEST_READABLE = 0.3;
const LIFT_STEP = 0.04;

/** Relative luminance as WCAG defines it, of channels from 0 to 255. */
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) =>
    channel <= 10 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A name's colour, mixed with as much white as it takes to be read on the dark ground. */
export function readable(colour: string | null): string {
  if (colour === null) return PAINT.text;
  const value = Number.parseInt(colour.slice(1), 16);
  const channels = [value >> 16, (value >> 8) & 255, value & 255];
  let lifted = channels;
  for (let share = LIFT_STEP; luminance(lifted) < DARKEST_READABLE; share += LIFT_STEP) {
    lifted = channels.map((channel) => Math.round(channel + (255 - channel) * share));
  }
  return `rgb(${lifted.join(" ")})`;
}

/** Shows a name in an element: text in colours, never markup. Its own direction cannot turn what stands around it. */
export function showName(element: HTMLElement, runs: readonly PackedRun[]): void {
  const name = document.createElement("bdi");
  name.className = "name";
  for (const [text, colour] of runs) {
    const part = document.createElement("span");
    part.textContent = text;
    part.style.color = readable(colour);
    name.append(part);
  }
  element.append(name);
}

/** A name without its colours. */
export function plainText(runs: readonly PackedRun[]): string {
  return runs.map(([text]) => text).join("");
}

/** A 2D context, which every browser gives once for each canvas. */
export function contextOf(
  canvas: HTMLCanvasElement,
  settings?: CanvasRenderingContext2DSettings,
): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", settings);
  if (context === null) throw new Error("this browser draws no canvas");
  return context;
}

/** A canvas outside the page, its size in device pixels: rounded up, and at least 1. */
export function createCanvas(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.ceil(width));
  canvas.height = Math.max(1, Math.ceil(height));
  return canvas;
}
