/** What the objectives file tells: its events, and the notes that say what a map has to fight for. */
import { MAXIMUM_INTEGER, WORLD_LIMIT_UNITS } from "./column.ts";
import { filledText, sinceVersion, text, whole, word } from "./field.ts";
import type { FileField } from "./field.ts";

/** The events of the objectives file, each described in {@link OBJECTIVE_EVENT_DESCRIPTIONS}. */
export const OBJECTIVE_EVENTS = [
  "dynamite_throw",
  "dynamite_arm",
  "dynamite_defuse",
  "dynamite_explode",
  "dynamite_gone",
  "objective_destroy",
  "construct_start",
  "construct_share",
  "construct_stage",
  "construct_finish",
  "construct_decay",
  "construct_damage",
  "construct_destroy",
  "carry_take",
  "carry_pickup",
  "carry_drop",
  "carry_return",
  "carry_secure",
  "spawn_capture",
  "vehicle_disable",
  "vehicle_repair",
  "vehicle_move",
  "mine_place",
  "mine_arm",
  "mine_trigger",
  "mine_explode",
  "mine_gone",
  "satchel_place",
  "satchel_explode",
  "satchel_gone",
  "pack_health",
  "pack_ammo",
  "status",
  "winner",
  "exit",
] as const;
/** What a row of the objectives file tells, its `event`. */
export type ObjectiveEvent = (typeof OBJECTIVE_EVENTS)[number];

/** What each event of the objectives file means. */
export const OBJECTIVE_EVENT_DESCRIPTIONS: Readonly<Record<ObjectiveEvent, string>> = {
  dynamite_throw: "a player threw dynamite, which does nothing before it is armed",
  dynamite_arm:
    "dynamite was armed: planted, where it names an objective; it explodes 30 s later. `slot` is who armed it, `other_slot` who threw it",
  dynamite_defuse:
    "armed dynamite was made harmless; `other_slot` is who armed it, `duration_ms` the time since then",
  dynamite_explode: "armed dynamite exploded; `slot` is who armed it, `other_slot` who threw it",
  dynamite_gone: "dynamite is no longer there, and neither exploded nor was defused",
  objective_destroy: "a wall, door or the like was blown up for good; constructions have rows of their own",
  construct_start: "a player began to build a stage of a construction",
  construct_share:
    "what one player built of the stage whose row (`construct_stage`, `construct_finish` or `construct_decay`) follows at the same time",
  construct_stage: "a stage was built, and it was not the last",
  construct_finish: "the last stage was built: the construction stands; `slot` is who made the last step",
  construct_decay: "a stage that was begun and left alone fell apart",
  construct_damage: "a stage was destroyed, and the construction still stands",
  construct_destroy: "the construction was destroyed wholly",
  carry_take: "a player took documents, gold or the like from where the map has it",
  carry_pickup: "a player picked it up where another had dropped it",
  carry_drop: "its carrier lost it; `reason` says how, `other_slot` who killed them",
  carry_return: "it came back to where the map has it; `other_slot` is who had dropped it",
  carry_secure: "its carrier brought it where it had to go",
  spawn_capture: "a spawn point changed sides",
  vehicle_disable: "a tank or the like was damaged until it stood still",
  vehicle_repair: "it was repaired; `slot` is who made the last step",
  vehicle_move:
    "where it is: once a second while it moves, and once more when it has stopped or is seen for the first time",
  mine_place: "a player laid a landmine, which does nothing before it is armed",
  mine_arm: "the landmine was armed",
  mine_trigger: "a player stepped on it: it explodes when they step off",
  mine_explode: "the landmine exploded",
  mine_gone: "the landmine is no longer there and did not explode; `reason` says why",
  satchel_place: "a player threw a satchel charge",
  satchel_explode: "the satchel charge exploded",
  satchel_gone: "the satchel charge is no longer there and did not explode; `reason` says why",
  pack_health: "`slot` gave `other_slot` health by a pack that they threw",
  pack_ammo: "`slot` gave `other_slot` ammunition by a pack that they threw",
  status: "the map's script says how an objective stands for a team",
  winner: "the map's script says who wins if the round ends now; `team` is null for nobody",
  exit: "the round was decided",
};

/** How it is known who did something. */
export const OBJECTIVE_SOURCES = ["fire", "damage", "powerup", "skill", "line", "near", "none"] as const;
/** A word of {@link OBJECTIVE_SOURCES}. */
export type ObjectiveSource = (typeof OBJECTIVE_SOURCES)[number];

/** What each source means. */
export const OBJECTIVE_SOURCE_DESCRIPTIONS: Readonly<Record<ObjectiveSource, string>> = {
  fire: "they used the tool or threw the charge in that frame; of several who did, the nearest",
  damage: "they dealt the damage that did it",
  powerup: "their state shows what they carry",
  skill: "they were given experience for it in that frame",
  line: "the engine's log names them",
  near: "they were the nearest living player of the right team",
  none: "nobody is known",
};

/** Why something ended: of drops, returns, charges that are gone, and the round. */
export const OBJECTIVE_REASONS = [
  "killed",
  "selfkill",
  "command",
  "left",
  "player",
  "time",
  "disarmed",
  "removed",
  "time_limit",
  "objective",
  "eliminated",
  "surrender",
  "other",
] as const;
/** A word of {@link OBJECTIVE_REASONS}. */
export type ObjectiveReason = (typeof OBJECTIVE_REASONS)[number];

/** What each reason means. */
export const OBJECTIVE_REASON_DESCRIPTIONS: Readonly<Record<ObjectiveReason, string>> = {
  killed: "of a drop: the carrier was killed",
  selfkill: "of a drop: the carrier killed themselves, changed team or was killed by the world",
  command: "of a drop: the carrier threw it away by command",
  left: "of a drop: the carrier left the server",
  player: "of a return: a player of the team that owns it touched it",
  time: "of a return: it had lain there for too long",
  disarmed: "of a charge that is gone: a player made it harmless",
  removed: "of a charge that is gone: the game took it away, for example because its owner left",
  time_limit: "of the exit: the time was over",
  objective: "of the exit: the map's script ended the round",
  eliminated: "of the exit: nobody of a team was left",
  surrender: "of the exit: a team gave up",
  other: "anything else, or not known",
};

/** What an objective is. */
export const OBJECTIVE_KINDS = [
  "explosive",
  "constructible",
  "command_post",
  "documents",
  "goal",
  "spawn",
  "vehicle",
] as const;
/** A word of {@link OBJECTIVE_KINDS}. */
export type ObjectiveKind = (typeof OBJECTIVE_KINDS)[number];

/** What each kind of objective is, and what its `team` means. */
export const OBJECTIVE_KIND_DESCRIPTIONS: Readonly<Record<ObjectiveKind, string>> = {
  explosive: "a wall, door or the like to blow up; of the team that keeps it whole",
  constructible: "something to build; of the team that builds it",
  command_post: "a command post; one that both teams can have is two objectives of the same name",
  documents: "documents, gold or the like to carry away; of the team that keeps it",
  goal: "where documents, gold or the like have to be brought; of the team that they are taken from",
  spawn: "a spawn point; of the team that has it when the round begins",
  vehicle: "a tank or the like; of the team that it serves",
};

/** States what a map has to fight for; between the rows. */
export const OBJECTIVE_NOTE = "objective";
/** The fields of {@link OBJECTIVE_NOTE}. */
export const OBJECTIVE_FIELDS: readonly FileField[] = [
  whole("id", 1, 1023, "number of the objective, the same in all rows and pieces of the round"),
  word("kind", OBJECTIVE_KINDS, "what it is"),
  text("name", "its name by the map, colour codes included; empty where the map has none"),
  whole("team", 0, 2, "whose it is: 1 Axis, 2 Allies, 0 neither or both; see the kinds"),
  whole("x", -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "where its middle is at the beginning", "units"),
  whole("y", -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "see x", "units"),
  whole("z", -WORLD_LIMIT_UNITS, WORLD_LIMIT_UNITS, "see x", "units"),
  sinceVersion(
    3,
    whole(
      "stands",
      0,
      1,
      "1 for one that stands where the recording begins: a wall is whole, a construction built to its last stage, documents are where the map has them, a vehicle can move; 0 for one that does not; a goal and a spawn point always stand",
    ),
  ),
];

/** What the map announced to all players; between the rows. */
export const ANNOUNCE_NOTE = "announce";
/** The fields of {@link ANNOUNCE_NOTE}. */
export const ANNOUNCE_FIELDS: readonly FileField[] = [
  whole("time_ms", 0, MAXIMUM_INTEGER, "when", "ms of round time"),
  filledText("text", "what, word by word, of a long text its first 512 bytes; every map has its own words"),
];
