/** What there is to fight for in random matches: 18 objectives, as the engine's entities and configstrings. */
import { CS_MULTI_INFO, CS_MULTI_OBJECTIVE, CS_OID_DATA, CS_OID_TRIGGERS } from "../../engine/game.ts";
import { TEAM_ALLIES, TEAM_AXIS } from "../../engine/players.ts";
import type { EntityFields } from "../script/server-options.ts";
import type { Vector } from "../script/vector.ts";

/** Something at a place, by the number of its entity. `team`: as the note of the objective says it. */
export interface Thing {
  readonly entity: number;
  readonly name: string;
  readonly team: number;
  readonly at: Vector;
}

/** The objectives of a match, and what the server is to say of them. */
export interface ObjectiveMap {
  /** To be blown up, of the team that keeps them. */
  readonly walls: readonly Thing[];
  /** To be built by their team. */
  readonly buildings: readonly Thing[];
  /** To be carried to the goal of their team. */
  readonly flags: readonly Thing[];
  readonly goals: readonly Thing[];
  readonly poles: readonly Thing[];
  readonly vehicles: readonly Thing[];
  readonly entities: ReadonlyMap<number, EntityFields>;
  readonly configstrings: ReadonlyMap<number, string>;
}

const FIRST_TRIGGER = 150;
/** Half the width of a trigger, units. */
const HALF_UNITS = 64;
const TRIGGER_AXIS = 1;
const TRIGGER_ALLIED = 2;
const ALLIED_MOVER = 32;
/** Pieces of what can be carried. */
const PIECES = 100;
/** Stages of a building. */
export const STAGES = 2;
/** Health of a vehicle. */
export const VEHICLE_HEALTH = 500;

function box([x, y, z]: Vector): EntityFields {
  return {
    "r.absmin": [x - HALF_UNITS, y - HALF_UNITS, z - HALF_UNITS],
    "r.absmax": [x + HALF_UNITS, y + HALF_UNITS, z + HALF_UNITS],
  };
}

const NOTHING_BUILT: EntityFields = {
  inuse: 1,
  entstate: 0,
  health: 100,
  takedamage: 0,
  enemy: null,
  "s.angles2": [0, 0, 0],
  "s.frame": 0,
  "s.modelindex": 0,
  "r.linked": 0,
};

function fieldsOf(
  kind: "wall" | "building" | "flag" | "goal" | "pole" | "vehicle",
  thing: Thing,
): EntityFields {
  const { at, name, team } = thing;
  const isAxis = team === TEAM_AXIS;
  switch (kind) {
    case "wall":
      return {
        classname: "func_explosive",
        inuse: 1,
        targetname: name,
        takedamage: 1,
        health: 100,
        enemy: null,
      };
    case "building":
      return {
        ...NOTHING_BUILT,
        classname: "func_constructible",
        targetname: name,
        "s.teamNum": team,
        count2: STAGES,
      };
    case "flag":
      return {
        classname: isAxis ? "team_CTF_redflag" : "team_CTF_blueflag",
        inuse: 1,
        message: name,
        flags: 0,
        "s.density": PIECES,
        "r.currentOrigin": at,
      };
    case "goal":
      return {
        classname: "trigger_flagonly_multiple",
        inuse: 1,
        scriptName: name,
        spawnflags: isAxis ? 5 : 6,
        ...box(at),
      };
    case "pole":
      return {
        classname: "team_WOLF_checkpoint",
        inuse: 1,
        scriptName: name,
        count: -1,
        "r.currentOrigin": at,
      };
    case "vehicle":
      return {
        classname: "script_mover",
        inuse: 1,
        scriptName: name,
        spawnflags: ALLIED_MOVER,
        count: VEHICLE_HEALTH,
        health: VEHICLE_HEALTH,
        enemy: null,
        "r.currentOrigin": at,
      };
  }
}

/** The objectives of a match; `place` gives the places, one after the other. */
export function makeObjectiveMap(place: () => Vector): ObjectiveMap {
  const entities = new Map<number, EntityFields>();
  const configstrings = new Map([
    [CS_MULTI_INFO, "\\o\\4\\d\\0\\s\\2"],
    [CS_MULTI_OBJECTIVE, "\\x1\\0\\a1\\0\\x2\\0\\a2\\0\\x3\\0\\a3\\0\\x4\\0\\a4\\0"],
  ]);
  let next = 100;
  let triggers = 0;
  function make(
    kind: Parameters<typeof fieldsOf>[0],
    count: number,
    teamOf: (index: number) => number,
  ): Thing[] {
    return Array.from({ length: count }, (_unused, index) => {
      const thing = { entity: next, name: `${kind} ${index + 1}`, team: teamOf(index), at: place() };
      next += 1;
      entities.set(thing.entity, fieldsOf(kind, thing));
      if (kind === "wall" || kind === "building") addTrigger(thing, kind === "wall");
      return thing;
    });
  }
  function addTrigger({ at, name, team }: Thing, isWall: boolean): void {
    const entity = FIRST_TRIGGER + triggers;
    const spawnflags = isWall ? (team === TEAM_AXIS ? TRIGGER_AXIS : TRIGGER_ALLIED) : 0;
    entities.set(entity, {
      classname: "trigger_objective_info",
      inuse: 1,
      target: name,
      spawnflags,
      ...box(at),
    });
    configstrings.set(CS_OID_TRIGGERS + triggers, `the ${name}`);
    const where = at.map((coordinate) => Math.round(coordinate));
    const data = { e: entity, o: 0, s: spawnflags, n: name, x: where[0], y: where[1], z: where[2] };
    configstrings.set(
      CS_OID_DATA + triggers,
      Object.entries(data)
        .map(([key, value]) => `\\${key}\\${value}`)
        .join(""),
    );
    triggers += 1;
  }
  const ofEach = (index: number): number => (index % 2 === 0 ? TEAM_AXIS : TEAM_ALLIES);
  return {
    walls: make("wall", 4, () => TEAM_AXIS),
    buildings: make("building", 6, ofEach),
    flags: make("flag", 2, ofEach),
    goals: make("goal", 2, ofEach),
    poles: make("pole", 2, () => 0),
    vehicles: make("vehicle", 2, () => TEAM_ALLIES),
    entities,
    configstrings,
  };
}
