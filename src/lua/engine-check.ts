/** Whether this engine is the one that the tracker knows: its constants, and the fields that are read. */
import {
  CS_LEVEL_START_TIME,
  CS_MULTI_MAPWINNER,
  CS_REINFSEEDS,
  CS_SERVERTOGGLES,
  GAMESTATE_INTERMISSION,
  GAMESTATE_PLAYING,
} from "../engine/game.ts";
import {
  EF_AAGUN_ACTIVE,
  EF_CROUCHING,
  EF_MG42_ACTIVE,
  EF_MOUNTED_TANK,
  EF_PRONE,
  EF_PRONE_MOVING,
  EF_ZOOMING,
  PM_FREEZE,
  STAT_SPRINT_TIME,
  TEAM_ALLIES,
  TEAM_AXIS,
} from "../engine/players.ts";
import { FIRST_ENTITY } from "../engine/entities.ts";
import { MEANS_OF_DEATH } from "../engine/means-of-death.ts";
import { WEAPONS } from "../engine/weapons.ts";
import { CAPTURES } from "../format/file.ts";
import type { Capture } from "../format/file.ts";
import { disableCapture } from "./captures.ts";
import { print } from "./configuration.ts";
import { neededFields } from "./reader.ts";

/** A constant that some versions of the engine export, and what cannot be right where it has another value. */
interface KnownConstant {
  readonly name: string;
  readonly value: number;
  readonly captures: readonly Capture[];
}

function known(name: string, value: number, captures: readonly Capture[]): KnownConstant {
  return { name, value, captures };
}

/** Captures that tell weapons or means of death by number. */
const NUMBERED: readonly Capture[] = ["fire", "hit", "kill"];

const KNOWN_CONSTANTS: readonly KnownConstant[] = [
  known("GS_PLAYING", GAMESTATE_PLAYING, CAPTURES),
  known("GS_INTERMISSION", GAMESTATE_INTERMISSION, CAPTURES),
  known("TEAM_AXIS", TEAM_AXIS, CAPTURES),
  known("TEAM_ALLIES", TEAM_ALLIES, CAPTURES),
  known("CS_LEVEL_START_TIME", CS_LEVEL_START_TIME, CAPTURES),
  known("CS_SERVERTOGGLES", CS_SERVERTOGGLES, []),
  known("CS_MULTI_MAPWINNER", CS_MULTI_MAPWINNER, []),
  known("CS_REINFSEEDS", CS_REINFSEEDS, ["kill"]),
  known("PM_FREEZE", PM_FREEZE, []),
  known("EF_PRONE", EF_PRONE, ["positions"]),
  known("EF_PRONE_MOVING", EF_PRONE_MOVING, ["positions"]),
  known("EF_CROUCHING", EF_CROUCHING, ["positions"]),
  known("EF_ZOOMING", EF_ZOOMING, ["positions"]),
  known("EF_MG42_ACTIVE", EF_MG42_ACTIVE, ["positions"]),
  known("EF_AAGUN_ACTIVE", EF_AAGUN_ACTIVE, ["positions"]),
  known("EF_MOUNTEDTANK", EF_MOUNTED_TANK, ["positions"]),
  known("STAT_SPRINTTIME", STAT_SPRINT_TIME, ["positions"]),
  known("WP_PLIERS", 21, NUMBERED),
  known("WP_FG42", 32, NUMBERED),
  known("WP_MP34", 54, NUMBERED),
  known("WP_NUM_WEAPONS", WEAPONS.length, []),
  known("MOD_FALLING", 32, NUMBERED),
  known("MOD_CARBINE", 37, NUMBERED),
  known("MOD_MP34", 66, NUMBERED),
  known("MOD_NUM_MODS", MEANS_OF_DEATH.length, []),
];

// Any field at all, for the probe below.
const readAny = et.gentity_get as (entity: number, field: string, index: number) => unknown;

/** Declares what cannot be captured on this engine as unavailable, and says why on the console. */
export function checkEngine(): void {
  for (const { name, value, captures } of KNOWN_CONSTANTS) {
    const actual = (et as unknown as Record<string, number | undefined>)[name];
    if (actual === undefined || actual === value) continue;
    print(`this engine has ${name} = ${tostring(actual)}, not ${tostring(value)}`);
    for (const capture of captures) disableCapture(capture, "unavailable");
  }
  const told: Record<string, boolean | undefined> = {};
  for (const { captures, field } of neededFields) {
    // Clients have fields that no other entity has, and those of all entities.
    const isOfClients = string.match(field, "^ps%.")[0] ?? string.match(field, "^%l%l%l%l%.")[0];
    if (pcall(readAny, isOfClients === undefined ? FIRST_ENTITY : 0, field, 0)[0]) continue;
    if (told[field] !== true) print(`this engine has no field ${field}`);
    told[field] = true;
    for (const capture of captures) disableCapture(capture, "unavailable");
  }
}
