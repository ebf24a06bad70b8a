/** The little statistics that honest comparisons need. */

/** A share with what it was counted from. */
export interface Rate {
  readonly successes: number;
  readonly trials: number;
  /** successes / trials; null without trials. */
  readonly share: number | null;
  /** The 95 % interval; null without trials. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The normal distribution's 97.5 % quantile: two-sided 95 %. */
const Z = 1.959_963_984_540_054;

/**
 * A rate with its 95 % Wilson score interval, which stays within 0 and 1 and is sound for small samples.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
 * Statistical Association 22 (1927), 209-212.
 */
export function wilson(successes: number, trials: number): Rate {
  if (trials === 0) return { successes, trials, share: null, low: null, high: null };
  const share = successes / trials;
  const denominator = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / denominator;
  const half = (Z / denominator) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return { successes, trials, share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** `31 % (25–38, n=180)`; a dash without trials. */
export function formatRate({ high, low, share, trials }: Rate): string {
  if (share === null || low === null || high === null) return "–";
  const percent = (value: number): string => (value * 100).toFixed(0);
  return `${percent(share)} % (${percent(low)}–${percent(high)}, n=${trials.toLocaleString("en-US")})`;
}
