/** From the values of a heatmap to colours, and the round values that its legend names. */
import { diverging, sequential } from "./colours.ts";
import type { ColourMap } from "./colours.ts";

/** A value's place on the colour scale. */
export interface HeatScale {
  /** The end of the scale: a round number that no value exceeds. */
  readonly maximum: number;
  readonly isDifference: boolean;
  readonly colour: ColourMap;
  /** 0 to 1 for counts, -1 to 1 for differences. */
  readonly position: (value: number) => number;
  /** Values for the legend, all of them round, the lowest first. */
  readonly ticks: readonly number[];
}

/** Up to here the scale of cells is linear; above, its square root keeps the low counts apart. */
const LINEAR_UP_TO = 20;
/** Ticks of a legend are apart by this share of it at least. */
const TICK_GAP = 0.09;
const FACTORS = [1, 2, 3, 4, 5, 6, 8, 10];
/** A power of ten, or a half or fifth of it, from 10⁻⁶. */
const STEPS = Array.from({ length: 16 }, (_, index) => index - 6).flatMap((power) =>
  [1, 2, 5].map((factor) => Number(`${factor}e${power}`)),
);

/** The round number that is not below a value; 1 for 0. */
export function roundUp(value: number): number {
  if (value === 0) return 1;
  const power = Math.floor(Math.log10(value));
  // Written as text, so that no rest of binary fractions stays.
  const candidates = [power, power + 1].flatMap((exponent) =>
    FACTORS.map((one) => Number(`${one}e${exponent}`)),
  );
  return candidates.find((one) => one >= value * (1 - 1e-9)) ?? value;
}

const tidy = (value: number): number => Number(value.toPrecision(12));

/** The multiples of a step that divides the scale, apart enough. */
function evenTicks(maximum: number, isDifference: boolean): number[] {
  const span = isDifference ? 2 * maximum : maximum;
  const divides = (step: number): boolean => Math.abs(maximum / step - Math.round(maximum / step)) < 1e-9;
  const step = STEPS.find((one) => one / span >= TICK_GAP && divides(one)) ?? maximum;
  const count = Math.round(maximum / step);
  const first = isDifference ? -count : 0;
  return Array.from({ length: count - first + 1 }, (_, index) => tidy((first + index) * step));
}

/** 1, 2 and 5 times powers of ten below the maximum, apart enough, and the maximum. */
function unevenTicks(maximum: number, position: (value: number) => number): number[] {
  const ticks = [maximum];
  for (const step of [...STEPS].reverse()) {
    const last = position(ticks[0] ?? maximum);
    if (step < maximum && last - position(step) >= TICK_GAP && position(step) >= TICK_GAP / 2) {
      ticks.unshift(step);
    }
  }
  return ticks;
}

/**
 * The scale for values of a kind.
 * @param largest the largest value, of a difference without its sign.
 * @param exponent what the share of the maximum is raised to, for values that are no difference; undefined: 1 for small
 *   counts, a half for others.
 */
export function makeScale(largest: number, isDifference: boolean, exponent?: number): HeatScale {
  const isCount = Number.isInteger(largest);
  const maximum = isCount && largest > 0 && largest <= 10 ? largest : roundUp(largest);
  if (isDifference) {
    const ticks = evenTicks(roundUp(largest), true);
    const full = roundUp(largest);
    return { maximum: full, isDifference, colour: diverging, position: (value) => value / full, ticks };
  }
  const power = exponent ?? (maximum > LINEAR_UP_TO ? 0.5 : 1);
  const position = (value: number): number => (value / maximum) ** power;
  const all = power === 1 ? evenTicks(maximum, false) : unevenTicks(maximum, position);
  // No cell that is drawn holds nothing, and none a part of an event.
  const ticks = isCount ? all.filter((value) => value > 0 && Number.isInteger(value)) : all;
  return { maximum, isDifference, colour: sequential, position, ticks };
}

/** A value as a legend writes it: as few decimals as it takes. */
export function formatValue(value: number): string {
  return value.toLocaleString("en-US", { maximumSignificantDigits: Number.isInteger(value) ? 21 : 3 });
}
