/** The entities of a map that are objectives: found when a round begins, by their classes and the engine's own list. */
import {
  CS_OID_DATA,
  CS_OID_TRIGGERS,
  CS_SCRIPT_MOVER_NAMES,
  CS_SPAWN_TARGETS,
  MOST_OBJECTIVE_TRIGGERS,
  MOST_SPAWN_TARGETS,
} from "../../engine/game.ts";
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import { OBJECTIVE_NOTE } from "../../format/objectives.ts";
import type { ObjectiveKind } from "../../format/objectives.ts";
import { hasFlag } from "../flags.ts";
import { reader } from "../reader.ts";
import { writeObjectiveNote } from "../recorder.ts";
import { noteText } from "../text.ts";

const get = reader(
  ["objectives"],
  [
    "classname",
    "count",
    "count2",
    "message",
    "r.absmax",
    "r.absmin",
    "r.currentOrigin",
    "s.teamNum",
    "scriptName",
    "spawnflags",
    "target",
    "targetname",
    "track",
  ],
);

/** Bits of `spawnflags` of a `trigger_objective_info`. */
const TRIGGER_AXIS = 1;
const TRIGGER_ALLIED = 2;
const TRIGGER_COMMAND_POST = 64;
/** Bit of `spawnflags` of a `script_mover`: it can be damaged. */
const MOVER_RESURRECTABLE = 16;
const MOVER_ALLIED = 32;
const MOVER_AXIS = 64;
/** Bit of `spawnflags` of a `trigger_flagonly`: it takes what is brought. */
const GOAL_TAKES = 4;
/** A spawn point so near to a flag pole is the pole's, units. */
const POLE_UNITS = 512;

/** The class of flag poles. */
export const POLE_CLASS = "team_WOLF_checkpoint";
/** The class of spawn points. */
export const POINT_CLASS = "team_WOLF_objective";

/** The class of goals that can be reached once. */
export const GOAL_CLASS = "trigger_flagonly";

/** What a map has to fight for, see the note. */
export interface Objective {
  readonly id: number;
  readonly kind: ObjectiveKind;
  readonly name: string;
  readonly team: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A place where dynamite counts, with what it is there for. */
export interface Area {
  readonly objective: Objective;
  /** Corners of the trigger. */
  readonly low: Vector;
  readonly high: Vector;
}

/** Where documents and the like have to be brought. */
export interface Goal extends Area {
  /** Whether it leaves them with the carrier, and is gone itself. */
  readonly leaves: boolean;
}

/** What was found in the map, by kind. */
interface Found {
  readonly explosives: Objective[];
  readonly constructibles: Objective[];
  readonly documents: Objective[];
  readonly goals: Goal[];
  readonly poles: Objective[];
  /** Spawn points that no pole is near. */
  readonly points: Objective[];
  readonly vehicles: Objective[];
  readonly areas: Area[];
}

/** The entities of a class, in the order of their numbers. */
type ByClass = LuaTable<string, number[] | undefined>;

/** The classes that are looked for. */
const CLASSES: Readonly<Record<string, true | undefined>> = {
  trigger_objective_info: true,
  func_explosive: true,
  func_constructible: true,
  team_CTF_redflag: true,
  team_CTF_blueflag: true,
  [GOAL_CLASS]: true,
  trigger_flagonly_multiple: true,
  [POLE_CLASS]: true,
  [POINT_CLASS]: true,
  script_mover: true,
};

function scan(): ByClass {
  const byClass: ByClass = new LuaTable();
  for (const entity of $range(FIRST_ENTITY, LAST_ENTITY)) {
    const name = get(entity, "classname");
    if (name !== undefined && CLASSES[name] === true) {
      const list = byClass.get(name);
      if (list === undefined) byClass.set(name, [entity]);
      else list.push(entity);
    }
  }
  return byClass;
}

function of(byClass: ByClass, name: string): readonly number[] {
  return byClass.get(name) ?? [];
}

/** The middle of an entity's box. */
function middleOf(entity: number): Vector {
  const low = get(entity, "r.absmin");
  const high = get(entity, "r.absmax");
  return [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2];
}

/** The whole number that a note holds. */
function rounded(value: number): number {
  return Math.floor(value + 0.5);
}

function state(
  found: Objective[],
  id: number,
  kind: ObjectiveKind,
  name: string | undefined,
  team: number,
  at: Vector,
): Objective {
  const objective: Objective = { id, kind, name: name ?? "", team, x: at[0], y: at[1], z: at[2] };
  found.push(objective);
  return objective;
}

/** What the engine's list says of a trigger. */
interface Listed {
  readonly name: string;
  readonly at: Vector;
}

function readList(): LuaTable<number, Listed | undefined> {
  const listed = new LuaTable<number, Listed | undefined>();
  for (const index of $range(0, MOST_OBJECTIVE_TRIGGERS - 1)) {
    const data = et.trap_GetConfigstring(CS_OID_DATA + index);
    const entity = data === "" ? undefined : tonumber(et.Info_ValueForKey(data, "e"));
    if (entity !== undefined) {
      const coordinate = (key: string): number => tonumber(et.Info_ValueForKey(data, key)) ?? 0;
      const at: Vector = [coordinate("x"), coordinate("y"), coordinate("z")];
      listed.set(entity, { name: et.trap_GetConfigstring(CS_OID_TRIGGERS + index), at });
    }
  }
  return listed;
}

/** Explosives and constructibles: those that a trigger leads to. */
function findTargets(byClass: ByClass, found: Found): void {
  const listed = readList();
  for (const trigger of of(byClass, "trigger_objective_info")) {
    const target = get(trigger, "target");
    const flags = get(trigger, "spawnflags");
    const entry = listed.get(trigger);
    const name = entry?.name ?? get(trigger, "track");
    const at = entry?.at ?? middleOf(trigger);
    const low = get(trigger, "r.absmin");
    const high = get(trigger, "r.absmax");
    if (target !== undefined && target !== "") {
      for (const entity of of(byClass, "func_explosive")) {
        if (get(entity, "targetname") === target) {
          const team = hasFlag(flags, TRIGGER_AXIS) ? 1 : hasFlag(flags, TRIGGER_ALLIED) ? 2 : 0;
          const objective = state(found.explosives, entity, "explosive", name, team, at);
          found.areas.push({ objective, low, high });
        }
      }
      for (const entity of of(byClass, "func_constructible")) {
        if (get(entity, "targetname") === target) {
          const kind = hasFlag(flags, TRIGGER_COMMAND_POST) ? "command_post" : "constructible";
          const objective = state(found.constructibles, entity, kind, name, get(entity, "s.teamNum"), at);
          found.areas.push({ objective, low, high });
        }
      }
    }
  }
}

function findDocuments(byClass: ByClass, found: Found): void {
  for (const team of $range(1, 2)) {
    for (const entity of of(byClass, team === 1 ? "team_CTF_redflag" : "team_CTF_blueflag"))
      state(
        found.documents,
        entity,
        "documents",
        get(entity, "message"),
        team,
        get(entity, "r.currentOrigin"),
      );
  }
  const places: Objective[] = [];
  for (const name of [GOAL_CLASS, "trigger_flagonly_multiple"]) {
    for (const entity of of(byClass, name)) {
      const flags = get(entity, "spawnflags");
      const team = hasFlag(flags, 1) ? 1 : hasFlag(flags, 2) ? 2 : 0;
      const objective = state(places, entity, "goal", get(entity, "scriptName"), team, middleOf(entity));
      found.goals.push({
        objective,
        low: get(entity, "r.absmin"),
        high: get(entity, "r.absmax"),
        leaves: name === GOAL_CLASS && !hasFlag(flags, GOAL_TAKES),
      });
    }
  }
}

/** The name of the spawn point that is nearest to a place, of those that are near enough. */
function spawnName(x: number, y: number): string | undefined {
  let name: string | undefined;
  let least = POLE_UNITS * POLE_UNITS;
  for (const index of $range(0, MOST_SPAWN_TARGETS - 1)) {
    const data = et.trap_GetConfigstring(CS_SPAWN_TARGETS + index);
    if (data !== "") {
      const dx = (tonumber(et.Info_ValueForKey(data, "x")) ?? 0) - x;
      const dy = (tonumber(et.Info_ValueForKey(data, "y")) ?? 0) - y;
      const square = dx * dx + dy * dy;
      if (square <= least) {
        least = square;
        name = et.Info_ValueForKey(data, "s");
      }
    }
  }
  return name;
}

function teamOf(number: number): number {
  return number === 1 || number === 2 ? number : 0;
}

/** The team that has a flag pole, 0 for neither. */
export function teamOfPole(entity: number): number {
  return teamOf(get(entity, "count"));
}

/** The team that spawns at a point, 0 for neither. */
export function teamOfPoint(entity: number): number {
  // Above the number of the team it says whether the point can be used at present.
  return teamOf(get(entity, "count2") % 16);
}

function findSpawns(byClass: ByClass, found: Found): void {
  for (const entity of of(byClass, POLE_CLASS)) {
    const at = get(entity, "r.currentOrigin");
    const name = spawnName(at[0], at[1]) ?? get(entity, "scriptName");
    state(found.poles, entity, "spawn", name, teamOfPole(entity), at);
  }
  for (const entity of of(byClass, POINT_CLASS)) {
    const at = get(entity, "r.currentOrigin");
    const isPoles = found.poles.some(({ x, y }) => {
      const dx = at[0] - x;
      const dy = at[1] - y;
      return dx * dx + dy * dy <= POLE_UNITS * POLE_UNITS;
    });
    if (!isPoles) state(found.points, entity, "spawn", get(entity, "message"), teamOfPoint(entity), at);
  }
}

function findVehicles(byClass: ByClass, found: Found): void {
  const names = et.trap_GetConfigstring(CS_SCRIPT_MOVER_NAMES);
  for (const entity of of(byClass, "script_mover")) {
    const flags = get(entity, "spawnflags");
    if (get(entity, "count") > 0 || hasFlag(flags, MOVER_RESURRECTABLE)) {
      const team = hasFlag(flags, MOVER_ALLIED) ? 2 : hasFlag(flags, MOVER_AXIS) ? 1 : 0;
      const named = et.Info_ValueForKey(names, string.format("%.0f", entity));
      const name = named === "" ? get(entity, "scriptName") : named;
      state(found.vehicles, entity, "vehicle", name, team, get(entity, "r.currentOrigin"));
    }
  }
}

/** Nothing found yet. */
function foundNothing(): Found {
  return {
    explosives: [],
    constructibles: [],
    documents: [],
    goals: [],
    poles: [],
    points: [],
    vehicles: [],
    areas: [],
  };
}

/** Looks for the objectives of the map, and states them in the file. */
export function findObjectives(): Found {
  const byClass = scan();
  const found = foundNothing();
  findTargets(byClass, found);
  findDocuments(byClass, found);
  findSpawns(byClass, found);
  findVehicles(byClass, found);
  const stated = new LuaTable<number, true | undefined>();
  const note = (objective: Objective): void => {
    // Two triggers can lead to the same thing.
    if (stated.get(objective.id) === true) return;
    stated.set(objective.id, true);
    const { id, kind, name, team, x, y, z } = objective;
    writeObjectiveNote(
      string.format(
        `#${OBJECTIVE_NOTE}\t%.0f\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\n`,
        id,
        kind,
        noteText(name),
        team,
        rounded(x),
        rounded(y),
        rounded(z),
      ),
    );
  };
  for (const objective of found.explosives) note(objective);
  for (const objective of found.constructibles) note(objective);
  for (const objective of found.documents) note(objective);
  for (const { objective } of found.goals) note(objective);
  for (const objective of found.poles) note(objective);
  for (const objective of found.points) note(objective);
  for (const objective of found.vehicles) note(objective);
  return found;
}

/** Whether a place lies in an area, or so near to it that a thing that lies there touches it. */
export function isIn({ high, low }: Area, x: number, y: number, z: number, margin: number): boolean {
  return (
    x >= low[0] - margin &&
    x <= high[0] + margin &&
    y >= low[1] - margin &&
    y <= high[1] + margin &&
    z >= low[2] - margin &&
    z <= high[2] + margin
  );
}
