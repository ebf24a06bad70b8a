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
const SPOT_REACH_UNITS = 1024;

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
function isWithin({ floor, outline }: OutlinedArea, x: number, y: number, z: number | null): boolean {
  return isOnFloor(floor, z) && isInside(outline, x, y);
}

const heightOf = (floor: Floor | undefined): number =>
  floor === undefined ? Infinity : floor.to - floor.from;

/** Makes what finds the area of a place. Of outlines of one size the lower floor wins, then the name. */
export function areaFinder(areas: readonly MapArea[]): FindArea {
  const outlined = areas
    .filter(isOutlined)
    .map((area) => ({
      area,
      surface: surfaceOf(area.outline),
      height: heightOf(area.floor),
      // Most places are not even between its ends.
      fromX: Math.min(...area.outline.map(([x]) => x)),
      toX: Math.max(...area.outline.map(([x]) => x)),
    }))
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
    const found = outlined.find(({ area, fromX, toX }) => x >= fromX && x <= toX && isWithin(area, x, y, z));
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

/** Where names may stand is tried on a grid of so many places each way. */
const LABEL_GRID = 24;

/** How far a place is from the sides of an outline, units. */
function distanceToSides(outline: readonly Corner[], x: number, y: number): number {
  return Math.min(
    ...outline.map(([fromX, fromY], index) => {
      const [toX, toY] = outline[(index + 1) % outline.length] ?? [fromX, fromY];
      const [sideX, sideY] = [toX - fromX, toY - fromY];
      const along = ((x - fromX) * sideX + (y - fromY) * sideY) / (sideX ** 2 + sideY ** 2);
      const share = Math.min(1, Math.max(0, along));
      return Math.hypot(x - fromX - share * sideX, y - fromY - share * sideY);
    }),
  );
}

/**
 * Where the name of an area is written on a picture: on each of its spots, or in its outline, as far as can be from the sides, and
 * not in smaller outlines that lie in it.
 */
export function labelPlaces(area: MapArea, areas: readonly MapArea[]): readonly Corner[] {
  if (!isOutlined(area)) return area.spots.map(([x, y]) => [x, y] as const);
  const { outline } = area;
  const surface = surfaceOf(outline);
  const smaller = areas.filter(isOutlined).filter((other) => surfaceOf(other.outline) < surface);
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const [minX, minY, maxX, maxY] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  let best: Corner = [(minX + maxX) / 2, (minY + maxY) / 2];
  let most = -Infinity;
  for (let row = 1; row < LABEL_GRID; row += 1) {
    for (let column = 1; column < LABEL_GRID; column += 1) {
      const x = minX + ((maxX - minX) * column) / LABEL_GRID;
      const y = minY + ((maxY - minY) * row) / LABEL_GRID;
      if (!isInside(outline, x, y)) continue;
      const isFree = !smaller.some((other) => isInside(other.outline, x, y));
      const room = Math.min(
        distanceToSides(outline, x, y),
        ...smaller.map((other) => distanceToSides(other.outline, x, y)),
      );
      // Where smaller ones cover all of it, the name lies in one of them.
      const worth = isFree ? room : room - 1e6;
      if (worth > most) [best, most] = [[x, y], worth];
    }
  }
  return [best];
}
