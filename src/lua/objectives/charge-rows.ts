/** What is told of dynamite, landmines and satchel charges, a row for each event. */
import type { ObjectiveReason, ObjectiveSource } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { slotOf } from "../players.ts";
import type { Client } from "../players.ts";
import { writeRow } from "../recorder.ts";
import type { NumberText } from "../row-types.ts";
import { formatRow, NO_NUMBER, orNull } from "../rows.ts";
import { findEngineer, findNear, found, tellFound } from "./memory.ts";
import { ROWS, teamText } from "./rows.ts";

/** What is thrown or laid, by the engine's name of its class. */
export type ChargeKind = "dynamite" | "landmine" | "satchel_charge";

/** A charge that lies in the world. */
export interface Charge {
  readonly entity: number;
  readonly kind: ChargeKind;
  readonly number: number;
  readonly team: number;
  /** Whose it is, by the engine's number. */
  readonly slot: number;
  readonly thrower: Client | undefined;
  readonly thrownMs: number;
  /** Who armed it, and how that is known. */
  armer: Client | undefined;
  armerSource: ObjectiveSource;
  armedMs: number;
  /** `s.effect1Time`: 0 before it is armed. */
  effectTime: number;
  health: number;
  /** The objective that it was planted at. */
  objective: number | undefined;
  /** Whether all was told of it. */
  isOver: boolean;
  /** When it is looked at next where it is. */
  nextPlaceMs: number;
  x: number;
  y: number;
  z: number;
}

function since(startMs: number): NumberText {
  return orNull(clock.roundMs - startMs, 0);
}

/** A charge was thrown or laid. */
export function writeThrow({ kind, number, team, thrower, x, y, z }: Charge): void {
  tellFound(thrower?.player, "fire");
  const row =
    kind === "dynamite" ? ROWS.dynamiteThrow : kind === "landmine" ? ROWS.minePlace : ROWS.satchelPlace;
  writeRow(
    "objectives",
    formatRow(row, clock.roundMs, found.source, found.slot, teamText(team), number, x, y, z),
  );
}

/** Dynamite was armed by the player found last. */
export function writeDynamiteArming(charge: Charge): void {
  writeRow(
    "objectives",
    formatRow(
      ROWS.dynamiteArm,
      clock.roundMs,
      found.source,
      found.slot,
      orNull(slotOf(charge.thrower), 0),
      teamText(charge.team),
      orNull(charge.objective, 0),
      charge.number,
      since(charge.thrownMs),
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

/** A landmine was armed by the player found last. */
export function writeMineArming(charge: Charge): void {
  writeRow(
    "objectives",
    formatRow(
      ROWS.mineArm,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(charge.team),
      charge.number,
      since(charge.thrownMs),
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

/** Finds who works with pliers on armed dynamite: an enemy, or else one of those who threw it. */
export function findDefuser({ team, x, y, z }: Charge): void {
  findEngineer(3 - team, x, y, z, true);
  if (found.source !== "fire") findEngineer(0, x, y, z, true);
}

/** Armed dynamite was made harmless. */
export function writeDefusing(charge: Charge): void {
  findDefuser(charge);
  writeRow(
    "objectives",
    formatRow(
      ROWS.dynamiteDefuse,
      clock.roundMs,
      found.source,
      found.slot,
      orNull(slotOf(charge.armer), 0),
      teamText(found.player?.team),
      orNull(charge.objective, 0),
      charge.number,
      since(charge.armedMs),
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

/** A player stepped on a landmine. */
export function writeTriggering(charge: Charge): void {
  findNear(0, charge.x, charge.y, charge.z);
  writeRow(
    "objectives",
    formatRow(
      ROWS.mineTrigger,
      clock.roundMs,
      found.source,
      orNull(slotOf(charge.thrower), 0),
      found.slot,
      teamText(charge.team),
      charge.number,
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

/** A charge exploded. */
export function writeExplosion(charge: Charge): void {
  const { armer, armerSource, number, objective, team, thrower, x, y, z } = charge;
  if (charge.kind === "dynamite") {
    const armerSlot = slotOf(armer);
    writeRow(
      "objectives",
      formatRow(
        ROWS.dynamiteExplode,
        clock.roundMs,
        armerSlot === undefined ? "none" : armerSource,
        orNull(armerSlot, 0),
        orNull(slotOf(thrower), 0),
        teamText(team),
        orNull(objective, 0),
        number,
        since(charge.armedMs),
        x,
        y,
        z,
      ),
    );
    return;
  }
  const throwerSlot = slotOf(thrower);
  const isMine = charge.kind === "landmine";
  writeRow(
    "objectives",
    formatRow(
      isMine ? ROWS.mineExplode : ROWS.satchelExplode,
      clock.roundMs,
      throwerSlot === undefined ? "none" : "fire",
      orNull(throwerSlot, 0),
      teamText(team),
      number,
      since(isMine ? charge.armedMs : charge.thrownMs),
      x,
      y,
      z,
    ),
  );
}

/** A charge is no longer there, and did not explode; or a player made a satchel charge harmless. */
export function writeGone(charge: Charge): void {
  const { number, team, x, y, z } = charge;
  if (charge.kind === "dynamite") {
    writeRow(
      "objectives",
      formatRow(ROWS.dynamiteGone, clock.roundMs, "none", teamText(team), number, x, y, z),
    );
    return;
  }
  findEngineer(0, x, y, z, true);
  const isDisarmed = found.source === "fire";
  const reason: ObjectiveReason = isDisarmed ? "disarmed" : "removed";
  writeRow(
    "objectives",
    formatRow(
      charge.kind === "landmine" ? ROWS.mineGone : ROWS.satchelGone,
      clock.roundMs,
      isDisarmed ? "fire" : "none",
      orNull(slotOf(charge.thrower), 0),
      isDisarmed ? found.slot : NO_NUMBER,
      teamText(team),
      number,
      reason,
      x,
      y,
      z,
    ),
  );
}
