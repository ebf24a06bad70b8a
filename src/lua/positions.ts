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
import { players } from "./players.ts";
import { writeRow } from "./recorder.ts";
import { rowFormat } from "./rows.ts";

const NAMES: string[] = [];
for (const column of COLUMNS.positions) NAMES.push(column.name);
const POSITION_ROW = rowFormat("positions", NAMES);
const WIDTH = NAMES.length;
/** Fewest rows to format in a frame while samples wait. */
const LEAST_SHARE = 8;

// Lua 5.1, and LuaJIT with it, has it as a global function.
declare const unpack: typeof table.unpack | undefined;
const unpackRow = unpack ?? table.unpack;

/** The array is moved down when more values than this before `first` are done with. */
const LONGEST_GAP = 32768;

/** Sampled values that wait to be formatted: a flat array of rows, from `first` to before `last`. */
const waiting: number[] = [];
let first = 0;
let last = 0;

/** Whether a sniper looks through the scope: the weapon is then another one. */
function isScoped(weapon: number): boolean {
  return WEAPONS[weapon]?.kind === "scoped_rifle";
}

/** Takes a sample of one living player, as of the tick of this frame. */
function samplePlayer(slot: number): void {
  const velocity = et.gentity_get(slot, "ps.velocity");
  const angles = et.gentity_get(slot, "ps.viewangles");
  const flags = et.gentity_get(slot, "ps.eFlags");
  const weapon = et.gentity_get(slot, "ps.weapon");
  const vx = velocity[0];
  const vy = velocity[1];
  const vz = velocity[2];
  const speed = Math.sqrt(vx * vx + vy * vy + vz * vz);
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
  const at = last;
  waiting[at] = clock.roundMs;
  waiting[at + 1] = slot;
  waiting[at + 2] = players.life[slot] ?? 1;
  waiting[at + 3] = players.x[slot] ?? 0;
  waiting[at + 4] = players.y[slot] ?? 0;
  waiting[at + 5] = players.z[slot] ?? 0;
  waiting[at + 6] = vx;
  waiting[at + 7] = vy;
  waiting[at + 8] = vz;
  waiting[at + 9] = speed;
  waiting[at + 10] = angles[0];
  waiting[at + 11] = angles[1];
  waiting[at + 12] = stance;
  waiting[at + 13] = players.isSprinting[slot] === true ? 1 : 0;
  waiting[at + 14] = isZoomed || isScoped(weapon) ? 1 : 0;
  waiting[at + 15] = isMounted ? 1 : 0;
  waiting[at + 16] = players.health[slot] ?? 1;
  waiting[at + 17] = players.playerClass[slot] ?? 0;
  waiting[at + 18] = weapon;
  waiting[at + 19] = speed >= config.stationaryUps ? 1 : 0;
  waiting[at + 20] = players.stationaryMs[slot] ?? 0;
  waiting[at + 21] = players.distance[slot] ?? 0;
  last = at + WIDTH;
  players.stationaryMs[slot] = 0;
  players.distance[slot] = 0;
}

/** Takes a sample of every living player. */
export function samplePositions(): void {
  for (const index of $range(0, players.playingCount - 1)) {
    const slot = players.playing[index] ?? 0;
    if (players.isAlive[slot] === true) samplePlayer(slot);
  }
}

/** Formats up to `most` waiting rows. */
function formatRows(most: number): void {
  const end = first + most * WIDTH;
  const stop = end < last ? end : last;
  while (first < stop) {
    // The array begins with 1 in Lua.
    writeRow("positions", POSITION_ROW, ...unpackRow(waiting, first + 1, first + WIDTH));
    first += WIDTH;
  }
  if (first === last) {
    first = 0;
    last = 0;
  } else if (first > LONGEST_GAP) {
    for (const index of $range(first, last - 1)) waiting[index - first] = waiting[index] ?? 0;
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
