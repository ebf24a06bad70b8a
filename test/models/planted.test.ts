/** Effects that were planted are found within the interval, and nothing where none was. */
import { describe, expect, test } from "vitest";

import { evaluate, verdictOf } from "../../src/models/evaluate.ts";
import { coefficientIntervals, train } from "../../src/models/train.ts";
import { plantedFights, plantedRounds } from "../support/planted-matches.ts";

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);

describe("planted coefficients", () => {
  const truth = [0.2, 0.8, 0, -0.3];
  const [intercept = 0, ...coefficients] = truth;
  const intervals = SEEDS.map((seed) =>
    coefficientIntervals(
      train(plantedFights(seed, { coefficients, intercept, matches: 200, fights: 2 }), seed),
    ),
  );

  test.each([0, 1, 2, 3])(
    "number %i lies within its interval in 17 of 20 cases or more; 19 are meant",
    (index) => {
      const hits = intervals.filter((found) => {
        const { high, low } = found[index] ?? { low: NaN, high: NaN };
        return low <= (truth[index] ?? NaN) && (truth[index] ?? NaN) <= high;
      });
      expect(hits.length).toBeGreaterThanOrEqual(17);
    },
  );

  test("what is there is told from nothing nearly each time", () => {
    expect(intervals.filter((found) => (found[1]?.low ?? 0) > 0).length).toBeGreaterThanOrEqual(19);
    expect(intervals.filter((found) => (found[3]?.high ?? 0) < 0).length).toBeGreaterThanOrEqual(19);
  });
});

describe("moments that share a result", () => {
  test("are no more than one: an interval over moments would be far too narrow", () => {
    const observations = plantedRounds(1, { effect: 1.5, moments: 40, rounds: 150 });
    const apart = observations.map((observation, index) => ({ ...observation, group: `row ${index}` }));
    const width = (rows: typeof observations): number => {
      const found = coefficientIntervals(train(rows, 1))[1];
      return (found?.high ?? 0) - (found?.low ?? 0);
    };
    expect(width(observations)).toBeGreaterThan(2.5 * width(apart));
  });
});

describe("on matches that it did not see", () => {
  const judge = (seed: number, effect: number): ReturnType<typeof evaluate> =>
    evaluate(plantedRounds(seed, { effect, moments: 6, rounds: 200 }), { seed, more: 0 });

  test("a planted effect beats the base rate, and the model is calibrated", () => {
    for (const seed of SEEDS.slice(0, 2)) {
      const found = judge(seed, 3);
      expect(verdictOf(found)).toContain("better than the base rate");
      const [model, base] = found.scores;
      expect(model?.logLoss.value).toBeLessThan((base?.logLoss.value ?? 0) - 0.03);
      expect(found.calibrationSlope?.low).toBeLessThan(1);
      expect(found.calibrationSlope?.high).toBeGreaterThan(1);
    }
  });

  test("where nothing was planted nothing is found", () => {
    const verdicts = SEEDS.slice(0, 8).map((seed) => verdictOf(judge(seed, 0)));
    expect(verdicts.filter((verdict) => verdict.startsWith("nothing found")).length).toBeGreaterThanOrEqual(
      8,
    );
  });

  test("the same data and seed give the same, whatever the order; another seed gives other intervals", () => {
    const data = plantedFights(3, { coefficients: [0.5], intercept: 0, matches: 80, fights: 2 });
    const options = { seed: 7, more: 0 };
    expect(evaluate(data, options)).toEqual(evaluate(data, options));
    expect(train(data, 7)).toEqual(train(data, 7));
    expect(train(data, 8).draws).not.toEqual(train(data, 7).draws);
    expect(train(data, 8).model).toEqual(train(data, 7).model);
  });
});
