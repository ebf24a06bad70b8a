/** What a caster draws on the map: lines that stay where they are in the world when the map moves. */
import type { Camera } from "./camera.ts";
import { PAINT } from "./paint.ts";
import type { Point } from "./unpack.ts";

/** A point nearer than this to the last one, in pixels, adds nothing that is seen. */
const SMALLEST_STEP = 3;
const WIDTH = 3.5;

/** The lines on the map. */
export class Drawing {
  /** Whether a drag draws; else it moves the map. */
  isOn = false;
  /** Each line's points in the world. */
  readonly #lines: Point[][] = [];
  #open: Point[] | undefined;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Begins a line at a point of the screen. */
  begin(camera: Camera, at: Point): void {
    this.#open = [camera.toWorld(at)];
  }

  /** Draws on to a point of the screen; a line is there once it has a length. */
  continue(camera: Camera, at: Point): void {
    const last = this.#open?.at(-1);
    if (this.#open === undefined || last === undefined) return;
    const before = camera.toScreen(last);
    if (Math.hypot(at.x - before.x, at.y - before.y) < SMALLEST_STEP) return;
    this.#open.push(camera.toWorld(at));
    if (this.#open.length === 2) this.#lines.push(this.#open);
  }

  end(): void {
    this.#open = undefined;
  }

  undo(): void {
    this.#lines.pop();
  }

  clear(): void {
    this.#lines.length = 0;
  }

  draw(context: CanvasRenderingContext2D, camera: Camera): void {
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const line of this.#lines) {
      context.beginPath();
      for (const point of line) {
        const { x, y } = camera.toScreen(point);
        context.lineTo(x, y);
      }
      // A dark edge, so that a line is seen on every ground.
      context.strokeStyle = PAINT.background;
      context.lineWidth = WIDTH + 2.5;
      context.stroke();
      context.strokeStyle = PAINT.alert;
      context.lineWidth = WIDTH;
      context.stroke();
    }
    context.lineCap = "butt";
    context.lineJoin = "miter";
  }
}
