/** What is stored of a round, as {@link runRules} reads it: events in their order, and where players were. */
import type { BaitThresholds } from "../rules/bait.ts";
import type { CrossfireThresholds } from "../rules/crossfire.ts";
import type { EngagementThresholds } from "../rules/engagement.ts";
import type { TradeThresholds } from "../rules/trade.ts";
import type { Tracks } from "./tracks.ts";

/** A place, in units. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** Who attacked the target, and from where. */
export interface Attacker {
  readonly slot: number;
  readonly team: number;
  readonly place: Place;
  /** Whether they stood when it happened: a grenade can outlive who threw it. */
  readonly isUp: boolean;
}

/** An event of the combat file that rules look at. Times are ms of round time. */
export interface EventFact {
  readonly event: "hit" | "kill" | "spawn" | "revive" | "leave";
  readonly timeMs: number;
  /** The slot of the player it happened to. */
  readonly target: number;
  readonly targetTeam: number;
  /** Where they were then; undefined for who leaves. */
  readonly place: Place | undefined;
  /** Of hits and kills by a player. */
  readonly attacker: Attacker | undefined;
  /** Whether the two are of different teams. */
  readonly isByEnemy: boolean;
  /** Of a hit, at most the health that was left, hit points; else 0. */
  readonly damage: number;
}

/** The thresholds of all rules: the settings that the round was recorded with. */
export interface RuleSettings {
  readonly sampleMs: number;
  readonly engagement: EngagementThresholds;
  readonly crossfire: CrossfireThresholds;
  readonly bait: BaitThresholds;
  readonly trade: TradeThresholds;
  readonly heatmapCellUnits: number;
}

/** All that the rules need of a round. */
export interface RoundFacts {
  readonly settings: RuleSettings;
  /** When the recording began, ms of round time. */
  readonly beganMs: number;
  /** When it ended; undefined where that is not known, as the file was cut: fights that were open then are not told. */
  readonly endMs: number | undefined;
  /** In the order in which they happened. */
  readonly events: readonly EventFact[];
  /** Where players were seen, in samples and at events. */
  readonly tracks: Tracks;
}
