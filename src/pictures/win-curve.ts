/** Who would win a round, over its time: the probability that Axis win as a line with its interval, and key moments as dots. */
import { AXIS_TEXT, chart, roundTimes } from "./chart.ts";
import { PAINT } from "./colours.ts";
import { element, text } from "./svg.ts";

/** The probability at a time, with the ends of its interval. */
interface Point {
  readonly timeMs: number;
  readonly axis: number;
  readonly low: number;
  readonly high: number;
}

/** A moment that moved it. */
interface Moment {
  readonly timeMs: number;
  readonly before: number;
  readonly after: number;
}

const WIDTH = 1200;
const HEIGHT = 320;
const LEFT = 90;
const RIGHT = 20;
const TOP = 20;
const BOTTOM = 48;

/** Draws it; `label` says in words what it shows, for those who do not see it. */
export function drawWinCurve(
  points: readonly Point[],
  moments: readonly Moment[],
  endMs: number,
  label: string,
): string {
  const x = (timeMs: number): number => LEFT + (timeMs / Math.max(1, endMs)) * (WIDTH - LEFT - RIGHT);
  const y = (axis: number): number => TOP + (1 - axis) * (HEIGHT - TOP - BOTTOM);
  const place = (timeMs: number, axis: number): string => `${x(timeMs).toFixed(1)},${y(axis).toFixed(1)}`;
  const band = [
    ...points.map(({ high, timeMs }) => place(timeMs, high)),
    ...points.toReversed().map(({ low, timeMs }) => place(timeMs, low)),
  ].join(" ");
  const side = { size: 22, bold: true } as const;
  return chart(
    { width: WIDTH, height: HEIGHT, label },
    ...[0, 0.5, 1].map((axis) =>
      element("line", {
        x1: LEFT,
        x2: WIDTH - RIGHT,
        y1: y(axis),
        y2: y(axis),
        stroke: PAINT.grid,
        "stroke-width": axis === 0.5 ? 2 : 1,
      }),
    ),
    element("polygon", { points: band, fill: PAINT.grid }),
    element("polyline", {
      points: points.map(({ axis, timeMs }) => place(timeMs, axis)).join(" "),
      fill: "none",
      stroke: PAINT.text,
      "stroke-width": 3,
      "stroke-linejoin": "round",
    }),
    ...moments.map(({ after, before, timeMs }) =>
      element("circle", {
        cx: x(timeMs),
        cy: y(after),
        r: 7,
        fill: after > before ? PAINT.axis : PAINT.allies,
        stroke: PAINT.background,
        "stroke-width": 2,
      }),
    ),
    text(16, TOP + 20, "Axis", { ...side, fill: PAINT.axis }),
    text(16, HEIGHT - BOTTOM, "Allies", { ...side, fill: PAINT.allies }),
    text(16, y(0.5) + 7, "even", AXIS_TEXT),
    roundTimes(LEFT, WIDTH - RIGHT, HEIGHT - 14, endMs),
  );
}
