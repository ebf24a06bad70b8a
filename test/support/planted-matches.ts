/** Matches with known effects, for models that have to find them: results are drawn from a formula that the test knows. */
import { Random } from "../../src/seeded-random.ts";
import type { Observation } from "../../src/models/sample.ts";

/** A number with mean 0 and standard deviation 1, near enough to the normal one: twelve draws less six. */
export function normal(random: Random): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random.unit();
  return sum;
}

/** The chance of winning by log-odds. */
export const chanceOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** Fights of matches: each has a result of its own, by these coefficients; features have other means and sizes. */
export function plantedFights(
  seed: number,
  {
    coefficients,
    fights,
    intercept,
    matches,
  }: Readonly<Record<"fights" | "intercept" | "matches", number>> & {
    readonly coefficients: readonly number[];
  },
): Observation[] {
  const random = new Random(seed);
  return Array.from({ length: matches * fights }, (_, index) => {
    const features = coefficients.map((_, feature) => feature + normal(random) * (feature + 0.5));
    const logOdds = coefficients.reduce((sum, value, k) => sum + value * (features[k] ?? 0), intercept);
    return {
      group: `match ${Math.floor(index / fights)}`,
      features,
      isWon: random.unit() < chanceOf(logOdds),
      weight: 1,
    };
  });
}

/**
 * Moments of rounds that share a result: a difference that walks at random over so many steps, and whoever is ahead at the end wins
 * with the chance that `effect` gives it. The second feature tells nothing.
 */
export function plantedRounds(
  seed: number,
  { effect, moments, rounds }: Readonly<Record<"effect" | "moments" | "rounds", number>>,
): Observation[] {
  const random = new Random(seed);
  return Array.from({ length: rounds }, (_, round) => {
    let ahead = 0;
    const walk = Array.from({ length: moments }, () => (ahead += normal(random)));
    const isWon = random.unit() < chanceOf((effect * ahead) / Math.sqrt(moments));
    return walk.map((difference): Observation => ({
      group: `round ${round}`,
      features: [difference, normal(random)],
      isWon,
      weight: 1 / moments,
    }));
  }).flat();
}
