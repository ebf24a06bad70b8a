/** Finds the entities of a map that are objectives, when a round begins: by their classes and the engine's own list. */
import {
  CS_OID_DATA,
  CS_OID_TRIGGERS,
  CS_SCRIPT_MOVER_NAMES,
  CS_SPAWN_TARGETS,
  MOST_OBJECTIVE_TRIGGERS,
  MOST_SPAWN_TARGETS,
} from "../../engine/game.ts";
import { OBJECTIVE_NOTE } from "../../format/objectives.ts";
import type { ObjectiveKind } from "../../format/objectives.ts";
import { hasFlag } from "../flags.ts";
import { reader } from "../reader.ts";
import { writeObjectiveNote } from "../recorder.ts";
import { noteText } from "../text.ts";
import {
  FL_DROPPED_ITEM,
  FLAG_CLASSES,
  GOAL_CLASS,
  POINT_CLASS,
  POLE_CLASS,
  teamOfPoint,
  teamOfPole,
} from "./entities.ts";
import type { Area, Goal, Objective } from "./entities.ts";
import { entitiesOf } from "./scan.ts";

const get = reader(
  ["objectives"],
  [
    "count",
    "flags",
    "message",
    "r.absmax",
    "r.absmin",
    "health",
    "r.currentOrigin",
    "s.angles2",
    "s.density",
    "s.teamNum",
    "scriptName",
    "spawnflags",
    "takedamage",
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
  readonly index: number;
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
      listed.set(entity, { index, name: et.trap_GetConfigstring(CS_OID_TRIGGERS + index), at });
    }
  }
  return listed;
}

/** Explosives and constructibles: those that a trigger leads to. */
function findTargets(found: Found): void {
  const listed = readList();
  for (const trigger of entitiesOf("trigger_objective_info")) {
    const target = get(trigger, "target");
    const flags = get(trigger, "spawnflags");
    const entry = listed.get(trigger);
    const name = entry?.name ?? get(trigger, "track");
    const at = entry?.at ?? middleOf(trigger);
    const index = entry?.index;
    const low = get(trigger, "r.absmin");
    const high = get(trigger, "r.absmax");
    if (target !== undefined && target !== "") {
      for (const entity of entitiesOf("func_explosive")) {
        if (get(entity, "targetname") === target) {
          const isOfAxis = hasFlag(flags, TRIGGER_AXIS);
          const isOfAllies = hasFlag(flags, TRIGGER_ALLIED);
          const team = isOfAxis === isOfAllies ? 0 : isOfAxis ? 1 : 2;
          const objective = state(found.explosives, entity, "explosive", name, team, at);
          found.areas.push({ objective, index, low, high });
        }
      }
      for (const entity of entitiesOf("func_constructible")) {
        if (get(entity, "targetname") === target) {
          const kind = hasFlag(flags, TRIGGER_COMMAND_POST) ? "command_post" : "constructible";
          const objective = state(found.constructibles, entity, kind, name, get(entity, "s.teamNum"), at);
          found.areas.push({ objective, index, low, high });
        }
      }
    }
  }
}

/** Bases of what can be carried, without what lies where it was dropped. */
function findDocuments(found: Found): void {
  for (const team of $range(1, 2)) {
    for (const entity of entitiesOf(FLAG_CLASSES[team] ?? "")) {
      if (!hasFlag(get(entity, "flags"), FL_DROPPED_ITEM)) {
        const at = get(entity, "r.currentOrigin");
        state(found.documents, entity, "documents", get(entity, "message"), team, at);
      }
    }
  }
  const places: Objective[] = [];
  for (const name of [GOAL_CLASS, "trigger_flagonly_multiple"]) {
    for (const entity of entitiesOf(name)) {
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

function findSpawns(found: Found): void {
  for (const entity of entitiesOf(POLE_CLASS)) {
    const at = get(entity, "r.currentOrigin");
    const name = spawnName(at[0], at[1]) ?? get(entity, "scriptName");
    state(found.poles, entity, "spawn", name, teamOfPole(entity), at);
  }
  for (const entity of entitiesOf(POINT_CLASS)) {
    const at = get(entity, "r.currentOrigin");
    const isPoles = found.poles.some(({ x, y }) => {
      const dx = at[0] - x;
      const dy = at[1] - y;
      return dx * dx + dy * dy <= POLE_UNITS * POLE_UNITS;
    });
    if (!isPoles) state(found.points, entity, "spawn", get(entity, "message"), teamOfPoint(entity), at);
  }
}

function findVehicles(found: Found): void {
  const names = et.trap_GetConfigstring(CS_SCRIPT_MOVER_NAMES);
  for (const entity of entitiesOf("script_mover")) {
    const flags = get(entity, "spawnflags");
    if (get(entity, "count") > 0 || hasFlag(flags, MOVER_RESURRECTABLE)) {
      const team = hasFlag(flags, MOVER_ALLIED) ? 2 : hasFlag(flags, MOVER_AXIS) ? 1 : 0;
      const named = et.Info_ValueForKey(names, string.format("%.0f", entity));
      const name = named === "" ? get(entity, "scriptName") : named;
      state(found.vehicles, entity, "vehicle", name, team, get(entity, "r.currentOrigin"));
    }
  }
}

/** Whether an objective stands: see the note. */
function isStanding({ id, kind }: Objective): boolean {
  if (kind === "explosive") return get(id, "takedamage") !== 0;
  if (kind === "constructible" || kind === "command_post") return get(id, "s.angles2")[1] !== 0;
  if (kind === "documents") return get(id, "s.density") > 0;
  return kind !== "vehicle" || get(id, "health") > 0;
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
  const found = foundNothing();
  findTargets(found);
  findDocuments(found);
  findSpawns(found);
  findVehicles(found);
  const stated = new LuaTable<number, true | undefined>();
  const addNote = (objective: Objective): void => {
    // Two triggers can lead to the same thing.
    if (stated.get(objective.id) === true) return;
    stated.set(objective.id, true);
    const { id, kind, name, team, x, y, z } = objective;
    writeObjectiveNote(
      string.format(
        `#${OBJECTIVE_NOTE}\t%.0f\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%d\n`,
        id,
        kind,
        noteText(name),
        team,
        rounded(x),
        rounded(y),
        rounded(z),
        isStanding(objective) ? 1 : 0,
      ),
    );
  };
  for (const objective of found.explosives) addNote(objective);
  for (const objective of found.constructibles) addNote(objective);
  for (const objective of found.documents) addNote(objective);
  for (const { objective } of found.goals) addNote(objective);
  for (const objective of found.poles) addNote(objective);
  for (const objective of found.points) addNote(objective);
  for (const objective of found.vehicles) addNote(objective);
  return found;
}
