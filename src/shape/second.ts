/**
 * One second of a round: where the living players of both teams stood, and how they moved since the second before. Everything lies in
 * arrays by slot, which are used again for each second: there are a quarter of a million distances in a round. Loops count, and nothing is
 * taken apart as a list: most rounds are over before V8 has compiled this, and until then an iterator costs more than what is done in it.
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
  const groupOfOne = groups[one] ?? 0;
  const groupOfOther = groups[other] ?? 0;
  if (groupOfOne === groupOfOther) return;
  const into = groupOfOne < groupOfOther ? groupOfOne : groupOfOther;
  const from = groupOfOne < groupOfOther ? groupOfOther : groupOfOne;
  const count = slots.length;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    if (groups[slot] === from) groups[slot] = into;
  }
}

/** Fills in who is next to whom, and who moves with whom. */
function comparePairs(players: Players, slots: readonly number[], onMovingPair: OnMovingPair): void {
  const { groups, isMovingTogether, moveX, moveY, nearestSquares, speeds, sums, x, y, z } = players;
  const count = slots.length;
  for (let first = 0; first < count; first++) {
    const one = slots[first] ?? 0;
    const oneX = x[one] ?? 0;
    const oneY = y[one] ?? 0;
    const oneZ = z[one] ?? 0;
    const speed = speeds[one] ?? 0;
    let sum = sums[one] ?? 0;
    let nearest = nearestSquares[one] ?? 0;
    for (let second = first + 1; second < count; second++) {
      const other = slots[second] ?? 0;
      const dx = (x[other] ?? 0) - oneX;
      const dy = (y[other] ?? 0) - oneY;
      const dz = (z[other] ?? 0) - oneZ;
      const square = dx * dx + dy * dy + dz * dz;
      const distance = Math.sqrt(square);
      sum += distance;
      sums[other] = (sums[other] ?? 0) + distance;
      if (square < nearest) nearest = square;
      if (square < (nearestSquares[other] ?? 0)) nearestSquares[other] = square;
      const isLinked = square <= LINK_SQUARE;
      if (isLinked) uniteGroups(groups, slots, one, other);
      if (speed === 0) continue;
      const speeds2 = speed * (speeds[other] ?? 0);
      if (speeds2 === 0) continue;
      const scalar = (moveX[one] ?? 0) * (moveX[other] ?? 0) + (moveY[one] ?? 0) * (moveY[other] ?? 0);
      const areTogether = isLinked && scalar >= SAME_WAY_COSINE * speeds2;
      if (areTogether) isMovingTogether[one] = isMovingTogether[other] = 1;
      onMovingPair(one, other, areTogether);
    }
    sums[one] = sum;
    nearestSquares[one] = nearest;
  }
}

/** Distances to the middle, of the team at hand, the shortest first. */
const fromMiddle = new Float64Array(SLOTS);
/** Players of each group, of the team at hand. */
const sizes = new Int8Array(SLOTS);

/** Median distance of the others to the one in the middle. */
function medianFrom(players: Players, slots: readonly number[], middle: number): number {
  const others = slots.length - 1;
  if (others === 0) return 0;
  let count = 0;
  for (let index = 0; index <= others; index++) {
    const slot = slots[index] ?? 0;
    if (slot === middle) continue;
    const distance = Math.sqrt(players.distanceSquare(slot, middle));
    // Put in its place at once: for so few numbers a sort takes longer to call than to do.
    let at = count++;
    for (; at > 0 && (fromMiddle[at - 1] ?? 0) > distance; at--) fromMiddle[at] = fromMiddle[at - 1] ?? 0;
    fromMiddle[at] = distance;
  }
  const half = others >> 1;
  const upper = fromMiddle[half] ?? 0;
  return others % 2 === 1 ? upper : ((fromMiddle[half - 1] ?? 0) + upper) / 2;
}

/** How a team stood, without what is about enemies. There must be one player or more. */
function standOf(
  players: Players,
  second: number,
  slots: readonly number[],
  onMovingPair: OnMovingPair,
): TeamSecond {
  comparePairs(players, slots, onMovingPair);
  const { groups: groupOf, hasMove, isMovingTogether, nearestSquares, speeds, sums } = players;
  const count = slots.length;
  const first = slots[0] ?? 0;
  let middle = first;
  let groups = 0;
  let isolated = 0;
  let moving = 0;
  let movingTogether = 0;
  let known = 0;
  let nearest = 0;
  for (let at = 0; at < count; at++) sizes[slots[at] ?? 0] = 0;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    const group = groupOf[slot] ?? 0;
    const size = sizes[group] ?? 0;
    if (size === 0) groups++;
    sizes[group] = size + 1;
    // Of the one whose distances to the others add up to least; of equals, the lowest slot.
    if ((sums[slot] ?? 0) < (sums[middle] ?? 0)) middle = slot;
    const square = nearestSquares[slot] ?? 0;
    nearest += Math.sqrt(square);
    if (square > ISOLATED_SQUARE) isolated++;
    known += hasMove[slot] ?? 0;
    if ((speeds[slot] ?? 0) > 0) moving++;
    movingTogether += isMovingTogether[slot] ?? 0;
  }
  let largestGroup = first;
  for (let at = 1; at < count; at++) {
    const slot = slots[at] ?? 0;
    if ((sizes[slot] ?? 0) > (sizes[largestGroup] ?? 0)) largestGroup = slot;
  }
  return {
    team: players.teams[first] ?? 0,
    second,
    players,
    slots,
    middle,
    nearest: nearest / count,
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
  const count = slots.length;
  const enemyCount = enemies.length;
  let least = Infinity;
  for (let index = 0; index < count; index++) {
    const slot = slots[index] ?? 0;
    const ownX = x[slot] ?? 0;
    const ownY = y[slot] ?? 0;
    const ownZ = z[slot] ?? 0;
    let nearest = Infinity;
    for (let at = 0; at < enemyCount; at++) {
      const enemy = enemies[at] ?? 0;
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
  const { advance, moveX, moveY, speeds, x, y } = players;
  const count = slots.length;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    const speed = speeds[slot] ?? 0;
    if (speed === 0) continue;
    const dx = (x[middle] ?? 0) - (x[slot] ?? 0);
    const dy = (y[middle] ?? 0) - (y[slot] ?? 0);
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length === 0) continue;
    const towards = ((moveX[slot] ?? 0) * dx + (moveY[slot] ?? 0) * dy) / length;
    if (towards >= ADVANCE_COSINE * speed) advance[slot] = towards;
  }
}

/** How both teams stood in a second; undefined for a team without living players. */
export interface Stands {
  readonly axis: TeamSecond | undefined;
  readonly allies: TeamSecond | undefined;
}

/** How both teams stood in a second. `slots` are those who lived, in their order. */
export function compareSecond(
  players: Players,
  second: number,
  slots: readonly number[],
  onMovingPair: OnMovingPair,
): Stands {
  const axisSlots: number[] = [];
  const alliesSlots: number[] = [];
  const count = slots.length;
  for (let at = 0; at < count; at++) {
    const slot = slots[at] ?? 0;
    (players.teams[slot] === 1 ? axisSlots : alliesSlots).push(slot);
  }
  const axis = axisSlots.length === 0 ? undefined : standOf(players, second, axisSlots, onMovingPair);
  const allies = alliesSlots.length === 0 ? undefined : standOf(players, second, alliesSlots, onMovingPair);
  if (axis === undefined || allies === undefined) return { axis, allies };
  axis.enemy = allies.enemy = compareTeams(players, axisSlots, alliesSlots);
  findAdvance(players, axisSlots, allies.middle);
  findAdvance(players, alliesSlots, axis.middle);
  return { axis, allies };
}
