/**
 * Ways of players over a map, and how they are put together as routes: pure functions. docs/metrics.md has the definition.
 */

/** A way has so many points, at even steps along it. */
export const WAY_POINTS = 16;
/** Two ways less than this apart, on average over their points, are of one route. */
export const CUT_UNITS = 384;
/** Of so many ways at most all pairs are compared: time and memory grow with their square. */
const MOST_COMPARED = 600;

/** A place, units. */
export type Place3 = readonly [x: number, y: number, z: number];
/** A way: x, y and z of {@link WAY_POINTS} points, one after the other, whole units. */
export type WayPoints = Int16Array;

const MOST_UNITS = 32_767;
const whole = (units: number): number => Math.max(-MOST_UNITS, Math.min(MOST_UNITS, Math.round(units)));

// A square root is many times quicker than Math.hypot.
const apart = (a: Place3, b: Place3): number =>
  Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);

/** How long a way is, by straight lines from place to place. */
export function lengthOf(places: readonly Place3[]): number {
  return places.slice(1).reduce((sum, place, index) => sum + apart(places[index] ?? place, place), 0);
}

/** Puts {@link WAY_POINTS} points on a way, the first at its begin, the last at its end, at equal steps of its length. */
export function resample(places: readonly Place3[]): WayPoints {
  const points = new Int16Array(WAY_POINTS * 3);
  const step = lengthOf(places) / (WAY_POINTS - 1);
  let leg = 0;
  let passed = 0;
  for (let point = 0; point < WAY_POINTS; point += 1) {
    const along = step * point;
    let from = places[leg] ?? [0, 0, 0];
    let to = places[leg + 1] ?? from;
    while (leg < places.length - 2 && passed + apart(from, to) < along) {
      passed += apart(from, to);
      leg += 1;
      from = to;
      to = places[leg + 1] ?? from;
    }
    const length = apart(from, to);
    const share = length === 0 ? 0 : Math.min(1, (along - passed) / length);
    for (const axis of [0, 1, 2] as const)
      points[point * 3 + axis] = whole(from[axis] + (to[axis] - from[axis]) * share);
  }
  return points;
}

/** How far apart two ways are: the mean distance of their points with the same number, units. */
export function distanceBetween(one: WayPoints, other: WayPoints): number {
  let sum = 0;
  for (let at = 0; at < WAY_POINTS * 3; at += 3) {
    const x = (one[at] ?? 0) - (other[at] ?? 0);
    const y = (one[at + 1] ?? 0) - (other[at + 1] ?? 0);
    const z = (one[at + 2] ?? 0) - (other[at + 2] ?? 0);
    sum += Math.sqrt(x * x + y * y + z * z);
  }
  return sum / WAY_POINTS;
}

/** The points of a way as places. */
export function placesOf(points: WayPoints): Place3[] {
  return Array.from({ length: WAY_POINTS }, (_, point) => [
    points[point * 3] ?? 0,
    points[point * 3 + 1] ?? 0,
    points[point * 3 + 2] ?? 0,
  ]);
}

/** Distances of all pairs, row by row. */
function allDistances(ways: readonly WayPoints[]): Float64Array {
  const count = ways.length;
  const distances = new Float64Array(count * count);
  for (const [one, from] of ways.entries())
    for (let other = one + 1; other < count; other += 1) {
      const distance = distanceBetween(from, ways[other] ?? from);
      distances[one * count + other] = distance;
      distances[other * count + one] = distance;
    }
  return distances;
}

/**
 * Joins the two groups that are nearest to each other, again and again, until none are nearer than the cut. Groups are as far apart as
 * their members are on average (average linkage). Of equal distances, the pair comes first whose earliest members come first.
 * Returns the members of each group by their index. `distances` is used up.
 */
function joinNearest(distances: Float64Array, count: number, cutUnits: number): number[][] {
  const groups = new Map(Array.from({ length: count }, (_, index) => [index, [index]]));
  const between = (one: number, other: number): number => distances[one * count + other] ?? Infinity;
  // Of each group the nearest of those that come after it; itself where there is none.
  const nearest = new Int32Array(count);
  const findNearest = (one: number): void => {
    let best = one;
    for (const other of groups.keys())
      if (other > one && (best === one || between(one, other) < between(one, best))) best = other;
    nearest[one] = best;
  };
  for (const one of groups.keys()) findNearest(one);
  for (;;) {
    let one = -1;
    for (const index of groups.keys()) {
      const other = nearest[index] ?? index;
      if (other !== index && (one === -1 || between(index, other) < between(one, nearest[one] ?? one)))
        one = index;
    }
    const other = nearest[one] ?? one;
    if (one === -1 || between(one, other) >= cutUnits) return [...groups.values()];
    const [members = [], joined = []] = [groups.get(one), groups.get(other)];
    groups.delete(other);
    for (const third of groups.keys()) {
      if (third === one) continue;
      const distance =
        (between(one, third) * members.length + between(other, third) * joined.length) /
        (members.length + joined.length);
      distances[one * count + third] = distance;
      distances[third * count + one] = distance;
    }
    members.push(...joined);
    for (const third of groups.keys()) {
      const known = nearest[third];
      if (third === one || known === one || known === other) findNearest(third);
      // What was nearest stays: a joined group is not nearer than the nearer of its parts was.
    }
  }
}

/** The member that has the least distance to all others together; of equals the first. */
function middleOf(ways: readonly WayPoints[]): WayPoints | undefined {
  let best: WayPoints | undefined;
  let least = Infinity;
  for (const one of ways) {
    const sum = ways.reduce((total, other) => total + distanceBetween(one, other), 0);
    if (sum < least) [best, least] = [one, sum];
  }
  return best;
}

/** So many of a list, at even steps of it. */
function thinned<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}

/** A route: its middle way, and which ways are of it, by their index. */
export interface WayGroup {
  readonly middle: WayPoints;
  readonly ways: readonly number[];
}

/**
 * Finds the routes among ways: groups by average linkage, of each group the middle way, and then each way put to the nearest middle
 * way, if that is nearer than the cut. The route with most ways comes first; of equals the one with the earlier way.
 * @param ways in an order of their own, not that of a database: what is equal depends on it.
 */
export function findRoutes(ways: readonly WayPoints[], cutUnits = CUT_UNITS): WayGroup[] {
  const compared = thinned(ways, MOST_COMPARED);
  const middles = joinNearest(allDistances(compared), compared.length, cutUnits)
    .map((members) => middleOf(members.flatMap((index) => compared[index] ?? [])))
    .filter((middle) => middle !== undefined);
  const routes = middles.map((middle) => ({ middle, ways: [] as number[] }));
  for (const [index, way] of ways.entries()) {
    let best: (typeof routes)[number] | undefined;
    let least = cutUnits;
    for (const route of routes) {
      const distance = distanceBetween(way, route.middle);
      if (distance < least) [best, least] = [route, distance];
    }
    best?.ways.push(index);
  }
  return routes
    .filter((route) => route.ways.length > 0)
    .sort((a, b) => b.ways.length - a.ways.length || (a.ways[0] ?? 0) - (b.ways[0] ?? 0));
}
