/** Named areas on a map, as SVG: outlines, spots, and their names. */
import { PAINT } from "./colours.ts";
import { drawMapPicture, type Caption, type Ground, type Place } from "./map-frame.ts";
import { element, text, textWidth } from "./svg.ts";

/** An area as it is drawn; without outline it is its spots, which are where its labels are. */
export interface DrawnArea {
  readonly name: string;
  readonly outline: readonly (readonly [x: number, y: number])[] | undefined;
  readonly labels: readonly (readonly [x: number, y: number])[];
  /** How strongly it is filled, from 0 to 1, in the colour of a team: 1 Axis, 2 Allies, 0 neither. */
  readonly weight: number;
  readonly team: number;
}

const NAME_SIZE = 17;
const DETAIL_SIZE = 14;
/** The name of a spot stands below it. */
const SPOT_GAP = 20;
const FAINTEST = 0.08;
const STRONGEST = 0.5;

const colourOf = (team: number): string =>
  team === 1 ? PAINT.axis : team === 2 ? PAINT.allies : PAINT.mutedText;

/** A box around a label, so that no two lie upon each other. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const doMeet = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The areas, names on top; names that would lie on others are left out, those of the heaviest areas last. */
function drawAreas(areas: readonly DrawnArea[], place: Place): string {
  const shapes = areas.map(({ labels, outline, team, weight }) =>
    outline === undefined
      ? labels
          .map(([x, y]) =>
            element("circle", {
              cx: place.x(x),
              cy: place.y(y),
              r: 4 + 10 * weight,
              fill: colourOf(team),
              "fill-opacity": FAINTEST + (STRONGEST - FAINTEST) * weight + 0.25,
              class: "area",
            }),
          )
          .join("")
      : element("path", {
          d: `M${outline.map(([x, y]) => `${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`).join("L")}z`,
          fill: colourOf(team),
          "fill-opacity": FAINTEST + (STRONGEST - FAINTEST) * weight,
          stroke: colourOf(team),
          "stroke-width": 2,
          "stroke-dasharray": "7 4",
          class: "area",
        }),
  );
  const taken: Box[] = [];
  const names = [...areas]
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ labels, name, outline }) =>
      labels.map(([worldX, worldY]) => {
        const [x, y] = [place.x(worldX), place.y(worldY) + (outline === undefined ? SPOT_GAP : 0)];
        const half = textWidth(name, NAME_SIZE) / 2;
        const box = { left: x - half, top: y - NAME_SIZE, right: x + half, bottom: y + DETAIL_SIZE };
        if (taken.some((other) => doMeet(other, box))) return "";
        taken.push(box);
        return text(x, y + NAME_SIZE / 3, name, {
          size: NAME_SIZE,
          fill: PAINT.text,
          bold: true,
          anchor: "middle",
          halo: PAINT.background,
        });
      }),
    );
  return shapes.join("") + names.join("");
}

function drawLegend(x: number, y: number): string {
  const line = (index: number, fill: string, words: string): string =>
    element("rect", { x, y: y + index * 30, width: 18, height: 18, fill, "fill-opacity": 0.7 }) +
    text(x + 26, y + index * 30 + 14, words, { size: 15, fill: PAINT.mutedText });
  return (
    line(0, PAINT.axis, "Axis") +
    line(1, PAINT.allies, "Allies") +
    line(2, PAINT.mutedText, "nobody") +
    text(x, y + 110, "held longer:", { size: 15, fill: PAINT.mutedText }) +
    text(x, y + 130, "more colour", { size: 15, fill: PAINT.mutedText })
  );
}

/** Draws the areas of a map as one SVG document. */
export function drawAreaMap(ground: Ground, caption: Caption, areas: readonly DrawnArea[]): string {
  return drawMapPicture(
    ground,
    caption,
    [{ label: "", content: (place) => drawAreas(areas, place) }],
    (x, y) => drawLegend(x, y),
  );
}
