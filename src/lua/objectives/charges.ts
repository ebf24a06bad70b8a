/** Dynamite, landmines and satchel charges: found when they are thrown, followed until they are gone. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import type { ObjectiveSource } from "../../format/objectives.ts";
import { clock, roundTimeOf } from "../clock.ts";
import { clientOf, playerOf } from "../players.ts";
import type { Client } from "../players.ts";
import { reader } from "../reader.ts";
import {
  findDefuser,
  writeDefusing,
  writeDynamiteArming,
  writeExplosion,
  writeGone,
  writeMineArming,
  writeThrow,
  writeTriggering,
} from "./charge-rows.ts";
import type { Charge, ChargeKind } from "./charge-rows.ts";
import { isIn } from "./entities.ts";
import type { Area, Objective } from "./entities.ts";
import { findEngineer, found, rememberAct, told } from "./memory.ts";
import { indexPlanted, resetPopups } from "./popups.ts";
import { entitiesOf } from "./scan.ts";

const get = reader(
  ["objectives"],
  [
    "classname",
    "health",
    "r.currentOrigin",
    "s.clientNum",
    "s.eType",
    "s.effect1Time",
    "s.modelindex",
    "s.teamNum",
  ],
);

/** `s.eType` of what flies or lies; it changes when that explodes. */
const ET_MISSILE = 3;
/** `s.effect1Time` of a landmine that a player stands on. */
const MINE_TRIGGERED = 2;
/** Dynamite and satchel charges that were made harmless have at least this health, and are taken away a little later. */
const DEFUSED_HEALTH = 250;
/** Dynamite is so large that it touches a trigger from this far, units. */
const DYNAMITE_UNITS = 16;
/** So many entities are looked at in each frame, all in two seconds, as long as no callback told that a tool was used. */
const LOOKS_A_FRAME = 24;
/** And after that, all in twelve seconds: another module may keep some of these callbacks for itself. */
const FEW_LOOKS_A_FRAME = 4;

/** Where a charge lies is looked at this often, ms: it can lie on something that moves. */
const PLACE_MS = 500;

const CHARGE_KINDS: readonly ChargeKind[] = ["dynamite", "landmine", "satchel_charge"];
const KINDS: Readonly<Record<string, ChargeKind | undefined>> = {
  dynamite: "dynamite",
  landmine: "landmine",
  satchel_charge: "satchel_charge",
};

let charges: Charge[] = [];
let known = new LuaTable<number, Charge | undefined>();
let count = 0;
/** Where looking around goes on in the next frame. */
let nextEntity = FIRST_ENTITY;
let areas: readonly Area[] = [];

/** What exploded in this frame: its objective, who armed it, and how that is known. */
interface Blast {
  readonly objective: number | undefined;
  readonly charge: number;
  readonly armer: Client | undefined;
  readonly source: ObjectiveSource;
  readonly team: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}
/** The dynamite that exploded in this frame. */
let blasts: Blast[] = [];

/** Forgets all charges; `piece` keeps the numbers of the pieces of a round apart. */
export function resetCharges(piece: number): void {
  charges = [];
  known = new LuaTable();
  blasts = [];
  resetPopups();
  count = (piece - 1) * 10000;
  nextEntity = FIRST_ENTITY;
  told.isHeard = false;
  areas = [];
}

/** Takes over what lies in the world when the recording begins, of which nothing is told. */
export function adoptCharges(where: readonly Area[]): void {
  areas = where;
  for (const kind of CHARGE_KINDS) {
    for (const entity of entitiesOf(kind)) if (isLying(entity)) adopt(add(entity, kind));
  }
}

/** Whether there is still something to blow up: the engine takes away what is gone, and shows no model of what is not built. */
function isStanding({ id, kind }: Objective): boolean {
  const name = get(id, "classname");
  return kind === "explosive"
    ? name === "func_explosive"
    : name === "func_constructible" && get(id, "s.modelindex") !== 0;
}

/** The objective that dynamite is planted at: by its number in the engine's list where that is known, else by where it lies. */
function objectiveOf(charge: Charge, index: number | undefined): number | undefined {
  let objectiveId: number | undefined;
  for (const area of areas) {
    const { objective } = area;
    if (objective.team !== charge.team && isStanding(objective)) {
      if (index !== undefined && area.index === index) return objective.id;
      if (objectiveId === undefined && isIn(area, charge.x, charge.y, charge.z, DYNAMITE_UNITS))
        objectiveId = objective.id;
    }
  }
  return objectiveId;
}

/** The dynamite that exploded in this frame at an objective: planted there, or at another one so near that it lies at both. */
export function blastAt(objective: Objective): Blast | undefined {
  let near: Blast | undefined;
  for (const blast of blasts) {
    if (blast.objective === objective.id) return blast;
    const { x, y, z } = blast;
    for (const area of areas)
      if (area.objective === objective && isIn(area, x, y, z, DYNAMITE_UNITS)) near ??= blast;
  }
  return near;
}

function isLying(entity: number): boolean {
  return get(entity, "s.eType") === ET_MISSILE;
}

function add(entity: number, kind: ChargeKind): Charge {
  count += 1;
  const slot = get(entity, "s.clientNum");
  const owner = playerOf(slot);
  const at = get(entity, "r.currentOrigin");
  const charge: Charge = {
    entity,
    kind,
    number: count,
    team: get(entity, "s.teamNum"),
    slot,
    thrower: owner === undefined ? undefined : clientOf(owner),
    thrownMs: clock.roundMs,
    armer: undefined,
    armerSource: "none",
    armedMs: clock.roundMs,
    effectTime: 0,
    health: get(entity, "health"),
    objective: undefined,
    isOver: false,
    nextPlaceMs: clock.roundMs,
    x: at[0],
    y: at[1],
    z: at[2],
  };
  charges.push(charge);
  known.set(entity, charge);
  return charge;
}

/** Takes over a charge that was there before, of which nothing is told. */
function adopt(charge: Charge): void {
  charge.effectTime = get(charge.entity, "s.effect1Time");
  if (charge.effectTime === 0 || charge.kind !== "dynamite") return;
  charge.armedMs = roundTimeOf(charge.effectTime);
  charge.objective = objectiveOf(charge, undefined);
}

/** Looks for charges that are new among these entities. */
function scan(first: number, last: number): void {
  for (const entity of $range(first, last)) {
    const name = get(entity, "classname");
    if (name !== undefined && known.get(entity) === undefined) {
      const kind = KINDS[name];
      if (kind !== undefined && isLying(entity)) writeThrow(add(entity, kind));
    }
  }
}

/** Notes who works on a charge with pliers. */
function rememberWork(charge: Charge, act: "planting" | "defusing"): void {
  if (act === "defusing") findDefuser(charge);
  else findEngineer(charge.team, charge.x, charge.y, charge.z, true);
  if (found.source === "fire" && found.player !== undefined) rememberAct(found.player, act);
}

function arm(charge: Charge): void {
  findEngineer(charge.team, charge.x, charge.y, charge.z, true);
  charge.armer = found.player === undefined ? undefined : clientOf(found.player);
  charge.armerSource = found.source;
  charge.armedMs = clock.roundMs;
  if (charge.kind === "dynamite") {
    charge.objective = objectiveOf(charge, indexPlanted(charge.team));
    writeDynamiteArming(charge);
  } else writeMineArming(charge);
}

function defuse(charge: Charge): void {
  charge.isOver = true;
  writeDefusing(charge);
}

function explode(charge: Charge): void {
  charge.isOver = true;
  const { armer, armerSource, kind, number, objective, team, x, y, z } = charge;
  if (kind === "dynamite")
    blasts.push({ objective, charge: number, armer, source: armerSource, team, x, y, z });
  writeExplosion(charge);
}

/** Whether the number belongs to another charge of the kind by now: the engine uses numbers again at once. */
function isAnother(charge: Charge, entityType: number, effectTime: number): boolean {
  if (entityType !== ET_MISSILE) return false;
  // A satchel charge that was made harmless is there for a little longer.
  if (charge.isOver && charge.kind === "satchel_charge") return get(charge.entity, "health") < DEFUSED_HEALTH;
  if (charge.isOver || charge.effectTime !== 0) return effectTime === 0;
  return told.isThrown && get(charge.entity, "s.clientNum") !== charge.slot;
}

/** Notes where a charge is: in each frame while it flies, and now and then where it lies. */
function readPlace(charge: Charge): void {
  const at = get(charge.entity, "r.currentOrigin");
  const isMoving = at[0] !== charge.x || at[1] !== charge.y || at[2] !== charge.z;
  charge.nextPlaceMs = isMoving ? clock.roundMs : clock.roundMs + PLACE_MS;
  charge.x = at[0];
  charge.y = at[1];
  charge.z = at[2];
}

/** Follows a charge; false when it is gone. */
function follow(charge: Charge): boolean {
  const { entity, kind } = charge;
  const entityType = get(entity, "s.eType");
  const effectTime = get(entity, "s.effect1Time");
  if (get(entity, "classname") !== kind || isAnother(charge, entityType, effectTime)) {
    if (!charge.isOver) writeGone(charge);
    return false;
  }
  if (charge.isOver) return true;
  const isExploding = entityType !== ET_MISSILE;
  const isChanging = effectTime !== charge.effectTime;
  if (isExploding || isChanging || clock.roundMs >= charge.nextPlaceMs) readPlace(charge);
  if (isExploding) {
    explode(charge);
    return true;
  }
  if (isChanging) {
    const before = charge.effectTime;
    charge.effectTime = effectTime;
    if (kind === "landmine" && effectTime === MINE_TRIGGERED) writeTriggering(charge);
    else if (before === 0 && kind !== "satchel_charge") arm(charge);
    charge.health = get(entity, "health");
    return true;
  }
  if (kind === "dynamite") {
    const health = get(entity, "health");
    if (health > charge.health) {
      const isArmed = effectTime !== 0;
      rememberWork(charge, isArmed ? "defusing" : "planting");
      if (isArmed && health >= DEFUSED_HEALTH) defuse(charge);
    }
    charge.health = health;
  } else if (kind === "satchel_charge" && told.engineers.length > 0) {
    if (get(entity, "health") >= DEFUSED_HEALTH) {
      charge.isOver = true;
      writeGone(charge);
    }
  }
  return true;
}

/** Looks at all charges, and for new ones where there may be some. */
export function followCharges(): void {
  if (blasts.length > 0) blasts = [];
  let isSomeGone = false;
  for (const charge of charges) {
    if (!follow(charge)) {
      known.delete(charge.entity);
      isSomeGone = true;
    }
  }
  if (isSomeGone) charges = charges.filter((charge) => known.get(charge.entity) === charge);
  // An entity that was freed can be another charge already.
  if (told.isThrown || isSomeGone) {
    scan(FIRST_ENTITY, LAST_ENTITY);
    return;
  }
  const looks = told.isHeard ? FEW_LOOKS_A_FRAME : LOOKS_A_FRAME;
  const last = math.min(nextEntity + looks - 1, LAST_ENTITY);
  scan(nextEntity, last);
  nextEntity = last === LAST_ENTITY ? FIRST_ENTITY : last + 1;
}
