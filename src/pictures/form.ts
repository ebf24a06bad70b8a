/** A number over time: a dot for each session with its interval as a bar, the earliest first. */
import { AXIS_TEXT, chart } from "./chart.ts";
import { PAINT } from "./colours.ts";
import { element, text } from "./svg.ts";

/** A session's number. */
interface Point {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const WIDTH = 1200;
const HEIGHT = 360;
const LEFT = 90;
const RIGHT = 30;
const TOP = 30;
const BOTTOM = 50;
/** Intervals of tiny sessions go beyond the picture: it ends so far above the highest dot. */
const HEADROOM = 2;

/** Draws it; `label` says in words what it shows, for those who do not see it. */
export function drawForm(points: readonly Point[], label: string): string {
  const highest = Math.max(...points.map(({ value }) => value), 0.1);
  const top = Math.min(HEADROOM * highest, Math.max(...points.map(({ high }) => high), highest));
  const step = (WIDTH - LEFT - RIGHT) / points.length;
  const x = (index: number): number => LEFT + step * (index + 0.5);
  const y = (value: number): number => TOP + (1 - Math.min(1, value / top)) * (HEIGHT - TOP - BOTTOM);
  const lines = [0, top / 2, top];
  // As many dates as have room.
  const every = Math.ceil(points.length / 8);
  return chart(
    { width: WIDTH, height: HEIGHT, label },
    ...lines.flatMap((value) => [
      element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), stroke: PAINT.grid }),
      text(LEFT - 12, y(value) + 7, value.toFixed(1), { ...AXIS_TEXT, anchor: "end" }),
    ]),
    ...points.flatMap(({ high, label: when, low, value }, index) => [
      element("line", {
        x1: x(index),
        x2: x(index),
        y1: y(low),
        y2: y(high),
        stroke: PAINT.mutedText,
        "stroke-width": 3,
      }),
      element("circle", { cx: x(index), cy: y(value), r: 7, fill: PAINT.allies }),
      ...(index % every === 0 ? [text(x(index), HEIGHT - 16, when, { ...AXIS_TEXT, anchor: "middle" })] : []),
    ]),
  );
}
