/** Looks for entities by their classes, some in each frame: there are many, and a frame has little time. */
import { FIRST_ENTITY, LAST_ENTITY } from "../../engine/entities.ts";
import { reader } from "../reader.ts";
import { GOAL_CLASS, POINT_CLASS, POLE_CLASS } from "./entities.ts";

const get = reader(["objectives"], ["classname"]);

/** So many entities are looked at in a frame. */
const LOOKS_A_FRAME = 200;

/** The classes that are looked for. */
const CLASSES: Readonly<Record<string, true | undefined>> = {
  dynamite: true,
  landmine: true,
  satchel_charge: true,
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

let byClass = new LuaTable<string, number[] | undefined>();
let nextEntity = FIRST_ENTITY;

/** Begins again. */
export function resetScan(): void {
  byClass = new LuaTable();
  nextEntity = FIRST_ENTITY;
}

function scan(last: number): void {
  for (const entity of $range(nextEntity, last)) {
    const name = get(entity, "classname");
    if (name !== undefined && CLASSES[name] === true) {
      const list = byClass.get(name);
      if (list === undefined) byClass.set(name, [entity]);
      else list.push(entity);
    }
  }
  nextEntity = last + 1;
}

/** Looks at some more entities; to be called in each frame. */
export function scanSome(): void {
  if (nextEntity <= LAST_ENTITY) scan(math.min(nextEntity + LOOKS_A_FRAME - 1, LAST_ENTITY));
}

/** Looks at all that were not looked at. */
export function scanRest(): void {
  scan(LAST_ENTITY);
}

/** The entities that were found of a class and are still of it, in the order of their numbers. */
export function entitiesOf(name: string): readonly number[] {
  return byClass.get(name)?.filter((entity) => get(entity, "classname") === name) ?? [];
}
