/** Where the world lies on the screen. North (positive y) is up, as on the game's command map. */
import type { Bounds } from "./round.ts";
import type { Point } from "./unpack.ts";

const LARGEST_SCALE = 4;
const FIT_SHARE = 0.98;

/** Maps units of the world to CSS pixels. Shows all of `bounds` until it is zoomed or moved, and again after `fit`. */
export class Camera {
  /** Size of the map on the screen, CSS pixels. */
  width = 1;
  height = 1;
  /** Pixels a unit. */
  scale = 1;
  /** The point of the world in the middle of the screen. */
  x = 0;
  y = 0;
  #isFitted = true;
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Whether the whole map is shown, and stays so when the window changes. */
  get isFitted(): boolean {
    return this.#isFitted;
  }

  get #fitScale(): number {
    const { maxX, maxY, minX, minY } = this.#bounds;
    return FIT_SHARE * Math.min(this.width / (maxX - minX), this.height / (maxY - minY));
  }

  resize(width: number, height: number): void {
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    if (this.#isFitted) this.fit();
  }

  fit(): void {
    const { maxX, maxY, minX, minY } = this.#bounds;
    this.x = (minX + maxX) / 2;
    this.y = (minY + maxY) / 2;
    this.scale = this.#fitScale;
    this.#isFitted = true;
  }

  toScreen({ x, y }: Point): Point {
    return {
      x: this.width / 2 + (x - this.x) * this.scale,
      y: this.height / 2 - (y - this.y) * this.scale,
    };
  }

  /** The point of the world under a point of the screen. */
  toWorld({ x, y }: Point): Point {
    return { x: this.x + (x - this.width / 2) / this.scale, y: this.y - (y - this.height / 2) / this.scale };
  }

  /** Zooms by a factor around a point of the screen, which keeps its place. */
  zoom(factor: number, screenX = this.width / 2, screenY = this.height / 2): void {
    const before = this.scale;
    this.scale = Math.min(LARGEST_SCALE, Math.max(this.#fitScale / 2, before * factor));
    const offset = 1 / before - 1 / this.scale;
    this.x += (screenX - this.width / 2) * offset;
    this.y -= (screenY - this.height / 2) * offset;
    this.#isFitted = false;
  }

  /** Moves the map by pixels of the screen. */
  pan(screenX: number, screenY: number): void {
    this.x -= screenX / this.scale;
    this.y += screenY / this.scale;
    this.#isFitted = false;
  }

  /** Moves towards a point of the world: `share` of the way. Zooms in when the whole map was shown. */
  follow(point: Point, share: number): void {
    if (this.#isFitted) this.zoom(2);
    this.x += (point.x - this.x) * share;
    this.y += (point.y - this.y) * share;
  }
}
