/** What happens between players: shots, hits, kills, engagements, crossfires, baits and trades. */
import { drawPill } from "./labels.ts";
import type { ReplayTeamPlay, Side } from "../replay-data.ts";
import { PAINT, teamColour } from "./paint.ts";
import { markRadius, type Figure } from "./players-layer.ts";
import { shotKind, teamAt, type Round } from "./round.ts";
import { between } from "./search.ts";
import { drawSprite } from "./sprites.ts";
import type { Hit, Point } from "./unpack.ts";
import type { View } from "./view.ts";

/** How long things are seen, ms of round time at normal speed. */
const SHOT_MS = 160;
const HIT_MS = 380;
const KILL_LINE_MS = 900;
const KILL_MARK_MS = 7000;
const PLAY_MS = 2500;
/** A player in an engagement still belongs to it for a moment after the last hit. */
const MEMBER_TAIL_MS = 1500;
/** Those who hit each other so lately are joined by a line. */
const EXCHANGE_MS = 3000;

const TRACER_UNITS = 620;
const THROW_UNITS = 190;
const MELEE_UNITS = 60;
/** In radii of a player's mark. */
const ANGLE_RADII = 4.4;
const GLOW_RADII = 2;
/** Room for the label of an engagement. */
const LABEL_WIDTH = 40;
const LABEL_HEIGHT = 19;

const timeOf = (item: { readonly timeMs: number }): number => item.timeMs;

/** At higher speeds things are seen for longer round time, or they would flash by unseen. */
function longer(view: View): number {
  return view.isPlaying ? Math.min(5, Math.max(1, view.speed / 1.5)) : 1;
}

function line(context: CanvasRenderingContext2D, from: Point, to: Point): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.stroke();
}

function drawShots(context: CanvasRenderingContext2D, round: Round, view: View): void {
  const { camera, timeMs } = view;
  const windowMs = SHOT_MS * longer(view);
  const struck = new Set(
    between(round.hits, timeMs - windowMs, timeMs, timeOf).map(
      (hit) => `${hit.attacker ?? ""}:${hit.timeMs}`,
    ),
  );
  for (const shot of between(round.shots, timeMs - windowMs, timeMs, timeOf)) {
    const kind = shotKind(round, shot.weapon);
    // A shot that hits ends at its target, not in the air.
    const isStruck = struck.has(`${shot.attacker}:${shot.timeMs}`);
    if (shot.at === null || shot.yawDeg === null || kind === "item" || (isStruck && kind !== "thrown"))
      continue;
    const units = kind === "bullet" ? TRACER_UNITS : kind === "thrown" ? THROW_UNITS : MELEE_UNITS;
    const yaw = (shot.yawDeg * Math.PI) / 180;
    const from = camera.toScreen(shot.at);
    const to = camera.toScreen({
      x: shot.at.x + Math.cos(yaw) * units,
      y: shot.at.y + Math.sin(yaw) * units,
    });
    const strength = 1 - (timeMs - shot.timeMs) / windowMs;
    const colour = teamColour(teamAt(round, shot.attacker, timeMs));
    context.globalAlpha = 0.25 + 0.6 * strength;
    context.lineWidth = kind === "bullet" ? 1.4 : 2.5;
    if (kind === "bullet") {
      const fade = context.createLinearGradient(from.x, from.y, to.x, to.y);
      fade.addColorStop(0, colour);
      fade.addColorStop(1, `${colour}00`);
      context.strokeStyle = fade;
    } else {
      context.strokeStyle = colour;
      context.setLineDash([4, 4]);
    }
    line(context, from, to);
    context.setLineDash([]);
    if (kind !== "thrown") continue;
    context.beginPath();
    context.arc(to.x, to.y, 3, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
  context.globalAlpha = 1;
}

/** The ring that spreads from where a hit struck. */
function drawSpark(context: CanvasRenderingContext2D, { x, y }: Point, radius: number, width: number): void {
  drawSprite(context, `spark ${radius} ${width}`, radius + width, x, y, (sprite) => {
    sprite.strokeStyle = PAINT.spark;
    sprite.lineWidth = width;
    sprite.beginPath();
    sprite.arc(0, 0, radius, 0, 2 * Math.PI);
    sprite.stroke();
  });
}

function drawHits(context: CanvasRenderingContext2D, round: Round, view: View): void {
  const { camera, timeMs } = view;
  const windowMs = HIT_MS * longer(view);
  for (const hit of between(round.hits, timeMs - windowMs, timeMs, timeOf)) {
    if (hit.to === null) continue;
    const to = camera.toScreen(hit.to);
    const age = (timeMs - hit.timeMs) / windowMs;
    context.globalAlpha = 1 - age;
    if (hit.from !== null && hit.attacker !== hit.target) {
      context.strokeStyle = teamColour(teamAt(round, hit.attacker, timeMs));
      context.lineWidth = 2;
      line(context, camera.toScreen(hit.from), to);
    }
    drawSpark(context, to, Math.round(2 * (6 + 10 * age)) / 2, hit.isHeadshot ? 3 : 1.8);
    if (view.follow !== hit.target && view.follow !== hit.attacker) continue;
    context.font = "700 12px sans-serif";
    context.fillStyle = PAINT.spark;
    context.textAlign = "center";
    context.fillText(`${hit.damage}${hit.isHeadshot ? " head" : ""}`, to.x, to.y - 18 - 14 * age);
  }
  context.globalAlpha = 1;
}

/** Marks where a player was downed, in the colour of the team. */
function drawCross(context: CanvasRenderingContext2D, { x, y }: Point, colour: string, size: number): void {
  drawSprite(context, `cross ${colour} ${size}`, size + 3, x, y, (sprite) => {
    for (const [stroke, width] of [
      [PAINT.background, 6],
      [colour, 3],
    ] as const) {
      sprite.strokeStyle = stroke;
      sprite.lineWidth = width;
      line(sprite, { x: -size, y: -size }, { x: size, y: size });
      line(sprite, { x: -size, y: size }, { x: size, y: -size });
    }
  });
}

function drawKills(context: CanvasRenderingContext2D, round: Round, view: View): void {
  const { camera, timeMs } = view;
  const markMs = KILL_MARK_MS * longer(view);
  const lineMs = KILL_LINE_MS * longer(view);
  for (const kill of between(round.kills, timeMs - markMs, timeMs, timeOf)) {
    if (kill.to === undefined) continue;
    const to = camera.toScreen({ x: kill.to[0], y: kill.to[1] });
    const age = timeMs - kill.timeMs;
    if (kill.from !== undefined && age < lineMs && kill.attacker !== kill.target) {
      context.globalAlpha = 1 - age / lineMs;
      context.strokeStyle = teamColour(teamAt(round, kill.attacker, kill.timeMs));
      context.lineWidth = 3.5;
      line(context, camera.toScreen({ x: kill.from[0], y: kill.from[1] }), to);
    }
    context.globalAlpha = 1 - age / markMs;
    const burst = Math.max(0, 1 - age / lineMs);
    drawCross(context, to, teamColour(teamAt(round, kill.target, kill.timeMs)), Math.round(7 + 5 * burst));
    if (burst === 0) continue;
    context.strokeStyle = PAINT.spark;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(to.x, to.y, 10 + 22 * (1 - burst), 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * Draws one engagement: a glow under everybody in it, lines between those who hit each other, and its label, below the
 * other `labels`. Tells where its label is.
 */
function drawEngagement(
  context: CanvasRenderingContext2D,
  label: string,
  members: ReadonlyMap<number, Point>,
  hits: readonly Hit[],
  glowPixels: number,
  labels: readonly Point[],
): Point {
  const struck: Point[] = [];
  const joined = new Set<string>();
  context.strokeStyle = PAINT.alert;
  context.lineWidth = 1.4;
  context.setLineDash([3, 8]);
  context.globalAlpha = 0.8;
  for (const { attacker, target } of hits) {
    const from = attacker === null ? undefined : members.get(attacker);
    const to = members.get(target);
    const pair = `${attacker ?? ""}:${target}`;
    if (from === undefined || to === undefined || from === to || joined.has(pair)) continue;
    joined.add(pair);
    struck.push(from, to);
    // Each line by itself: dashes of many lines in one path cost more.
    line(context, from, to);
  }
  context.setLineDash([]);
  context.globalAlpha = 0.16;
  context.fillStyle = PAINT.alert;
  context.beginPath();
  for (const { x, y } of members.values()) {
    context.moveTo(x, y);
    context.arc(x, y, glowPixels, 0, 2 * Math.PI);
  }
  context.fill();
  const around = struck.length > 0 ? struck : [...members.values()];
  const x = around.reduce((sum, point) => sum + point.x, 0) / around.length;
  let y = around.reduce((sum, point) => sum + point.y, 0) / around.length;
  const isTaken = (other: Point): boolean =>
    Math.abs(other.x - x) < LABEL_WIDTH && Math.abs(other.y - y) < LABEL_HEIGHT;
  while (labels.some(isTaken)) y += LABEL_HEIGHT;
  context.globalAlpha = 0.95;
  drawPill(context, label, x, y, PAINT.alert);
  context.globalAlpha = 1;
  return { x, y };
}

function drawEngagements(
  context: CanvasRenderingContext2D,
  round: Round,
  view: View,
  figures: ReadonlyMap<number, Figure>,
): void {
  const { timeMs } = view;
  const hits = between(round.hits, timeMs - EXCHANGE_MS, timeMs, timeOf);
  const labels: Point[] = [];
  for (const engagement of round.engagements) {
    if (engagement.startMs > timeMs) break;
    if (engagement.endMs < timeMs) continue;
    const members = new Map<number, Point>();
    const standing = { attackers: 0, defenders: 0 };
    let first: Side = "attackers";
    for (const [actor, side, startMs, endMs] of engagement.participants) {
      const figure = startMs <= timeMs && timeMs <= endMs + MEMBER_TAIL_MS ? figures.get(actor) : undefined;
      if (figure === undefined) continue;
      members.set(actor, figure.screen);
      if (!figure.isDown) standing[side] += 1;
      if (actor === view.follow) first = side;
    }
    // As src/fight-shape.ts has it, which is no module of the page.
    const label = `${standing[first]}v${standing[first === "attackers" ? "defenders" : "attackers"]}`;
    if (members.size > 1) {
      labels.push(drawEngagement(context, label, members, hits, GLOW_RADII * markRadius(view), labels));
    }
  }
}

/** Fills the angle under which two points are seen from a third. */
function fillAngle(
  context: CanvasRenderingContext2D,
  from: Point,
  first: Point,
  second: Point,
  pixels: number,
): void {
  const start = Math.atan2(first.y - from.y, first.x - from.x);
  const end = Math.atan2(second.y - from.y, second.x - from.x);
  const sweep = (end - start + 2 * Math.PI) % (2 * Math.PI);
  context.save();
  context.globalAlpha *= 0.35;
  context.fillStyle = PAINT.spark;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.arc(from.x, from.y, pixels, start, end, sweep > Math.PI);
  context.fill();
  context.restore();
}

function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The names of what is done to one player, in a few words: `crossfire 56°`, `crossfire ×3 · bait`. */
function tellPlays(plays: readonly ReplayTeamPlay[]): string {
  const byRecord = groupBy(plays, ({ record }) => record);
  return Array.from(byRecord, ([record, same]) => {
    const angleDeg = same.length === 1 ? (same[0]?.angleDeg ?? null) : null;
    const angle = angleDeg === null ? "" : ` ${Math.round(angleDeg)}°`;
    return `${record}${angle}${same.length > 1 ? ` ×${same.length}` : ""}`;
  }).join(" · ");
}

/**
 * Crossfires as an angle on the enemy, baits and trades as what binds the two; one label by the enemy names them all.
 */
function drawTeamPlay(
  context: CanvasRenderingContext2D,
  round: Round,
  view: View,
  figures: ReadonlyMap<number, Figure>,
): void {
  const { timeMs } = view;
  const shownMs = PLAY_MS * longer(view);
  const find = (actor: number | null): Point | undefined =>
    actor === null ? undefined : figures.get(actor)?.screen;
  const shown = round.teamPlay.filter(({ endMs, startMs }) => startMs <= timeMs && timeMs <= endMs + shownMs);
  const alphaOf = ({ endMs }: ReplayTeamPlay): number => 1 - Math.max(0, timeMs - endMs) / shownMs;
  const joined = new Set<string>();
  context.strokeStyle = PAINT.spark;
  context.lineWidth = 1.6;
  // The strongest first: of several that join the same two players one line is drawn.
  for (const play of shown.toSorted((a, b) => b.endMs - a.endMs)) {
    const enemy = find(play.enemy);
    if (enemy === undefined) continue;
    context.globalAlpha = alphaOf(play);
    const first = find(play.actor);
    const second = find(play.partner);
    if (first !== undefined && second !== undefined && play.record === "crossfire") {
      fillAngle(context, enemy, first, second, ANGLE_RADII * markRadius(view));
    }
    context.setLineDash(play.record === "trade" ? [] : [7, 5]);
    for (const actor of [play.actor, play.partner]) {
      const from = find(actor);
      const pair = `${actor ?? ""}:${play.enemy ?? ""}`;
      if (from === undefined || joined.has(pair)) continue;
      joined.add(pair);
      line(context, from, enemy);
    }
  }
  context.setLineDash([]);
  const places = groupBy(shown, (play) => find(play.enemy) ?? find(play.actor) ?? find(play.partner));
  for (const [place, plays] of places) {
    if (place === undefined) continue;
    context.globalAlpha = Math.max(...plays.map(alphaOf));
    drawPill(context, tellPlays(plays), place.x, place.y - 32, PAINT.spark);
  }
  context.globalAlpha = 1;
}

/** Draws everything that lies under the players. */
export function drawEffectsBelow(
  context: CanvasRenderingContext2D,
  round: Round,
  view: View,
  figures: ReadonlyMap<number, Figure>,
): void {
  if (view.showsFights) drawEngagements(context, round, view, figures);
  drawKills(context, round, view);
  drawShots(context, round, view);
}

/** Draws everything that lies over the players. */
export function drawEffectsAbove(
  context: CanvasRenderingContext2D,
  round: Round,
  view: View,
  figures: ReadonlyMap<number, Figure>,
): void {
  drawHits(context, round, view);
  if (view.showsFights) drawTeamPlay(context, round, view, figures);
}
