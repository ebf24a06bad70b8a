/** Rates and estimates as text. */
import type { Estimate, Rate } from "../../reports/statistics.ts";

const decimals = (digits: number): Intl.NumberFormat =>
  new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
// Made once: a page of a site formats thousands of numbers.
const DECIMALS = [decimals(0), decimals(1), decimals(2)] as const;
const ONE_AT_MOST = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** What an estimate was taken from: `n=42`, `81 min`, `140 lives`. */
function formatSample({ sample, sampleUnit }: Pick<Estimate, "sample" | "sampleUnit">): string {
  if (sampleUnit === "n") return `n=${sample.toLocaleString("en-US")}`;
  const size = (sample < 10 ? ONE_AT_MOST : DECIMALS[0]).format(sample);
  const isOne = sample === 1 && sampleUnit !== "min";
  return `${size} ${isOne ? { lives: "life", rounds: "round" }[sampleUnit] : sampleUnit}`;
}

function formatAs(
  { high, low, value, ...about }: Estimate,
  one: (value: number) => string,
  unit: string,
  hasSample: boolean,
): string {
  if (value === null) return "–";
  const parts = [
    ...(low === null || high === null ? [] : [`${one(low)}–${one(high)}`]),
    ...(hasSample ? [formatSample(about)] : []),
  ];
  return `${one(value)}${unit}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`;
}

/**
 * `1.25 (0.8–1.9, n=42)`, or with another sample `(…, 81 min)`; a dash where there is no value.
 * @param hasSample false where the sample stands elsewhere.
 */
export function formatEstimate(estimate: Estimate, hasSample = true): string {
  const size = Math.abs(estimate.value ?? 0);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return formatAs(estimate, (value) => DECIMALS[digits].format(value), "", hasSample);
}

/** A share as `31 % (25–38, n=180)`, or with another sample `(…, 140 lives)`; a dash where there is no value. */
export function formatShare(estimate: Estimate, hasSample = true): string {
  return formatAs(estimate, (value) => (value * 100).toFixed(0), " %", hasSample);
}

/** A rate, see {@link formatShare}. */
export function formatRate({ high, low, share, trials }: Omit<Rate, "successes">, hasSample = true): string {
  return formatShare({ value: share, low, high, sample: trials, sampleUnit: "n" }, hasSample);
}
