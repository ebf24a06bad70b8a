/** The rules by themselves, for the hand-written logger; compiled by TypeScriptToLua. */
export { createBaitRule } from "../../src/rules/bait.ts";
export { createCrossfireRule } from "../../src/rules/crossfire.ts";
export { createEngagementRule } from "../../src/rules/engagement.ts";
export { createHeatmap } from "../../src/rules/heatmap.ts";
export { createTradeRule } from "../../src/rules/trade.ts";
