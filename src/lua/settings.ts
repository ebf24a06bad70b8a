/**
 * The tracker's settings: one table for the cvars that it reads, the header that states them, the documents and the
 * values that `prox build` compiles in. Pure data.
 */

/** A setting that is a number. The cvar has the same name; a value out of range is moved to the nearer end. */
export interface NumberSetting {
  /** The name that the code uses. */
  readonly key: string;
  readonly name: string;
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
  readonly description: string;
}

/** The settings that are numbers, in the order in which a header states them. */
export const NUMBER_SETTINGS = [
  {
    key: "sampleMs",
    name: "prox_sample_ms",
    default: 1000,
    minimum: 50,
    maximum: 5000,
    unit: "ms",
    description: "time between two position samples of a player",
  },
  {
    key: "flushMs",
    name: "prox_flush_ms",
    default: 5000,
    minimum: 500,
    maximum: 60000,
    unit: "ms",
    description: "longest time that a row waits before it is written to disk",
  },
  {
    key: "stationaryUps",
    name: "prox_stationary_ups",
    default: 5,
    minimum: 0,
    maximum: 1000,
    unit: "ups",
    description: "a player slower than this is stationary",
  },
  {
    key: "nearUnits",
    name: "prox_near_units",
    default: 300,
    minimum: 1,
    maximum: 65536,
    unit: "units",
    description: "players within this distance are near",
  },
  {
    key: "heatmapCellUnits",
    name: "prox_heatmap_cell_units",
    default: 256,
    minimum: 16,
    maximum: 8192,
    unit: "units",
    description: "size of a cell of the kill heatmap",
  },
  {
    key: "engagementSilenceMs",
    name: "prox_engagement_silence_ms",
    default: 5000,
    minimum: 500,
    maximum: 120000,
    unit: "ms",
    description: "a player is out of an engagement after this time without doing or taking damage",
  },
  {
    key: "engagementGraceMs",
    name: "prox_engagement_grace_ms",
    default: 3000,
    minimum: 0,
    maximum: 60000,
    unit: "ms",
    description:
      "an engagement in which one side has nobody left is over when nothing has happened in it for longer than this",
  },
  {
    key: "crossfireWindowMs",
    name: "prox_crossfire_window_ms",
    default: 2000,
    minimum: 50,
    maximum: 30000,
    unit: "ms",
    description: "most time between the two hits of a crossfire",
  },
  {
    key: "crossfireAngleDeg",
    name: "prox_crossfire_angle_deg",
    default: 45,
    minimum: 1,
    maximum: 180,
    unit: "degrees",
    description: "least angle between the two directions of a crossfire",
  },
  {
    key: "baitWindowMs",
    name: "prox_bait_window_ms",
    default: 3000,
    minimum: 50,
    maximum: 30000,
    unit: "ms",
    description: "most time from the enemy's last hit on the bait to the hit that punishes the enemy",
  },
  {
    key: "baitRetreatUnits",
    name: "prox_bait_retreat_units",
    default: 100,
    minimum: 1,
    maximum: 65536,
    unit: "units",
    description: "least way that the bait moved away from the enemy",
  },
  {
    key: "baitRangeUnits",
    name: "prox_bait_range_units",
    default: 1500,
    minimum: 1,
    maximum: 65536,
    unit: "units",
    description: "most distance from which a teammate punishes the enemy",
  },
  {
    key: "tradeWindowMs",
    name: "prox_trade_window_ms",
    default: 3000,
    minimum: 50,
    maximum: 30000,
    unit: "ms",
    description: "most time between a teammate's death and the death of their killer",
  },
  {
    key: "objectives",
    name: "prox_objectives",
    default: 1,
    minimum: 0,
    maximum: 1,
    unit: "0 or 1",
    description: "1 records what happens to the map's objectives, and who did it",
  },
  {
    key: "announce",
    name: "prox_announce",
    default: 0,
    minimum: 0,
    maximum: 1,
    unit: "0 or 1",
    description: "1 reads the server's log for what the map announces and for who gave packs to whom",
  },
  {
    key: "debug",
    name: "prox_debug",
    default: 0,
    minimum: 0,
    maximum: 1,
    unit: "0 or 1",
    description: "1 prints what the tracker does to the server's console",
  },
] as const satisfies readonly NumberSetting[];

/** Which uses of weapons and items become `fire` rows. */
export const FIRE_SETTING = {
  name: "prox_fire",
  default: "all",
  description:
    "`all`, `weapons` (without tools, medical items and supplies), `none`, or weapon numbers separated by blanks or commas",
} as const;
