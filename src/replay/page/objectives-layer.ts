/**
 * Objectives on the map. The plate says whose they are (square Axis, circle Allies, diamond neither), the sign on it what
 * they are; a full plate stands, a dashed one does not. Colours only repeat that.
 */
import { drawPill, type Labels } from "./labels.ts";
import {
  builtAt,
  explodedAgo,
  fuseLeft,
  fuseShare,
  placeAt,
  stateAt,
  type Dynamite,
  type Goal,
} from "./objectives.ts";
import { PAINT, teamColour } from "./paint.ts";
import { markRadius, type Figure } from "./players-layer.ts";
import type { Round } from "./round.ts";
import { drawSprite } from "./sprites.ts";
import type { Point } from "./unpack.ts";
import type { View } from "./view.ts";

const BLAST_MS = 900;
const BLAST_UNITS = 400;
const RING_STEPS = 40;
const RING_WIDTH = 3;
/** From the edge of a plate to the words at it. */
const WORDS_AWAY = 14;

type Context = CanvasRenderingContext2D;
type Kind = Goal["packed"]["kind"];

/** Half the width of a plate, pixels. */
const plateRadius = (view: View): number => Math.round(markRadius(view) * 0.95);

function tracePlate(context: Context, team: number, radius: number): void {
  context.beginPath();
  if (team === 1) context.roundRect(-radius * 0.9, -radius * 0.9, radius * 1.8, radius * 1.8, 2);
  else if (team === 2) context.arc(0, 0, radius, 0, 2 * Math.PI);
  else {
    const reach = radius * 1.2;
    context.moveTo(0, -reach);
    context.lineTo(reach, 0);
    context.lineTo(0, reach);
    context.lineTo(-reach, 0);
    context.closePath();
  }
}

/** Joins points by lines. */
function trace(context: Context, ...points: readonly (readonly [x: number, y: number])[]): void {
  for (const [index, [x, y]] of points.entries()) {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

/** The signs, in a square from -1 to 1. */
const SIGNS: Readonly<Record<Kind, (context: Context) => void>> = {
  // Bricks.
  explosive: (context) => {
    context.rect(-1, -0.8, 2, 1.6);
    trace(context, [-1, 0], [1, 0]);
    trace(context, [0, -0.8], [0, 0]);
    trace(context, [-0.5, 0], [-0.5, 0.8]);
    trace(context, [0.5, 0], [0.5, 0.8]);
  },
  // A hammer.
  constructible: (context) => {
    trace(context, [0, 1], [0, -0.6]);
    context.rect(-0.8, -0.95, 1.6, 0.55);
  },
  // A mast with waves.
  command_post: (context) => {
    trace(context, [-0.5, 1], [0, -0.5], [0.5, 1]);
    trace(context, [-0.8, -1], [-0.4, -0.5], [-0.8, 0]);
    trace(context, [0.8, -1], [0.4, -0.5], [0.8, 0]);
  },
  // A sheet.
  documents: (context) => {
    context.rect(-0.7, -1, 1.4, 2);
    trace(context, [-0.35, -0.4], [0.35, -0.4]);
    trace(context, [-0.35, 0.2], [0.35, 0.2]);
  },
  // A target.
  goal: (context) => {
    context.arc(0, 0, 0.9, 0, 2 * Math.PI);
    context.moveTo(0.3, 0);
    context.arc(0, 0, 0.3, 0, 2 * Math.PI);
  },
  // A flag.
  spawn: (context) => {
    trace(context, [-0.6, 1], [-0.6, -1], [0.9, -0.5], [-0.6, 0.1]);
  },
  // A tank.
  vehicle: (context) => {
    context.rect(-1, 0, 1.6, 0.8);
    trace(context, [-0.6, 0], [-0.6, -0.6], [0.3, -0.6], [0.3, 0]);
    trace(context, [0.3, -0.35], [1.1, -0.35]);
  },
};

function drawSign(context: Context, kind: Kind, radius: number, colour: string): void {
  const size = radius * 0.55;
  context.save();
  context.scale(size, size);
  context.lineWidth = 1.5 / size;
  context.lineJoin = "round";
  context.strokeStyle = colour;
  context.beginPath();
  SIGNS[kind](context);
  context.stroke();
  context.restore();
}

function drawPlate(
  context: Context,
  { x, y }: Point,
  kind: Kind,
  team: number,
  stands: boolean,
  radius: number,
): void {
  drawSprite(
    context,
    `plate ${kind} ${team} ${String(stands)} ${radius}`,
    radius * 1.2 + 3,
    x,
    y,
    (sprite) => {
      const colour = teamColour(team);
      tracePlate(sprite, team, radius);
      sprite.fillStyle = stands ? colour : PAINT.background;
      sprite.globalAlpha = stands ? 1 : 0.8;
      sprite.fill();
      sprite.globalAlpha = 1;
      sprite.lineWidth = 1.5;
      sprite.strokeStyle = stands ? PAINT.background : colour;
      if (!stands) sprite.setLineDash([3, 3]);
      sprite.stroke();
      sprite.setLineDash([]);
      drawSign(sprite, kind, radius, stands ? PAINT.background : colour);
    },
  );
}

/** A part of a ring, clockwise from the top. */
function drawShare(context: Context, { x, y }: Point, radius: number, share: number, colour: string): void {
  const length = Math.ceil(share * RING_STEPS) / RING_STEPS;
  drawSprite(context, `share ${radius} ${length} ${colour}`, radius + RING_WIDTH, x, y, (sprite) => {
    sprite.lineWidth = RING_WIDTH;
    sprite.strokeStyle = PAINT.background;
    sprite.beginPath();
    sprite.arc(0, 0, radius, 0, 2 * Math.PI);
    sprite.stroke();
    sprite.strokeStyle = colour;
    sprite.beginPath();
    sprite.arc(0, 0, radius, -Math.PI / 2, (2 * length - 0.5) * Math.PI);
    sprite.stroke();
  });
}

/** Where an objective is on the screen; undefined where it is nowhere. */
function screenOf(goal: Goal, view: View): Point | undefined {
  const place = placeAt(goal, view.timeMs);
  if (place === undefined) return undefined;
  const { x, y } = view.camera.toScreen(place);
  return { x: x + goal.beside * 2.4 * plateRadius(view), y };
}

/** Draws all objectives that are somewhere: under the players. */
export function drawObjectives(context: Context, round: Round, view: View): void {
  const radius = plateRadius(view);
  for (const goal of round.goals) {
    const screen = screenOf(goal, view);
    if (screen === undefined) continue;
    const { isOver, stands, team } = stateAt(goal, view.timeMs);
    const { kind } = goal.packed;
    const isFull = (stands && !isOver) || kind === "goal" || kind === "spawn";
    drawPlate(context, screen, kind, team, isFull, radius);
  }
}

/** What players carry, beside them. */
function drawCarried(context: Context, goal: Goal, view: View, figures: ReadonlyMap<number, Figure>): void {
  const { carrier, team } = stateAt(goal, view.timeMs);
  const figure = carrier === undefined ? undefined : figures.get(carrier);
  if (figure === undefined) return;
  const { x, y } = figure.screen;
  const reach = markRadius(view) + 4;
  drawPlate(context, { x: x + reach, y: y - reach }, goal.packed.kind, team, true, plateRadius(view));
}

/** How much of a construction is built, while it is not whole. */
function drawProgress(context: Context, goal: Goal, view: View): void {
  const { kind } = goal.packed;
  const screen = screenOf(goal, view);
  const built = builtAt(stateAt(goal, view.timeMs), view.timeMs);
  const isBuilt = kind === "constructible" || kind === "command_post";
  if (!isBuilt || screen === undefined || built === 0 || built === 1) return;
  const radius = plateRadius(view);
  drawShare(context, screen, radius + 4, built, PAINT.text);
  drawPill(context, `${Math.round(built * 100)} %`, screen.x, screen.y - radius - WORDS_AWAY, PAINT.text);
}

/** The blast of dynamite, for a moment: a ring that grows to the reach of the blast. */
function drawExplosion(context: Context, dynamite: Dynamite, view: View): void {
  const ago = explodedAgo(dynamite, view.timeMs);
  const shownMs = BLAST_MS * Math.max(1, view.speed);
  if (ago === undefined || ago > shownMs) return;
  const { x, y } = view.camera.toScreen(dynamite.at);
  context.globalAlpha = 1 - ago / shownMs;
  context.strokeStyle = PAINT.alert;
  context.lineWidth = 4;
  context.beginPath();
  context.arc(x, y, BLAST_UNITS * view.camera.scale * (0.3 + (0.7 * ago) / shownMs), 0, 2 * Math.PI);
  context.stroke();
  context.globalAlpha = 1;
}

/** Draws what changes by the second over the players: what they carry, what is being built, dynamite with the time left. */
export function drawObjectivesAbove(
  context: Context,
  round: Round,
  view: View,
  figures: ReadonlyMap<number, Figure>,
): void {
  for (const goal of round.goals) {
    drawCarried(context, goal, view, figures);
    drawProgress(context, goal, view);
  }
  const radius = plateRadius(view);
  for (const dynamite of round.dynamites) {
    drawExplosion(context, dynamite, view);
    const leftMs = fuseLeft(dynamite, view.timeMs);
    if (leftMs === undefined) continue;
    const { x, y } = view.camera.toScreen(dynamite.at);
    drawShare(context, { x, y }, Math.round(radius * 0.6), fuseShare(leftMs), PAINT.alert);
    drawPill(context, `dynamite ${Math.ceil(leftMs / 1000)} s`, x, y - radius - WORDS_AWAY, PAINT.alert);
  }
}

/** Names of the objectives, where there is room. */
export function drawObjectiveNames(context: Context, round: Round, view: View, labels: Labels): void {
  if (!view.showsNames) return;
  const below = plateRadius(view) + 5;
  for (const goal of round.goals) {
    const screen = screenOf(goal, view);
    if (screen !== undefined) labels.drawName(context, goal.packed.name, screen.x, screen.y + below, false);
  }
}
