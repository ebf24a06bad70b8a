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

/** The value below which a share of sorted values lies, between neighbours in proportion; NaN of none. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (above - below) * (place - Math.floor(place));
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
  // Exactly, where rounding would leave a rest.
  const low = successes === 0 ? 0 : Math.max(0, centre - half);
  const high = successes === trials ? 1 : Math.min(1, centre + half);
  return { successes, trials, share, low, high };
}

/**
 * The 95 % interval of the difference of two rates, the first minus the second, by Wilson's intervals of each; both have trials.
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
 * Medicine 17 (1998), 873-890, method 10.
 */
export function newcombe(first: Rate, second: Rate): { readonly low: number; readonly high: number } {
  const [one, other] = [first, second].map(({ high, low, share }) => ({
    share: share ?? 0,
    below: (share ?? 0) - (low ?? 0),
    above: (high ?? 0) - (share ?? 0),
  })) as [Record<"share" | "below" | "above", number>, Record<"share" | "below" | "above", number>];
  const difference = one.share - other.share;
  return {
    low: difference - Math.hypot(one.below, other.above),
    high: difference + Math.hypot(one.above, other.below),
  };
}

/** How much more the first of two numbers is than the second, with the 95 % interval; its ends null where the sample is too small. */
export interface Difference {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** A number that compares people: what it was counted on, and its 95 % interval. */
export interface Estimate {
  readonly value: number | null;
  /** Ends of the interval; null where the sample is too small to tell. */
  readonly low: number | null;
  readonly high: number | null;
  readonly sample: number;
  /** `n`: so many things; `min`: so many minutes; `lives` and `rounds`: so many clusters of time. */
  readonly sampleUnit: "n" | "min" | "lives" | "rounds";
}

/** A share as an estimate: 0 to 1. */
export function shareOf(successes: number, trials: number): Estimate {
  const { high, low, share } = wilson(Math.min(successes, trials), trials);
  return { value: share, low, high, sample: trials, sampleUnit: "n" };
}

/**
 * The 97.5 % quantile of Student's t: exact for one and two degrees of freedom, else within 0.2 %.
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of mathematical functions" (1964), 26.7.5.
 */
export function studentT(degrees: number): number {
  if (degrees === 1) return 12.706_204_736;
  if (degrees === 2) return 4.302_652_73;
  const terms = [
    (Z ** 3 + Z) / 4,
    (5 * Z ** 5 + 16 * Z ** 3 + 3 * Z) / 96,
    (3 * Z ** 7 + 19 * Z ** 5 + 17 * Z ** 3 - 15 * Z) / 384,
    (79 * Z ** 9 + 776 * Z ** 7 + 1482 * Z ** 5 - 1920 * Z ** 3 - 945 * Z) / 92_160,
  ];
  return terms.reduce((t, term, index) => t + term / degrees ** (index + 1), Z);
}

/** Time in clusters, lives or rounds, and what was done in it: x is a cluster's time, y what was done in that time. */
export interface ClusterSums {
  readonly clusters: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly xy: number;
  readonly yy: number;
}

/**
 * A mean over time, like speed or a share of time, with its 95 % interval. One second of a player is like the next, but one
 * life is not like the next: the ratio of the sums over clusters, R = sum y / sum x, with its variance by linearisation,
 * n / (n - 1) sum (y - R x)^2 / (sum x)^2, and Student's t with n - 1 degrees of freedom.
 * Source: W. G. Cochran, "Sampling techniques", 3rd edition (1977), sections 2.11 and 6.4.
 *
 * Of a share, where x and y are in one unit: it stays within 0 and 1, and where no cluster had any of it, or all had
 * nothing else, the far end is that of Wilson's interval for none, or all, of the clusters.
 */
export function ratioOfSums(
  { clusters, x, xx, xy, y, yy }: ClusterSums,
  sampleUnit: "lives" | "rounds",
  kind: "mean" | "share",
): Estimate {
  const about = { sample: clusters, sampleUnit } as const;
  if (x <= 0) return { value: null, low: null, high: null, ...about };
  const value = kind === "share" ? Math.min(1, y / x) : y / x;
  if (kind === "share" && (y <= 0 || y >= x)) {
    const { high, low } = wilson(y <= 0 ? 0 : clusters, clusters);
    return { value, low, high, ...about };
  }
  if (clusters < 2) return { value, low: null, high: null, ...about };
  const squares = Math.max(0, yy - 2 * value * xy + value ** 2 * xx);
  const half = studentT(clusters - 1) * (Math.sqrt((clusters / (clusters - 1)) * squares) / x);
  const most = kind === "share" ? 1 : Infinity;
  return { value, low: Math.max(0, value - half), high: Math.min(most, value + half), ...about };
}

/** One round of something counted over time: x its time, y what was done in it. */
export interface RoundSum {
  readonly roundId: number;
  readonly x: number;
  readonly y: number;
}

/** Rounds added up for {@link ratioOfSums}. */
export function clusterSums(rounds: readonly RoundSum[]): ClusterSums {
  const sum = (of: (round: RoundSum) => number): number => rounds.reduce((total, one) => total + of(one), 0);
  return {
    clusters: rounds.length,
    x: sum(({ x }) => x),
    xx: sum(({ x }) => x * x),
    y: sum(({ y }) => y),
    xy: sum(({ x, y }) => x * y),
    yy: sum(({ y }) => y * y),
  };
}

/**
 * The difference of two means over time, the first minus the second, with its 95 % interval: both ratios linearised, round by round, so that
 * what both have in common in a round cancels; see {@link ratioOfSums}. Null where one of them has no time, the ends null with one round, and where all rounds are alike.
 * Source: W. G. Cochran, "Sampling techniques", 3rd edition (1977), section 6.4, of a difference of two ratios from the same clusters.
 */
export function ratioDifference(first: readonly RoundSum[], second: readonly RoundSum[]): Difference | null {
  const [one, other] = [clusterSums(first), clusterSums(second)];
  if (one.x <= 0 || other.x <= 0) return null;
  const value = one.y / one.x - other.y / other.x;
  const residuals = new Map<number, number>();
  const add = (rounds: readonly RoundSum[], { x: time, y: done }: ClusterSums, sign: 1 | -1): void => {
    for (const { roundId, x, y } of rounds)
      residuals.set(roundId, (residuals.get(roundId) ?? 0) + (sign * (y - (done / time) * x)) / time);
  };
  add(first, one, 1);
  add(second, other, -1);
  const rounds = residuals.size;
  if (rounds < 2) return { value, low: null, high: null };
  const squares = [...residuals.values()].reduce((sum, residual) => sum + residual ** 2, 0);
  // Rounds that are all alike say nothing of how rounds differ.
  if (squares === 0) return { value, low: null, high: null };
  const half = studentT(rounds - 1) * Math.sqrt((rounds / (rounds - 1)) * squares);
  return { value, low: value - half, high: value + half };
}

/** An estimate in another unit. */
export function scaled({ high, low, value, ...about }: Estimate, factor: number): Estimate {
  const times = (number: number | null): number | null => (number === null ? null : number * factor);
  return { value: times(value), low: times(low), high: times(high), ...about };
}

/**
 * The logarithm of the gamma function, to 14 digits.
 * Source: G. R. Pugh, "An analysis of the Lanczos gamma approximation" (2004): Lanczos' series with g = 7 and nine terms.
 */
function logGamma(x: number): number {
  const terms = [
    676.520_368_121_885_1, -1259.139_216_722_402_8, 771.323_428_777_653_1, -176.615_029_162_140_6,
    12.507_343_278_686_9, -0.138_571_095_265_72, 9.984_369_578_019_6e-6, 1.505_632_735_149_3e-7,
  ];
  const series = terms.reduce((sum, term, index) => sum + term / (x + index), 0.999_999_999_999_81);
  const shifted = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(series);
}

/**
 * The share of a gamma distribution of shape a and scale 1 below x: the regularised incomplete gamma function P(a, x), by its
 * series below the mean and by its continued fraction above.
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of mathematical functions" (1964), 6.5.29 and 6.5.31.
 */
function gammaShare(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * Number.EPSILON; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return sum * front;
  }
  // From the front, by the modified method of Lentz.
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 4 * Number.EPSILON && n < 1e6; n++) {
    const coefficient = -n * (n - a);
    b += 2;
    d = 1 / (coefficient * d + b);
    c = b + coefficient / c;
    change = c * d;
    fraction *= change;
  }
  return 1 - fraction * front;
}

/** The x below which a share of a gamma distribution of shape a lies, by bisection. */
function gammaQuantile(share: number, a: number): number {
  let low = 0;
  let high = a + 8 * Math.sqrt(a) + 8;
  for (let step = 0; step < 100 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2;
    if (gammaShare(a, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Ends of the exact 95 % interval of a Poisson count k: the means with which k or more, and k or fewer, come in 2.5 % of cases.
 * Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936), 437-442.
 */
export function poissonLimits(count: number): readonly [low: number, high: number] {
  return [count === 0 ? 0 : gammaQuantile(0.025, count), gammaQuantile(0.975, count + 1)];
}

/** Events, each of which may weigh more than 1, like hits that weigh their damage. */
export interface Weighted {
  readonly events: number;
  /** Sum of the weights, and of their squares. */
  readonly sum: number;
  readonly squares: number;
}

/**
 * Events for each minute, with the exact 95 % interval of a Poisson process. Weighted events: the interval of the count,
 * stretched by the root mean square of the weights, T + sqrt(V / k) (L(k) - k).
 * Source: A. J. Dobson, K. Kuulasmaa, E. Eberle, J. Scherer, "Confidence intervals for weighted sums of Poisson
 * parameters", Statistics in Medicine 10 (1991), 457-462.
 */
export function ratePerMinute(counted: number | Weighted, minutes: number): Estimate {
  const { events, squares, sum } =
    typeof counted === "number" ? { events: counted, sum: counted, squares: counted } : counted;
  if (minutes <= 0) return { value: null, low: null, high: null, sample: 0, sampleUnit: "min" };
  const stretch = events === 0 ? 1 : Math.sqrt(squares / events);
  const [low, high] = poissonLimits(events).map(
    (end) => Math.max(0, sum + stretch * (end - events)) / minutes,
  );
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
