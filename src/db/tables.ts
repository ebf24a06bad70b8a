/**
 * How the columns of the round files lie in the tables: which table takes which rows, and which identifiers stand
 * before the file's own columns in the rows that go to COPY.
 */
import { COLUMNS, type Kind } from "../format/columns.ts";

/** A table that takes rows of a round file: `prefix` is made by the importer, `fields` come from the file. */
export interface FactTable {
  readonly table: string;
  /** Columns that the importer fills, in the order in which they stand before the file's fields. */
  readonly prefix: readonly string[];
  /** Columns that the file fills, in the file's order. */
  readonly fields: readonly string[];
}

const namesOf = (kind: Kind): string[] => COLUMNS[kind].map((column) => column.name);
const engagementFieldsWithout = (...names: readonly string[]): string[] =>
  namesOf("engagements").filter((name) => !names.includes(name));

/** Rows of the positions file: the raw row after `round_id`, the player in the slot and the player's team then. */
export const POSITIONS_TABLE: FactTable = {
  table: "player_positions",
  prefix: ["round_id", "player_id", "team"],
  fields: namesOf("positions"),
};

/**
 * Rows of the combat file: the raw row after `round_id`, the number of the row in the file from 1, and player and
 * team of attacker and target then; empty where the row has no attacker or target.
 */
export const COMBAT_TABLE: FactTable = {
  table: "combat_events",
  prefix: [
    "round_id",
    "event_number",
    "attacker_player_id",
    "target_player_id",
    "attacker_team",
    "target_team",
  ],
  fields: namesOf("combat"),
};

/** Rows of the heatmap file: the raw row after `round_id`. */
export const HEATMAP_TABLE: FactTable = {
  table: "proximity_heatmap",
  prefix: ["round_id"],
  fields: namesOf("heatmap"),
};

/**
 * Rows of the objectives file: the raw row after `round_id`, the number of the row in the file from 1, and the players in
 * `slot` and `other_slot` then.
 */
export const OBJECTIVES_TABLE: FactTable = {
  table: "objective_events",
  prefix: ["round_id", "event_number", "player_id", "other_player_id"],
  fields: namesOf("objectives"),
};

/** Engagements. The record itself goes without saying, and a partner has none. */
export const ENGAGEMENT_TABLE: FactTable = {
  table: "engagement_analysis",
  prefix: ["round_id", "player_id", "enemy_player_id"],
  fields: engagementFieldsWithout(
    "record",
    "side",
    "partner_slot",
    "partner_distance_units",
    "retreat_units",
    "angle_deg",
  ),
};

/** Participants of engagements. `row_number` is the number of the row in the file, from 1. */
export const PARTICIPANT_TABLE: FactTable = {
  table: "engagement_participants",
  prefix: ["round_id", "row_number", "player_id"],
  fields: [
    "time_ms",
    "engagement",
    "start_ms",
    "team",
    "side",
    "slot",
    "damage_given",
    "damage_received",
    "hits_given",
    "kills",
    "deaths",
    "rule_version",
  ],
};

/** Crossfires, baits and trades. `row_number` is the number of the row in the file, from 1. */
export const PROXIMITY_TABLE: FactTable = {
  table: "proximity_events",
  prefix: ["round_id", "row_number", "player_id", "partner_player_id", "enemy_player_id"],
  fields: engagementFieldsWithout("side", "attackers", "defenders", "outcome", "winner_team"),
};

/** The table of each record of the engagements file; its `fields` are to be picked from the row by name. */
export const ENGAGEMENT_RECORD_TABLES = {
  engagement: ENGAGEMENT_TABLE,
  participant: PARTICIPANT_TABLE,
  crossfire: PROXIMITY_TABLE,
  bait: PROXIMITY_TABLE,
  trade: PROXIMITY_TABLE,
} as const;

/** Every table that an import writes to. */
export const WRITTEN_TABLES = [
  "rounds",
  "players",
  "round_players",
  "import_files",
  "refused_paths",
  "known_paths",
  "forgotten_rounds",
  "corrections",
  "session_names",
  "session_tags",
  "session_bounds",
  "posts",
  "map_areas",
  "models",
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
  "proximity_heatmap",
  "round_rules",
  "objective_events",
  "objectives",
  "announcements",
  "objective_phases",
  "player_totals",
  "player_weapon_totals",
  "combat_counts",
  "downs",
  "trade_chances",
  "trade_counts",
  "last_stands",
  "life_results",
  "player_engagement_stats",
  "teammate_synergy",
  "teammate_distances",
  "player_lives",
  "player_movement",
  "team_shapes",
  "team_moves",
  "moving_pairs",
] as const;
