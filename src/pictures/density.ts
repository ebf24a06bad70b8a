/**
 * Smooth heat: a bell (Gaussian) around every event, summed up on a grid. The replay's page has the same bells, grid and
 * exponent; a test compares them, as the page cannot import from here.
 */
import { contours } from "d3-contour";

import type { HeatCell } from "./heatmap.ts";

/** Side of the cells of the grid, units. */
export const DENSITY_CELL_UNITS = 32;
/** The bell's standard deviation, units. */
export const DENSITY_SIGMA_UNITS = { events: 90, presence: 64 } as const;
/** So many standard deviations out, a bell ends. */
export const DENSITY_REACH = 3;
/** Below 1 lifts what is rare, so that a lone event stays visible beside a crowded corner. */
export const DENSITY_EXPONENT = 0.65;
/** Side of the square whose events a density states, units: `kills per 256 × 256 units`. */
export const DENSITY_SQUARE_UNITS = 256;

/** A grid of densities, row by row, the southernmost first. */
export interface Density {
  /** Of its first column and row, in cells of {@link DENSITY_CELL_UNITS}. */
  readonly cellX: number;
  readonly cellY: number;
  readonly columns: number;
  readonly rows: number;
  /** Each in events (or seconds) per square of {@link DENSITY_SQUARE_UNITS}. */
  readonly values: Float64Array;
}

/** What a lone event reaches at its centre. */
export function peakOfOne(sigmaUnits: number): number {
  return DENSITY_SQUARE_UNITS ** 2 / (2 * Math.PI * sigmaUnits ** 2);
}

/** One pass of the bell along rows (`step` 1) or columns (`step` the row's length). */
function spread(
  source: Float64Array,
  columns: number,
  rows: number,
  bell: readonly number[],
  isAcross: boolean,
) {
  const target = new Float64Array(source.length);
  const reach = (bell.length - 1) / 2;
  const [step, length] = isAcross ? [1, columns] : [columns, rows];
  for (const [index, value] of source.entries()) {
    if (value === 0) continue;
    const at = isAcross ? index % columns : Math.floor(index / columns);
    const [from, to] = [Math.max(-reach, -at), Math.min(reach, length - 1 - at)];
    for (let away = from; away <= to; away += 1) {
      const place = index + away * step;
      target[place] = (target[place] ?? 0) + value * (bell[away + reach] ?? 0);
    }
  }
  return target;
}

/** Puts a bell on every cell; undefined for none. `cells` are of {@link DENSITY_CELL_UNITS}. */
export function smoothCells(cells: readonly HeatCell[], sigmaUnits: number): Density | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const sigma = sigmaUnits / DENSITY_CELL_UNITS;
  const reach = Math.ceil(DENSITY_REACH * sigma);
  let [left, right, bottom, top] = [first.cellX, first.cellX, first.cellY, first.cellY];
  for (const { cellX, cellY } of cells) {
    [left, right] = [Math.min(left, cellX), Math.max(right, cellX)];
    [bottom, top] = [Math.min(bottom, cellY), Math.max(top, cellY)];
  }
  const [columns, rows] = [right - left + 1 + 2 * reach, top - bottom + 1 + 2 * reach];
  const counts = new Float64Array(columns * rows);
  for (const { cellX, cellY, value } of cells) {
    const index = (cellY - bottom + reach) * columns + cellX - left + reach;
    counts[index] = (counts[index] ?? 0) + value;
  }
  const bell = Array.from({ length: 2 * reach + 1 }, (_, index) =>
    Math.exp(-((index - reach) ** 2) / (2 * sigma * sigma)),
  );
  const spreadOut = spread(spread(counts, columns, rows, bell, true), columns, rows, bell, false);
  const peak = peakOfOne(sigmaUnits);
  return {
    cellX: left - reach,
    cellY: bottom - reach,
    columns,
    rows,
    values: spreadOut.map((value) => value * peak),
  };
}

/** Where a density is at least a level: rings of points in units, holes among them. */
export interface Contour {
  readonly level: number;
  readonly rings: readonly (readonly (readonly [x: number, y: number])[])[];
}

/** The contours of a density at some levels, the lowest first. With `isNegated`, those of what is as much below zero. */
export function contoursOf(density: Density, levels: readonly number[], isNegated = false): Contour[] {
  const { cellX, cellY, columns, rows, values } = density;
  const signed = Array.from(values, (value) => (isNegated ? -value : value));
  return contours()
    .size([columns, rows])
    .thresholds([...levels])(signed)
    .map(({ coordinates, value }) => ({
      level: value,
      rings: coordinates
        .flat()
        .map((ring) =>
          ring.map(
            ([x = 0, y = 0]) => [(cellX + x) * DENSITY_CELL_UNITS, (cellY + y) * DENSITY_CELL_UNITS] as const,
          ),
        ),
    }));
}
