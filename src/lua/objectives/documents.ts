/** Documents, gold and the like where nobody carries them: where the map has them, and where they were dropped. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import type { ObjectiveReason, ObjectiveSource } from "../../format/objectives.ts";
import { clock } from "../clock.ts";
import { hasFlag } from "../flags.ts";
import { clientOf, playerOf, slotOf } from "../players.ts";
import type { Client, Player } from "../players.ts";
import { reader } from "../reader.ts";
import { writeRow } from "../recorder.ts";
import { formatRow, orNull } from "../rows.ts";
import { FL_DROPPED_ITEM, FLAG_CLASSES } from "./entities.ts";
import type { Objective } from "./entities.ts";
import { findRewarded, found, tellFound } from "./memory.ts";
import { ROWS } from "./rows.ts";
import { entitiesOf } from "./scan.ts";

const get = reader(["objectives"], ["classname", "flags", "message", "r.currentOrigin", "s.density"]);

/** What lies around for so long is returned by the game, ms; a frame may be missing. */
const RETURN_MS = 29900;
/** A place where the map has it. */
interface Base {
  readonly objective: Objective;
  pieces: number;
}

/** Something that lies where it was dropped. */
export interface Dropped {
  readonly entity: number;
  readonly owner: number;
  readonly objective: number | undefined;
  readonly carrier: Client | undefined;
  readonly droppedMs: number;
  x: number;
  y: number;
  z: number;
}

const NOTHING: Dropped[] = [];

let bases: Base[] = [];
let dropped: Dropped[] = [];
/** Whether the map has anything of a team, by its number, that can be carried. */
export const hasDocuments = [false, false, false];
/** Who touched a dropped thing since the last frame, by the engine's log. */
let touched: Player | undefined;

/** Forgets everything. */
export function resetDocuments(): void {
  bases = [];
  dropped = [];
  hasDocuments[1] = false;
  hasDocuments[2] = false;
  isTaken[1] = false;
  isTaken[2] = false;
  touched = undefined;
}

/** Takes over what the map has, and what lies around, when the recording begins. */
export function adoptDocuments(documents: readonly Objective[]): void {
  for (const objective of documents) {
    bases.push({ objective, pieces: get(objective.id, "s.density") });
    hasDocuments[objective.team] = true;
  }
  for (const owner of $range(1, 2)) {
    for (const entity of entitiesOf(FLAG_CLASSES[owner] ?? "")) {
      if (isDropped(entity)) add(entity, owner, undefined);
    }
  }
}

/** The engine's log says that a player touched such a thing. */
export function rememberTouch(slot: number): void {
  touched = playerOf(slot);
}

/** Forgets who touched something; to be called when a frame was looked at. */
export function forgetTouch(): void {
  touched = undefined;
}

/** The objective of a name, else the only one of its owner. */
export function objectiveNamed(owner: number, name: string | undefined): number | undefined {
  let only: number | undefined;
  let count = 0;
  for (const { objective } of bases) {
    if (objective.team === owner) {
      if (objective.name === name) return objective.id;
      only = objective.id;
      count += 1;
    }
  }
  return count === 1 ? only : undefined;
}

function isDropped(entity: number): boolean {
  return hasFlag(get(entity, "flags"), FL_DROPPED_ITEM);
}

function add(entity: number, owner: number, carrier: Player | undefined): Dropped {
  const at = get(entity, "r.currentOrigin");
  const thing: Dropped = {
    entity,
    owner,
    objective: objectiveNamed(owner, get(entity, "message")),
    carrier: carrier === undefined ? undefined : clientOf(carrier),
    droppedMs: clock.roundMs,
    x: at[0],
    y: at[1],
    z: at[2],
  };
  dropped.push(thing);
  return thing;
}

/** Puts the first thing that was dropped and is not in the list yet into it; returns it, undefined where there is none. */
export function findDropped(owner: number, carrier: Player | undefined): Dropped | undefined {
  const name = FLAG_CLASSES[owner];
  for (const entity of $range(FIRST_ENTITY, LAST_ENTITY)) {
    if (get(entity, "classname") === name && isDropped(entity)) {
      if (!dropped.some((one) => one.entity === entity)) return add(entity, owner, carrier);
    }
  }
  return undefined;
}

/** Something that was dropped is no longer there, and nobody took it: it is back. */
export function giveBack({ carrier, droppedMs, objective, owner, x, y, z }: Dropped): void {
  const lainMs = clock.roundMs - droppedMs;
  let reason: ObjectiveReason = "player";
  let source: ObjectiveSource;
  if (touched?.team === owner) {
    tellFound(touched, "line");
    ({ source } = found);
  } else {
    findRewarded(owner, x, y, z);
    ({ source } = found);
    if (source !== "skill" && lainMs >= RETURN_MS) {
      tellFound(undefined, "none");
      source = "none";
      reason = "time";
    } else if (found.player === undefined) reason = "other";
  }
  writeRow(
    "objectives",
    formatRow(
      ROWS.carryReturn,
      clock.roundMs,
      source,
      found.slot,
      orNull(slotOf(carrier), 0),
      orNull(owner, 0),
      orNull(objective, 0),
      reason,
      orNull(lainMs, 0),
      x,
      y,
      z,
    ),
  );
}

/** What no longer lies where it was dropped. */
export function findLost(): Dropped[] {
  if (dropped.length === 0) return NOTHING;
  const lost: Dropped[] = [];
  for (const thing of dropped) {
    const { entity, owner } = thing;
    if (get(entity, "classname") !== FLAG_CLASSES[owner] || !isDropped(entity)) lost.push(thing);
    else {
      const at = get(entity, "r.currentOrigin");
      thing.x = at[0];
      thing.y = at[1];
      thing.z = at[2];
    }
  }
  if (lost.length > 0) dropped = dropped.filter((thing) => !lost.includes(thing));
  return lost;
}

/** Whether less lies where the map has it than in the frame before, of a team's things; by the team's number. */
export const isTaken = [false, false, false];

/** Looks at what lies where the map has it, for {@link isTaken}. */
export function followBases(): void {
  isTaken[1] = false;
  isTaken[2] = false;
  for (const base of bases) {
    const { id, team } = base.objective;
    const pieces = get(id, "s.density");
    if (pieces < base.pieces) isTaken[team] = true;
    base.pieces = pieces;
  }
}
