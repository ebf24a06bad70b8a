/** The legend of a heatmap: its colours beside the values that they stand for. */
import { PAINT, toHex } from "./colours.ts";
import { formatValue } from "./heat-scale.ts";
import type { HeatScale } from "./heat-scale.ts";
import { element, text } from "./svg.ts";

/** What a legend says besides its scale. */
export interface LegendWords {
  /** What a value is, with its unit: `kills per cell`. */
  readonly measure: string;
  readonly hasMarks: boolean;
  /** Colours of the scale from its low end to its high one, where it has steps. */
  readonly bands?: readonly Band[] | undefined;
}

/** A step of a scale: all values from one position to another have one colour. */
export interface Band {
  /** Positions on the scale, 0 to 1 (of differences -1 to 1). */
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

const BAR_WIDTH = 22;
/** Letters in a line of the measure. */
const LINE_LETTERS = 11;
const LINE_HEIGHT = 21;
/** Labels of values are apart by so many pixels at least. */
const LABEL_HEIGHT = 18;
/** Colours of a scale without steps. */
const SHADES = 64;

/** Words in lines that are not too long. */
function wrapWords(words: string): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= LINE_LETTERS)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function shadesOf({ colour, isDifference }: HeatScale): Band[] {
  const low = isDifference ? -1 : 0;
  const step = (1 - low) / SHADES;
  return Array.from({ length: SHADES }, (_, index) => {
    const from = low + index * step;
    return { from, to: from + step, colour: toHex(colour(from + step / 2)) };
  });
}

/** The colour scale with its values, in a box whose upper left corner is (x, top). */
export function drawLegend(
  { bands, hasMarks, measure }: LegendWords,
  scale: HeatScale,
  x: number,
  top: number,
  mapHeight: number,
): string {
  const [what = "", ...units] = measure.split(" per ");
  const words = wrapWords(what);
  const lines = [...words, ...(units.length === 0 ? [] : wrapWords(`per ${units.join(" per ")}`))];
  const barTop = top + 13 + lines.length * LINE_HEIGHT;
  const height = Math.max(120, Math.min(420, mapHeight - 59 - lines.length * LINE_HEIGHT));
  const toY = (position: number): number =>
    barTop + height * (1 - (scale.isDifference ? (position + 1) / 2 : position));
  const style = { size: 17, fill: PAINT.text } as const;
  const bar = (bands ?? shadesOf(scale)).map(({ colour, from, to }) =>
    // Whole pixels leave no seams.
    element("rect", {
      x,
      y: Math.round(toY(to)),
      width: BAR_WIDTH,
      height: Math.round(toY(from)) - Math.round(toY(to)),
      fill: colour,
      class: "band",
    }),
  );
  // On a small map labels could lie over each other: the highest stays, of the others those that have room.
  const shown = scale.ticks.reduceRight<number[]>((above, value) => {
    const last = above[0];
    const y = toY(scale.position(value));
    return last === undefined || y - toY(scale.position(last)) >= LABEL_HEIGHT ? [value, ...above] : above;
  }, []);
  const labels = shown.map((value) => {
    const y = toY(scale.position(value));
    return (
      element("line", {
        x1: x + BAR_WIDTH,
        x2: x + BAR_WIDTH + 6,
        y1: y,
        y2: y,
        stroke: PAINT.mutedText,
      }) + element("g", { class: "tick" }, text(x + BAR_WIDTH + 11, y + 6, formatValue(value), style))
    );
  });
  return (
    lines
      .map((line, index) =>
        text(x, top + 18 + index * LINE_HEIGHT, line, {
          size: 16,
          ...(index < words.length ? { fill: PAINT.text, bold: true } : { fill: PAINT.mutedText }),
        }),
      )
      .join("") +
    element("rect", { x, y: barTop, width: BAR_WIDTH, height, fill: PAINT.panel }) +
    bar.join("") +
    labels.join("") +
    (hasMarks
      ? element("circle", {
          cx: x + 8,
          cy: barTop + height + 38,
          r: 4.5,
          fill: PAINT.text,
          stroke: PAINT.background,
        }) + text(x + 22, barTop + height + 44, "single event", { size: 15, fill: PAINT.mutedText })
      : "")
  );
}
