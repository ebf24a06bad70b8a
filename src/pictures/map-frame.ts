/**
 * What every picture of a map shares: heading, the map with its ground, axes in game units, a scale bar and the lines
 * below that say what was counted. North (positive y) is up, as on the game's command map.
 */
import { createHash } from "node:crypto";

import { PAINT } from "./colours.ts";
import { defineImage, drawGround, rectangleOf } from "./ground.ts";
import { element, escapeMarkup, fittedText, text } from "./svg.ts";

/** A rectangle of the world, in units. */
export interface Bounds {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/** An image that covers exactly the bounds of its map. */
export interface MapImage {
  readonly mediaType: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
}

/** The ground that a picture is drawn on. */
export interface Ground {
  readonly bounds: Bounds;
  /** Cells (columns and rows of `floorCellUnits`) where players were seen: the floor plan that the data knows. */
  readonly floor: readonly (readonly [cellX: number, cellY: number])[];
  readonly floorCellUnits: number;
  readonly image: MapImage | undefined;
  /** What the image shows; the bounds themselves unless said otherwise. */
  readonly imageBounds?: Bounds;
}

/** What stands around the map. */
export interface Caption {
  readonly title: string;
  readonly subtitle: string;
  /** What was counted: sample size, time span, filters; one line each. */
  readonly notes: readonly string[];
}

/** One map in a picture. */
export interface Panel {
  /** Stands above the map; empty for none. */
  readonly label: string;
  /** Draws what lies on the ground, in pixels, with the panel's own transformation. */
  readonly content: (place: Place) => string;
}

/** From the world to the picture. */
export interface Place {
  readonly x: (worldX: number) => number;
  readonly y: (worldY: number) => number;
  readonly pixelsPerUnit: number;
}

/** A rectangle of the picture, in pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels left and right of everything. */
export const MARGIN = 36;
const AXIS_WIDTH = 58;
const AXIS_HEIGHT = 34;
const SCALE_HEIGHT = 30;
const LEGEND_WIDTH = 128;
/** Title and subtitle. */
export const HEADING_HEIGHT = 118;
const LABEL_HEIGHT = 36;
const NOTE_HEIGHT = 26;
const MAP_HEIGHT = 860;
/** Pixels of all pictures of maps. */
export const PICTURE_WIDTH = 1200;
/** Of all text. */
export const FONT_FAMILY = "DejaVu Sans, Verdana, sans-serif";
const TEXT_WIDTH = PICTURE_WIDTH - 2 * MARGIN;

/** Where the middle of a cell is, in units. */
export function cellCentre(cell: number, cellUnits: number): number {
  return (cell + 0.5) * cellUnits;
}

/** 1, 2 or 5 times a power of ten: the largest of these that is not above `value`. */
export function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([5, 2].find((factor) => factor * power <= value) ?? 1);
}

/** The multiples of `step` from `from` to `to`. */
function ticks(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step);
  return Array.from(
    { length: Math.max(0, Math.floor(to / step) - first + 1) },
    (_, index) => (first + index) * step,
  );
}

/** The bounds grown to whole cells, with a cell's margin, so that a lone event does not stand on the edge. */
export function roundBounds({ minX, minY, maxX, maxY }: Bounds, cellUnits: number): Bounds {
  return {
    minX: (Math.floor(minX / cellUnits) - 0.5) * cellUnits,
    minY: (Math.floor(minY / cellUnits) - 0.5) * cellUnits,
    maxX: (Math.floor(maxX / cellUnits) + 1.5) * cellUnits,
    maxY: (Math.floor(maxY / cellUnits) + 1.5) * cellUnits,
  };
}

function drawAxes(bounds: Bounds, place: Place): string {
  const left = place.x(bounds.minX);
  const bottom = place.y(bounds.minY);
  const top = place.y(bounds.maxY);
  const right = place.x(bounds.maxX);
  const step = niceStep(Math.max(bounds.maxX - bounds.minX, bounds.maxY - bounds.minY) / 4);
  const style = { size: 16, fill: PAINT.mutedText } as const;
  const line = { stroke: PAINT.mutedText, "stroke-opacity": 0.16, "stroke-width": 1 };
  const columns = ticks(bounds.minX, bounds.maxX, step).map((value) => {
    const x = place.x(value);
    return (
      element("line", { x1: x, y1: top, x2: x, y2: bottom, ...line }) +
      text(x, bottom + 22, String(value), { ...style, anchor: "middle" })
    );
  });
  const rows = ticks(bounds.minY, bounds.maxY, step).map((value) => {
    const y = place.y(value);
    return (
      element("line", { x1: left, y1: y, x2: right, y2: y, ...line }) +
      text(left - 10, y + 6, String(value), { ...style, anchor: "end" })
    );
  });
  return columns.join("") + rows.join("");
}

/** A bar of a round length, below the map, where it hides no data; what it stands for is at its right. */
export function drawScaleBar(bounds: Bounds, place: Place, y: number, size: number): string {
  const units = niceStep((bounds.maxX - bounds.minX) / 5);
  const x = place.x(bounds.minX);
  const end = x + units * place.pixelsPerUnit;
  return (
    element("path", {
      d: `M${x.toFixed(1)} ${y - 6}v6H${end.toFixed(1)}v-6`,
      fill: "none",
      stroke: PAINT.text,
      "stroke-width": 2,
      class: "scale-bar",
    }) + text(end + 10, y, `${units} units`, { size, fill: PAINT.mutedText })
  );
}

/** Where a map lies: its upper left corner, in pixels, and how large a unit is. */
export function placeMap({ maxY, minX }: Bounds, x: number, y: number, pixelsPerUnit: number): Place {
  return {
    x: (worldX) => x + (worldX - minX) * pixelsPerUnit,
    y: (worldY) => y + (maxY - worldY) * pixelsPerUnit,
    pixelsPerUnit,
  };
}

/**
 * A map with what lies on it, cut to its bounds.
 * @param above lies on everything, also on the grid that the axes draw.
 */
export function drawMap(
  ground: Ground,
  place: Place,
  isImageShared: boolean,
  content: string,
  above: string,
): string {
  const frame = rectangleOf(ground.bounds, place);
  const drawn = drawGround(ground, place, isImageShared) + element("g", { class: "content" }, content);
  // Several pictures may stand on one page: the name is that of what it cuts.
  const clip = `map-${createHash("sha1").update(JSON.stringify(frame)).update(drawn).digest("hex").slice(0, 12)}`;
  return (
    element("clipPath", { id: clip }, element("rect", { ...frame })) +
    element("rect", { ...frame, fill: PAINT.panel }) +
    element("g", { "clip-path": `url(#${clip})` }, drawn) +
    above +
    element("rect", { ...frame, fill: "none", stroke: PAINT.grid, "stroke-width": 1.5, class: "frame" })
  );
}

/** A whole picture: its heading, what is drawn below it, and the notes at the end. */
export function drawPage(caption: Caption, content: string, notesTop: number): string {
  const height = Math.ceil(notesTop + caption.notes.length * NOTE_HEIGHT + 8);
  const notes = caption.notes.map((note, index) =>
    fittedText(MARGIN, notesTop + index * NOTE_HEIGHT, note, { size: 17, fill: PAINT.mutedText }, TEXT_WIDTH),
  );
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${PICTURE_WIDTH} ${height}`,
      width: PICTURE_WIDTH,
      height,
      "font-family": FONT_FAMILY,
      role: "img",
    },
    element("title", {}, escapeMarkup(caption.title)) +
      element("rect", { width: PICTURE_WIDTH, height, fill: PAINT.background }) +
      fittedText(MARGIN, 58, caption.title, { size: 36, fill: PAINT.text, bold: true }, TEXT_WIDTH) +
      fittedText(MARGIN, 92, caption.subtitle, { size: 20, fill: PAINT.mutedText }, TEXT_WIDTH) +
      content +
      notes.join(""),
  );
}

/** The largest rectangle of a map's proportions within a box, at its bottom, and what places the world there. */
function fitMap({ maxX, maxY, minX, minY }: Bounds, box: Rectangle): { frame: Rectangle; place: Place } {
  const pixelsPerUnit = Math.min(box.width / (maxX - minX), box.height / (maxY - minY));
  const [width, height] = [(maxX - minX) * pixelsPerUnit, (maxY - minY) * pixelsPerUnit];
  const [left, top] = [box.x + (box.width - width) / 2, box.y + box.height - height];
  const place: Place = {
    x: (worldX) => left + (worldX - minX) * pixelsPerUnit,
    y: (worldY) => top + (maxY - worldY) * pixelsPerUnit,
    pixelsPerUnit,
  };
  return { frame: { x: left, y: top, width, height }, place };
}

/**
 * A map alone, without axes, scale and words, as large as a box allows.
 * @param content draws what lies on the ground.
 */
export function drawBareMap(ground: Ground, box: Rectangle, content: Panel["content"]): string {
  const { frame, place } = fitMap(ground.bounds, box);
  return (
    element("clipPath", { id: "map" }, element("rect", { ...frame, rx: 10 })) +
    element(
      "g",
      { "clip-path": "url(#map)" },
      element("rect", { ...frame, fill: PAINT.panel }) + drawGround(ground, place) + content(place),
    )
  );
}

/**
 * The whole picture as SVG: heading, one map or several side by side on the same ground, a legend on the right.
 * @param legend draws the legend into a box whose upper left corner is (x, y).
 */
export function drawMapPicture(
  ground: Ground,
  caption: Caption,
  panels: readonly Panel[],
  legend: (x: number, y: number, height: number) => string,
): string {
  const { bounds } = ground;
  const hasLabels = panels.some((panel) => panel.label !== "");
  const panelWidth = (PICTURE_WIDTH - 2 * MARGIN - LEGEND_WIDTH) / panels.length - AXIS_WIDTH;
  const worldWidth = bounds.maxX - bounds.minX;
  const worldHeight = bounds.maxY - bounds.minY;
  const pixelsPerUnit = Math.min(panelWidth / worldWidth, MAP_HEIGHT / worldHeight);
  const mapWidth = worldWidth * pixelsPerUnit;
  const mapHeight = worldHeight * pixelsPerUnit;
  const spare = panelWidth - mapWidth;
  const top = HEADING_HEIGHT + (hasLabels ? LABEL_HEIGHT : 0);
  const isShared = panels.length > 1;
  const maps = panels.map((panel, index) => {
    const left = MARGIN + index * (AXIS_WIDTH + panelWidth) + AXIS_WIDTH + spare / 2;
    const place = placeMap(bounds, left, top, pixelsPerUnit);
    return (
      drawMap(ground, place, isShared, panel.content(place), drawAxes(bounds, place)) +
      drawScaleBar(bounds, place, top + mapHeight + AXIS_HEIGHT + 14, 16) +
      (panel.label === ""
        ? ""
        : fittedText(
            left,
            top - 14,
            panel.label,
            { size: 20, fill: PAINT.text, bold: true },
            panelWidth - spare / 2,
          ))
    );
  });
  return drawPage(
    caption,
    (isShared ? defineImage(ground) : "") +
      maps.join("") +
      legend(PICTURE_WIDTH - MARGIN - LEGEND_WIDTH + 24 - spare / 2, top, mapHeight),
    top + mapHeight + AXIS_HEIGHT + SCALE_HEIGHT + 26,
  );
}
