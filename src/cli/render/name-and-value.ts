/** Lines of a name and its value, the values below each other. */
const NAME_WIDTH = 15;

/** One line a pair. */
export function nameAndValue(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  return pairs.map(([name, value]) => `${name.padEnd(NAME_WIDTH)} ${value}`);
}
