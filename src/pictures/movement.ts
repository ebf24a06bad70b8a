/** Movement as SVG: the heat of presence, and the ways that players take as arrows. */
import { PAINT } from "./colours.ts";
import { drawLegend } from "./heat-legend.ts";
import { heatOf } from "./heatmap.ts";
import type { HeatmapPicture } from "./heatmap.ts";
import { cellCentre, drawMapPicture } from "./map-frame.ts";
import type { Place } from "./map-frame.ts";
import { element } from "./svg.ts";

/** A way from one cell to another. */
export interface Flow {
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
  readonly times: number;
}

const WIDEST_PIXELS = 9;

/** An arrow that bends to its right, so that the way there and the way back stand side by side. */
function drawFlow(
  { fromX, fromY, times, toX, toY }: Flow,
  most: number,
  cellUnits: number,
  place: Place,
): string {
  const [x1, y1, x2, y2] = [
    place.x(cellCentre(fromX, cellUnits)),
    place.y(cellCentre(fromY, cellUnits)),
    place.x(cellCentre(toX, cellUnits)),
    place.y(cellCentre(toY, cellUnits)),
  ];
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const width = 1 + (WIDEST_PIXELS - 1) * (times / most);
  const head = 5 + width;
  const bend = Math.min(14, length * 0.18);
  const [tipX, tipY] = [x2 - dx * 4 - dy * 2, y2 - dy * 4 + dx * 2];
  const [endX, endY] = [tipX - dx * head * 0.8, tipY - dy * head * 0.8];
  const [midX, midY] = [(x1 + x2) / 2 - dy * bend, (y1 + y2) / 2 + dx * bend];
  const half = head * 0.55;
  const point = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const opacity = 0.45 + 0.5 * (times / most);
  return (
    element("path", {
      d: `M${point(x1, y1)}Q${point(midX, midY)} ${point(endX, endY)}`,
      fill: "none",
      stroke: PAINT.text,
      "stroke-width": width,
      "stroke-opacity": opacity,
      class: "flow",
    }) +
    element("path", {
      d: `M${point(tipX, tipY)}L${point(endX - dy * half, endY + dx * half)}L${point(endX + dy * half, endY - dx * half)}z`,
      fill: PAINT.text,
      "fill-opacity": opacity,
    })
  );
}

/** Draws movement as one SVG document: presence below, the flows above. */
export function drawMovement(heatmap: HeatmapPicture, flows: readonly Flow[]): string {
  const { bands, draw, measure, scale } = heatOf(heatmap);
  const most = Math.max(1, ...flows.map(({ times }) => times));
  const panels = heatmap.panels.map((panel) => ({
    label: panel.label,
    content: (place: Place) =>
      draw(panel, place) +
      // The strongest last, on top.
      [...flows]
        .reverse()
        .map((flow) => drawFlow(flow, most, heatmap.cellUnits, place))
        .join(""),
  }));
  return drawMapPicture(heatmap.ground, heatmap.caption, panels, (x, y, height) =>
    drawLegend({ measure, hasMarks: false, bands }, scale, x, y, height),
  );
}
