/** What a map has to fight for, as it is followed once it was found. */
import type { ObjectiveKind } from "../../format/objectives.ts";
import { reader } from "../reader.ts";

const get = reader(["objectives"], ["count", "count2"]);

/** The classes of what can be carried, by the team that it belongs to. */
export const FLAG_CLASSES: readonly string[] = ["", "team_CTF_redflag", "team_CTF_blueflag"];
/** Bit of `flags` of what can be carried: it was dropped. */
export const FL_DROPPED_ITEM = 4096;
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
  /** Its number in the engine's list; undefined where it is not in it. */
  readonly index?: number | undefined;
  /** Corners of the trigger. */
  readonly low: Vector;
  readonly high: Vector;
}

/** Where documents and the like have to be brought. */
export interface Goal extends Area {
  /** Whether it leaves them with the carrier, and is gone itself. */
  readonly leaves: boolean;
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
