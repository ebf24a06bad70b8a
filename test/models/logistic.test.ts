/** The fit against what can be worked out without it. */
import { describe, expect, test } from "vitest";

import { fitLogistic, logOddsOf, predict, probabilityOf } from "../../src/models/logistic.ts";
import type { Observation } from "../../src/models/sample.ts";
import { plantedFights } from "../support/planted-matches.ts";

const row = (features: number[], isWon: boolean, weight = 1): Observation => ({
  group: "m",
  features,
  isWon,
  weight,
});
const times = (count: number, observation: Observation): Observation[] =>
  Array.from({ length: count }, () => observation);

describe("ridge logistic regression", () => {
  test("without penalty a feature of two values gives the log-odds of the two shares", () => {
    // 10 of 40 are won without it, 45 of 60 with it.
    const observations = [
      ...times(10, row([0], true)),
      ...times(30, row([0], false)),
      ...times(45, row([1], true)),
      ...times(15, row([1], false)),
    ];
    const { coefficients, intercept } = fitLogistic(observations, { penalty: 0 });
    expect(intercept).toBeCloseTo(Math.log(10 / 30), 8);
    expect(coefficients[0]).toBeCloseTo(Math.log(45 / 15) - Math.log(10 / 30), 8);
    expect(predict({ intercept, coefficients }, [1])).toBeCloseTo(0.75, 8);
  });

  test("where it ends, the slope of the penalised likelihood is 0 in every direction", () => {
    const penalty = 3;
    const observations = plantedFights(4, {
      coefficients: [0.6, -0.4, 0.2],
      intercept: 0.3,
      matches: 60,
      fights: 3,
    });
    const { coefficients, intercept, scales } = fitLogistic(observations, { penalty });
    const count = observations.length;
    const errors = observations.map(({ features, isWon }) => {
      const logOdds = features.reduce((sum, value, k) => sum + value * (coefficients[k] ?? 0), intercept);
      return Number(isWon) - 1 / (1 + Math.exp(-logOdds));
    });
    expect(errors.reduce((sum, error) => sum + error, 0)).toBeCloseTo(0, 5);
    for (const k of [0, 1, 2]) {
      const values = observations.map(({ features }) => features[k] ?? 0);
      const mean = values.reduce((sum, value) => sum + value, 0) / count;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
      expect(scales[k]).toBeCloseTo(Math.sqrt(variance), 6);
      const slope = errors.reduce((sum, error, index) => sum + error * (values[index] ?? 0), 0);
      expect(slope).toBeCloseTo(penalty * variance * (coefficients[k] ?? 0), 4);
    }
  });

  test("a stronger penalty gives smaller coefficients", () => {
    const observations = plantedFights(5, { coefficients: [1], intercept: 0, matches: 40, fights: 1 });
    const [weak, strong] = [0.1, 50].map(
      (penalty) => fitLogistic(observations, { penalty }).coefficients[0] ?? 0,
    );
    expect(strong).toBeGreaterThan(0);
    expect(strong).toBeLessThan((weak ?? 0) * 0.6);
  });

  test("a weight of two is the same as two rows, and a start elsewhere ends at the same place", () => {
    const observations = plantedFights(6, { coefficients: [0.5, 0.1], intercept: 0, matches: 50, fights: 2 });
    const doubled = fitLogistic([...observations, ...observations]);
    const weighted = fitLogistic(observations.map((observation) => ({ ...observation, weight: 2 })));
    const started = fitLogistic(observations, {
      weights: observations.map(() => 2),
      start: { intercept: 1, coefficients: [-1, 1], scales: [1, 1] },
    });
    for (const other of [weighted, started]) {
      expect(other.intercept).toBeCloseTo(doubled.intercept, 7);
      other.coefficients.forEach((value, k) => {
        expect(value).toBeCloseTo(doubled.coefficients[k] ?? NaN, 7);
      });
    }
  });

  test("a feature that never changes counts for nothing, and a feature that tells all stays finite", () => {
    const observations = [...times(20, row([7, 1], true)), ...times(20, row([7, 0], false))];
    const { coefficients } = fitLogistic(observations);
    expect(coefficients[0]).toBe(0);
    expect(coefficients[1]).toBeGreaterThan(3);
    expect(coefficients[1]).toBeLessThan(20);
    const free = fitLogistic(observations, { penalty: 0 });
    expect(Number.isFinite(free.coefficients[1])).toBe(true);
    expect(predict(free, [7, 1])).toBeGreaterThan(0.99);
  });

  test("log-odds and probabilities are each other's inverse, and never 0 or 1", () => {
    for (const probability of [0.001, 0.3, 0.5, 0.99]) {
      expect(probabilityOf(logOddsOf(probability))).toBeCloseTo(probability, 12);
    }
    expect(probabilityOf(1e6)).toBeLessThan(1);
    expect(Number.isFinite(logOddsOf(0))).toBe(true);
    expect(Number.isFinite(logOddsOf(1))).toBe(true);
  });
});
