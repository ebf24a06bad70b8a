/** What a situation of people is as a number. */
import type { MetricDefinition } from "../metrics.ts";
import type { LifeTotals } from "../queries/lives.ts";
import { ratePerMinute, type Estimate } from "../statistics.ts";

/** A number over the lives of somebody. */
export interface SituationMetric extends Omit<MetricDefinition, "of"> {
  readonly of: (lives: LifeTotals) => Estimate;
}

/** A count for each life, with the exact 95 % interval of a Poisson count. */
export const countPerLife = (count: number, lives: number): Estimate => ({
  ...ratePerMinute(count, lives),
  sampleUnit: "lives",
});

/** Defines a number over lives; where nothing of it is recorded, its value is null. */
export const defineSituation = (
  key: string,
  title: string,
  unit: string,
  of: (lives: LifeTotals) => Estimate,
): SituationMetric => ({ key, title, unit, of });
