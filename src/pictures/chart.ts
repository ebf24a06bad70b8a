/** What charts share: the sheet that they are drawn on, and an axis of round time. */
import { formatClock } from "../clock.ts";
import { PAINT } from "./colours.ts";
import { element, text } from "./svg.ts";

/** The sizes of a chart, in its own units. */
interface Sheet {
  readonly width: number;
  readonly height: number;
  /** Says in words what it shows, for those who do not see it. */
  readonly label: string;
}

/** A chart of SVG elements. */
export function chart({ height, label, width }: Sheet, ...parts: readonly string[]): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-label": label,
      "font-family": "DejaVu Sans, system-ui, sans-serif",
    },
    [element("rect", { width, height, fill: PAINT.background }), ...parts].join(""),
  );
}

/** How numbers at an axis are written. */
export const AXIS_TEXT = { size: 20, fill: PAINT.mutedText } as const;

/** The times below a chart of a round: its begin, middle and end, between two places at the height `y`. */
export function roundTimes(from: number, to: number, y: number, endMs: number): string {
  return [
    text(from, y, "0:00", AXIS_TEXT),
    text((from + to) / 2, y, formatClock(endMs / 2), { ...AXIS_TEXT, anchor: "middle" }),
    text(to, y, formatClock(endMs), { ...AXIS_TEXT, anchor: "end" }),
  ].join("");
}
