/** The course of a round as bars: kills of each team in even steps, Axis above the line and Allies below; gains as dots. */
import { chart, roundTimes } from "./chart.ts";
import { PAINT } from "./colours.ts";
import { element, text } from "./svg.ts";

/** A stretch of the round. */
interface Step {
  readonly fromMs: number;
  readonly axisKills: number;
  readonly alliesKills: number;
  readonly axisGains: number;
  readonly alliesGains: number;
}

const WIDTH = 1200;
const HEIGHT = 260;
const LEFT = 90;
const MIDDLE = 120;
const TALLEST = 84;
const DOT = 5;

/** Draws it; `label` says in words what it shows, for those who do not see it. */
export function drawMomentum(steps: readonly Step[], endMs: number, label: string): string {
  const most = Math.max(1, ...steps.map(({ alliesKills, axisKills }) => Math.max(axisKills, alliesKills)));
  const width = (WIDTH - LEFT - 20) / Math.max(1, steps.length);
  const bars = steps.flatMap(({ alliesGains, alliesKills, axisGains, axisKills }, index) => {
    const x = LEFT + index * width;
    const bar = (kills: number, isUp: boolean): string => {
      const height = (kills / most) * TALLEST;
      return kills === 0
        ? ""
        : element("rect", {
            x: x + 1,
            y: isUp ? MIDDLE - height : MIDDLE,
            width: Math.max(1, width - 2),
            height,
            fill: isUp ? PAINT.axis : PAINT.allies,
          });
    };
    const dot = (gains: number, isUp: boolean): string =>
      gains === 0
        ? ""
        : element("circle", {
            cx: x + width / 2,
            cy: isUp ? MIDDLE - TALLEST - 16 : MIDDLE + TALLEST + 16,
            r: DOT,
            fill: isUp ? PAINT.axis : PAINT.allies,
          });
    return [bar(axisKills, true), bar(alliesKills, false), dot(axisGains, true), dot(alliesGains, false)];
  });
  const side = { size: 22, bold: true } as const;
  return chart(
    { width: WIDTH, height: HEIGHT, label },
    element("line", {
      x1: LEFT,
      x2: WIDTH - 20,
      y1: MIDDLE,
      y2: MIDDLE,
      stroke: PAINT.grid,
      "stroke-width": 2,
    }),
    text(16, MIDDLE - 24, "Axis", { ...side, fill: PAINT.axis }),
    text(16, MIDDLE + 40, "Allies", { ...side, fill: PAINT.allies }),
    ...bars,
    roundTimes(LEFT, WIDTH - 20, HEIGHT - 14, endMs),
  );
}
