import { toClusterSums } from "../queries/lives.ts";
import { ratioOfSums, scaled } from "../statistics.ts";
import { defineSituation } from "./define.ts";

/**
 * Time bought: how long a kill kept its victim out of the game: until the victim's next wave, a revive or the end of the round, whichever came
 * first. A kill right before the wave buys next to nothing.
 *
 * Unit: seconds per kill. Sample: lives with such a kill, as kills of one life are alike. Interval: of a ratio of sums over lives.
 */
export const TIME_BOUGHT = defineSituation("time_bought_s", "bought", "s per kill", ({ boughtMs }) =>
  scaled(ratioOfSums(toClusterSums(boughtMs), "lives", "mean"), 1 / 1000),
);
