/** One engagement as SVG: who came from where, who hit whom from where, who went down where. */
import { PAINT } from "./colours.ts";
import { drawMapPicture } from "./map-frame.ts";
import type { Bounds, Caption, Ground, Place } from "./map-frame.ts";
import { element, text } from "./svg.ts";

/** Somebody in the fight, with the way there. */
export interface Fighter {
  readonly label: string;
  readonly team: number;
  /** One way for each life, in order. */
  readonly tracks: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

/** A hit or a kill, from where to where. */
export interface Strike {
  readonly team: number;
  readonly isKill: boolean;
  readonly fromX: number;
  readonly fromY: number;
  readonly toX: number;
  readonly toY: number;
}

export interface EngagementPicture {
  readonly caption: Caption;
  readonly ground: Ground;
  readonly fighters: readonly Fighter[];
  readonly strikes: readonly Strike[];
}

const TEAM_PAINT: readonly string[] = [PAINT.mutedText, PAINT.axis, PAINT.allies];
const paintOf = (team: number): string => TEAM_PAINT[team] ?? PAINT.mutedText;

/** The rectangle around a fight. */
export function fightBounds({ fighters, strikes }: Pick<EngagementPicture, "fighters" | "strikes">): Bounds {
  const points = [
    ...fighters.flatMap(({ tracks }) => tracks.flat()),
    ...strikes.flatMap(({ fromX, fromY, toX, toY }) => [
      { x: fromX, y: fromY },
      { x: toX, y: toY },
    ]),
  ];
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  // Never smaller than a room, never a strip, with a margin around.
  const width = Math.max((right - left) / 2, 250);
  const height = Math.max((top - bottom) / 2, 200);
  const halfX = Math.max(width, height * 0.8) * 1.12;
  const halfY = Math.max(height, width * 0.5) * 1.12;
  const centreX = (left + right) / 2;
  const centreY = (bottom + top) / 2;
  return { minX: centreX - halfX, maxX: centreX + halfX, minY: centreY - halfY, maxY: centreY + halfY };
}

function drawFighter({ label, team, tracks }: Fighter, place: Place): string {
  const ways = tracks.map((track) => {
    return `M${track.map(({ x, y }) => `${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`).join("L")}`;
  });
  const last = tracks.at(-1)?.at(-1);
  if (last === undefined) return "";
  const fill = paintOf(team);
  return (
    element("path", {
      d: ways.join(""),
      fill: "none",
      stroke: fill,
      "stroke-width": 2.5,
      "stroke-opacity": 0.45,
      "stroke-linejoin": "round",
      class: "track",
    }) +
    element("circle", {
      cx: place.x(last.x),
      cy: place.y(last.y),
      r: 7,
      fill,
      stroke: PAINT.background,
      "stroke-width": 2,
    }) +
    text(place.x(last.x) + 11, place.y(last.y) - 9, label, { size: 16, fill: PAINT.text })
  );
}

function drawStrike({ fromX, fromY, isKill, team, toX, toY }: Strike, place: Place): string {
  const [x, y] = [place.x(toX), place.y(toY)];
  const line = element("line", {
    x1: place.x(fromX),
    y1: place.y(fromY),
    x2: x,
    y2: y,
    stroke: paintOf(team),
    "stroke-width": isKill ? 2.2 : 1,
    "stroke-opacity": isKill ? 0.95 : 0.35,
    class: isKill ? "kill" : "hit",
  });
  if (!isKill) return line;
  const cross = `M${x - 7} ${y - 7}l14 14M${x + 7} ${y - 7}l-14 14`;
  return (
    line + element("path", { d: cross, stroke: PAINT.text, "stroke-width": 3, "stroke-linecap": "round" })
  );
}

function drawLegend(x: number, top: number): string {
  const entries: [string, string][] = [
    [element("circle", { cx: x + 8, cy: top + 13, r: 7, fill: PAINT.axis }), "Axis"],
    [element("circle", { cx: x + 8, cy: top + 43, r: 7, fill: PAINT.allies }), "Allies"],
    [element("path", { d: `M${x} ${top + 73}h18`, stroke: PAINT.mutedText, "stroke-width": 1 }), "hit"],
    [element("path", { d: `M${x} ${top + 103}h18`, stroke: PAINT.mutedText, "stroke-width": 3 }), "kill"],
    [
      element("path", {
        d: `M${x + 3} ${top + 128}l11 11M${x + 14} ${top + 128}l-11 11`,
        stroke: PAINT.text,
        "stroke-width": 3,
      }),
      "went down",
    ],
  ];
  return entries
    .map(
      ([sign, words], index) =>
        sign + text(x + 28, top + 19 + index * 30, words, { size: 15, fill: PAINT.mutedText }),
    )
    .join("");
}

/** Draws an engagement as one SVG document. */
export function drawEngagement({ caption, fighters, ground, strikes }: EngagementPicture): string {
  const content = (place: Place): string =>
    strikes.map((strike) => drawStrike(strike, place)).join("") +
    fighters.map((fighter) => drawFighter(fighter, place)).join("");
  return drawMapPicture(ground, caption, [{ label: "", content }], drawLegend);
}
