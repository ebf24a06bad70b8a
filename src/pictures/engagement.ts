/** One engagement as SVG: who came from where, who hit whom from where, who went down where. */
import { PAINT } from "./colours.ts";
import { LABEL_SIZE, placeLabels } from "./labels.ts";
import { rectangleOf } from "./ground.ts";
import { drawMapPicture } from "./map-frame.ts";
import type { Bounds, Caption, Ground, Place } from "./map-frame.ts";
import { element, fittedText, text } from "./svg.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A player in the fight, with the way there. */
export interface Fighter {
  readonly label: string;
  readonly team: number;
  /** One way for each life, in order. */
  readonly tracks: readonly (readonly Point[])[];
}

/** A hit or a kill, from where to where. */
export interface Strike {
  readonly team: number;
  readonly isKill: boolean;
  /** Null where the world did it. */
  readonly from: Point | null;
  readonly to: Point;
}

/** What {@link drawEngagement} draws: points in units of the world, teams by number (1 Axis, 2 Allies, else grey). */
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
    ...strikes.flatMap(({ from, to }) => (from === null ? [to] : [from, to])),
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

/** So many points of ways and strikes are drawn in full; of more, each is fainter, so that the map stays readable. */
const CLEAR_POINTS = 400;
const FAINTEST = 0.25;

const lastOf = ({ tracks }: Fighter): Point | undefined => tracks.at(-1)?.at(-1);

function drawTracks({ team, tracks }: Fighter, strength: number, place: Place): string {
  const ways = tracks.map((track) => {
    return `M${track.map(({ x, y }) => `${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`).join("L")}`;
  });
  return element("path", {
    d: ways.join(""),
    fill: "none",
    stroke: paintOf(team),
    "stroke-width": 2.5,
    "stroke-opacity": 0.45 * strength,
    "stroke-linejoin": "round",
    class: "track",
  });
}

function drawStrike({ from, isKill, team, to }: Strike, strength: number, place: Place): string {
  if (from === null) return "";
  return element("line", {
    x1: place.x(from.x),
    y1: place.y(from.y),
    x2: place.x(to.x),
    y2: place.y(to.y),
    stroke: paintOf(team),
    "stroke-width": isKill ? 2.2 : 1,
    "stroke-opacity": isKill ? Math.max(0.95 * strength, 0.5) : 0.35 * strength,
    class: isKill ? "kill" : "hit",
  });
}

function drawDot(fighter: Fighter, place: Place): string {
  const last = lastOf(fighter);
  if (last === undefined) return "";
  return element("circle", {
    cx: place.x(last.x),
    cy: place.y(last.y),
    r: 6,
    fill: paintOf(fighter.team),
    stroke: PAINT.background,
    "stroke-width": 2,
  });
}

function drawCross({ x: worldX, y: worldY }: Point, place: Place): string {
  const [x, y] = [place.x(worldX), place.y(worldY)];
  const d = `M${x - 8} ${y - 8}l16 16M${x + 8} ${y - 8}l-16 16`;
  return element("path", {
    d,
    stroke: PAINT.text,
    "stroke-width": 3,
    "stroke-linecap": "round",
    class: "down",
  });
}

function drawNames(fighters: readonly Fighter[], bounds: Bounds, place: Place): string {
  const points = fighters.flatMap((fighter) => {
    const last = lastOf(fighter);
    return last === undefined ? [] : [{ x: place.x(last.x), y: place.y(last.y), label: fighter.label }];
  });
  const places = placeLabels(points, rectangleOf(bounds, place));
  const style = { size: LABEL_SIZE, fill: PAINT.text, halo: PAINT.background } as const;
  return points
    .map(({ label }, index) => {
      const { width = 0, x = 0, y = 0 } = places[index] ?? {};
      return fittedText(x, y, label, style, width);
    })
    .join("");
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
      "downed",
    ],
  ];
  return entries
    .map(
      ([sign, words], index) =>
        sign + text(x + 28, top + 19 + index * 30, words, { size: 15, fill: PAINT.mutedText }),
    )
    .join("");
}

/** The ways, hits, kills and places of those in a fight, without names: what lies on its map. */
export function drawFight(
  { fighters, strikes }: Pick<EngagementPicture, "fighters" | "strikes">,
  place: Place,
): string {
  const points = strikes.length + fighters.reduce((sum, { tracks }) => sum + tracks.flat().length, 0);
  const strength = Math.max(FAINTEST, Math.min(1, Math.sqrt(CLEAR_POINTS / points)));
  const downs = strikes.filter(({ isKill }) => isKill);
  return [
    ...fighters.map((fighter) => drawTracks(fighter, strength, place)),
    ...strikes.map((strike) => drawStrike(strike, strength, place)),
    ...downs.map(({ to }) => drawCross(to, place)),
    ...fighters.map((fighter) => drawDot(fighter, place)),
  ].join("");
}

/** Draws an engagement as one SVG document: names above signs, signs above lines. */
export function drawEngagement({ caption, fighters, ground, strikes }: EngagementPicture): string {
  const content = (place: Place): string =>
    drawFight({ fighters, strikes }, place) + drawNames(fighters, ground.bounds, place);
  return drawMapPicture(ground, caption, [{ label: "", content }], drawLegend);
}
