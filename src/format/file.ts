/**
 * The frame of a round file around its rows: names, header, notes, trailer.
 *
 * A file is UTF-8 text with LF line ends and TAB between fields. Every line that begins with `#` says something
 * about the file, every other line is a row. The header comes first, then rows mixed with notes, then the trailer,
 * whose last line is the checksum. A file without it was cut: what stands in it is valid, but incomplete.
 */
import type { ChecksumKind } from "./checksum.ts";
import { MAXIMUM_INTEGER, SLOTS } from "./column.ts";
import type { Kind } from "./columns.ts";
import { filledText, hex, mayBeMissing, sinceVersion, text, utc, whole, word } from "./field.ts";
import type { FileField } from "./field.ts";
import { ANNOUNCE_FIELDS, ANNOUNCE_NOTE, OBJECTIVE_FIELDS, OBJECTIVE_NOTE } from "./objectives.ts";

/**
 * Version of the format that the tracker writes. A reader takes this one and all before it; what a later version brought
 * carries its number in `since`.
 */
export const FORMAT_VERSION = 3;

/** Where the files lie below `fs_homepath/fs_game`. */
export const OUTPUT_FOLDER = "gamestats";

/** What a file's name ends in while it is being written, or when the server died. */
export const PART_SUFFIX = ".part";

/**
 * The name of a round's file of one kind, without folder: `<round key>_<kind>.txt`, and `<round key>.<piece>_<kind>.txt` from
 * the second piece on.
 */
export function roundFileName(roundKey: string, kind: Kind, piece = 1): string {
  const part = piece > 1 ? `.${piece}` : "";
  return `${roundKey}${part}_${kind}.txt`;
}

/** The first field of the first line of every file, before the kind and the format version. */
export const FILE_MARK = "#prox";

/** The most pieces that a round can have. */
export const MOST_PIECES = 99;

/** Round time at which a recording that saw the beginning of its round begins at the latest, ms: the engine's first frames are long. */
export const LATEST_BEGIN_MS = 1000;

/** The header's keys, in their order: a line `#key<TAB>value` each. `#config`, `#capture` and `#columns` lines follow. */
export const HEADER_KEYS: readonly FileField[] = [
  filledText("round_key", "the round's identity, made on the server; the same in all files of the round"),
  filledText("match_key", "the match's identity: the two rounds of a stopwatch map share it"),
  filledText("map", "name of the map"),
  whole("round", 1, 2, "1, or 2 for the second round of a stopwatch map"),
  utc("started_at", "when play began, by the server's clock, in UTC"),
  whole(
    "game_type",
    0,
    MAXIMUM_INTEGER,
    "the engine's number: 2 objective, 3 stopwatch, 4 campaign, 5 last man standing, 6 map voting",
  ),
  whole("time_limit_ms", 0, MAXIMUM_INTEGER, "the round's time limit; 0 for none", "ms"),
  text("server_name", "the cvar sv_hostname"),
  text("tracker_version", "version of the tracker"),
  mayBeMissing(hex("tracker_sha1", 40, "SHA-1 of the module's file as the engine loaded it")),
  text("engine_version", "the cvar mod_version"),
  text("lua_version", "the version of Lua that ran the tracker"),
  sinceVersion(
    2,
    whole(
      "piece",
      1,
      MOST_PIECES,
      "1; 2 or more after the modules were reloaded in the middle of the round, whose pieces are one round",
    ),
  ),
  sinceVersion(
    2,
    whole("began_ms", 0, MAXIMUM_INTEGER, "round time when this recording began", "ms of round time"),
  ),
  sinceVersion(
    2,
    mayBeMissing(
      whole(
        "attacking_team",
        1,
        2,
        "the team that has to reach the map's objectives, 1 Axis, 2 Allies; the other one defends. Missing where the map does not say it, or the game type has no sides",
      ),
    ),
  ),
];

/** A line `#name<TAB>field<TAB>…` that a file may have more than once. */
export interface FileNote {
  readonly name: string;
  readonly fields: readonly FileField[];
  /** The format version that brought it; the first where nothing is said. */
  readonly since?: number;
}

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
  "objectives",
  "announce",
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
  objectives:
    "rows and `#objective` notes of the objectives file, `carrying` of the positions, `target_carrying` and `target_act` of kills",
  announce:
    "`#announce` notes and `pack_health`, `pack_ammo` rows; an engine before 2.82 logs no packs, 2.82 those of ammunition alone",
};

/**
 * What a file can say of a capture. `on`; `off` by configuration; `unavailable` on this engine; `failed`: an error
 * switched it off, and later rows are missing; `by_state`: on, but the engine did not report everything, so that the tracker
 * read the rest from the players' state.
 */
export const CAPTURE_STATES = ["on", "off", "unavailable", "failed", "by_state"] as const;
/** State of a capture, as the notes state it; a later note replaces an earlier one. */
export type CaptureState = (typeof CAPTURE_STATES)[number];

/** The version that brought a state, for those that the first did not have. */
export const CAPTURE_STATES_SINCE: Readonly<Partial<Record<CaptureState, number>>> = { by_state: 2 };

/** The version that brought a capture, for those that the first did not have. */
export const CAPTURES_SINCE: Readonly<Partial<Record<Capture, number>>> = { objectives: 2, announce: 2 };

/** An effective setting of the tracker; in the header. */
export const CONFIG_NOTE = "config";
/** State of a capture: of each in the header, of one between the rows when it changes. */
export const CAPTURE_NOTE = "capture";
/** Names of the columns; ends the header. */
export const COLUMNS_NOTE = "columns";
/** Who plays in a slot; between the rows. */
export const PLAYER_NOTE = "player";

/** Who plays in a slot from a time on. Every field is present. */
export const PLAYER_FIELDS: readonly FileField[] = [
  whole("time_ms", 0, MAXIMUM_INTEGER, "when this began to hold", "ms of round time"),
  whole("slot", 0, SLOTS - 1, "the player's slot"),
  text("guid", "the client's GUID; empty when it has none"),
  text("name", "the player's name, colour codes included"),
  whole("team", 0, 3, "1 Axis, 2 Allies, 3 spectators; 0 before the client chose"),
  whole("class", 0, 4, "0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops"),
  whole("is_bot", 0, 1, "1 for a bot"),
];

/** The notes that stand in the header, between its keys and its last line, `#columns`. */
export const HEADER_NOTES: readonly FileNote[] = [
  {
    name: CONFIG_NOTE,
    fields: [text("name", "name of the setting"), text("value", "the value in effect")],
  },
  {
    name: CAPTURE_NOTE,
    fields: [
      { ...word("name", CAPTURES, "name of the capture"), choicesSince: CAPTURES_SINCE },
      {
        ...word("state", CAPTURE_STATES, "its state when the round begins"),
        choicesSince: CAPTURE_STATES_SINCE,
      },
    ],
  },
];

/** The notes that stand between the rows. */
export const ROW_NOTES: readonly FileNote[] = [
  { name: PLAYER_NOTE, fields: PLAYER_FIELDS },
  {
    name: CAPTURE_NOTE,
    fields: [
      { ...word("name", CAPTURES, "name of the capture"), choicesSince: CAPTURES_SINCE },
      { ...word("state", CAPTURE_STATES, "its state from this line on"), choicesSince: CAPTURE_STATES_SINCE },
    ],
  },
  { name: OBJECTIVE_NOTE, fields: OBJECTIVE_FIELDS, since: 2 },
  { name: ANNOUNCE_NOTE, fields: ANNOUNCE_FIELDS, since: 2 },
];

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

/** What the importer says of a file that says it finished, of a recording that began in the middle of the round. */
export const LATE_REASON = "began_late";

/** The trailer's keys, in their order. The checksum line follows them. */
export const TRAILER_KEYS: readonly FileField[] = [
  whole("rows", 0, MAXIMUM_INTEGER, "number of rows"),
  utc("ended_at", "when the recording ended, in UTC"),
  whole("end_ms", 0, MAXIMUM_INTEGER, "round time when the recording ended", "ms of round time"),
  word("end_reason", END_REASONS, "why the recording ended"),
  mayBeMissing(
    whole("winner_team", 1, 2, "1 Axis, 2 Allies; missing when nobody won, or when the winner is unknown"),
  ),
  whole(
    "rows_lost",
    0,
    MAXIMUM_INTEGER,
    "rows that the tracker could not write, because the disk refused them",
  ),
  {
    name: "frame_mean_us",
    type: "decimal",
    digits: 1,
    minimum: 0,
    maximum: MAXIMUM_INTEGER,
    unit: "µs",
    optional: true,
    description: "the tracker's own cost: mean time in a frame",
  },
  mayBeMissing(
    whole(
      "frame_worst_ms",
      0,
      MAXIMUM_INTEGER,
      "the tracker's own cost: longest time in a frame, whole milliseconds",
      "ms",
    ),
  ),
  mayBeMissing(whole("heap_kb", 0, MAXIMUM_INTEGER, "size of the tracker's Lua heap at the end", "KiB")),
  whole("errors", 0, MAXIMUM_INTEGER, "errors that the tracker caught in itself"),
];

/** Name of the last line; its fields are {@link checksumFields}. */
export const CHECKSUM_KEY = "checksum";
/** The fields of the last line, of a checksum. */
export function checksumFields({ algorithm, digits }: ChecksumKind): readonly FileField[] {
  return [
    word("algorithm", [algorithm], "the algorithm"),
    hex("checksum", digits, "the checksum over all bytes before this line"),
  ];
}
