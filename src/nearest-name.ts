/** The name that was probably meant. */
import { distance } from "fastest-levenshtein";

/** The name most like `wrong`, or undefined where none is like it. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, letters: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.letters - b.letters);
  const best = ranked[0];
  return best !== undefined && best.letters <= Math.max(2, wrong.length / 3) ? best.name : undefined;
}
