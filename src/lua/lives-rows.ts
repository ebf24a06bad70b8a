/** The shapes of the rows of lives: joining and leaving, spawns, revives, gibs and tap-outs. */
import { rowFormat } from "./rows.ts";

/** A player joined a playing team. Formats for `formatRow`, like all below. */
export const JOIN_ROW = rowFormat("combat", { event: "join" });
/** A player left the playing teams or the server. */
export const LEAVE_ROW = rowFormat("combat", { event: "leave" });
/** A new life. */
export const SPAWN_ROW = rowFormat("combat", { event: "spawn" });
/** A revive by a medic. */
export const REVIVE_ROW = rowFormat("combat", { event: "revive" });
/** A revive whose medic is not known. */
export const REVIVE_BY_NOBODY_ROW = rowFormat("combat", { event: "revive" }, { without: "attacker" });
/** A body destroyed, by whom and by what did the last damage to it; no attacker for the world. */
export const GIB_ROW = rowFormat("combat", { event: "gib" });
/** A downed player gone to limbo. */
export const TAPOUT_ROW = rowFormat("combat", { event: "tapout" });
