import { toClusterSums } from "../queries/lives.ts";
import { ratioOfSums, scaled, shareOf } from "../statistics.ts";
import { defineSituation } from "./define.ts";

/**
 * Kills gibbed in time: those whose victim's body was destroyed, by whomever, before a revive and before the victim's next wave, so that no medic
 * could undo them; and after how long that was.
 *
 * Unit: share of kills; seconds. Sample: kills whose victim's waves and revives are recorded; lives with such a kill. Interval: Wilson; of a
 * ratio of sums over lives.
 */
export const GIBS_IN_TIME = defineSituation(
  "gibbed_in_time_share",
  "kills gibbed in time",
  "share",
  ({ boughtDowns, gibbedInTime }) => shareOf(gibbedInTime, boughtDowns),
);

/** After how long the bodies of these were destroyed. */
export const GIB_DELAY = defineSituation("gibbed_after_s", "gibbed after", "s", ({ gibbedAfterMs }) =>
  scaled(ratioOfSums(toClusterSums(gibbedAfterMs), "lives", "mean"), 1 / 1000),
);
