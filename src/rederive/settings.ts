/** The thresholds of the rules, as the header of a round's files stated them. */
import { NUMBER_SETTINGS } from "../lua/settings.ts";
import type { RuleSettings } from "./facts.ts";

/**
 * The value of each setting that is a number: as recorded, or else the tracker's own. The silence time of a round without a grace
 * time was that of another rule (engagement, until version 4), in which it meant something else: it is not taken over.
 */
export function ruleSettings(configuration: Readonly<Record<string, unknown>>): RuleSettings {
  const value = (key: (typeof NUMBER_SETTINGS)[number]["key"], recorded = configuration): number => {
    const setting = NUMBER_SETTINGS.find((candidate) => candidate.key === key);
    if (setting === undefined) throw new Error(`no setting ${key}`);
    const text = recorded[setting.name];
    const number = typeof text === "string" && text.trim() !== "" ? Number(text) : NaN;
    return number >= setting.minimum && number <= setting.maximum ? number : setting.default;
  };
  const ofFights = "prox_engagement_grace_ms" in configuration ? configuration : {};
  return {
    sampleMs: value("sampleMs"),
    engagement: {
      silenceMs: value("engagementSilenceMs", ofFights),
      graceMs: value("engagementGraceMs", ofFights),
    },
    crossfire: { windowMs: value("crossfireWindowMs"), angleDeg: value("crossfireAngleDeg") },
    bait: {
      windowMs: value("baitWindowMs"),
      retreatUnits: value("baitRetreatUnits"),
      rangeUnits: value("baitRangeUnits"),
    },
    trade: { windowMs: value("tradeWindowMs") },
    heatmapCellUnits: value("heatmapCellUnits"),
  };
}
