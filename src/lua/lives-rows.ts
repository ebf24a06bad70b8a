/** The shapes of the rows of lives: joining and leaving, spawns, revives, gibs and tap-outs. */
import { rowFormat } from "./rows.ts";

/** Somebody joined a playing team. Formats for `formatRow`, like all below. */
export const JOIN_ROW = rowFormat("combat", "time_ms event=join target_slot");
/** Somebody left the playing teams or the server. */
export const LEAVE_ROW = rowFormat("combat", "time_ms event=leave target_slot");
/** A new life. */
export const SPAWN_ROW = rowFormat(
  "combat",
  "time_ms event=spawn target_slot target_x target_y target_z target_health target_class target_life",
);
/** A revive by a medic. */
export const REVIVE_ROW = rowFormat(
  "combat",
  "time_ms event=revive attacker_slot target_slot distance_units attacker_x attacker_y " +
    "attacker_z target_x target_y target_z attacker_health target_health attacker_class " +
    "target_class target_life",
);
/** A revive whose medic is not known. */
export const REVIVE_BY_NOBODY_ROW = rowFormat(
  "combat",
  "time_ms event=revive target_slot target_x target_y target_z target_health target_class target_life",
);
/** A body destroyed, by whom and by what did the last damage to it; no attacker for the world. */
export const GIB_ROW = rowFormat(
  "combat",
  "time_ms event=gib attacker_slot? target_slot relation? means_of_death? target_x target_y " +
    "target_z target_health target_life",
);
/** A downed player gone to limbo. */
export const TAPOUT_ROW = rowFormat(
  "combat",
  "time_ms event=tapout target_slot target_x target_y target_z target_health target_life",
);
