/** Checks named areas of maps: names, outlines, floors. What is wrong is thrown as `E_AREA`. */
import { ProxError } from "../errors.ts";
import { WORLD_LIMIT_UNITS } from "../format/column.ts";
import { plainName, safeText } from "../names.ts";
import type { Bounds } from "../pictures/map-frame.ts";
import type { Corner, Floor, MapArea, Spot } from "./areas.ts";
import { isOutlined, surfaceOf } from "./areas.ts";

const LONGEST_NAME = 60;
const MOST_CORNERS = 64;
const MOST_SPOTS = 1024;
/** A map has at most so many areas. */
export const MOST_AREAS = 1024;

function refuse(message: string, suggestion: string): ProxError {
  return new ProxError("E_AREA", message, { suggestions: [suggestion] });
}

/** The name of an area as it is stored: without colour codes and without what could act on a terminal or a page. */
export function parseAreaName(text: string): string {
  const name = plainName(text).replaceAll("\uFFFD", "").replaceAll(/\s+/gu, " ").trim();
  if (name !== "" && name !== "(no name)" && name.length <= LONGEST_NAME) return name;
  throw refuse(
    `this cannot be the name of an area: ${safeText(text)}`,
    `write 1 to ${LONGEST_NAME} characters that can be seen, such as "Main Gate"`,
  );
}

/** Whether the sides a–b and c–d touch or cross. */
function doCross(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const turn = (p: Corner, q: Corner, r: Corner): number =>
    Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  const isBetween = (p: Corner, q: Corner, r: Corner): boolean =>
    Math.min(p[0], q[0]) <= r[0] &&
    r[0] <= Math.max(p[0], q[0]) &&
    Math.min(p[1], q[1]) <= r[1] &&
    r[1] <= Math.max(p[1], q[1]);
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && isBetween(a, b, c)) ||
    (abd === 0 && isBetween(a, b, d)) ||
    (cda === 0 && isBetween(c, d, a)) ||
    (cdb === 0 && isBetween(c, d, b))
  );
}

/** The numbers of two sides of an outline that cross or touch where they should not; undefined for a sound outline. */
function crossingSides(outline: readonly Corner[]): readonly [number, number] | undefined {
  const count = outline.length;
  const corner = (index: number): Corner => outline[index % count] ?? [0, 0];
  for (let one = 0; one < count; one += 1) {
    for (let other = one + 1; other < count; other += 1) {
      const isNext = other === one + 1;
      const isAround = one === 0 && other === count - 1;
      if (isNext || isAround) {
        // Neighbours share a corner; one that goes back over the other crosses it.
        const [shared, before, after] = isNext
          ? [corner(other), corner(one), corner(other + 1)]
          : [corner(0), corner(other), corner(1)];
        const cross =
          (before[0] - shared[0]) * (after[1] - shared[1]) - (before[1] - shared[1]) * (after[0] - shared[0]);
        const dot =
          (before[0] - shared[0]) * (after[0] - shared[0]) + (before[1] - shared[1]) * (after[1] - shared[1]);
        if (cross === 0 && dot > 0) return [one, other];
      } else if (doCross(corner(one), corner(one + 1), corner(other), corner(other + 1))) return [one, other];
    }
  }
  return undefined;
}

const isInWorld = (value: number): boolean => Number.isFinite(value) && Math.abs(value) <= WORLD_LIMIT_UNITS;

function checkOutline(name: string, outline: readonly Corner[], bounds: Bounds | undefined): void {
  if (outline.length < 3 || outline.length > MOST_CORNERS) {
    throw refuse(
      `an outline has 3 to ${MOST_CORNERS} corners, and that of ${name} has ${outline.length}`,
      'write the corners one after another: --outline "0,0 512,0 512,256 0,256"',
    );
  }
  const beyond = outline.find(
    ([x, y]) =>
      !isInWorld(x) ||
      !isInWorld(y) ||
      (bounds !== undefined && (x < bounds.minX || x > bounds.maxX || y < bounds.minY || y > bounds.maxY)),
  );
  if (beyond !== undefined) {
    throw refuse(
      `the corner ${beyond.join(",")} of ${name} lies outside the map`,
      bounds === undefined
        ? `coordinates are between -${WORLD_LIMIT_UNITS} and ${WORLD_LIMIT_UNITS} units`
        : `the map's bounds are ${bounds.minX},${bounds.minY} to ${bounds.maxX},${bounds.maxY}; \`prox map add\` changes them`,
    );
  }
  const sides = crossingSides(outline);
  if (sides !== undefined) {
    const [one, other] = sides.map((side) => `side ${side + 1}`);
    throw refuse(
      `the outline of ${name} crosses itself: ${one} and ${other}`,
      "write the corners in the order in which one walks around the area, each once",
    );
  }
  if (surfaceOf(outline) < 1)
    throw refuse(`the outline of ${name} has no inside`, "name corners of a surface");
}

/**
 * An area that can be stored, with its name made plain.
 * @param bounds of the map, where they are known; only outlines are held against them.
 */
export function checkArea(area: MapArea, bounds?: Bounds): MapArea {
  const name = parseAreaName(area.name);
  if (!isOutlined(area)) {
    const { spots } = area;
    if (spots.length === 0 || spots.length > MOST_SPOTS)
      throw refuse(
        `an area has 1 to ${MOST_SPOTS} spots, and ${name} has ${spots.length}`,
        "name fewer spots",
      );
    const beyond = spots.find((spot) => !spot.every(isInWorld));
    if (beyond === undefined)
      return { name, spots: spots.map(([x, y, z]): Spot => [Math.round(x), Math.round(y), Math.round(z)]) };
    throw refuse(
      `the spot ${beyond.join(",")} of ${name} lies outside the world`,
      `coordinates are between -${WORLD_LIMIT_UNITS} and ${WORLD_LIMIT_UNITS} units`,
    );
  }
  checkOutline(name, area.outline, bounds);
  const { floor } = area;
  return {
    name,
    outline: area.outline,
    floor: floor === undefined ? undefined : parseFloor(`${floor.from}..${floor.to}`),
  };
}

/** The corners of an outline: `0,0 512,0 512,256`. */
export function parseOutline(text: string): Corner[] {
  return text
    .trim()
    .split(/[\s;]+/u)
    .map((pair) => {
      const [x = NaN, y = NaN, more] = pair.split(",").map((part) => (part === "" ? NaN : Number(part)));
      if (Number.isFinite(x) && Number.isFinite(y) && more === undefined) return [x, y];
      throw refuse(
        `${safeText(pair)} is no corner of an outline`,
        'write x and y with a comma, and corners with spaces between them: --outline "0,0 512,0 512,256 0,256"',
      );
    });
}

/** Heights: `0..128`. */
export function parseFloor(text: string): Floor {
  const [, from = NaN, to = NaN] = (/^\s*(-?\d{1,6})\s*\.\.\s*(-?\d{1,6})\s*$/u.exec(text) ?? []).map(Number);
  if (from < to && isInWorld(from) && isInWorld(to)) return { from, to };
  throw refuse(
    `${safeText(text)} is no range of heights`,
    "write two whole numbers in units, the lower one first: --z=0..128; a player's middle is 24 units above their feet",
  );
}
