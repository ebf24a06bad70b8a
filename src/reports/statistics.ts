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
export function formatRate({ high, low, share, trials }: Omit<Rate, "successes">): string {
  if (share === null || low === null || high === null) return "–";
  const percent = (value: number): string => (value * 100).toFixed(0);
  return `${percent(share)} % (${percent(low)}–${percent(high)}, n=${trials.toLocaleString("en-US")})`;
}

/** A number that compares people: what it was counted on, and its 95 % interval where it is a rate. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly sample: number;
  /** `n`: so many things; `min`: so many minutes. */
  readonly sampleUnit: "n" | "min";
}

/** A share as an estimate: 0 to 1. */
export function shareOf(successes: number, trials: number): Estimate {
  const { high, low, share } = wilson(Math.min(successes, trials), trials);
  return { value: share, low, high, sample: trials, sampleUnit: "n" };
}

/** A mean over time alive. It has a sample, but no interval: one second of a player is like the next. */
export function meanOf(value: number | null, minutes: number): Estimate {
  return { value, low: null, high: null, sample: minutes, sampleUnit: "min" };
}

/**
 * Ends of the 95 % interval of a Poisson count, by Byar's approximation:
 * low = k (1 - 1/(9k) - z/(3 sqrt k))^3, high = (k+1) (1 - 1/(9(k+1)) + z/(3 sqrt(k+1)))^3.
 * Source: N. E. Breslow, N. E. Day, "Statistical methods in cancer research II" (1987), equation 2.13.
 */
function byar(count: number): readonly [low: number, high: number] {
  const end = (k: number, z: number): number => k * (1 - 1 / (9 * k) + z / (3 * Math.sqrt(k))) ** 3;
  return [count === 0 ? 0 : Math.max(0, end(count, -Z)), end(count + 1, Z)];
}

/** Events, each of which may weigh more than 1, like hits that weigh their damage. */
export interface Weighted {
  readonly events: number;
  /** Sum of the weights, and of their squares. */
  readonly sum: number;
  readonly squares: number;
}

/**
 * Events for each minute, with the 95 % interval of a Poisson process. Weighted events: the interval of the count,
 * stretched by the root mean square of the weights, T + sqrt(V / k) (L(k) - k).
 * Source: A. J. Dobson, K. Kuulasmaa, E. Eberle, J. Scherer, "Confidence intervals for weighted sums of Poisson
 * parameters", Statistics in Medicine 10 (1991), 457-462.
 */
export function ratePerMinute(counted: number | Weighted, minutes: number): Estimate {
  const { events, squares, sum } =
    typeof counted === "number" ? { events: counted, sum: counted, squares: counted } : counted;
  if (minutes <= 0) return { value: null, low: null, high: null, sample: 0, sampleUnit: "min" };
  const stretch = events === 0 ? 1 : Math.sqrt(squares / events);
  const [low, high] = byar(events).map((end) => Math.max(0, sum + stretch * (end - events)) / minutes);
  // Without any event nothing is known of what one would weigh.
  const isKnown = events > 0 || typeof counted === "number";
  return {
    value: sum / minutes,
    low: low ?? null,
    high: isKnown ? (high ?? null) : null,
    sample: minutes,
    sampleUnit: "min",
  };
}

/** One count for each of another, like kills for each death: p / (1 - p) of the share p of the first and its Wilson interval. */
export function ratioOf(first: number, second: number): Estimate {
  const { high, low } = wilson(first, first + second);
  const odds = (share: number | null): number | null =>
    share === null || share >= 1 ? null : share / (1 - share);
  return {
    value: second === 0 ? null : first / second,
    low: odds(low),
    high: second === 0 ? null : odds(high),
    sample: first + second,
    sampleUnit: "n",
  };
}

/** `1.25 (0.8–1.9, n=42)`, or with minutes as the sample `(…, 81 min)`; a dash where there is no value. */
export function formatEstimate({ high, low, sample, sampleUnit, value }: Estimate): string {
  if (value === null) return "–";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const size =
    sampleUnit === "n"
      ? `n=${sample.toLocaleString("en-US")}`
      : `${sample.toLocaleString("en-US", { maximumFractionDigits: sample < 10 ? 1 : 0 })} min`;
  const interval = low === null || high === null ? "" : `${low.toFixed(digits)}–${high.toFixed(digits)}, `;
  return `${value.toFixed(digits)} (${interval}${size})`;
}
