/** The named areas of the map: their outlines, and their names. */
import type { PackedArea } from "../packed.ts";
import type { Labels } from "./labels.ts";
import { PAINT } from "./paint.ts";
import type { Round } from "./round.ts";
import type { View } from "./view.ts";

const LINE_ALPHA = 0.45;
const FILL_ALPHA = 0.06;
/** Spots have no outline: a dot says where each is. */
const SPOT_PIXELS = 2.5;

/** The areas on the heights that are shown. */
function shownAreas({ packed }: Round, { heights }: View): readonly PackedArea[] {
  return packed.areas.filter(
    ({ floor }) =>
      heights === undefined || floor === undefined || (floor[0] < heights.maxZ && floor[1] > heights.minZ),
  );
}

/** Draws outlines and spots, on the ground. */
export function drawAreas(context: CanvasRenderingContext2D, round: Round, view: View): void {
  context.save();
  context.strokeStyle = context.fillStyle = PAINT.text;
  context.lineWidth = 1;
  context.setLineDash([5, 4]);
  for (const { labels, outline } of shownAreas(round, view)) {
    context.beginPath();
    if (outline === undefined) {
      for (const [x, y] of labels) {
        const at = view.camera.toScreen({ x, y });
        context.moveTo(at.x + SPOT_PIXELS, at.y);
        context.arc(at.x, at.y, SPOT_PIXELS, 0, 2 * Math.PI);
      }
      context.globalAlpha = LINE_ALPHA;
      context.fill();
      continue;
    }
    for (const [x, y] of outline) {
      const at = view.camera.toScreen({ x, y });
      context.lineTo(at.x, at.y);
    }
    context.closePath();
    context.globalAlpha = FILL_ALPHA;
    context.fill();
    context.globalAlpha = LINE_ALPHA;
    context.stroke();
  }
  context.restore();
}

/** Draws the names of areas where no other name stands. */
export function drawAreaNames(
  context: CanvasRenderingContext2D,
  round: Round,
  view: View,
  labels: Labels,
): void {
  for (const area of shownAreas(round, view)) {
    for (const [x, y] of area.labels) {
      const at = view.camera.toScreen({ x, y });
      labels.drawName(context, area.name, at.x, at.y - 9, false);
    }
  }
}
