import fc from "fast-check";
import { expect, test } from "vitest";

import {
  formatEstimate,
  formatRate,
  meanOf,
  ratePerMinute,
  ratioOf,
  shareOf,
  wilson,
} from "../../src/reports/statistics.ts";

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

test("gives the exact Poisson interval to three hundredths of an event, from five events on to two", () => {
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
    const within = count < 5 ? 0.03 : 0.02;
    expect(Math.abs((rate.low ?? NaN) - low), `low of ${count}`).toBeLessThan(within);
    expect(Math.abs((rate.high ?? NaN) - high), `high of ${count}`).toBeLessThan(within);
    // Twice the time, half the rate.
    expect(ratePerMinute(count, 2)).toMatchObject({
      value: count / 2,
      high: (rate.high ?? NaN) / 2,
      sample: 2,
    });
  }
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

test("says an estimate with its sample, and its interval where there is one", () => {
  expect(formatEstimate(ratioOf(81, 182))).toBe("0.45 (0.34–0.58, n=263)");
  expect(formatEstimate(ratePerMinute(20, 40))).toBe("0.50 (0.31–0.77, 40 min)");
  expect(formatEstimate(meanOf(212.4, 3.25))).toBe("212 (3.3 min)");
  expect(formatEstimate(shareOf(0, 0))).toBe("–");
});
