/**
 * What the reader of another tracker's format yields: rounds, each as if it stood in files of ours. The importer takes it
 * from there, see `round-events.ts`. What the format does not record stays away, and is null in the database.
 */
import type { EndReason } from "../../format/file.ts";
import type { Kind } from "../../format/columns.ts";
import type { Fault } from "../fault.ts";
import type { PlayerNote, RoundCaptureState } from "../note-reader.ts";
import type { PlayerTotals, WeaponTotals } from "./totals.ts";

/** The version of our format that rounds of other trackers count as: what a later one brought, they do not record. */
export const FOREIGN_FORMAT_VERSION = 1;

/** What there is to know of a round of another tracker, each described in {@link SOURCE_NOTE_DESCRIPTIONS}. */
export const SOURCE_NOTES = [
  "clock_shifted",
  "clock_uncertain",
  "start_local",
  "pauses_counted",
  "pauses_left_out",
  "slots_made_up",
  "players_by_name",
  "revived_not_sampled",
  "round_number_uncertain",
  "round_number_late",
  "end_not_marked",
] as const;
/** One of {@link SOURCE_NOTES}: an element of `rounds.source_notes`. */
export type SourceNote = (typeof SOURCE_NOTES)[number];

/** What each of the notes means. */
export const SOURCE_NOTE_DESCRIPTIONS: Readonly<Record<SourceNote, string>> = {
  clock_shifted: "times were moved by what the file's start and end say, which is right to about 1.5 seconds",
  clock_uncertain: "nothing in the file proves where round time begins: times may be off by a constant",
  start_local: "the start is told by the server's clock, whose zone is not known, and is taken for UTC",
  pauses_counted: "pauses are in the times, and their length is not known",
  pauses_left_out: "pauses were taken out of the times",
  slots_made_up: "the file has no slots: each player got one in the order in which they are named",
  players_by_name: "the file has no GUIDs: players are told apart by their names",
  revived_not_sampled: "after a revive there are no positions until the next spawn",
  round_number_uncertain: "the tracker wrote the same number for both rounds of a stopwatch match",
  end_not_marked: "the format marks no end: nothing proves that the file, and the round, are whole",
  round_number_late:
    "the number was read after the round: the tracker calls every round that is not of stopwatch 2",
};

/** A row: the line that it comes from, and its values by the names of our columns. What is not there is null. */
export interface ForeignRow {
  readonly line: number;
  readonly values: Readonly<Record<string, number | string | null | undefined>>;
}

/** A row, or a line that was to be one and is wrong; the rows after it are read on. */
export type ForeignLine = ForeignRow | { readonly fault: Fault };

/** The totals of a player, as the tracker or the engine counted them. */
export interface ForeignTotals {
  /** One of the round's notes of this player. */
  readonly player: PlayerNote;
  /** 2 where they are sums of this round and the one before it. */
  readonly coversRounds: 1 | 2;
  readonly totals: PlayerTotals;
  readonly weapons: readonly WeaponTotals[];
}

/** How a round ended. */
export interface ForeignEnd {
  /** Round time, ms. */
  readonly endMs: number;
  /** UTC in ISO 8601. */
  readonly endedAt: string;
  /** `finished` only where the file proves it. */
  readonly endReason: EndReason;
  readonly winnerTeam: number | null;
}

/** One round of a file of another tracker. */
export interface ForeignRound {
  /** Version of the tracker with its name, like `proximity 6.11`. */
  readonly trackerVersion: string;
  /**
   * SHA-256 of all that the file says of this round, whatever the file is called, however it is packed and its lines end: the
   * same round in a copy has the same. See {@link contentHash}.
   */
  readonly contentSha256: string;
  /** At most 64 characters. */
  readonly map: string;
  /** 1, or 2 for the second round of a stopwatch map. */
  readonly round: number;
  /** UTC in ISO 8601. */
  readonly startedAt: string;
  /** Whether `startedAt` is the start by itself, so that it tells the round from others of its map; else the content does. */
  readonly isStartExact: boolean;
  /** What tells it from the same round in another kind of file of its tracker, which both are kept: a part of its key. */
  readonly keySuffix?: string;
  readonly gameType: number | null;
  readonly timeLimitMs: number | null;
  readonly serverName: string | null;
  readonly engineVersion: string | null;
  readonly luaVersion: string | null;
  /** 1 Axis, 2 Allies; null where it is not known. */
  readonly attackingTeam: number | null;
  readonly notes: readonly SourceNote[];
  readonly captures: ReadonlyMap<string, RoundCaptureState>;
  /** What the file says of how it was recorded; of our settings those that prox computes with. */
  readonly configuration: ReadonlyMap<string, string>;
  /** Undefined for a round that was cut: it is stored, and incomplete. */
  readonly end: ForeignEnd | undefined;
  /** Bytes of a torn last line that were dropped. */
  readonly tornBytes: number;
  /** Totals of players. */
  readonly totals?: readonly ForeignTotals[];
  /** Who plays, in order of time. Each slot of a row must be stated at its time or before. */
  readonly players: readonly PlayerNote[];
  /** The rows of the kinds that the file records, in order of time, made anew at each call. */
  readonly rows: Readonly<Partial<Record<Kind, () => Iterable<ForeignLine>>>>;
}

/** What is known of a file beside its bytes. */
export interface ForeignFile {
  /** Its name without folder, and without archive: some formats say there when the round was. */
  readonly name: string;
}

/** Reads one format of another tracker. */
export interface ForeignReader {
  /** Name of the format: `rounds.source`. */
  readonly source: string;
  /** Raised when the reader makes other rows of the same file: `prox import --replace` stores them then. */
  readonly version: number;
  /** Whether only files are read that a person names, and none that lie in a folder or an archive that is named. */
  readonly isOnRequest?: boolean;
  /** Whether a file is of this format, by its first bytes, see `RECOGNITION_BYTES`, read as Latin-1. */
  readonly recognises: (head: string) => boolean;
  /**
   * The rounds of a file, one after the other, so that no more than one is in memory. Throws `RoundFileError` for a file that
   * cannot be taken; a chunk is valid until the next one is asked for.
   */
  readonly readRounds: (bytes: AsyncIterable<Buffer>, file: ForeignFile) => AsyncIterable<ForeignRound>;
}
