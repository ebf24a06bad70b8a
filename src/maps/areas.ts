/**
 * Named areas of a map: which one a place is in. An area is an outline seen from above, with a floor where it has one, or
 * spots, like those of the game's location files.
 *
 * A place is in the smallest outline that holds it. Outside all outlines it has the name of the nearest spot, at most
 * {@link SPOT_REACH_UNITS} away.
 */

/** A corner of an outline, units. */
export type Corner = readonly [x: number, y: number];
/** A place of the world, units; z is where a player's middle is, 24 above their feet. */
export type Spot = readonly [x: number, y: number, z: number];

/** Heights, units: from `from` up to `to`, which is not part of it any more. */
export interface Floor {
  readonly from: number;
  readonly to: number;
}

/** An area with an outline; no floor: all heights. */
export interface OutlinedArea {
  readonly name: string;
  readonly outline: readonly Corner[];
  readonly floor: Floor | undefined;
}

/** An area around one or several spots. */
export interface SpotArea {
  readonly name: string;
  readonly spots: readonly Spot[];
}

/** A named area of a map. */
export type MapArea = OutlinedArea | SpotArea;

/** The area of a place; undefined where it is in none. */
export type FindArea = (x: number, y: number, z: number | null) => MapArea | undefined;

/** Further away than this a spot gives no name: the game asks what is in sight, which prox does not know. */
export const SPOT_REACH_UNITS = 1024;

/** Whether an area has an outline. */
export function isOutlined(area: MapArea): area is OutlinedArea {
  return "outline" in area;
}

/** The surface of an outline, square units. */
export function surfaceOf(outline: readonly Corner[]): number {
  const doubled = outline.reduce((sum, [x, y], index) => {
    const [nextX, nextY] = outline[(index + 1) % outline.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(doubled) / 2;
}

/** Whether a place, seen from above, is inside an outline: a line from it to the right crosses an odd number of sides. */
function isInside(outline: readonly Corner[], x: number, y: number): boolean {
  let inside = false;
  let [beforeX, beforeY] = outline.at(-1) ?? [0, 0];
  for (const [cornerX, cornerY] of outline) {
    if (
      cornerY > y !== beforeY > y &&
      x < ((beforeX - cornerX) * (y - cornerY)) / (beforeY - cornerY) + cornerX
    )
      inside = !inside;
    [beforeX, beforeY] = [cornerX, cornerY];
  }
  return inside;
}

/** Whether a height is on a floor; one that nobody recorded is on none. */
function isOnFloor(floor: Floor | undefined, z: number | null): boolean {
  return floor === undefined || (z !== null && z >= floor.from && z < floor.to);
}

/** Whether a place is within an outlined area, on its floor. */
export function isWithin({ floor, outline }: OutlinedArea, x: number, y: number, z: number | null): boolean {
  return isOnFloor(floor, z) && isInside(outline, x, y);
}

const heightOf = (floor: Floor | undefined): number =>
  floor === undefined ? Infinity : floor.to - floor.from;

/** Makes what finds the area of a place. Of outlines of one size the lower floor wins, then the name. */
export function areaFinder(areas: readonly MapArea[]): FindArea {
  const outlined = areas
    .filter(isOutlined)
    .map((area) => ({ area, surface: surfaceOf(area.outline), height: heightOf(area.floor) }))
    .sort((a, b) => {
      if (a.surface !== b.surface) return a.surface - b.surface;
      if (a.height !== b.height) return a.height - b.height;
      return a.area.name < b.area.name ? -1 : 1;
    });
  const spots = areas
    .filter((area): area is SpotArea => !isOutlined(area))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((area) => area.spots.map((at) => ({ area, at })));
  return (x, y, z) => {
    const found = outlined.find(({ area }) => isWithin(area, x, y, z));
    if (found !== undefined) return found.area;
    let nearest: MapArea | undefined;
    let least = SPOT_REACH_UNITS ** 2;
    for (const { area, at } of spots) {
      const distance = (at[0] - x) ** 2 + (at[1] - y) ** 2 + (z === null ? 0 : (at[2] - z) ** 2);
      if (distance > least || (distance === least && nearest !== undefined)) continue;
      [nearest, least] = [area, distance];
    }
    return nearest;
  };
}

/** Where the name of an area is written on a picture: the middle of its outline, or each of its spots. */
export function labelPlaces(area: MapArea): readonly Corner[] {
  if (!isOutlined(area)) return area.spots.map(([x, y]) => [x, y] as const);
  const { outline } = area;
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  if (isInside(outline, x, y)) return [[x, y]];
  // The middle of a bent outline may lie outside: then the middle of its widest stretch at that height.
  const crossings = outline
    .flatMap(([cornerX, cornerY], index) => {
      const [beforeX, beforeY] = outline.at(index - 1) ?? [cornerX, cornerY];
      return cornerY > y === beforeY > y
        ? []
        : [((beforeX - cornerX) * (y - cornerY)) / (beforeY - cornerY) + cornerX];
    })
    .sort((a, b) => a - b);
  let [from, to] = [x, x];
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const [left = x, right = x] = crossings.slice(index, index + 2);
    if (right - left > to - from) [from, to] = [left, right];
  }
  return [[(from + to) / 2, y]];
}
