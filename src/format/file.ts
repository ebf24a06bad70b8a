/**
 * The frame of a round file around its rows: names, header, notes, trailer.
 *
 * A file is UTF-8 text with LF line ends and TAB between fields. Every line that begins with `#` says something
 * about the file, every other line is a row. The header comes first, then rows mixed with notes, then the trailer,
 * whose last line is the checksum. A file without it was cut: what stands in it is valid, but incomplete.
 */
import type { Kind } from "./columns.ts";

/** Version of the format; a reader refuses any other. */
export const FORMAT_VERSION = 1;

/** Where the files lie below `fs_homepath/fs_game`. */
export const OUTPUT_FOLDER = "gamestats";

/** What a file's name ends in while it is being written, or when the server died. */
export const PART_SUFFIX = ".part";

/** The name of a round's file of one kind, without folder: `<round key>_<kind>.txt`. */
export function roundFileName(roundKey: string, kind: Kind): string {
  return `${roundKey}_${kind}.txt`;
}

/** The first field of the first line of every file, before the kind and the format version. */
export const FILE_MARK = "#prox";

/** A key of the header or the trailer: one line `#key<TAB>value`. */
export interface FileKey {
  readonly name: string;
  readonly type: "text" | "integer" | "decimal" | "utc";
  /** Whether the line may be missing. */
  readonly optional: boolean;
  readonly description: string;
}

/** The header's keys, in their order. `#config`, `#capture` and `#columns` lines follow them. */
export const HEADER_KEYS: readonly FileKey[] = [
  {
    name: "round_key",
    type: "text",
    optional: false,
    description: "identity of the round, made on the server once a round; the same in all of its files",
  },
  {
    name: "match_key",
    type: "text",
    optional: false,
    description: "identity of the match: the two rounds of a stopwatch map share it",
  },
  { name: "map", type: "text", optional: false, description: "name of the map" },
  { name: "round", type: "integer", optional: false, description: "1, or 2 for the second of stopwatch" },
  {
    name: "started_at",
    type: "utc",
    optional: false,
    description: "when play began, by the server's clock, in UTC",
  },
  {
    name: "game_type",
    type: "integer",
    optional: false,
    description:
      "the engine's number: 2 objective, 3 stopwatch, 4 campaign, 5 last man standing, 6 map voting",
  },
  {
    name: "time_limit_ms",
    type: "integer",
    optional: false,
    description: "the round's time limit; 0 for none",
  },
  { name: "server_name", type: "text", optional: false, description: "the cvar sv_hostname" },
  { name: "tracker_version", type: "text", optional: false, description: "version of the tracker" },
  {
    name: "tracker_sha1",
    type: "text",
    optional: true,
    description: "SHA-1 of the module's file as the engine loaded it, 40 lower-case hex digits",
  },
  { name: "engine_version", type: "text", optional: false, description: "the cvar mod_version" },
  { name: "lua_version", type: "text", optional: false, description: "the Lua that ran the tracker" },
];

/**
 * Lines of more than one kind of value:
 * `config` name, value: an effective setting of the tracker (header only);
 * `capture` name, state: whether a capture is active; also later, when one fails;
 * `columns` names…: the columns of the rows (header only, its last line);
 * `player` time_ms, slot, guid, name, team, class, bot: who plays in a slot from then on, stated again on change; not
 * in the heatmap, whose rows name no slot.
 */
export const CONFIG_NOTE = "config";
/** State of a capture: of each in the header, of one between the rows when it changes. */
export const CAPTURE_NOTE = "capture";
/** Names of the columns; ends the header. */
export const COLUMNS_NOTE = "columns";
/** Who plays in a slot, with the fields of {@link PLAYER_FIELDS}; between the rows. */
export const PLAYER_NOTE = "player";

/** What the tracker captures; every file says the state of each. */
export const CAPTURES = [
  "positions",
  "fire",
  "mounted_fire",
  "hit",
  "hit_region",
  "kill",
  "revive",
  "engagement",
  "crossfire",
  "bait",
  "trade",
  "heatmap",
] as const;
/** Name of a capture, as the notes state it; see {@link CAPTURE_DESCRIPTIONS}. */
export type Capture = (typeof CAPTURES)[number];

/** What each capture gives. */
export const CAPTURE_DESCRIPTIONS: Readonly<Record<Capture, string>> = {
  positions: "rows of the positions file",
  fire: "`fire` rows of the weapons that players carry",
  mounted_fire: "`fire` rows of mounted guns and tanks",
  hit: "`hit` rows",
  hit_region: "the column `hit_region`",
  kill: "`kill`, `gib` and `tapout` rows",
  revive: "`revive` rows",
  engagement: "`engagement` and `participant` rows",
  crossfire: "`crossfire` rows",
  bait: "`bait` rows",
  trade: "`trade` rows",
  heatmap: "rows of the heatmap file",
};

/**
 * What a file can say of a capture. `on`; `off` by configuration; `unavailable` on this engine; `failed` by an error
 * on the way, rows are missing from there on.
 */
export const CAPTURE_STATES = ["on", "off", "unavailable", "failed"] as const;
/** State of a capture, as the notes state it; a later note replaces an earlier one. */
export type CaptureState = (typeof CAPTURE_STATES)[number];

/** A field of the `player` note. Every field is present; a GUID is empty when the client has none. */
export const PLAYER_FIELDS = ["time_ms", "slot", "guid", "name", "team", "class", "is_bot"] as const;

/** Why a round's recording ended. Only a `finished` round is complete. */
export const END_REASONS = [
  "finished",
  "map_restart",
  "map_change",
  "warmup",
  "shutdown",
  "module_unloaded",
] as const;
/** The trailer's `end_reason`; see {@link END_REASON_DESCRIPTIONS}, and {@link CUT_REASON} for a file without one. */
export type EndReason = (typeof END_REASONS)[number];

/** What each end reason means. */
export const END_REASON_DESCRIPTIONS: Readonly<Record<EndReason, string>> = {
  finished: "the game decided the round: time limit, objective or surrender; intermission began",
  map_restart: "the map was restarted while the round was played",
  map_change: "another map was loaded while the round was played",
  warmup: "the game fell back to warm-up, for example because a team was empty",
  shutdown: "the server was shut down, or left the map, while the round was played",
  module_unloaded: "the Lua modules were unloaded or reloaded while the round was played",
};

/** What the importer says of a file that was cut: no trailer, the server died or is still writing. */
export const CUT_REASON = "cut";

/** The trailer's keys, in their order. The checksum line follows them. */
export const TRAILER_KEYS: readonly FileKey[] = [
  { name: "rows", type: "integer", optional: false, description: "number of rows" },
  { name: "ended_at", type: "utc", optional: false, description: "when the recording ended, in UTC" },
  { name: "end_ms", type: "integer", optional: false, description: "round time when the recording ended" },
  { name: "end_reason", type: "text", optional: false, description: "why it ended" },
  {
    name: "winner_team",
    type: "integer",
    optional: true,
    description: "1 Axis, 2 Allies; missing when nobody won or it is not known",
  },
  {
    name: "rows_lost",
    type: "integer",
    optional: false,
    description: "rows that could not be written, because the disk refused them",
  },
  {
    name: "frame_mean_us",
    type: "decimal",
    optional: true,
    description: "the tracker's own cost: mean time in a frame, microseconds",
  },
  {
    name: "frame_worst_ms",
    type: "integer",
    optional: true,
    description: "the tracker's own cost: longest time in a frame, whole milliseconds",
  },
  {
    name: "heap_kb",
    type: "integer",
    optional: true,
    description: "size of the tracker's Lua heap at the end, KiB",
  },
  {
    name: "errors",
    type: "integer",
    optional: false,
    description: "errors that the tracker caught in itself",
  },
];

/** Name of the last line: `#checksum<TAB>adler32<TAB><8 hex digits>`, over all bytes before that line. */
export const CHECKSUM_KEY = "checksum";
/** The algorithm that this line names: Adler-32 as RFC 1950 defines it, in lower-case digits. */
export const CHECKSUM_ALGORITHM = "adler32";
