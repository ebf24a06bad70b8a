/** The named areas of the map: their outlines, and their names, below all that moves. */
import type { PackedArea } from "../packed.ts";
import { FONT, PAINT, plainText } from "./paint.ts";
import type { Round } from "./round.ts";
import type { View } from "./view.ts";

const LINE_ALPHA = 0.45;
const FILL_ALPHA = 0.06;
/** Spots have no outline: a dot says where each is. */
const SPOT_PIXELS = 2.5;
const NAME_FONT = `600 12px ${FONT}`;
/** The name of a spot stands below it. */
const SPOT_GAP = 13;

/** The areas on the heights that are shown. */
function shownAreas({ packed }: Round, { heights }: View): readonly PackedArea[] {
  return packed.areas.filter(
    ({ floor }) =>
      heights === undefined || floor === undefined || (floor[0] < heights.maxZ && floor[1] > heights.minZ),
  );
}

/** Draws outlines, spots and names, on the ground. */
export function drawAreas(context: CanvasRenderingContext2D, round: Round, view: View): void {
  context.save();
  context.strokeStyle = context.fillStyle = PAINT.text;
  context.lineWidth = 1;
  context.setLineDash([5, 4]);
  const areas = shownAreas(round, view);
  for (const { labels, outline } of areas) {
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
  context.globalAlpha = 1;
  context.fillStyle = PAINT.muted;
  context.strokeStyle = PAINT.background;
  context.setLineDash([]);
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.font = NAME_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { labels, name, outline } of areas) {
    for (const [x, y] of labels) {
      const at = view.camera.toScreen({ x, y });
      const below = at.y + (outline === undefined ? SPOT_GAP : 0);
      context.strokeText(plainText(name), at.x, below);
      context.fillText(plainText(name), at.x, below);
    }
  }
  context.restore();
}
