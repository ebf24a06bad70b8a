/** The heatmap as SVG: one population, two side by side, or their difference, over the map. */
import { diverging, PAINT, sequential, toHex } from "./colours.ts";
import type { ColourMap } from "./colours.ts";
import { drawMapPicture } from "./map-frame.ts";
import type { Caption, Ground, Panel, Place } from "./map-frame.ts";
import { element, text } from "./svg.ts";

/** What one cell holds: a count, seconds, or a difference of shares. */
export interface HeatCell {
  /** floor(x / cell size). */
  readonly cellX: number;
  readonly cellY: number;
  readonly value: number;
}

/** A point of the world. */
export interface Mark {
  readonly x: number;
  readonly y: number;
}

/** One map of a {@link HeatmapPicture}; all its panels share one ground and one scale. */
export interface HeatPanel {
  /** Whose cells these are; empty where the caption says it. */
  readonly label: string;
  readonly cells: readonly HeatCell[];
  /** Single events, drawn as small rings; left out where there are too many to tell apart. */
  readonly marks: readonly Mark[];
}

/** A heatmap, independent of the form in which it is shown. */
export interface HeatmapPicture {
  readonly caption: Caption;
  readonly ground: Ground;
  readonly cellUnits: number;
  /** What a cell's value is, with its unit: `kills per cell`. */
  readonly measure: string;
  readonly scale: "counts" | "difference";
  readonly panels: readonly HeatPanel[];
}

/** A value's place on the colour scale. */
export interface HeatScale {
  readonly maximum: number;
  readonly colour: ColourMap;
  /**
   * 0 to 1 for counts, -1 to 1 for differences. Counts above a few stand on a square-root scale, which keeps the low
   * ones apart.
   */
  readonly position: (value: number) => number;
}

const MARKS_SHOWN = 1500;
const LINEAR_UP_TO = 20;
const LEGEND_BAR_WIDTH = 22;

/** The scale that all panels of a heatmap share. */
export function heatScale(heatmap: Pick<HeatmapPicture, "panels" | "scale">): HeatScale {
  let maximum = 0;
  for (const { cells } of heatmap.panels) {
    for (const { value } of cells) maximum = Math.max(maximum, Math.abs(value));
  }
  const full = maximum === 0 ? 1 : maximum;
  return heatmap.scale === "counts"
    ? {
        maximum,
        colour: sequential,
        position: (value) => (full > LINEAR_UP_TO ? Math.sqrt(value / full) : value / full),
      }
    : { maximum, colour: diverging, position: (value) => value / full };
}

/** Whole numbers as they are, others with as many decimals as tell two legend ticks apart. */
export function formatValue(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en-US");
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** The cells of a panel, in the colours of the scale; a little of the ground shows through, more of an image. */
export function drawCells(
  { cellUnits, ground }: Pick<HeatmapPicture, "cellUnits" | "ground">,
  panel: HeatPanel,
  scale: HeatScale,
  place: Place,
): string {
  const opacity = ground.image === undefined ? 0.9 : 0.7;
  const side = cellUnits * place.pixelsPerUnit;
  const gap = side > 24 ? 1.5 : 0;
  return panel.cells
    .filter((cell) => cell.value !== 0)
    .map(({ cellX, cellY, value }) =>
      element("rect", {
        x: place.x(cellX * cellUnits) + gap / 2,
        y: place.y((cellY + 1) * cellUnits) + gap / 2,
        width: side - gap,
        height: side - gap,
        rx: gap === 0 ? undefined : 3,
        fill: toHex(scale.colour(scale.position(value))),
        "fill-opacity": opacity,
        "data-value": value,
      }),
    )
    .join("");
}

function drawMarks(panel: HeatPanel, place: Place): string {
  if (panel.marks.length > MARKS_SHOWN) return "";
  return panel.marks
    .map(({ x, y }) =>
      element("circle", {
        cx: place.x(x),
        cy: place.y(y),
        r: 3.6,
        fill: PAINT.text,
        "fill-opacity": 0.9,
        stroke: PAINT.background,
        "stroke-width": 1.6,
      }),
    )
    .join("");
}

/** Values for the legend: whole counts where the values are whole, all of them where they are few. */
function legendValues({ maximum }: HeatScale, isDifference: boolean): number[] {
  if (isDifference) return [-maximum, -maximum / 2, 0, maximum / 2, maximum];
  if (Number.isInteger(maximum) && maximum <= 6) {
    return Array.from({ length: maximum }, (_, index) => index + 1);
  }
  const parts = maximum > LINEAR_UP_TO ? [0, 0.0625, 0.25, 0.5625, 1] : [0, 0.25, 0.5, 0.75, 1];
  const fractions = parts.map((part) => part * maximum);
  return Number.isInteger(maximum)
    ? [...new Set(fractions.map((value) => Math.round(value)))].filter((value) => value > 0)
    : fractions;
}

/** The colour scale with its values, in a box whose upper left corner is (x, top). */
export function drawLegend(
  heatmap: HeatmapPicture,
  scale: HeatScale,
  x: number,
  top: number,
  mapHeight: number,
): string {
  const isDifference = heatmap.scale === "difference";
  const barTop = top + 64;
  const height = Math.min(420, mapHeight - 120);
  const toY = (value: number): number => {
    const position = scale.position(value);
    return barTop + height * (1 - (isDifference ? (position + 1) / 2 : position));
  };
  const [what = "", ...unit] = heatmap.measure.split(" per ");
  const steps = Array.from({ length: 33 }, (_, index) => index / 32);
  const gradient = steps.map((step) =>
    element("stop", {
      offset: `${step * 100}%`,
      "stop-color": toHex(scale.colour(isDifference ? step * 2 - 1 : step)),
    }),
  );
  const style = { size: 17, fill: PAINT.text } as const;
  const labels = legendValues(scale, isDifference).map(
    (value) =>
      element("line", {
        x1: x + LEGEND_BAR_WIDTH,
        x2: x + LEGEND_BAR_WIDTH + 6,
        y1: toY(value),
        y2: toY(value),
        stroke: PAINT.mutedText,
      }) + text(x + LEGEND_BAR_WIDTH + 11, toY(value) + 6, formatValue(value), style),
  );
  const hasMarks = heatmap.panels.some(({ marks }) => marks.length > 0 && marks.length <= MARKS_SHOWN);
  return (
    text(x, top + 18, what, { ...style, bold: true }) +
    text(x, top + 42, unit.length === 0 ? "" : `per ${unit.join(" per ")}`, {
      size: 16,
      fill: PAINT.mutedText,
    }) +
    element("linearGradient", { id: "scale", x1: 0, y1: 1, x2: 0, y2: 0 }, gradient.join("")) +
    element("rect", { x, y: barTop, width: LEGEND_BAR_WIDTH, height, rx: 3, fill: "url(#scale)" }) +
    labels.join("") +
    (hasMarks
      ? element("circle", {
          cx: x + 8,
          cy: barTop + height + 38,
          r: 4.5,
          fill: PAINT.text,
          stroke: PAINT.background,
        }) + text(x + 22, barTop + height + 44, "single event", { size: 15, fill: PAINT.mutedText })
      : "")
  );
}

/** Draws a heatmap as one SVG document. */
export function drawHeatmap(heatmap: HeatmapPicture): string {
  const scale = heatScale(heatmap);
  const panels = heatmap.panels.map((panel): Panel => ({
    label: panel.label,
    content: (place) => drawCells(heatmap, panel, scale, place) + drawMarks(panel, place),
  }));
  return drawMapPicture(heatmap.ground, heatmap.caption, panels, (x, y, height) =>
    drawLegend(heatmap, scale, x, y, height),
  );
}
