/**
 * The heat between two opponents: how much damage they lately did to each other. A hit adds its damage, every step takes a
 * part of it away. Whole numbers throughout, so that sums do not depend on their order.
 */

/** Slots of a server: more than any has. */
export const MOST_SLOTS = 64;
/** A hit adds no more than a life has. */
const MOST_OF_A_HIT = 100;
/** What is left after a step: this many parts of so many, rounded down. */
const [KEPT_PARTS, PARTS] = [4, 5];

/** The pairs that have heat, in no order that means anything: the first `count` places of the three lists. */
export interface Heat {
  count: number;
  first: number[];
  second: number[];
  points: number[];
  /** The place of a pair by `lower slot * MOST_SLOTS + higher slot`. */
  places: (number | undefined)[];
}

/** No heat anywhere. */
export function createHeat(): Heat {
  return { count: 0, first: [], second: [], points: [], places: [] };
}

function keyOf(slot: number, other: number): number {
  return slot < other ? slot * MOST_SLOTS + other : other * MOST_SLOTS + slot;
}

/** Takes a pair off the lists; the last one comes into its place. */
function removePair(heat: Heat, place: number): void {
  const { first, second, points, places } = heat;
  const last = heat.count - 1;
  places[keyOf(first[place] ?? 0, second[place] ?? 0)] = undefined;
  if (place !== last) {
    first[place] = first[last] ?? 0;
    second[place] = second[last] ?? 0;
    points[place] = points[last] ?? 0;
    places[keyOf(first[place] ?? 0, second[place] ?? 0)] = place;
  }
  heat.count = last;
}

/** One hit the other for so much effective damage, hit points. */
export function addHeat(heat: Heat, slot: number, other: number, damage: number): void {
  const added = damage < MOST_OF_A_HIT ? Math.floor(damage) : MOST_OF_A_HIT;
  if (added <= 0) return;
  const key = keyOf(slot, other);
  const place = heat.places[key];
  if (place !== undefined) {
    heat.points[place] = (heat.points[place] ?? 0) + added;
    return;
  }
  heat.places[key] = heat.count;
  heat.first[heat.count] = slot;
  heat.second[heat.count] = other;
  heat.points[heat.count] = added;
  heat.count += 1;
}

/** A step of time: all pairs cool down. */
export function coolDown(heat: Heat): void {
  // From the end on, as the last pair takes the place of one that is cold.
  for (let place = heat.count - 1; place >= 0; place--) {
    const left = Math.floor(((heat.points[place] ?? 0) * KEPT_PARTS) / PARTS);
    if (left === 0) removePair(heat, place);
    else heat.points[place] = left;
  }
}

/** A player has no heat with anybody any more. */
export function clearHeat(heat: Heat, slot: number): void {
  for (let place = heat.count - 1; place >= 0; place--)
    if (heat.first[place] === slot || heat.second[place] === slot) removePair(heat, place);
}
