/** The shapes of the rows of shots, hits and kills. */
import { rowFormat } from "./rows.ts";

/** What can be said of how an attacker stood to his target: all, all but the error of his view, or neither view nor weapon. */
export type Sight = "whole" | "touching" | "none";

/** The fields with those of a pattern not shown. */
function hide(fields: string, pattern: string): string {
  const [hidden] = string.gsub(fields, pattern, "%1-");
  return hidden;
}

/** The same shape for each {@link Sight}; all take the same arguments. */
function attackRows(fields: string): Readonly<Record<Sight, string>> {
  const touching = hide(fields, "(view_error_deg)");
  return {
    whole: rowFormat("combat", fields),
    touching: rowFormat("combat", touching),
    none: rowFormat("combat", hide(hide(touching, "(attacker_%l+_deg)"), "( weapon)#")),
  };
}

/** A shot, throw, swing or use of an item. Formats for `formatRow`, like all below. */
export const FIRE_ROW = rowFormat(
  "combat",
  "time_ms# event=fire attacker_slot# weapon# attacker_x attacker_y attacker_z " +
    "attacker_pitch_deg attacker_yaw_deg attacker_health#",
);
/** Damage by a player, also to himself. */
export const HIT_ROWS = attackRows(
  "time_ms# event=hit attacker_slot# target_slot# relation weapon# means_of_death# damage " +
    "damage_effective damage_flags hit_region? target_is_wounded# distance_units attacker_x " +
    "attacker_y attacker_z attacker_pitch_deg attacker_yaw_deg target_x target_y target_z " +
    "view_error_deg attacker_health# target_health# attacker_allies_near# attacker_enemies_near# " +
    "target_allies_near# target_enemies_near#",
);
/** Damage by nobody who plays: by the world, or by somebody who has left the teams. */
export const WORLD_HIT_ROW = rowFormat(
  "combat",
  "time_ms# event=hit target_slot# relation=world means_of_death# damage damage_effective " +
    "damage_flags target_is_wounded# target_x target_y target_z target_health# " +
    "target_allies_near# target_enemies_near#",
);
/** A player downed by a player, or by himself. */
export const KILL_ROWS = attackRows(
  "time_ms# event=kill attacker_slot# target_slot# relation weapon# means_of_death# " +
    "distance_units attacker_x attacker_y attacker_z attacker_pitch_deg attacker_yaw_deg " +
    "target_x target_y target_z view_error_deg attacker_health# target_health# attacker_class# " +
    "target_class# target_weapon# target_life# attacker_allies_near# attacker_enemies_near# " +
    "target_allies_near# target_enemies_near# axis_alive# allies_alive# attacker_since_spawn_ms? " +
    "target_since_spawn_ms? target_next_wave_ms?",
);
/** A player downed by nobody who plays. */
export const WORLD_KILL_ROW = rowFormat(
  "combat",
  "time_ms# event=kill target_slot# relation=world means_of_death# target_x target_y target_z " +
    "target_health# target_class# target_weapon# target_life# target_allies_near# " +
    "target_enemies_near# axis_alive# allies_alive# target_since_spawn_ms? target_next_wave_ms?",
);
