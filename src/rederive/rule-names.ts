/** The rules that can be applied to stored rounds, with the versions that this prox has. */
import { BAIT_VERSION } from "../rules/bait.ts";
import { CROSSFIRE_VERSION } from "../rules/crossfire.ts";
import { ENGAGEMENT_VERSION } from "../rules/engagement.ts";
import { HEATMAP_VERSION } from "../rules/heatmap.ts";
import { TRADE_VERSION } from "../rules/trade.ts";

/** The rules, in the order in which they are told. `engagement` finds the participants too. */
export const RULES = ["engagement", "crossfire", "bait", "trade", "heatmap"] as const;
/** A rule of {@link RULES}. */
export type RuleName = (typeof RULES)[number];

/** The version of each rule as this prox has it. */
export const RULE_VERSIONS: Readonly<Record<RuleName, number>> = {
  engagement: ENGAGEMENT_VERSION,
  crossfire: CROSSFIRE_VERSION,
  bait: BAIT_VERSION,
  trade: TRADE_VERSION,
  heatmap: HEATMAP_VERSION,
};
