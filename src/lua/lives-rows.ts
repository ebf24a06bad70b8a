/** The shapes of the rows of lives: joining and leaving, spawns, revives, gibs and tap-outs. */
import { rowFormat } from "./rows.ts";

export const JOIN_ROW = rowFormat("combat", "time_ms event=join target_slot");
export const LEAVE_ROW = rowFormat("combat", "time_ms event=leave target_slot");
export const SPAWN_ROW = rowFormat(
  "combat",
  "time_ms event=spawn target_slot target_x target_y target_z target_health target_class target_life",
);
export const REVIVE_ROW = rowFormat(
  "combat",
  "time_ms event=revive attacker_slot target_slot distance_units attacker_x attacker_y " +
    "attacker_z target_x target_y target_z attacker_health target_health attacker_class " +
    "target_class target_life",
);
export const REVIVE_BY_NOBODY_ROW = rowFormat(
  "combat",
  "time_ms event=revive target_slot target_x target_y target_z target_health target_class target_life",
);
export const GIB_ROW = rowFormat(
  "combat",
  "time_ms event=gib attacker_slot? target_slot relation? means_of_death? target_x target_y " +
    "target_z target_health target_life",
);
export const TAPOUT_ROW = rowFormat(
  "combat",
  "time_ms event=tapout target_slot target_x target_y target_z target_health target_life",
);
