/** Counts of things by their names. */

/** How often each was counted. */
export type Counts = LuaTable<string, number | undefined>;

/** Counts one more. */
export function increment(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The names, sorted. */
export function sortedKeys(counts: Counts): string[] {
  const keys: string[] = [];
  for (const [key] of pairs(counts)) keys.push(key);
  table.sort(keys);
  return keys;
}
