import { toClusterSums } from "../queries/lives.ts";
import { ratioOfSums, scaled, shareOf } from "../statistics.ts";
import { defineSituation } from "./define.ts";

/**
 * Revived in time: deaths by enemies that a revive undid before the own team's next wave, so that the team had the player back sooner; and after how
 * long that was.
 *
 * Unit: share of deaths by enemies; seconds. Sample: deaths of which waves and revives are recorded; lives with such a revive. Interval: Wilson;
 * of a ratio of sums over lives.
 */
export const REVIVES_IN_TIME = defineSituation(
  "revived_in_time_share",
  "revived in time",
  "share",
  ({ fallen, revivedInTime }) => shareOf(revivedInTime, fallen),
);

/** After how long these were revived. */
export const REVIVE_DELAY = defineSituation("revived_after_s", "revived after", "s", ({ revivedAfterMs }) =>
  scaled(ratioOfSums(toClusterSums(revivedAfterMs), "lives", "mean"), 1 / 1000),
);
