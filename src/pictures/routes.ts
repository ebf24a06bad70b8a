/** Routes over a map, as SVG: a line each, as wide as its share, with spawn and contact, and what they are below the map. */
import { PAINT } from "./colours.ts";
import { defineImage } from "./ground.ts";
import {
  drawMap,
  drawPage,
  drawScaleBar,
  HEADING_HEIGHT,
  MARGIN,
  PICTURE_WIDTH,
  placeMap,
  type Caption,
  type Ground,
  type Place,
} from "./map-frame.ts";
import { element, fittedText, text } from "./svg.ts";

/** A route as it is drawn. */
export interface DrawnRoute {
  readonly number: number;
  readonly name: string;
  /** Of the ways of its team, from 0 to 1: how wide it is. */
  readonly share: number;
  /** What is said of it below its name. */
  readonly detail: string;
  /** From the spawn to the contact, units. */
  readonly path: readonly (readonly [x: number, y: number, z: number])[];
}

/** A map with routes. */
export interface RoutePanel {
  readonly label: string;
  readonly routes: readonly DrawnRoute[];
}

/** Apart for the common kinds of colour-blindness, and in lightness; numbers say the same. */
const COLOURS = ["#f5d547", "#4fd6a8", "#ff7f9f", "#b79bff", "#58c4ff", "#a3b86c"];
const MAP_HEIGHT = 900;
const WIDTH = PICTURE_WIDTH - 2 * MARGIN;
const THINNEST = 4;
const WIDEST = 30;
const DISC = 19;
const NAME_SIZE = 30;
const DETAIL_SIZE = 25;
const ENTRY_HEIGHT = 80;

type Point = readonly [x: number, y: number];

const colourOf = (index: number): string => COLOURS[index % COLOURS.length] ?? PAINT.text;
const widthOf = (share: number): number => THINNEST + (WIDEST - THINNEST) * share;
const far = ([x1, y1]: Point, [x2, y2]: Point): number => Math.hypot(x2 - x1, y2 - y1);
const write = ([x, y]: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Where a line ends, so that the arrow's point is at its last place; the arrow points where the line comes from. */
function arrow(points: readonly Point[], width: number): { readonly line: Point[]; readonly head: string } {
  const tip = points.at(-1) ?? [0, 0];
  const size = 12 + width;
  const from = points.findLast((point) => far(point, tip) >= size) ?? points[0] ?? tip;
  const length = far(from, tip);
  if (length < 1) return { line: [...points], head: "" };
  const [dx, dy] = [(tip[0] - from[0]) / length, (tip[1] - from[1]) / length];
  const base: Point = [tip[0] - dx * size, tip[1] - dy * size];
  const half = size * 0.6;
  const kept = points.slice(0, points.indexOf(from) + 1);
  return {
    line: length > size ? [...kept, base] : kept,
    head: `M${write(tip)}L${write([base[0] - dy * half, base[1] + dx * half])}L${write([base[0] + dy * half, base[1] - dx * half])}z`,
  };
}

/** Where the number of a route stands: on its middle part, as far as can be from other routes, from its ends and other numbers. */
function placeNumber(own: readonly Point[], others: readonly Point[]): Point {
  const candidates = own.slice(Math.floor(own.length / 4), -Math.floor(own.length / 5));
  let best = candidates[0] ?? own[0] ?? [0, 0];
  let most = -1;
  for (const candidate of candidates) {
    const room = Math.min(120, ...others.map((other) => far(candidate, other)));
    if (room > most) [best, most] = [candidate, room];
  }
  return best;
}

function drawDisc([x, y]: Point, number: number, colour: string): string {
  return (
    element("circle", { cx: x, cy: y, r: DISC, fill: PAINT.background, stroke: colour, "stroke-width": 4 }) +
    text(x, y + 9, String(number), { size: 26, fill: PAINT.text, bold: true, anchor: "middle" })
  );
}

function drawContact([x, y]: Point): string {
  const d = `M${write([x - 9, y - 9])}L${write([x + 9, y + 9])}M${write([x - 9, y + 9])}L${write([x + 9, y - 9])}`;
  const line = { d, fill: "none", "stroke-linecap": "round" } as const;
  return (
    element("path", { ...line, stroke: PAINT.background, "stroke-width": 9 }) +
    element("path", { ...line, stroke: PAINT.text, "stroke-width": 4, class: "contact" })
  );
}

const drawSpawn = ([x, y]: Point): string =>
  element("circle", {
    ...{ cx: x, cy: y, r: 9, fill: PAINT.text, stroke: PAINT.background, "stroke-width": 3, class: "spawn" },
  });

/** The lines of routes, the most taken below; marks and numbers above all lines. */
function drawLines(routes: readonly DrawnRoute[], place: Place): string {
  const drawn = routes.map((route, index) => ({
    ...route,
    colour: colourOf(index),
    points: route.path.map(([x, y]): Point => [place.x(x), place.y(y)]),
  }));
  const lines = drawn.map(({ colour, points, share }) => {
    const width = widthOf(share);
    const { head, line } = arrow(points, width);
    const d = `M${line.map(write).join("L")}`;
    const stroke = { d, fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" } as const;
    return (
      element("path", { ...stroke, stroke: PAINT.background, "stroke-width": width + 5 }) +
      element("path", { ...stroke, stroke: colour, "stroke-width": width, class: "route" }) +
      (head === ""
        ? ""
        : element("path", { d: head, fill: colour, stroke: PAINT.background, "stroke-width": 2.5 }))
    );
  });
  const marks = drawn.map(({ points }) => {
    const [spawn, contact] = [points[0], points.at(-1)];
    return (
      (spawn === undefined ? "" : drawSpawn(spawn)) + (contact === undefined ? "" : drawContact(contact))
    );
  });
  const placed: Point[] = [];
  const discs = drawn.map(({ colour, number, points }) => {
    const others = drawn.flatMap((other) => (other.number === number ? [] : other.points));
    const ends = [points[0], points.at(-1)].filter((point) => point !== undefined);
    const at = placeNumber(points, [...others, ...placed, ...ends]);
    placed.push(at);
    return drawDisc(at, number, colour);
  });
  return lines.join("") + marks.join("") + discs.join("");
}

function drawEntries(routes: readonly DrawnRoute[], top: number): string {
  return routes
    .map(({ detail, name, number, share }, index) => {
      const y = top + index * ENTRY_HEIGHT;
      const colour = colourOf(index);
      return (
        element("line", {
          ...{ x1: MARGIN + 4, y1: y + 24, x2: MARGIN + 120, y2: y + 24, stroke: colour },
          ...{ "stroke-width": widthOf(share), "stroke-linecap": "round" },
        }) +
        drawDisc([MARGIN + 62, y + 24], number, colour) +
        fittedText(
          MARGIN + 150,
          y + 24,
          name,
          { size: NAME_SIZE, fill: PAINT.text, bold: true },
          WIDTH - 150,
        ) +
        fittedText(MARGIN + 150, y + 56, detail, { size: DETAIL_SIZE, fill: PAINT.mutedText }, WIDTH - 150)
      );
    })
    .join("");
}

/** Draws routes as one SVG document: a map for each panel, one below the other, and below it what its routes are. */
export function drawRoutes(ground: Ground, caption: Caption, panels: readonly RoutePanel[]): string {
  const { bounds } = ground;
  const [worldWidth, worldHeight] = [bounds.maxX - bounds.minX, bounds.maxY - bounds.minY];
  const pixelsPerUnit = Math.min(WIDTH / worldWidth, MAP_HEIGHT / worldHeight);
  const left = MARGIN + (WIDTH - worldWidth * pixelsPerUnit) / 2;
  const isShared = panels.length > 1;
  let top = HEADING_HEIGHT;
  const drawn = panels.map(({ label, routes }) => {
    const mapTop = top + 44;
    const mapBottom = mapTop + worldHeight * pixelsPerUnit;
    const place = placeMap(bounds, left, mapTop, pixelsPerUnit);
    const content =
      fittedText(MARGIN, top + 26, label, { size: NAME_SIZE, fill: PAINT.text, bold: true }, WIDTH) +
      drawMap(ground, place, isShared, drawLines(routes, place), "") +
      drawScaleBar(bounds, place, mapBottom + 30, 22) +
      drawKey(mapBottom + 30) +
      drawEntries(routes, mapBottom + 62);
    top = mapBottom + 62 + routes.length * ENTRY_HEIGHT + 24;
    return content;
  });
  return drawPage(caption, (isShared ? defineImage(ground) : "") + drawn.join(""), top + 10);
}

/** What the marks are. */
function drawKey(y: number): string {
  const right = PICTURE_WIDTH - MARGIN;
  return (
    drawSpawn([right - 330, y - 7]) +
    text(right - 312, y, "spawn", { size: 22, fill: PAINT.mutedText }) +
    drawContact([right - 200, y - 7]) +
    text(right - 180, y, "first contact", { size: 22, fill: PAINT.mutedText })
  );
}
