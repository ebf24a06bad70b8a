/** Samples where every living player is and what he does. */
import {
  EF_AAGUN_ACTIVE,
  EF_CROUCHING,
  EF_MG42_ACTIVE,
  EF_MOUNTED_TANK,
  EF_PRONE,
  EF_PRONE_MOVING,
  EF_ZOOMING,
  STANCE_CROUCHING,
  STANCE_PRONE,
  STANCE_STANDING,
} from "../engine/players.ts";
import { WEAPONS } from "../engine/weapons.ts";
import { COLUMNS } from "../format/columns.ts";
import { clock } from "./clock.ts";
import { config } from "./configuration.ts";
import { hasFlag } from "./flags.ts";
import { roster } from "./players.ts";
import type { Player } from "./players.ts";
import { writeRow } from "./recorder.ts";
import { formatRow, rowFormat } from "./rows.ts";

const { gentity_get: get } = et;
const { sqrt } = math;

/** All columns have a value. */
const WIDTH = COLUMNS.positions.length;
const POSITION_ROW = rowFormat(
  "positions",
  "time_ms# slot# life# x y z velocity_x_ups velocity_y_ups velocity_z_ups speed_ups pitch_deg yaw_deg stance# " +
    "is_sprinting# is_zoomed# is_mounted# health# class# weapon# is_moving# stationary_ms# distance_units",
);
/** Fewest rows to format in a frame while samples wait. */
const LEAST_SHARE = 8;

// Lua 5.1, and LuaJIT with it, has it as a global function.
declare const unpack: typeof table.unpack | undefined;
const unpackRow = (unpack ?? table.unpack) as unknown as (
  values: LuaTable<number, number>,
  from: number,
  to: number,
) => LuaMultiReturn<number[]>;

/** The array is moved down when more values than this before `first` are done with. */
const LONGEST_GAP = 32768;

/** Sampled values that wait to be formatted: one row after the other, behind `first` and up to `last`. */
const waiting = new LuaTable<number, number>();
let first = 0;
let last = 0;

/** Whether a sniper looks through the scope: the weapon is then another one. */
function isScoped(weapon: number): boolean {
  return WEAPONS[weapon]?.kind === "scoped_rifle";
}

/** Takes a sample of one living player, as of the tick of this frame. */
function samplePlayer(player: Player): void {
  const { slot } = player;
  const velocity = get(slot, "ps.velocity");
  const angles = get(slot, "ps.viewangles");
  const flags = get(slot, "ps.eFlags");
  const weapon = get(slot, "ps.weapon");
  const vx = velocity[0];
  const vy = velocity[1];
  const vz = velocity[2];
  const speed = sqrt(vx * vx + vy * vy + vz * vz);
  let stance = STANCE_STANDING;
  let isMounted = false;
  let isZoomed = false;
  // Most players stand, walk and have none of the flags, or a few low ones.
  if (flags >= EF_CROUCHING) {
    if (hasFlag(flags, EF_PRONE) || hasFlag(flags, EF_PRONE_MOVING)) stance = STANCE_PRONE;
    else if (hasFlag(flags, EF_CROUCHING)) stance = STANCE_CROUCHING;
    isMounted =
      hasFlag(flags, EF_MG42_ACTIVE) || hasFlag(flags, EF_MOUNTED_TANK) || hasFlag(flags, EF_AAGUN_ACTIVE);
    isZoomed = hasFlag(flags, EF_ZOOMING);
  }
  const row = waiting;
  const at = last;
  row.set(at + 1, clock.roundMs);
  row.set(at + 2, slot);
  row.set(at + 3, player.life);
  row.set(at + 4, player.x);
  row.set(at + 5, player.y);
  row.set(at + 6, player.z);
  row.set(at + 7, vx);
  row.set(at + 8, vy);
  row.set(at + 9, vz);
  row.set(at + 10, speed);
  row.set(at + 11, angles[0]);
  row.set(at + 12, angles[1]);
  row.set(at + 13, stance);
  row.set(at + 14, player.isSprinting ? 1 : 0);
  row.set(at + 15, isZoomed || isScoped(weapon) ? 1 : 0);
  row.set(at + 16, isMounted ? 1 : 0);
  row.set(at + 17, player.health);
  row.set(at + 18, player.playerClass);
  row.set(at + 19, weapon);
  row.set(at + 20, speed >= config.stationaryUps ? 1 : 0);
  row.set(at + 21, player.stationaryMs);
  row.set(at + 22, player.distance);
  last = at + WIDTH;
  player.stationaryMs = 0;
  player.distance = 0;
}

/** Takes a sample of every living player. */
export function samplePositions(): void {
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) samplePlayer(player);
  }
}

/** Formats up to `most` waiting rows. */
function formatRows(most: number): void {
  const end = first + most * WIDTH;
  const stop = end < last ? end : last;
  while (first < stop) {
    writeRow("positions", formatRow(POSITION_ROW, ...unpackRow(waiting, first + 1, first + WIDTH)));
    first += WIDTH;
  }
  if (first === last) {
    first = 0;
    last = 0;
  } else if (first > LONGEST_GAP) {
    for (const index of $range(first + 1, last)) waiting.set(index - first, waiting.get(index));
    last -= first;
    first = 0;
  }
}

/** Formats a frame's share of the waiting rows. */
export function formatSomeRows(): void {
  const share = Math.ceil((last - first) / WIDTH / 8);
  formatRows(share > LEAST_SHARE ? share : LEAST_SHARE);
}

/** Whether rows wait to be formatted. */
export function areRowsWaiting(): boolean {
  return last > first;
}

/** Formats all waiting rows: the round is over. */
export function formatAllRows(): void {
  formatRows((last - first) / WIDTH);
}

/** Forgets what waits; to be called when a round begins. */
export function resetPositions(): void {
  first = 0;
  last = 0;
}
