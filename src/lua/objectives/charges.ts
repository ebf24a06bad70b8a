/** Dynamite, landmines and satchel charges: found when they are thrown, followed until they are gone. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import type { ObjectiveReason, ObjectiveSource } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { playerOf } from "../players.ts";
import type { Player } from "../players.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import type { NumberText } from "../row-types.ts";
import { formatRow, NO_NUMBER, orNull } from "../rows.ts";
import { isIn } from "./entities.ts";
import type { Area } from "./entities.ts";
import { findEngineer, findNear, found, noteAct, tellFound, told } from "./memory.ts";
import { ROWS } from "./rows.ts";

const get = reader(
  ["objectives"],
  ["classname", "health", "r.currentOrigin", "s.clientNum", "s.eType", "s.effect1Time", "s.teamNum"],
);

/** `s.eType` of what flies or lies; it changes when that explodes. */
const ET_MISSILE = 3;
/** `s.effect1Time` of a landmine that somebody stands on. */
const MINE_TRIGGERED = 2;
/** Dynamite that is defused has at least this health, and is taken away in the next frame. */
const DEFUSED_HEALTH = 250;
/** Dynamite is so large that it touches a trigger from this far, units. */
const DYNAMITE_UNITS = 16;
/** All entities are looked at this often, in case that nothing told of a throw, ms. */
const SCAN_MS = 1000;

type ChargeKind = "dynamite" | "landmine" | "satchel_charge";
const KINDS: Readonly<Record<string, ChargeKind | undefined>> = {
  dynamite: "dynamite",
  landmine: "landmine",
  satchel_charge: "satchel_charge",
};

/** A charge that lies in the world. */
interface Charge {
  readonly entity: number;
  readonly kind: ChargeKind;
  readonly number: number;
  readonly team: number;
  readonly thrower: Player | undefined;
  readonly thrownMs: number;
  /** Who armed it, and how that is known. */
  armer: Player | undefined;
  armerSource: ObjectiveSource;
  armedMs: number;
  /** `s.effect1Time`: 0 before it is armed. */
  effectTime: number;
  health: number;
  /** The objective that it was planted at. */
  objective: number | undefined;
  /** Whether all was told of it. */
  isOver: boolean;
  x: number;
  y: number;
  z: number;
}

let charges: Charge[] = [];
let known = new LuaTable<number, Charge | undefined>();
let count = 0;
let nextScanMs = 0;
let areas: readonly Area[] = [];

/** What exploded in this frame: its objective, who armed it, and how that is known. */
interface Blast {
  readonly objective: number | undefined;
  readonly charge: number;
  readonly armer: Player | undefined;
  readonly source: ObjectiveSource;
  readonly team: number;
}
/** The dynamite that exploded in this frame; emptied, and never another list. */
export const blasts: Blast[] = [];

function forgetBlasts(): void {
  while (blasts.length > 0) blasts.pop();
}

/** Forgets all charges; `piece` keeps the numbers of the pieces of a round apart. */
export function resetCharges(piece: number): void {
  charges = [];
  known = new LuaTable();
  forgetBlasts();
  count = (piece - 1) * 10000;
  nextScanMs = 0;
  areas = [];
}

/** Takes over what lies in the world when the recording begins, of which nothing is told. */
export function adoptCharges(where: readonly Area[]): void {
  areas = where;
  scan(false);
}

function teamText(team: number): NumberText {
  return orNull(team === 1 || team === 2 ? team : undefined, 0);
}

/** The objective at which dynamite of a team counts. */
function objectiveAt(charge: Charge): number | undefined {
  for (const area of areas) {
    const { objective } = area;
    if (objective.team !== charge.team && isIn(area, charge.x, charge.y, charge.z, DYNAMITE_UNITS))
      return objective.id;
  }
  return undefined;
}

function add(entity: number, kind: ChargeKind, isTold: boolean): void {
  count += 1;
  const thrower = playerOf(get(entity, "s.clientNum"));
  const at = get(entity, "r.currentOrigin");
  const charge: Charge = {
    entity,
    kind,
    number: count,
    team: get(entity, "s.teamNum"),
    thrower,
    thrownMs: clock.roundMs,
    armer: undefined,
    armerSource: "none",
    armedMs: clock.roundMs,
    effectTime: 0,
    health: get(entity, "health"),
    objective: undefined,
    isOver: false,
    x: at[0],
    y: at[1],
    z: at[2],
  };
  charges.push(charge);
  known.set(entity, charge);
  if (!isTold) {
    charge.effectTime = get(entity, "s.effect1Time");
    if (charge.effectTime > 0) charge.objective = objectiveAt(charge);
    return;
  }
  tellFound(thrower, "fire");
  const row =
    kind === "dynamite" ? ROWS.dynamiteThrow : kind === "landmine" ? ROWS.minePlace : ROWS.satchelPlace;
  writeRow(
    "objectives",
    formatRow(
      row,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(charge.team),
      count,
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

/** Looks for charges that are new. */
function scan(isTold: boolean): void {
  nextScanMs = clock.levelMs + SCAN_MS;
  for (const entity of $range(FIRST_ENTITY, LAST_ENTITY)) {
    const name = get(entity, "classname");
    if (name !== undefined && known.get(entity) === undefined) {
      const kind = KINDS[name];
      if (kind !== undefined && get(entity, "s.eType") === ET_MISSILE) add(entity, kind, isTold);
    }
  }
}

function since(startMs: number): NumberText {
  return orNull(clock.roundMs - startMs, 0);
}

/** Notes who works on a charge with pliers. */
function noteWork(charge: Charge, act: "planting" | "defusing"): void {
  findEngineer(0, charge.x, charge.y, charge.z);
  if (found.source === "fire" && found.player !== undefined) noteAct(found.player, act);
}

function armDynamite(charge: Charge): void {
  charge.objective = objectiveAt(charge);
  writeRow(
    "objectives",
    formatRow(
      ROWS.dynamiteArm,
      clock.roundMs,
      found.source,
      found.slot,
      orNull(charge.thrower?.slot, 0),
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

function armMine(charge: Charge): void {
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

function arm(charge: Charge): void {
  findEngineer(charge.team, charge.x, charge.y, charge.z);
  charge.armer = found.player;
  charge.armerSource = found.source;
  charge.armedMs = clock.roundMs;
  if (charge.kind === "dynamite") armDynamite(charge);
  else armMine(charge);
}

function defuse(charge: Charge): void {
  charge.isOver = true;
  findEngineer(0, charge.x, charge.y, charge.z);
  writeRow(
    "objectives",
    formatRow(
      ROWS.dynamiteDefuse,
      clock.roundMs,
      found.source,
      found.slot,
      orNull(charge.armer?.slot, 0),
      orNull(found.player?.team, 0),
      orNull(charge.objective, 0),
      charge.number,
      since(charge.armedMs),
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

function trigger(charge: Charge): void {
  findNear(0, charge.x, charge.y, charge.z);
  writeRow(
    "objectives",
    formatRow(
      ROWS.mineTrigger,
      clock.roundMs,
      found.source,
      orNull(charge.thrower?.slot, 0),
      found.slot,
      teamText(charge.team),
      charge.number,
      charge.x,
      charge.y,
      charge.z,
    ),
  );
}

function explode(charge: Charge): void {
  charge.isOver = true;
  const { armer, armerSource, number, objective, team, thrower, x, y, z } = charge;
  if (charge.kind === "dynamite") {
    blasts.push({ objective, charge: number, armer, source: armerSource, team });
    writeRow(
      "objectives",
      formatRow(
        ROWS.dynamiteExplode,
        clock.roundMs,
        armer === undefined ? "none" : armerSource,
        orNull(armer?.slot, 0),
        orNull(thrower?.slot, 0),
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
  tellFound(thrower, "fire");
  const isMine = charge.kind === "landmine";
  writeRow(
    "objectives",
    formatRow(
      isMine ? ROWS.mineExplode : ROWS.satchelExplode,
      clock.roundMs,
      found.source,
      found.slot,
      teamText(team),
      number,
      since(isMine ? charge.armedMs : charge.thrownMs),
      x,
      y,
      z,
    ),
  );
}

/** A charge is no longer there, and did not explode. */
function vanish(charge: Charge): void {
  const { number, team, thrower, x, y, z } = charge;
  if (charge.kind === "dynamite") {
    writeRow(
      "objectives",
      formatRow(ROWS.dynamiteGone, clock.roundMs, "none", teamText(team), number, x, y, z),
    );
    return;
  }
  findEngineer(0, x, y, z);
  const isDisarmed = found.source === "fire";
  const reason: ObjectiveReason = isDisarmed ? "disarmed" : "removed";
  writeRow(
    "objectives",
    formatRow(
      charge.kind === "landmine" ? ROWS.mineGone : ROWS.satchelGone,
      clock.roundMs,
      isDisarmed ? "fire" : "none",
      orNull(thrower?.slot, 0),
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

/** Follows a charge; false when it is gone. */
function follow(charge: Charge): boolean {
  const { entity } = charge;
  if (get(entity, "classname") !== charge.kind) {
    if (!charge.isOver) vanish(charge);
    return false;
  }
  if (charge.isOver) return true;
  const at = get(entity, "r.currentOrigin");
  charge.x = at[0];
  charge.y = at[1];
  charge.z = at[2];
  if (get(entity, "s.eType") !== ET_MISSILE) {
    explode(charge);
    return true;
  }
  const effectTime = get(entity, "s.effect1Time");
  if (effectTime !== charge.effectTime) {
    const before = charge.effectTime;
    charge.effectTime = effectTime;
    if (charge.kind === "landmine" && effectTime === MINE_TRIGGERED) trigger(charge);
    else if (before === 0 && charge.kind !== "satchel_charge") arm(charge);
    charge.health = get(entity, "health");
    return true;
  }
  if (told.engineers.length > 0 && charge.kind === "dynamite") {
    const health = get(entity, "health");
    if (health > charge.health) {
      const isArmed = effectTime !== 0;
      noteWork(charge, isArmed ? "defusing" : "planting");
      if (isArmed && health >= DEFUSED_HEALTH) defuse(charge);
    }
    charge.health = health;
  }
  return true;
}

/** Looks at all charges, and for new ones where there may be some. */
export function followCharges(): void {
  forgetBlasts();
  let isSomeGone = false;
  for (const charge of charges) {
    if (!follow(charge)) {
      known.delete(charge.entity);
      isSomeGone = true;
    }
  }
  if (isSomeGone) charges = charges.filter((charge) => known.get(charge.entity) === charge);
  // An entity that was freed can be another charge already.
  if (told.isThrown || isSomeGone || clock.levelMs >= nextScanMs) scan(true);
}
