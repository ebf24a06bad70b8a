/** Small pictures that come again in each frame, painted once and kept: to copy one costs a fraction of its strokes. */
import { contextOf, createCanvas } from "./paint.ts";

/** Zooming makes new sizes of all of them: beyond this many the old ones go. */
const MOST_KEPT = 800;

const kept = new Map<string, HTMLCanvasElement>();
let keptRatio = 0;

/**
 * Draws a picture around a point.
 * @param key says all that the picture depends on.
 * @param reach how far the picture extends from its middle, pixels.
 * @param paint paints it around the origin.
 */
export function drawSprite(
  context: CanvasRenderingContext2D,
  key: string,
  reach: number,
  x: number,
  y: number,
  paint: (context: CanvasRenderingContext2D) => void,
): void {
  const ratio = devicePixelRatio;
  if (ratio !== keptRatio || kept.size > MOST_KEPT) kept.clear();
  keptRatio = ratio;
  let sprite = kept.get(key);
  if (sprite === undefined) {
    const size = 2 * Math.ceil(reach * ratio);
    sprite = createCanvas(size, size);
    const painted = contextOf(sprite);
    painted.setTransform(ratio, 0, 0, ratio, size / 2, size / 2);
    paint(painted);
    kept.set(key, sprite);
  }
  const size = sprite.width / ratio;
  context.drawImage(sprite, x - size / 2, y - size / 2, size, size);
}
