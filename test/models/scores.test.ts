/** Losses, baselines and calibration by hand; folds that keep matches together. */
import { describe, expect, test } from "vitest";

import { baseRate, moreWins } from "../../src/models/baselines.ts";
import { meanOverGroups } from "../../src/models/bootstrap.ts";
import {
  calibrationBins,
  calibrationError,
  calibrationFloor,
  calibrationLine,
} from "../../src/models/calibration.ts";
import { foldsOf, predictUnseen } from "../../src/models/folds.ts";
import type { Observation } from "../../src/models/sample.ts";
import { brier, logLoss } from "../../src/models/scores.ts";
import { Random } from "../../src/seeded-random.ts";
import { chanceOf, normal } from "../support/planted-matches.ts";

const row = (difference: number, isWon: boolean, group = "m"): Observation => ({
  group,
  features: [difference],
  isWon,
  weight: 1,
});

describe("losses", () => {
  test("of a coin, of a good guess and of a bad one", () => {
    expect(logLoss(0.5, true)).toBeCloseTo(0.693147, 6);
    expect(logLoss(0.9, true)).toBeCloseTo(0.105361, 6);
    expect(logLoss(0.9, false)).toBeCloseTo(2.302585, 6);
    expect(brier(0.5, false)).toBe(0.25);
    expect(brier(0.9, true)).toBeCloseTo(0.01, 12);
    expect(Number.isFinite(logLoss(0, true))).toBe(true);
  });

  test("a mean over groups weighs groups by what they hold", () => {
    // (1 + 9) / (1 + 3); drawn: the first alone, the second alone.
    const drawn = [Float64Array.of(2, 0), Float64Array.of(0, 2)];
    expect(meanOverGroups([1, 9], [1, 3], drawn)).toEqual({ value: 2.5, low: 1.05, high: 2.95 });
  });
});

describe("baselines", () => {
  const seen = [row(2, true), row(1, true), row(1, false), row(0, false), row(-1, false), row(-3, true)];

  test("the base rate knows nothing of the case", () => {
    expect(baseRate(seen)([5])).toBeCloseTo((3 + 1) / (6 + 2), 12);
  });

  test("more people win as often as they did", () => {
    const predictor = moreWins(0)(seen);
    expect(predictor([4])).toBeCloseTo((2 + 1) / (3 + 2), 12);
    expect(predictor([0])).toBeCloseTo((0 + 1) / (1 + 2), 12);
    expect(predictor([-1])).toBeCloseTo((1 + 1) / (2 + 2), 12);
  });
});

describe("folds", () => {
  const observations = Array.from({ length: 230 }, (_, index) =>
    row(index, index % 3 === 0, `m${index % 23}`),
  );

  test("no match is in two parts, and parts have as many matches as each other", () => {
    const folds = foldsOf(observations, new Random(1), 5);
    const foldsOfGroup = new Map<string, Set<number>>();
    observations.forEach(({ group }, index) => {
      const found = foldsOfGroup.get(group) ?? new Set();
      foldsOfGroup.set(group, found.add(folds[index] ?? -1));
    });
    expect([...foldsOfGroup.values()].every(({ size }) => size === 1)).toBe(true);
    const sizes = [0, 1, 2, 3, 4].map(
      (fold) => [...foldsOfGroup.values()].filter((found) => found.has(fold)).length,
    );
    expect(sizes.sort()).toEqual([4, 4, 5, 5, 5]);
    expect(foldsOf(observations, new Random(1), 5)).toEqual(folds);
    expect(foldsOf(observations, new Random(2), 5)).not.toEqual(folds);
  });

  test("who judges a match has not seen it", () => {
    const folds = foldsOf(observations, new Random(3), 4);
    const answers = predictUnseen(observations, folds, (seen) => {
      const known = new Set(seen.map(({ group }) => group));
      return ([index = 0]) => (known.has(`m${index % 23}`) ? 1 : 0);
    });
    expect(answers).toEqual(observations.map(() => 0));
  });
});

describe("calibration", () => {
  const random = new Random(9);
  const logOdds = Array.from({ length: 4000 }, () => normal(random) * 1.5);
  const observations = logOdds.map((value, index) => row(0, random.unit() < chanceOf(value), `m${index}`));

  test("bins by hand", () => {
    const cases = Array.from({ length: 20 }, (_, index) => row(0, index % 2 === 0, `m${index}`));
    const bins = calibrationBins(
      cases,
      cases.map((_, index) => 0.1 + (index >= 10 ? 0.6 : 0)),
    );
    expect(bins).toHaveLength(10);
    expect(bins[0]).toEqual({ predicted: 0.1, won: 0.5, share: 0.1 });
    expect(bins[9]?.predicted).toBeCloseTo(0.7, 12);
    expect(calibrationError(bins)).toBeCloseTo((0.4 + 0.2) / 2, 12);
  });

  test("true chances are on the line, and as far off it as chance has it", () => {
    const chances = logOdds.map(chanceOf);
    const { intercept, slope } = calibrationLine(observations, chances);
    expect(slope).toBeCloseTo(1, 1);
    expect(intercept).toBeCloseTo(0, 1);
    const error = calibrationError(calibrationBins(observations, chances));
    const floor = calibrationFloor(observations, chances, new Random(1));
    expect(error).toBeLessThan(floor * 1.8);
    // A published size of it for so many cases: 0.034 for 1,000, so about half for four times as many.
    expect(floor).toBeGreaterThan(0.01);
    expect(floor).toBeLessThan(0.025);
  });

  test("who is too sure has a slope below 1 and an error above the floor", () => {
    const bold = logOdds.map((value) => chanceOf(2 * value));
    expect(calibrationLine(observations, bold).slope).toBeCloseTo(0.5, 1);
    const error = calibrationError(calibrationBins(observations, bold));
    expect(error).toBeGreaterThan(3 * calibrationFloor(observations, bold, new Random(1)));
  });

  test("rows that share a result have a higher floor than as many rows with results of their own", () => {
    const cases = Array.from({ length: 2000 }, (_, index) => row(0, true, `m${Math.floor(index / 20)}`));
    const chances = cases.map((_, index) => 0.2 + 0.6 * (Math.floor(index / 20) / 99));
    const apart = cases.map((observation, index) => ({ ...observation, group: `m${index}` }));
    const shared = calibrationFloor(cases, chances, new Random(1));
    expect(shared).toBeGreaterThan(1.5 * calibrationFloor(apart, chances, new Random(1)));
  });
});
