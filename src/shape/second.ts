/**
 * One second of a round: where the living players of both teams stood, and how they moved since the second before. Everything lies in
 * arrays by slot, which are used again for each second: there are a quarter of a million distances in a round.
 */
import { SLOTS } from "../format/column.ts";
import { ADVANCE_COSINE, ISOLATED_UNITS, LINK_UNITS, MOVING_UPS, SAME_WAY_COSINE } from "./rules.ts";

/** Coordinates are whole tenths of a unit, as round files have them. */
export const PARTS_PER_UNIT = 10;
const LINK_SQUARE = (LINK_UNITS * PARTS_PER_UNIT) ** 2;
const ISOLATED_SQUARE = (ISOLATED_UNITS * PARTS_PER_UNIT) ** 2;
const MOVING_SQUARE = (MOVING_UPS * PARTS_PER_UNIT) ** 2;
const MS_PER_SECOND = 1000;

/** A position of a living player: round time in ms, coordinates in tenths of a unit. */
export interface ShapeSample {
  readonly slot: number;
  readonly playerId: number;
  /** 1 Axis, 2 Allies. */
  readonly team: number;
  readonly life: number;
  readonly timeMs: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Players by slot, as their latest position tells them; lengths in tenths of a unit. */
export class Players {
  readonly ids = new Int32Array(SLOTS);
  readonly teams = new Int8Array(SLOTS);
  readonly lives = new Int32Array(SLOTS);
  readonly times = new Float64Array(SLOTS);
  readonly x = new Float64Array(SLOTS);
  readonly y = new Float64Array(SLOTS);
  readonly z = new Float64Array(SLOTS);
  /** Whether there is a position of the same life in the second before. */
  readonly hasMove = new Uint8Array(SLOTS);
  /** The way since then, seen from above, as a velocity: tenths of a unit per second. Speeds are 0 for those who do not move. */
  readonly moveX = new Float64Array(SLOTS);
  readonly moveY = new Float64Array(SLOTS);
  readonly speeds = new Float64Array(SLOTS);
  readonly isMovingTogether = new Uint8Array(SLOTS);
  /** Squares of the distances to the nearest teammate and the nearest enemy; infinite without one. */
  readonly nearestSquares = new Float64Array(SLOTS);
  readonly enemySquares = new Float64Array(SLOTS);
  /** A slot of each one's group, the same for all in it. */
  readonly groups = new Int8Array(SLOTS);
  /** How fast each comes towards the middle of the enemy, tenths of a unit per second; 0 for those who do not advance. */
  readonly advance = new Float64Array(SLOTS);
  /** Sums of the distances to all teammates. */
  readonly sums = new Float64Array(SLOTS);

  /** Takes a new position; `isNext` says that the one before was in the second before. */
  move({ life, playerId, slot, team, timeMs, x, y, z }: ShapeSample, isNext: boolean): void {
    const isSame =
      isNext && this.ids[slot] === playerId && this.teams[slot] === team && this.lives[slot] === life;
    const seconds = (timeMs - (this.times[slot] ?? 0)) / MS_PER_SECOND;
    const moveX = isSame ? (x - (this.x[slot] ?? 0)) / seconds : 0;
    const moveY = isSame ? (y - (this.y[slot] ?? 0)) / seconds : 0;
    const square = moveX * moveX + moveY * moveY;
    this.hasMove[slot] = isSame ? 1 : 0;
    this.moveX[slot] = moveX;
    this.moveY[slot] = moveY;
    this.speeds[slot] = square >= MOVING_SQUARE ? Math.sqrt(square) : 0;
    this.ids[slot] = playerId;
    this.teams[slot] = team;
    this.lives[slot] = life;
    this.times[slot] = timeMs;
    this.x[slot] = x;
    this.y[slot] = y;
    this.z[slot] = z;
    this.isMovingTogether[slot] = 0;
    this.nearestSquares[slot] = this.enemySquares[slot] = Infinity;
    this.groups[slot] = slot;
    this.advance[slot] = 0;
    this.sums[slot] = 0;
  }

  /** Square of the distance of two players. */
  distanceSquare(one: number, other: number): number {
    const dx = (this.x[one] ?? 0) - (this.x[other] ?? 0);
    const dy = (this.y[one] ?? 0) - (this.y[other] ?? 0);
    const dz = (this.z[one] ?? 0) - (this.z[other] ?? 0);
    return dx * dx + dy * dy + dz * dz;
  }
}

/** Told of each two players of a team who moved in the second, by slot, the smaller one first, and whether they moved together. */
export type OnMovingPair = (one: number, other: number, areTogether: boolean) => void;

/** How a team stood in a second; lengths in tenths of a unit. */
export interface TeamSecond {
  readonly team: number;
  readonly second: number;
  readonly players: Players;
  /** The slots of those who lived, in their order. */
  readonly slots: readonly number[];
  /** Slot of the player in the middle. */
  readonly middle: number;
  /** Mean distance to the nearest teammate; infinite for one player. */
  readonly nearest: number;
  /** Median distance to the player in the middle; 0 for one player. */
  readonly spread: number;
  readonly groups: number;
  /** {@link Players.groups} of the largest group; of equals, of the one with the lowest slot. */
  readonly largestGroup: number;
  readonly largestSize: number;
  readonly isolated: number;
  /** Null where no one's way since the second before is known. */
  readonly moving: number | null;
  readonly movingTogether: number | null;
  /** Between the two nearest of both teams; infinite without enemies. */
  enemy: number;
}

/** Puts the group of one into that of another: a group has the number of its lowest slot. */
function uniteGroups(groups: Int8Array, slots: readonly number[], one: number, other: number): void {
  const [a, b] = [groups[one] ?? 0, groups[other] ?? 0];
  if (a === b) return;
  const [into, from] = a < b ? [a, b] : [b, a];
  for (const slot of slots) if (groups[slot] === from) groups[slot] = into;
}

/** Fills in who is next to whom, and who moves with whom. */
function comparePairs(players: Players, slots: readonly number[], onMovingPair: OnMovingPair): void {
  const { groups, isMovingTogether, moveX, moveY, nearestSquares, speeds, sums, x, y, z } = players;
  for (let first = 0; first < slots.length; first++) {
    const one = slots[first] ?? 0;
    const [oneX, oneY, oneZ] = [x[one] ?? 0, y[one] ?? 0, z[one] ?? 0];
    for (let second = first + 1; second < slots.length; second++) {
      const other = slots[second] ?? 0;
      const dx = (x[other] ?? 0) - oneX;
      const dy = (y[other] ?? 0) - oneY;
      const dz = (z[other] ?? 0) - oneZ;
      const square = dx * dx + dy * dy + dz * dz;
      const distance = Math.sqrt(square);
      sums[one] = (sums[one] ?? 0) + distance;
      sums[other] = (sums[other] ?? 0) + distance;
      if (square < (nearestSquares[one] ?? 0)) nearestSquares[one] = square;
      if (square < (nearestSquares[other] ?? 0)) nearestSquares[other] = square;
      const isLinked = square <= LINK_SQUARE;
      if (isLinked) uniteGroups(groups, slots, one, other);
      const speeds2 = (speeds[one] ?? 0) * (speeds[other] ?? 0);
      if (speeds2 === 0) continue;
      const scalar = (moveX[one] ?? 0) * (moveX[other] ?? 0) + (moveY[one] ?? 0) * (moveY[other] ?? 0);
      const areTogether = isLinked && scalar >= SAME_WAY_COSINE * speeds2;
      if (areTogether) isMovingTogether[one] = isMovingTogether[other] = 1;
      onMovingPair(one, other, areTogether);
    }
  }
}

/** Distances to the middle, of the team at hand, the shortest first. */
const fromMiddle = new Float64Array(SLOTS);
/** Players of each group, of the team at hand. */
const sizes = new Int8Array(SLOTS);

/** Median distance of the others to the one in the middle. */
function medianFrom(players: Players, slots: readonly number[], middle: number): number {
  let count = 0;
  for (const slot of slots) {
    if (slot === middle) continue;
    const distance = Math.sqrt(players.distanceSquare(slot, middle));
    // Put in its place at once: for so few numbers a sort takes longer to call than to do.
    let at = count++;
    for (; at > 0 && (fromMiddle[at - 1] ?? 0) > distance; at--) fromMiddle[at] = fromMiddle[at - 1] ?? 0;
    fromMiddle[at] = distance;
  }
  if (count === 0) return 0;
  const half = count >> 1;
  const upper = fromMiddle[half] ?? 0;
  return count % 2 === 1 ? upper : ((fromMiddle[half - 1] ?? 0) + upper) / 2;
}

/** How a team stood, without what is about enemies. There must be one player or more. */
function standOf(
  players: Players,
  second: number,
  slots: readonly number[],
  onMovingPair: OnMovingPair,
): TeamSecond {
  comparePairs(players, slots, onMovingPair);
  const first = slots[0] ?? 0;
  let [middle, groups, largestGroup, isolated, moving, movingTogether, known, nearest] = [
    first,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  for (const slot of slots) sizes[slot] = 0;
  for (const slot of slots) {
    const group = players.groups[slot] ?? 0;
    if (sizes[group] === 0) groups++;
    sizes[group] = (sizes[group] ?? 0) + 1;
    // Of the one whose distances to the others add up to least; of equals, the lowest slot.
    if ((players.sums[slot] ?? 0) < (players.sums[middle] ?? 0)) middle = slot;
    const square = players.nearestSquares[slot] ?? 0;
    nearest += Math.sqrt(square);
    if (square > ISOLATED_SQUARE) isolated++;
    known += players.hasMove[slot] ?? 0;
    if ((players.speeds[slot] ?? 0) > 0) moving++;
    movingTogether += players.isMovingTogether[slot] ?? 0;
  }
  largestGroup = first;
  for (const slot of slots) if ((sizes[slot] ?? 0) > (sizes[largestGroup] ?? 0)) largestGroup = slot;
  return {
    team: players.teams[first] ?? 0,
    second,
    players,
    slots,
    middle,
    nearest: nearest / slots.length,
    spread: medianFrom(players, slots, middle),
    groups,
    largestGroup,
    largestSize: sizes[largestGroup] ?? 0,
    isolated,
    moving: known > 0 ? moving : null,
    movingTogether: known > 0 ? movingTogether : null,
    enemy: Infinity,
  };
}

/** Fills in the nearest enemies of both; returns how near the two nearest are. */
function compareTeams(players: Players, slots: readonly number[], enemies: readonly number[]): number {
  const { enemySquares, x, y, z } = players;
  let least = Infinity;
  for (const slot of slots) {
    const [ownX, ownY, ownZ] = [x[slot] ?? 0, y[slot] ?? 0, z[slot] ?? 0];
    let nearest = Infinity;
    for (const enemy of enemies) {
      const dx = (x[enemy] ?? 0) - ownX;
      const dy = (y[enemy] ?? 0) - ownY;
      const dz = (z[enemy] ?? 0) - ownZ;
      const square = dx * dx + dy * dy + dz * dz;
      if (square < nearest) nearest = square;
      if (square < (enemySquares[enemy] ?? 0)) enemySquares[enemy] = square;
    }
    enemySquares[slot] = nearest;
    if (nearest < least) least = nearest;
  }
  return Math.sqrt(least);
}

/** Fills in how fast those come nearer who advance on the middle of the enemy, seen from above. */
function findAdvance(players: Players, slots: readonly number[], middle: number): void {
  for (const slot of slots) {
    const speed = players.speeds[slot] ?? 0;
    if (speed === 0) continue;
    const dx = (players.x[middle] ?? 0) - (players.x[slot] ?? 0);
    const dy = (players.y[middle] ?? 0) - (players.y[slot] ?? 0);
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) continue;
    const towards = ((players.moveX[slot] ?? 0) * dx + (players.moveY[slot] ?? 0) * dy) / length;
    if (towards >= ADVANCE_COSINE * speed) players.advance[slot] = towards;
  }
}

/** How both teams stood in a second; undefined for a team without living players. `slots` are those who lived, in their order. */
export function compareSecond(
  players: Players,
  second: number,
  slots: readonly number[],
  onMovingPair: OnMovingPair,
): [TeamSecond | undefined, TeamSecond | undefined] {
  const stand = (team: number): TeamSecond | undefined => {
    const own = slots.filter((slot) => players.teams[slot] === team);
    return own.length === 0 ? undefined : standOf(players, second, own, onMovingPair);
  };
  const [axis, allies] = [stand(1), stand(2)];
  if (axis === undefined || allies === undefined) return [axis, allies];
  axis.enemy = allies.enemy = compareTeams(players, axis.slots, allies.slots);
  findAdvance(players, axis.slots, allies.middle);
  findAdvance(players, allies.slots, axis.middle);
  return [axis, allies];
}
