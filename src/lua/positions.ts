/** Samples where every living player is and what they do. */
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
import { isOn } from "./captures.ts";
import { clock } from "./clock.ts";
import { config } from "./configuration.ts";
import { hasFlag } from "./flags.ts";
import { roster } from "./players.ts";
import type { Player } from "./players.ts";
import { writeRow } from "./recorder.ts";
import { formatRow, rowFormat } from "./rows.ts";
import { reader } from "./reader.ts";

const get = reader(["positions"], ["ps.eFlags", "ps.velocity", "ps.viewangles", "ps.weapon"]);
const { sqrt } = math;

const POSITION_ROW = rowFormat("positions", {});
/** Where it is not known what players carry. */
const POSITION_ROW_WITHOUT_CARRYING = rowFormat("positions", {}, { hidden: ["carrying"] });

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
  writeRow(
    "positions",
    formatRow(
      isOn("objectives") ? POSITION_ROW : POSITION_ROW_WITHOUT_CARRYING,
      clock.roundMs,
      slot,
      player.life,
      player.x,
      player.y,
      player.z,
      vx,
      vy,
      vz,
      speed,
      angles[0],
      angles[1],
      stance,
      player.isSprinting ? 1 : 0,
      isZoomed || isScoped(weapon) ? 1 : 0,
      isMounted ? 1 : 0,
      player.health,
      player.playerClass,
      weapon,
      speed >= config.stationaryUps ? 1 : 0,
      player.stationaryMs,
      player.distance,
      player.carrying,
    ),
  );
  player.stationaryMs = 0;
  player.distance = 0;
}

/** Takes a sample of every living player. */
export function samplePositions(): void {
  for (let player = roster.first; player !== undefined; player = player.next) {
    if (player.isAlive) samplePlayer(player);
  }
}
