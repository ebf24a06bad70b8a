/** The heatmap as SVG: one population, two side by side, or their difference, over the map. */
import { PAINT, toHex } from "./colours.ts";
import { contoursOf, DENSITY_EXPONENT, DENSITY_SQUARE_UNITS, peakOfOne, smoothCells } from "./density.ts";
import type { Density } from "./density.ts";
import { drawLegend } from "./heat-legend.ts";
import type { Band } from "./heat-legend.ts";
import { makeScale } from "./heat-scale.ts";
import type { HeatScale } from "./heat-scale.ts";
import { drawMapPicture } from "./map-frame.ts";
import type { Caption, Ground, Panel, Place } from "./map-frame.ts";
import { element } from "./svg.ts";

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
  /** The same values in cells of `DENSITY_CELL_UNITS`, for a picture that is {@link HeatmapPicture.smoothing smooth}. */
  readonly fineCells?: readonly HeatCell[];
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
  /**
   * Draws bells of this standard deviation around events instead of cells; `what` is what their density is of: `kills`.
   * A terminal always shows cells.
   */
  readonly smoothing?: { readonly sigmaUnits: number; readonly what: string } | undefined;
}

const MARKS_SHOWN = 1500;
/** Over smooth heat more marks than these would hide it. */
const MARKS_SHOWN_SMOOTH = 150;

function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** The scale that the cells of all panels of a heatmap share. */
export function heatScale(heatmap: Pick<HeatmapPicture, "panels" | "scale">): HeatScale {
  const values = heatmap.panels.flatMap(({ cells }) => cells.map(({ value }) => value));
  return makeScale(largestOf(values), heatmap.scale === "difference");
}

/** The cells of a panel, in the colours of the scale. They are opaque: what shows through would change their colours. */
function drawCells(
  { cellUnits }: Pick<HeatmapPicture, "cellUnits">,
  panel: HeatPanel,
  scale: HeatScale,
  place: Place,
): string {
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
        "data-value": value,
      }),
    )
    .join("");
}

/** Steps of colour of a smooth scale, on each side of zero. */
const BANDS = 16;
/** Below this position nothing is drawn: the ground shows. */
const FAINTEST = 0.14;

/** The steps of a smooth scale above zero: the value at which each begins, and its band of the legend. */
interface Step extends Band {
  readonly level: number;
}

/** Steps from what half of a lone event reaches, or from what shows at all. */
function stepsOf(scale: HeatScale, sigmaUnits: number, isNegated: boolean): Step[] {
  const lone = scale.isDifference ? FAINTEST : scale.position(peakOfOne(sigmaUnits) / 2);
  const lowest = Math.min(FAINTEST, lone);
  const exponent = scale.isDifference ? 1 : DENSITY_EXPONENT;
  return Array.from({ length: BANDS }, (_, index) => {
    const at = (one: number): number => lowest + ((1 - lowest) * one) / BANDS;
    const [from, to] = [at(index), at(index + 1)];
    const sign = isNegated ? -1 : 1;
    return {
      level: from ** (1 / exponent) * scale.maximum,
      from: isNegated ? -to : from,
      to: isNegated ? -from : to,
      colour: toHex(scale.colour((sign * (from + to)) / 2)),
    };
  });
}

function drawSteps(density: Density, steps: readonly Step[], isNegated: boolean, place: Place): string {
  const levels = steps.map(({ level }) => level);
  return contoursOf(density, levels, isNegated)
    .map(({ level, rings }, index) => {
      const d = rings
        .map(
          (ring) =>
            `M${ring.map(([x, y]) => `${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`).join("L")}z`,
        )
        .join("");
      if (d === "") return "";
      return element("path", {
        d,
        fill: steps[index]?.colour,
        "fill-rule": "evenodd",
        class: "contour",
        "data-level": Number(((isNegated ? -1 : 1) * level).toPrecision(6)),
      });
    })
    .join("");
}

function drawMarks(panel: HeatPanel, place: Place): string {
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

/** Whether single events are shown: in all panels or in none. */
function hasMarks({ panels }: HeatmapPicture, most: number): boolean {
  const counts = panels.map(({ marks }) => marks.length);
  return counts.some((count) => count > 0) && counts.every((count) => count <= most);
}

/** Heat that is ready to be drawn: smooth, or of cells. */
interface Heat {
  readonly scale: HeatScale;
  /** The steps of colour of smooth heat. */
  readonly bands: readonly Band[] | undefined;
  readonly measure: string;
  /** Above so many, single events are left out. */
  readonly marksShown: number;
  readonly draw: (panel: HeatPanel, place: Place) => string;
}

function smoothHeat(
  heatmap: Pick<HeatmapPicture, "panels" | "scale">,
  { sigmaUnits, what }: NonNullable<HeatmapPicture["smoothing"]>,
): Heat {
  const densities = new Map(
    heatmap.panels.map((panel) => [panel, smoothCells(panel.fineCells ?? [], sigmaUnits)] as const),
  );
  const isDifference = heatmap.scale === "difference";
  const largest = Math.max(...[...densities.values()].map((density) => largestOf(density?.values ?? [])));
  const scale = makeScale(largest, isDifference, isDifference ? undefined : DENSITY_EXPONENT);
  const above = stepsOf(scale, sigmaUnits, false);
  const below = isDifference ? stepsOf(scale, sigmaUnits, true) : [];
  return {
    scale,
    bands: [...below, ...above],
    measure: `${what} per ${DENSITY_SQUARE_UNITS} × ${DENSITY_SQUARE_UNITS} units`,
    marksShown: MARKS_SHOWN_SMOOTH,
    draw: (panel, place) => {
      const density = densities.get(panel);
      if (density === undefined) return "";
      return (
        drawSteps(density, above, false, place) + (isDifference ? drawSteps(density, below, true, place) : "")
      );
    },
  };
}

function cellHeat(heatmap: HeatmapPicture): Heat {
  const scale = heatScale(heatmap);
  return {
    scale,
    bands: undefined,
    measure: heatmap.measure,
    marksShown: MARKS_SHOWN,
    draw: (panel, place) => drawCells(heatmap, panel, scale, place),
  };
}

/** The heat of a picture, as it says. */
export const heatOf = (heatmap: HeatmapPicture): Heat =>
  heatmap.smoothing === undefined ? cellHeat(heatmap) : smoothHeat(heatmap, heatmap.smoothing);

/** The heat of the first panel alone, without axes and marks. */
export function drawBareHeat(heatmap: HeatmapPicture, place: Place): string {
  const [panel] = heatmap.panels;
  return panel === undefined ? "" : heatOf(heatmap).draw(panel, place);
}

/** Draws a heatmap as one SVG document. */
export function drawHeatmap(heatmap: HeatmapPicture): string {
  const { bands, draw, marksShown, measure, scale } = heatOf(heatmap);
  const areMarksShown = hasMarks(heatmap, marksShown);
  const panels = heatmap.panels.map((panel): Panel => ({
    label: panel.label,
    content: (place) => draw(panel, place) + (areMarksShown ? drawMarks(panel, place) : ""),
  }));
  return drawMapPicture(heatmap.ground, heatmap.caption, panels, (x, y, height) =>
    drawLegend({ measure, hasMarks: areMarksShown, bands }, scale, x, y, height),
  );
}
