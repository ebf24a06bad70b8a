import fc from "fast-check";
import { expect, test } from "vitest";

import {
  type ClusterSums,
  poissonLimits,
  ratePerMinute,
  ratioOf,
  ratioOfSums,
  scaled,
  shareOf,
  studentT,
  wilson,
} from "../../src/reports/statistics.ts";
import { formatEstimate, formatRate, formatShare } from "../../src/cli/views/estimates.ts";

test("gives the published values of the Wilson interval", () => {
  // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
  for (const [successes, trials, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const rate = wilson(successes, trials);
    expect(rate.low).toBeCloseTo(low, 4);
    expect(rate.high).toBeCloseTo(high, 4);
  }
});

test("stays within 0 and 1 and around the share, and has no share without trials", () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), (successes, failures) => {
      const { high, low, share } = wilson(successes, successes + failures);
      if (low === null || high === null || share === null) return successes + failures === 0;
      return low >= 0 && high <= 1 && low <= share + 1e-12 && share <= high + 1e-12;
    }),
  );
  expect(formatRate(wilson(0, 0))).toBe("–");
  expect(formatRate(wilson(81, 263))).toBe("31 % (26–37, n=263)");
});

test("gives the exact Poisson interval", () => {
  // Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936): the exact 95 % limits of a count.
  for (const [count, low, high] of [
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [2, 0.2422, 7.225],
    [5, 1.623, 11.668],
    [10, 4.795, 18.39],
    [20, 12.217, 30.888],
    [50, 37.111, 65.919],
    [100, 81.364, 121.627],
  ] as const) {
    const rate = ratePerMinute(count, 1);
    // As many digits as are printed there.
    expect(Math.abs((rate.low ?? NaN) - low), `low of ${count}`).toBeLessThanOrEqual(0.0006);
    expect(Math.abs((rate.high ?? NaN) - high), `high of ${count}`).toBeLessThanOrEqual(0.0006);
    // Twice the time, half the rate.
    expect(ratePerMinute(count, 2)).toMatchObject({
      value: count / 2,
      high: (rate.high ?? NaN) / 2,
      sample: 2,
    });
  }
});

test("the ends of the Poisson interval leave 2.5 % of cases on either side, for any count", () => {
  /** How likely a Poisson variable is at most k, by its definition. */
  const atMost = (k: number, mean: number): number => {
    let logTerm = -mean;
    let sum = Math.exp(logTerm);
    for (let n = 1; n <= k; n++) {
      logTerm += Math.log(mean / n);
      sum += Math.exp(logTerm);
    }
    return sum;
  };
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), (count) => {
      const [low, high] = poissonLimits(count);
      return (
        Math.abs(1 - atMost(count - 1, low) - 0.025) < 1e-6 && Math.abs(atMost(count, high) - 0.025) < 1e-6
      );
    }),
    { numRuns: 60, examples: [[1], [2], [3], [170], [20_000]] },
  );
  expect(poissonLimits(1)[0]).toBeCloseTo(-Math.log(0.975), 10);
  expect(poissonLimits(0)).toEqual([0, expect.closeTo(-Math.log(0.025), 10)]);
  // A million: the normal distribution's ends, but for a few.
  const [low, high] = poissonLimits(1_000_000);
  expect([low, high].map((end) => Math.abs(Math.abs(end - 1_000_000) - 1960) < 4)).toEqual([true, true]);
});

test("weighted events scale with their weight, and uneven ones widen the interval", () => {
  const plain = ratePerMinute(20, 4);
  const even = ratePerMinute({ events: 20, sum: 360, squares: 20 * 18 ** 2 }, 4);
  expect(even.value).toBe(90);
  expect(even.low).toBeCloseTo(18 * (plain.low ?? NaN), 9);
  expect(even.high).toBeCloseTo(18 * (plain.high ?? NaN), 9);
  // The same damage in the same number of hits, but half of it in one.
  const uneven = ratePerMinute({ events: 20, sum: 360, squares: 180 ** 2 + 19 * (180 / 19) ** 2 }, 4);
  expect((uneven.high ?? NaN) - (uneven.low ?? NaN)).toBeGreaterThan((even.high ?? NaN) - (even.low ?? NaN));
  expect(ratePerMinute({ events: 0, sum: 0, squares: 0 }, 4)).toMatchObject({ value: 0, low: 0, high: null });
  expect(ratePerMinute(3, 0).value).toBeNull();
});

test("a ratio of counts has the odds of the Wilson interval", () => {
  // Of 263 events 81: 0.2553 to 0.3662, as above.
  const ratio = ratioOf(81, 182);
  expect(ratio.value).toBeCloseTo(0.44505, 5);
  expect(ratio.low).toBeCloseTo(0.2553 / 0.7447, 3);
  expect(ratio.high).toBeCloseTo(0.3662 / 0.6338, 3);
  expect(ratioOf(3, 0)).toMatchObject({ value: null, sample: 3 });
  expect(ratioOf(0, 0)).toMatchObject({ value: null, low: null, high: null });
});

test("gives the published quantiles of Student's t", () => {
  const published = [
    [1, 12.7062],
    [2, 4.3027],
    [3, 3.1824],
    [4, 2.7764],
    [5, 2.5706],
    [10, 2.2281],
    [30, 2.0423],
    [120, 1.9799],
    [1e6, 1.96],
  ] as const;
  for (const [degrees, t] of published) {
    expect(Math.abs(studentT(degrees) / t - 1), `${degrees}`).toBeLessThan(0.002);
  }
});

/** Clusters, added up. */
function addUp(clusters: readonly (readonly [x: number, y: number])[]): ClusterSums {
  const total = (of: (x: number, y: number) => number): number =>
    clusters.reduce((sum, [x, y]) => sum + of(x, y), 0);
  return {
    clusters: clusters.length,
    x: total((x) => x),
    xx: total((x) => x * x),
    y: total((_, y) => y),
    xy: total((x, y) => x * y),
    yy: total((_, y) => y * y),
  };
}

test("a mean over time has the interval that its clusters' residuals give", () => {
  // 24 of 60; residuals 0, -2 and 2: variance 3/2 * 8 / 60^2, t of two degrees 4.3027.
  const lives = addUp([
    [10, 4],
    [20, 6],
    [30, 14],
  ]);
  const mean = ratioOfSums(lives, "lives", "mean");
  expect(mean).toMatchObject({ sample: 3, sampleUnit: "lives" });
  expect(mean.value).toBeCloseTo(0.4, 9);
  expect(mean.low).toBeCloseTo(0.4 - 4.3027 * 0.057735, 4);
  expect(mean.high).toBeCloseTo(0.4 + 4.3027 * 0.057735, 4);
  expect(scaled(mean, 60)).toMatchObject({ value: expect.closeTo(24, 6) as unknown, sample: 3 });
  expect(formatShare(ratioOfSums(lives, "rounds", "share"))).toBe("40 % (15–65, 3 rounds)");
  expect(formatShare(mean, false)).toBe("40 % (15–65)");
});

test("a mean over time says no interval of one life, none without time, and one of a share that nobody had", () => {
  expect(ratioOfSums(addUp([[10, 4]]), "lives", "mean")).toMatchObject({ value: 0.4, low: null, high: null });
  expect(ratioOfSums(addUp([]), "lives", "share")).toMatchObject({ value: null, low: null, sample: 0 });
  const never = addUp(Array.from({ length: 10 }, () => [30, 0] as const));
  // Wilson's upper end for none of ten is 0.2775.
  expect(ratioOfSums(never, "lives", "share")).toMatchObject({
    value: 0,
    low: 0,
    high: expect.closeTo(0.2775, 4) as unknown,
  });
  const always = addUp(Array.from({ length: 10 }, () => [30, 30] as const));
  expect(ratioOfSums(always, "lives", "share")).toMatchObject({
    value: 1,
    low: expect.closeTo(0.7225, 4) as unknown,
    high: 1,
  });
  const wild = ratioOfSums(
    addUp([
      [10, 0],
      [10, 10],
    ]),
    "lives",
    "share",
  );
  expect([wild.low, wild.high]).toEqual([0, 1]);
});

test("the interval holds the truth more than nine times in ten, even of sixty lives that differ much", () => {
  let state = 20_261_124;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  // A life lasts a minute on average; in some lives a player camps for most of the time, in most for a little of it.
  const live = (): [number, number] => {
    const x = -60 * Math.log(random());
    return [x, x * (random() < 0.2 ? 0.5 + 0.4 * random() : 0.2 * random())];
  };
  const truth = 0.2 * 0.7 + 0.8 * 0.1;
  const trials = 2000;
  let [held, heldBySeconds] = [0, 0];
  for (let trial = 0; trial < trials; trial++) {
    const sums = addUp(Array.from({ length: 60 }, live));
    const { high, low } = ratioOfSums(sums, "lives", "share");
    if ((low ?? 1) <= truth && truth <= (high ?? 0)) held += 1;
    const seconds = wilson(sums.y, sums.x);
    if ((seconds.low ?? 1) <= truth && truth <= (seconds.high ?? 0)) heldBySeconds += 1;
  }
  expect(held / trials).toBeGreaterThan(0.9);
  expect(held / trials).toBeLessThan(0.97);
  // Taking each second for a sample of its own would promise far more than it holds.
  expect(heldBySeconds / trials).toBeLessThan(0.6);
});

test("says an estimate with its sample, and its interval where there is one", () => {
  expect(formatEstimate(ratioOf(81, 182))).toBe("0.45 (0.34–0.58, n=263)");
  expect(formatEstimate(ratePerMinute(20, 40))).toBe("0.50 (0.31–0.77, 40 min)");
  expect(formatEstimate(ratioOfSums(addUp([[10, 2124]]), "lives", "mean"))).toBe("212 (1 life)");
  expect(formatEstimate(ratePerMinute(20_000, 10), false)).toBe("2,000 (1,972–2,028)");
  expect(formatEstimate(shareOf(0, 0))).toBe("–");
});
