/** Where two populations of a heatmap differ most. */
import type { HeatCell } from "../pictures/heatmap.ts";
import { newcombe, wilson } from "./statistics.ts";

/** Cells with their sum. */
export interface CountedCells {
  readonly cells: readonly HeatCell[];
  readonly total: number;
}

/** A cell of two populations. `value` is a count, or seconds of presence; shares go from 0 to 1. */
export interface HeatDifference {
  readonly cellX: number;
  readonly cellY: number;
  readonly first: { readonly value: number; readonly share: number };
  readonly second: { readonly value: number; readonly share: number };
  /** The first share minus the second, in percentage points, with its 95 % interval; seconds have none. */
  readonly points: number;
  readonly lowPoints: number | null;
  readonly highPoints: number | null;
}

/**
 * The cells of two populations, those that differ most first.
 * @param isCount whether values are counts of events, of which shares have intervals.
 */
export function listDifferences(
  first: CountedCells,
  second: CountedCells,
  isCount: boolean,
): HeatDifference[] {
  const values = new Map<string, { cellX: number; cellY: number; of: [number, number] }>();
  for (const [index, { cells }] of [first, second].entries()) {
    for (const { cellX, cellY, value } of cells) {
      const key = `${cellX} ${cellY}`;
      const entry = values.get(key) ?? { cellX, cellY, of: [0, 0] };
      entry.of[index] = value;
      values.set(key, entry);
    }
  }
  return [...values.values()]
    .map(({ cellX, cellY, of: [one, other] }) => {
      const interval = isCount ? newcombe(wilson(one, first.total), wilson(other, second.total)) : undefined;
      const [share, otherShare] = [one / first.total, other / second.total];
      return {
        cellX,
        cellY,
        first: { value: one, share },
        second: { value: other, share: otherShare },
        points: (share - otherShare) * 100,
        lowPoints: interval === undefined ? null : interval.low * 100,
        highPoints: interval === undefined ? null : interval.high * 100,
      };
    })
    .sort((a, b) => Math.abs(b.points) - Math.abs(a.points) || a.cellX - b.cellX || a.cellY - b.cellY);
}
