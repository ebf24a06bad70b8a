/** Predictions over what happened: dots on the diagonal are right. */
import { AXIS_TEXT, chart } from "./chart.ts";
import { PAINT } from "./colours.ts";
import { element, text } from "./svg.ts";

/** Observations with probabilities near each other, as shares of 1. */
interface Bin {
  readonly predicted: number;
  readonly won: number;
}

const SIZE = 720;
const MARGIN = 90;
const SIDE = SIZE - MARGIN - 40;

/** Draws it; `floor` is how far off the diagonal chance alone would put the dots, and `label` says in words what it shows. */
export function drawCalibration(bins: readonly Bin[], floor: number, label: string): string {
  const x = (share: number): number => MARGIN + share * SIDE;
  const y = (share: number): number => 40 + (1 - share) * SIDE;
  const at = (predicted: number, won: number): string => `${x(predicted).toFixed(1)},${y(won).toFixed(1)}`;
  const within = (share: number): number => Math.max(0, Math.min(1, share));
  const ends = [0, 0.25, 0.5, 0.75, 1];
  const band = [
    ...ends.map((share) => at(share, within(share + floor))),
    ...ends.toReversed().map((share) => at(share, within(share - floor))),
  ].join(" ");
  return chart(
    { width: SIZE, height: SIZE, label },
    element("polygon", { points: band, fill: PAINT.grid }),
    ...ends.flatMap((share) => [
      element("line", { x1: x(0), x2: x(1), y1: y(share), y2: y(share), stroke: PAINT.grid }),
      text(MARGIN - 12, y(share) + 7, `${share * 100} %`, { ...AXIS_TEXT, anchor: "end" }),
      text(x(share), y(0) + 30, `${share * 100} %`, { ...AXIS_TEXT, anchor: "middle" }),
    ]),
    element("line", { x1: x(0), y1: y(0), x2: x(1), y2: y(1), stroke: PAINT.mutedText, "stroke-width": 2 }),
    element("polyline", {
      points: bins.map(({ predicted, won }) => at(predicted, won)).join(" "),
      fill: "none",
      stroke: PAINT.allies,
      "stroke-width": 2,
    }),
    ...bins.map(({ predicted, won }) =>
      element("circle", { cx: x(predicted), cy: y(won), r: 7, fill: PAINT.allies }),
    ),
    text(x(0.5), SIZE - 14, "predicted", { ...AXIS_TEXT, anchor: "middle" }),
    text(14, 26, "won", AXIS_TEXT),
  );
}
