/** Places labels beside points, so that they cover neither each other nor the points where there is room elsewhere. */
import type { Rectangle } from "./map-frame.ts";
import { textWidth } from "./svg.ts";

/** A point with a name, in pixels. */
export interface LabelledPoint {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

/** Where the text begins, its base line, and how wide it may be. */
export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Font size of labels, pixels: {@link placeLabels} makes room for it. */
export const LABEL_SIZE = 16;
const LONGEST = 240;
const POINT_RADIUS = 9;
const ASCENT = 13;
const DESCENT = 5;
/** Gap between the centre of a point and its label. */
const GAP = 11;
/** Sides of a point, the best first: to the right (1) or left (-1), above (-1) or below (1). */
const SIDES = [
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
  [0, -1],
  [0, 1],
  [1, 0],
  [-1, 0],
] as const;

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

const areaOf = ({ bottom, left, right, top }: Box): number => (right - left) * (bottom - top);

function placeBeside({ label, x, y }: LabelledPoint, [dx, dy]: (typeof SIDES)[number]): LabelPlace {
  const width = Math.min(LONGEST, textWidth(label, LABEL_SIZE));
  const left = dx > 0 ? x + GAP : dx < 0 ? x - GAP - width : x - width / 2;
  // Straight above or below there is the point itself to keep clear of.
  const away = dx === 0 ? 15 : 9;
  const line = dy < 0 ? y - away : dy > 0 ? y + away + ASCENT - DESCENT : y + DESCENT;
  return { x: left, y: line, width };
}

const boxOf = ({ width, x, y }: LabelPlace): Box => ({
  left: x,
  top: y - ASCENT,
  right: x + width,
  bottom: y + DESCENT,
});

/**
 * A place for the label of every point, in order; those that come first choose first.
 * @param frame labels stay in it where they can.
 */
export function placeLabels(points: readonly LabelledPoint[], frame: Rectangle): LabelPlace[] {
  const inside: Box = {
    left: frame.x,
    top: frame.y,
    right: frame.x + frame.width,
    bottom: frame.y + frame.height,
  };
  const taken: Box[] = points.map(({ x, y }) => ({
    left: x - POINT_RADIUS,
    top: y - POINT_RADIUS,
    right: x + POINT_RADIUS,
    bottom: y + POINT_RADIUS,
  }));
  return points.map((point) => {
    let best: LabelPlace | undefined;
    let least = Infinity;
    for (const side of SIDES) {
      const place = placeBeside(point, side);
      const box = boxOf(place);
      // Outside of the map nobody can read what belongs to it.
      const cost =
        4 * (areaOf(box) - overlap(box, inside)) + taken.reduce((sum, other) => sum + overlap(box, other), 0);
      if (cost < least) [best, least] = [place, cost];
    }
    if (best === undefined) throw new Error("a label has a place");
    taken.push(boxOf(best));
    return best;
  });
}
