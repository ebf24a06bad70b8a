/** One stretch of a fight on its map: who came from where, who hit whom from where, who went down where. */
import { PAINT } from "./colours.ts";
import { rectangleOf } from "./ground.ts";
import { LABEL_SIZE, placeLabels } from "./labels.ts";
import type { Bounds, Place } from "./map-frame.ts";
import { element, fittedText, text } from "./svg.ts";

/** A place in units of the world. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A player in a stretch, with the way there. */
export interface Fighter {
  /** Empty for those who are drawn without a name. */
  readonly label: string;
  /** 1 Axis, 2 Allies, else grey. */
  readonly team: number;
  /** One way for each life, in order. */
  readonly tracks: readonly (readonly Point[])[];
  /** Whether they stand at the end of the last way; who is down there has a cross instead. */
  readonly isUp: boolean;
}

/** What the target is to the one who struck. */
export type Relation = "enemy" | "team" | "self" | "world";

/** A hit or a kill, from where to where. */
export interface Strike {
  readonly team: number;
  readonly relation: Relation;
  /** Null where the world did it. */
  readonly from: Point | null;
  readonly to: Point;
  /** Of a kill: its number in the fight, and who went down. */
  readonly down: { readonly number: number; readonly label: string } | null;
}

/** A stretch of a fight; it shows `bounds` of the map. */
export interface FightPanel {
  /** When it was: `0:46 to 0:53`. */
  readonly label: string;
  readonly bounds: Bounds;
  readonly fighters: readonly Fighter[];
  readonly strikes: readonly Strike[];
}

const TEAM_PAINT: readonly string[] = [PAINT.mutedText, PAINT.axis, PAINT.allies];
const paintOf = (team: number): string => TEAM_PAINT[team] ?? PAINT.mutedText;

/** So many points of ways and strikes are drawn in full; of more, each is fainter, so that the map stays readable. */
const CLEAR_POINTS = 400;
const FAINTEST = 0.35;
const CROSS = 8;
const TEAM_DASH = "7 5";

function drawTracks({ team, tracks }: Fighter, strength: number, place: Place): string {
  const ways = tracks
    .map((track) => track.map(({ x, y }) => `${place.x(x).toFixed(1)} ${place.y(y).toFixed(1)}`))
    .map((points) => `M${points.join("L")}`);
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

function drawStrike({ down, from, relation, team, to }: Strike, strength: number, place: Place): string {
  if (from === null || relation === "self") return "";
  const isKill = down !== null;
  const isTeam = relation === "team";
  return element("line", {
    x1: place.x(from.x),
    y1: place.y(from.y),
    x2: place.x(to.x),
    y2: place.y(to.y),
    stroke: isTeam ? PAINT.alert : paintOf(team),
    "stroke-width": isKill ? 2.4 : isTeam ? 1.6 : 1,
    "stroke-opacity": isKill || isTeam ? 0.95 : 0.4 * strength,
    "stroke-dasharray": isTeam ? TEAM_DASH : undefined,
    class: `${isKill ? "kill" : "hit"} ${relation}`,
  });
}

function drawDot({ isUp, team, tracks }: Fighter, place: Place): string {
  const last = tracks.at(-1)?.at(-1);
  if (last === undefined || !isUp) return "";
  return element("circle", {
    cx: place.x(last.x),
    cy: place.y(last.y),
    r: 6,
    fill: paintOf(team),
    stroke: PAINT.background,
    "stroke-width": 2,
    class: "fighter",
  });
}

function drawCross({ down, relation, to }: Strike, place: Place): string {
  if (down === null) return "";
  const [x, y] = [place.x(to.x), place.y(to.y)];
  const d = `M${(x - CROSS).toFixed(1)} ${(y - CROSS).toFixed(1)}l16 16m0 -16l-16 16`;
  const shape = { d, fill: "none", "stroke-linecap": "round" };
  return (
    element("path", { ...shape, stroke: PAINT.background, "stroke-width": 6 }) +
    element("path", {
      ...shape,
      stroke: relation === "team" ? PAINT.alert : PAINT.text,
      "stroke-width": 3,
      class: `down ${relation}`,
      "data-down": down.number,
      "data-x": to.x,
      "data-y": to.y,
    })
  );
}

/** Numbers of downs with the names of those who went down, then names of those who stand. */
function drawNames({ bounds, fighters, strikes }: FightPanel, place: Place): string {
  const downs = strikes.flatMap(({ down, to }) =>
    down === null
      ? []
      : [{ x: place.x(to.x), y: place.y(to.y), label: `${down.number} ${down.label}`, isDown: true }],
  );
  const standing = fighters.flatMap(({ isUp, label, tracks }) => {
    const last = tracks.at(-1)?.at(-1);
    return last === undefined || !isUp || label === ""
      ? []
      : [{ x: place.x(last.x), y: place.y(last.y), label, isDown: false }];
  });
  const points = [...downs, ...standing];
  const places = placeLabels(points, rectangleOf(bounds, place));
  return points
    .map(({ isDown, label }, index) => {
      const { width = 0, x = 0, y = 0 } = places[index] ?? {};
      const style = { size: LABEL_SIZE, fill: PAINT.text, halo: PAINT.background, bold: isDown } as const;
      return fittedText(x, y, label, style, width);
    })
    .join("");
}

/** What lies on the map of a stretch: names above signs, signs above lines. */
export function drawFight(panel: FightPanel, place: Place, hasNames = true): string {
  const { fighters, strikes } = panel;
  const points = strikes.length + fighters.reduce((sum, { tracks }) => sum + tracks.flat().length, 0);
  const strength = Math.max(FAINTEST, Math.min(1, Math.sqrt(CLEAR_POINTS / points)));
  const lines = [...strikes].sort((a, b) => Number(a.down !== null) - Number(b.down !== null));
  return [
    ...fighters.map((fighter) => drawTracks(fighter, strength, place)),
    ...lines.map((strike) => drawStrike(strike, strength, place)),
    ...fighters.map((fighter) => drawDot(fighter, place)),
    ...strikes.map((strike) => drawCross(strike, place)),
    hasNames ? drawNames(panel, place) : "",
  ].join("");
}

/** The signs of a fight, each in a box of 18 by 18 pixels whose upper left corner is (x, y), with its words. */
const SIGNS: readonly (readonly [words: string, draw: (x: number, y: number) => string])[] = [
  ["Axis", (x, y) => element("circle", { cx: x + 9, cy: y + 9, r: 7, fill: PAINT.axis })],
  ["Allies", (x, y) => element("circle", { cx: x + 9, cy: y + 9, r: 7, fill: PAINT.allies })],
  ["hit", (x, y) => element("path", { d: `M${x} ${y + 9}h18`, stroke: PAINT.mutedText, "stroke-width": 1 })],
  ["kill", (x, y) => element("path", { d: `M${x} ${y + 9}h18`, stroke: PAINT.mutedText, "stroke-width": 3 })],
  [
    "team mate",
    (x, y) =>
      element("path", {
        d: `M${x} ${y + 9}h19`,
        stroke: PAINT.alert,
        "stroke-width": 2.4,
        "stroke-dasharray": TEAM_DASH,
      }),
  ],
  [
    "nth down",
    (x, y) =>
      element("path", { d: `M${x + 3} ${y + 3}l12 12m0 -12l-12 12`, stroke: PAINT.text, "stroke-width": 3 }),
  ],
];

/** The legend: a column below (x, y), or a row to its right. */
export function drawSigns(x: number, y: number, direction: "column" | "row"): string {
  const [across, down] = direction === "row" ? [150, 0] : [0, 30];
  return SIGNS.map(
    ([words, draw], index) =>
      draw(x + index * across, y + index * down) +
      text(x + index * across + 28, y + index * down + 14, words, { size: 15, fill: PAINT.mutedText }),
  ).join("");
}
