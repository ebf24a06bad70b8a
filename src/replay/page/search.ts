/** Searching lists that are in order of time. */

/** How many of the first items are not later than `timeMs`. */
export function countUntil<Item>(
  items: readonly Item[],
  timeMs: number,
  timeOf: (item: Item) => number,
): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last item that is not later than `timeMs`. */
export function lastUntil<Item>(
  items: readonly Item[],
  timeMs: number,
  timeOf: (item: Item) => number,
): Item | undefined {
  return items[countUntil(items, timeMs, timeOf) - 1];
}

/** The items after `fromMs`, up to and including `toMs`. */
export function between<Item>(
  items: readonly Item[],
  fromMs: number,
  toMs: number,
  timeOf: (item: Item) => number,
): readonly Item[] {
  return items.slice(countUntil(items, fromMs, timeOf), countUntil(items, toMs, timeOf));
}
