import fc from "fast-check";
import { expect, test } from "vitest";

import { formatRate, wilson } from "../../src/reports/statistics.ts";

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
