/** Text on the map: names in their colours, drawn once and kept, and small pills of plain text. */
import type { PackedRun } from "../packed.ts";
import { FONT, PAINT, contextOf, createCanvas, readable } from "./paint.ts";

const NAME_FONT = `600 12px ${FONT}`;
const PILL_FONT = `600 11px ${FONT}`;
const LONGEST_NAME = 20;
const HEIGHT = 18;
const PADDING = 5;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const measure = contextOf(createCanvas(1, 1));

/** The first characters of a name; an ellipsis stands for the rest. */
function shorten(runs: readonly PackedRun[]): PackedRun[] {
  let left = LONGEST_NAME;
  const kept: PackedRun[] = [];
  for (const [text, colour] of runs) {
    const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
    if (letters.length > left) {
      kept.push([`${letters.slice(0, left).join("")}…`, colour]);
      break;
    }
    kept.push([text, colour]);
    left -= letters.length;
  }
  return kept;
}

/** The names on the map, which keep out of each other's way. Sizes are CSS pixels. */
export class Labels {
  readonly #names = new Map<readonly PackedRun[], { canvas: HTMLCanvasElement; width: number }>();
  #placed: Box[] = [];
  #ratio = 1;

  /** Begins a frame: no label is placed yet. `ratio` is the number of device pixels a CSS pixel. */
  begin(ratio: number): void {
    this.#placed = [];
    if (ratio === this.#ratio) return;
    this.#ratio = ratio;
    this.#names.clear();
  }

  /**
   * Draws a name, centred, its upper edge at y. Where another one stands already, it is left out, unless it must be
   * seen.
   */
  drawName(
    context: CanvasRenderingContext2D,
    runs: readonly PackedRun[],
    centreX: number,
    y: number,
    mustShow: boolean,
  ): void {
    const painted = this.#names.get(runs) ?? this.#paint(runs);
    const box = { x: centreX - painted.width / 2, y, width: painted.width };
    const isTaken = this.#placed.some(
      (other) =>
        Math.abs(other.y - box.y) < HEIGHT - 3 &&
        other.x < box.x + box.width &&
        box.x < other.x + other.width,
    );
    if (isTaken && !mustShow) return;
    this.#placed.push(box);
    context.drawImage(painted.canvas, box.x, y, painted.width, HEIGHT);
  }

  #paint(runs: readonly PackedRun[]): { canvas: HTMLCanvasElement; width: number } {
    const shown = shorten(runs);
    measure.font = NAME_FONT;
    const widths = shown.map(([text]) => measure.measureText(text).width);
    const width = widths.reduce((a, b) => a + b, 2 * PADDING);
    const canvas = createCanvas(width * this.#ratio, HEIGHT * this.#ratio);
    const context = contextOf(canvas);
    context.scale(this.#ratio, this.#ratio);
    context.fillStyle = PAINT.background;
    context.globalAlpha = 0.72;
    context.beginPath();
    context.roundRect(0, 0, width, HEIGHT, 5);
    context.fill();
    context.globalAlpha = 1;
    context.font = NAME_FONT;
    context.textBaseline = "middle";
    let x = PADDING;
    for (const [index, [text, colour]] of shown.entries()) {
      context.fillStyle = readable(colour);
      context.fillText(text, x, HEIGHT / 2 + 0.5);
      x += widths[index] ?? 0;
    }
    const painted = { canvas, width };
    this.#names.set(runs, painted);
    return painted;
  }
}

/** A small text on a ground of its own colour, centred on a point. */
export function drawPill(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  colour: string,
): void {
  context.font = PILL_FONT;
  const width = context.measureText(text).width + 12;
  context.beginPath();
  context.roundRect(x - width / 2, y - 9, width, 18, 9);
  context.fillStyle = colour;
  context.fill();
  context.fillStyle = PAINT.background;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5);
}
