import { shareOf } from "../statistics.ts";
import { defineSituation } from "./define.ts";

/**
 * Kills that held: those that no revive undid. The others are undone.
 *
 * Unit: share of kills. Sample: kills in rounds that record revives. Interval: Wilson.
 */
export const KILLS_HELD = defineSituation(
  "kills_held_share",
  "kills that held",
  "share",
  ({ heldKills, judgedKills }) => shareOf(heldKills, judgedKills),
);
