/** The shapes of the rows of shots, hits and kills. */
import { rowFormat } from "./rows.ts";

/** What can be said of how an attacker stood to the target: all, all but the error of the view, or neither view nor weapon. */
export type Sight = "whole" | "touching" | "none";

/** What each {@link Sight} does not show; all take the same values. */
const HIDDEN = {
  whole: [],
  touching: ["view_error_deg"],
  none: ["view_error_deg", "attacker_pitch_deg", "attacker_yaw_deg", "weapon"],
} as const;

/** A shot, throw, swing or use of an item. Formats for `formatRow`, like all below. */
export const FIRE_ROW = rowFormat("combat", { event: "fire" });
/** Damage by a player, also to themselves. */
export const HIT_ROWS = {
  whole: rowFormat("combat", { event: "hit" }, { hidden: HIDDEN.whole }),
  touching: rowFormat("combat", { event: "hit" }, { hidden: HIDDEN.touching }),
  none: rowFormat("combat", { event: "hit" }, { hidden: HIDDEN.none }),
};
/** Damage without an attacker in the game: by the world, or by a player who has left the teams. */
export const WORLD_HIT_ROW = rowFormat(
  "combat",
  { event: "hit", relation: "world" },
  { without: "attacker" },
);
/** A player downed by a player, or by themselves. */
export const KILL_ROWS = {
  whole: rowFormat("combat", { event: "kill" }, { hidden: HIDDEN.whole }),
  touching: rowFormat("combat", { event: "kill" }, { hidden: HIDDEN.touching }),
  none: rowFormat("combat", { event: "kill" }, { hidden: HIDDEN.none }),
};
/** A player downed by nobody who plays. */
export const WORLD_KILL_ROW = rowFormat(
  "combat",
  { event: "kill", relation: "world" },
  { without: "attacker" },
);
