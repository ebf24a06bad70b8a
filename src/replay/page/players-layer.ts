/** The players on the map: shape and colour of the team, view, stance, health, class, name, and the way they came. */
import type { Labels } from "./labels.ts";
import { isInBand } from "./heights.ts";
import { FONT, PAINT, teamColour } from "./paint.ts";
import type { Round } from "./round.ts";
import {
  healthAt,
  identityAt,
  isWalk,
  lifeAt,
  positionAt,
  sampleAt,
  type Position,
  type Track,
} from "./track.ts";
import { countUntil, lastUntil } from "./search.ts";
import { drawSprite } from "./sprites.ts";
import type { Point } from "./unpack.ts";
import type { View } from "./view.ts";

/** An actor that stands or lies on the map at a moment. */
export interface Figure {
  readonly track: Track;
  readonly team: number;
  readonly isDown: boolean;
  readonly position: Position;
  readonly screen: Point;
  readonly health: number | undefined;
  readonly stance: number;
  readonly class: number | null;
}

const FULL_HEALTH = 100;
const LOW_HEALTH = 40;
/** So many lengths of a ring are told apart. */
const RING_STEPS = 50;
const STALE_INTERVALS = 1.5;
const VIEW_HALF_ANGLE = 0.55;
const STANCE_CROUCHING = 1;
const STANCE_PRONE = 2;
const TRAIL_STEPS = 4;
/** Long lines cost most of what a frame costs, and the old parts of a trail do not change. */
const TRAIL_REFRESH_MS = 200;

/** Everybody who is on the map at the view's time. */
export function figuresAt(round: Round, view: View): Figure[] {
  const { camera, timeMs } = view;
  return round.tracks.flatMap((track): Figure[] => {
    const { at, life, timeMs: since } = lifeAt(track, timeMs);
    const identity = identityAt(track, timeMs);
    const isDown = life === "down";
    const position =
      isDown && at !== undefined
        ? { x: at.x, y: at.y, z: at.z, yawDeg: 0, ageMs: timeMs - since }
        : life === "alive"
          ? positionAt(track, timeMs, round.sampleIntervalMs)
          : undefined;
    if (identity === undefined || position === undefined) return [];
    const sample = sampleAt(track, timeMs);
    return [
      {
        track,
        team: identity.team,
        isDown,
        position,
        screen: camera.toScreen(position),
        health: healthAt(track, timeMs),
        stance: sample?.stance ?? 0,
        class: sample?.class ?? identity.class,
      },
    ];
  });
}

/** Whether the position of a living player is older than sampling explains. */
export function isStale(figure: Figure, round: Round): boolean {
  return !figure.isDown && figure.position.ageMs > STALE_INTERVALS * round.sampleIntervalMs;
}

/** Radius of a player's mark, pixels. */
export function markRadius(view: View): number {
  return Math.min(16, Math.max(9, 30 * view.camera.scale));
}

/** Adds a player's way between two moments of the current life to the path. */
function traceTrail(
  context: CanvasRenderingContext2D,
  { position, track }: Figure,
  round: Round,
  view: View,
  fromMs: number,
  toMs: number,
): void {
  const span = lastUntil(track.spans, view.timeMs, ({ startMs }) => startMs);
  if (span === undefined) return;
  const first = Math.max(
    1,
    countUntil(span.knots, fromMs, (knot) => knot.timeMs),
  );
  const last = countUntil(span.knots, toMs, (knot) => knot.timeMs);
  for (let index = first; index <= last; index += 1) {
    const from = span.knots[index - 1];
    const to = span.knots[index];
    if (from === undefined) break;
    const isNow = index === last && toMs === view.timeMs;
    const end = isNow ? position : to;
    if (end === undefined || (to !== undefined && !isWalk(from, to, round.sampleIntervalMs))) continue;
    if (isNow && position.ageMs > 0) continue;
    const a = view.camera.toScreen(from);
    const b = view.camera.toScreen(end);
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
  }
}

/**
 * The ways that the living came, fading with age: the `latest` part, up to now, or the `older` parts, which stay as they
 * are from one {@link trailAnchorMs} to the next.
 */
export function drawTrails(
  context: CanvasRenderingContext2D,
  figures: readonly Figure[],
  round: Round,
  view: View,
  part: "latest" | "older",
): void {
  if (view.trailMs === 0) return;
  const stepMs = view.trailMs / TRAIL_STEPS;
  const anchorMs = trailAnchorMs(view);
  const steps = part === "latest" ? [0] : Array.from({ length: TRAIL_STEPS - 1 }, (_, index) => index + 1);
  context.lineWidth = 2;
  context.lineJoin = "round";
  // A few strokes of falling strength for a whole team.
  for (const team of new Set(figures.map((figure) => figure.team))) {
    context.strokeStyle = teamColour(team);
    for (const step of steps) {
      const toMs = step === 0 ? view.timeMs : anchorMs - step * stepMs;
      const fromMs = anchorMs - (step + 1) * stepMs;
      context.beginPath();
      for (const figure of figures) {
        if (figure.team === team && !figure.isDown) traceTrail(context, figure, round, view, fromMs, toMs);
      }
      context.globalAlpha = 0.6 * (1 - step / TRAIL_STEPS);
      context.stroke();
    }
  }
  context.globalAlpha = 1;
}

/** The time that the older parts of the trails belong to: the view's, a few times a second. */
export function trailAnchorMs({ speed, timeMs }: View): number {
  const everyMs = TRAIL_REFRESH_MS * speed;
  return Math.floor(timeMs / everyMs) * everyMs;
}

/** The body, seen from above, looking along the x axis. */
function traceBody(context: CanvasRenderingContext2D, figure: Figure, radius: number): void {
  const isProne = figure.stance === STANCE_PRONE;
  const isCrouching = figure.stance === STANCE_CROUCHING;
  const size = radius * (isCrouching ? 0.8 : 1);
  const [length, width] = isProne ? [size * 1.35, size * 0.62] : [size, size];
  context.beginPath();
  if (figure.team === 1) {
    const side = 0.88;
    context.roundRect(-length * side, -width * side, 2 * length * side, 2 * width * side, 2);
  } else context.ellipse(0, 0, length, width, 0, 0, 2 * Math.PI);
}

function drawHealth(context: CanvasRenderingContext2D, health: number, radius: number): void {
  const share = Math.ceil((Math.min(FULL_HEALTH, health) / FULL_HEALTH) * RING_STEPS) / RING_STEPS;
  const colour = health < LOW_HEALTH ? PAINT.alert : PAINT.text;
  const [ring, width] = [radius + 3, 2];
  drawSprite(context, `health ${radius} ${share} ${colour}`, ring + width, 0, 0, (sprite) => {
    sprite.lineWidth = width;
    sprite.strokeStyle = PAINT.background;
    sprite.globalAlpha = 0.65;
    sprite.beginPath();
    sprite.arc(0, 0, ring, 0, 2 * Math.PI);
    sprite.stroke();
    sprite.strokeStyle = colour;
    sprite.globalAlpha = 1;
    sprite.beginPath();
    sprite.arc(0, 0, ring, -Math.PI / 2, (2 * share - 0.5) * Math.PI);
    sprite.stroke();
  });
}

function drawDown(context: CanvasRenderingContext2D, figure: Figure, radius: number): void {
  context.strokeStyle = teamColour(figure.team);
  context.globalAlpha = 0.85;
  context.lineWidth = 2;
  context.setLineDash([3, 3]);
  context.beginPath();
  if (figure.team === 1) context.rect(-radius * 0.8, -radius * 0.8, radius * 1.6, radius * 1.6);
  else context.arc(0, 0, radius * 0.9, 0, 2 * Math.PI);
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(-radius * 0.45, 0);
  context.lineTo(radius * 0.45, 0);
  context.stroke();
}

function drawAlive(
  context: CanvasRenderingContext2D,
  figure: Figure,
  round: Round,
  radius: number,
  isStaleNow: boolean,
): void {
  const colour = teamColour(figure.team);
  const yaw = (-figure.position.yawDeg * Math.PI) / 180;
  context.save();
  context.rotate(yaw);
  context.globalAlpha = isStaleNow ? 0.1 : 0.24;
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(0, 0);
  context.arc(0, 0, radius * 3.6, -VIEW_HALF_ANGLE, VIEW_HALF_ANGLE);
  context.fill();
  context.globalAlpha = isStaleNow ? 0.4 : 1;
  traceBody(context, figure, radius);
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = PAINT.background;
  context.stroke();
  context.beginPath();
  context.moveTo(radius * 1.75, 0);
  context.lineTo(radius * 1.1, -radius * 0.42);
  context.lineTo(radius * 1.1, radius * 0.42);
  context.fill();
  context.restore();

  context.globalAlpha = 1;
  if (figure.health !== undefined && !isStaleNow) drawHealth(context, figure.health, radius);
  context.fillStyle = PAINT.background;
  context.font = `700 ${Math.round(radius * 1.15)}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(round.packed.classes[figure.class ?? -1]?.slice(0, 1) ?? "", 0, 1);
}

/** Whether a player is at another height than the chosen one, and not the one who is followed. */
function isElsewhere(figure: Figure, { follow, heights }: View): boolean {
  return figure.track.index !== follow && !isInBand(heights, figure.position.z);
}

/** A player at another height: a dot. */
function drawDot(context: CanvasRenderingContext2D, figure: Figure, radius: number): void {
  context.globalAlpha = 0.4;
  context.fillStyle = teamColour(figure.team);
  context.beginPath();
  context.arc(0, 0, radius / 3, 0, 2 * Math.PI);
  context.fill();
}

/** Draws one player: a body and its view, an outline when down; a ring when followed or under the pointer. */
export function drawFigure(
  context: CanvasRenderingContext2D,
  figure: Figure,
  round: Round,
  view: View,
): void {
  const radius = markRadius(view);
  context.save();
  context.translate(figure.screen.x, figure.screen.y);
  if (figure.track.index === view.follow || figure.track.index === view.hover) {
    context.beginPath();
    context.arc(0, 0, radius + 9, 0, 2 * Math.PI);
    context.strokeStyle = PAINT.text;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
  }
  if (isElsewhere(figure, view)) drawDot(context, figure, radius);
  else if (figure.isDown) drawDown(context, figure, radius);
  else drawAlive(context, figure, round, radius, isStale(figure, round));
  context.restore();
}

/** Names under the players; the one that is followed and the one under the pointer always, others where there is room. */
export function drawNames(
  context: CanvasRenderingContext2D,
  figures: readonly Figure[],
  round: Round,
  view: View,
  labels: Labels,
): void {
  const chosen = (figure: Figure): boolean =>
    figure.track.index === view.follow || figure.track.index === view.hover;
  const below = markRadius(view) + 8;
  for (const figure of figures.toSorted((a, b) => Number(chosen(b)) - Number(chosen(a)))) {
    if ((!view.showsNames || isElsewhere(figure, view)) && !chosen(figure)) continue;
    const runs = identityAt(figure.track, view.timeMs)?.name ?? [];
    const { x, y } = figure.screen;
    context.globalAlpha = figure.isDown ? 0.8 : 1;
    labels.drawName(context, runs, x, y + below, chosen(figure));
    context.globalAlpha = 1;
    if (!chosen(figure) || !isStale(figure, round)) continue;
    context.font = `11px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillStyle = PAINT.muted;
    context.fillText(`last seen ${Math.round(figure.position.ageMs / 1000)} s ago`, x, y - below);
  }
}
