/**
 * The notes of a round file: all lines that begin with `#`. They come in one order: mark, header keys, settings,
 * columns; notes between the rows; trailer keys, checksum. {@link NoteReader} reads them one by one and refuses any other.
 */
import type { Kind } from "../format/columns.ts";
import type { FileField } from "../format/field.ts";
import {
  CAPTURE_NOTE,
  checksumFields,
  CHECKSUM_KEY,
  COLUMNS_NOTE,
  CONFIG_NOTE,
  FILE_MARK,
  FORMAT_VERSION,
  HEADER_KEYS,
  HEADER_NOTES,
  PLAYER_NOTE,
  ROW_NOTES,
  TRAILER_KEYS,
  type CaptureState,
  type EndReason,
  type FileNote,
} from "../format/file.ts";
import { LIMITS } from "../format/limits.ts";
import { ANNOUNCE_NOTE, OBJECTIVE_NOTE, type ObjectiveKind } from "../format/objectives.ts";
import { checksumAt, columnsOf, fieldsAt, kindsAt, notesAt } from "../format/versions.ts";
import { NoteKeys, readFields } from "./note-fields.ts";
import { refuse } from "./fault.ts";

/**
 * State of a capture in a round: what our files say, and in rounds of other trackers `unknown` where the file does not tell
 * whether it was on, `partly` where rows are missing because of how that tracker works.
 */
export type RoundCaptureState = CaptureState | "unknown" | "partly";

/** Where a round of another tracker came from. */
export interface RoundOrigin {
  /** Name of the format. */
  readonly source: string;
  /** What there is to know of the round, in fixed words. */
  readonly notes: readonly string[];
  /** What the file records. */
  readonly kinds: readonly Kind[];
  /** Whether it holds rows of these kinds, and not only totals. */
  readonly hasRows: boolean;
}

/** What the header says. Times of day are UTC in ISO 8601. What another tracker did not record is null. */
export interface RoundHeader {
  readonly kind: Kind;
  /** The version of the format that the file has: what a later one brought, the file does not know. */
  readonly formatVersion: number;
  /** Names of the columns, in the order of a row. */
  readonly columns: readonly string[];
  readonly roundKey: string;
  readonly matchKey: string;
  readonly map: string;
  readonly round: number;
  readonly startedAt: string;
  readonly gameType: number | null;
  readonly timeLimitMs: number | null;
  readonly serverName: string | null;
  readonly trackerVersion: string;
  readonly trackerSha1: string | null;
  readonly engineVersion: string | null;
  readonly luaVersion: string | null;
  /** 1, or more for what was recorded after the modules were reloaded in the middle of the round. */
  readonly piece: number;
  /** Round time when the recording began, ms; null in files of format version 1, which do not say it. */
  readonly beganMs: number | null;
  /** 1 Axis, 2 Allies; null where it is not known, and in files of format version 1. */
  readonly attackingTeam: number | null;
  /** Effective settings of the tracker. */
  readonly config: ReadonlyMap<string, string>;
  /** State of each capture when the round began. */
  readonly captures: ReadonlyMap<string, RoundCaptureState>;
  /** Of a round of another tracker. */
  readonly origin?: RoundOrigin;
}

/** What the trailer says. */
export interface RoundTrailer {
  readonly rows: number;
  readonly endedAt: string;
  readonly endMs: number;
  readonly endReason: EndReason;
  readonly winnerTeam: number | null;
  /** Null where another tracker does not record it. */
  readonly rowsLost: number | null;
  readonly frameMeanUs: number | null;
  readonly frameWorstMs: number | null;
  readonly heapKb: number | null;
  /** Null where another tracker does not record it. */
  readonly errors: number | null;
  /** Hex digits; empty in a round of another tracker. */
  readonly checksum: string;
}

/** Who plays in a slot from a moment on. */
export interface PlayerNote {
  readonly timeMs: number;
  readonly slot: number;
  /** Empty when the client has none. */
  readonly guid: string;
  readonly name: string;
  readonly team: number;
  /** Null where another tracker does not record it. */
  readonly class: number | null;
  readonly isBot: boolean;
  /** Of another tracker whose files have no GUIDs at all: the name tells players apart, over all its rounds. */
  readonly isByName?: boolean;
}

/** A change of a capture's state while the round ran. */
export interface CaptureNote {
  readonly name: string;
  readonly state: CaptureState;
}

/** What a map has to fight for. */
export interface ObjectiveNote {
  readonly id: number;
  readonly kind: ObjectiveKind;
  /** With colour codes; empty where the map has none. */
  readonly name: string;
  /** 1 Axis, 2 Allies, 0 neither or both. */
  readonly team: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Whether it stands where the recording begins; null where the file's version does not say it. */
  readonly stands: boolean | null;
}

/** What the map announced to all players. */
export interface AnnounceNote {
  readonly timeMs: number;
  readonly text: string;
}

/** What one of these lines told. */
export type NoteEvent =
  | { readonly type: "header"; readonly header: RoundHeader }
  | { readonly type: "player"; readonly player: PlayerNote }
  | { readonly type: "capture"; readonly capture: CaptureNote }
  | { readonly type: "objective"; readonly objective: ObjectiveNote }
  | { readonly type: "announce"; readonly announce: AnnounceNote }
  | { readonly type: "trailer"; readonly trailer: RoundTrailer };

type Phase = "mark" | "keys" | "rows" | "trailer" | "end";

const VERSION = /^[1-9]\d{0,8}$/;

/** What the notes of a version of the format are: made once, as every file needs it. */
interface VersionNotes {
  readonly headerKeys: readonly FileField[];
  readonly trailerKeys: readonly FileField[];
  readonly headerNotes: readonly FileNote[];
  readonly rowNotes: readonly FileNote[];
  readonly checksum: readonly FileField[];
}

const madeNotes = new Map<number, VersionNotes>();

function versionNotes(version: number): VersionNotes {
  const known = madeNotes.get(version) ?? {
    headerKeys: fieldsAt(HEADER_KEYS, version),
    trailerKeys: fieldsAt(TRAILER_KEYS, version),
    headerNotes: notesAt(HEADER_NOTES, version),
    rowNotes: notesAt(ROW_NOTES, version),
    checksum: checksumFields(checksumAt(version)),
  };
  madeNotes.set(version, known);
  return known;
}

/** Reads the lines of a file that begin with `#`, in their order. Throws `RoundFileError` for what is wrong. */
export class NoteReader {
  #phase: Phase = "mark";
  #kind: Kind = "positions";
  #version = FORMAT_VERSION;
  #columns: readonly string[] = [];
  #headerKeys = new NoteKeys([], "E_HEADER");
  #trailerKeys = new NoteKeys([], "E_TRAILER");
  #headerNotes: readonly FileNote[] = [];
  #rowNotes: readonly FileNote[] = [];
  #firstTrailerKey = "";
  readonly #config = new Map<string, string>();
  readonly #captures = new Map<string, CaptureState>();
  /** Ids of the objectives that were stated. */
  readonly #objectives = new Set<number>();
  #announcements = 0;

  /** The version of the format that the first line states. */
  get version(): number {
    return this.#version;
  }

  /** Whether rows may come now. */
  get isInRows(): boolean {
    return this.#phase === "rows";
  }

  /** Whether the checksum line was read: nothing may come after it. */
  get isComplete(): boolean {
    return this.#phase === "end";
  }

  /** Whether the header was read to its end. */
  get hasHeader(): boolean {
    return this.#phase !== "mark" && this.#phase !== "keys";
  }

  /** Reads one line without its LF. Returns what it told, or undefined for part of a header or trailer. */
  read(text: string, line: number): NoteEvent | undefined {
    const fields = text.split("\t");
    const key = (fields[0] ?? "").slice(1);
    switch (this.#phase) {
      case "mark":
        this.#readMark(fields, line);
        return undefined;
      case "keys":
        return this.#readHeaderLine(key, fields, line);
      case "rows":
        return this.#readNote(key, fields, line);
      case "trailer":
        return this.#readTrailerLine(key, fields, line);
      case "end":
        return refuse("E_AFTER_TRAILER", line, "a line after the checksum", { text });
    }
  }

  #readMark(fields: readonly string[], line: number): void {
    const [mark, kindText = "", version = ""] = fields;
    if (mark !== FILE_MARK || fields.length !== 3) {
      refuse("E_HEADER", line, `the first line must be \`${FILE_MARK}\`, the kind and the format version`, {
        text: fields.join("\t"),
      });
    }
    this.#begin(this.#readVersion(version, line));
    const kinds = kindsAt(this.#version);
    const kind = kinds.find((candidate) => candidate === kindText);
    if (kind === undefined) {
      refuse("E_HEADER", line, `the kind must be one of ${kinds.join(", ")}`, { column: 2, text: kindText });
    }
    this.#kind = kind;
    this.#phase = "keys";
  }

  #readVersion(text: string, line: number): number {
    const place = { column: 3, text };
    if (!VERSION.test(text)) {
      refuse("E_FORMAT_VERSION", line, "the format version must be a whole number", place);
    }
    const version = Number(text);
    if (version > FORMAT_VERSION) {
      const message =
        `the file has format version ${version}, and this prox reads up to ${FORMAT_VERSION}: ` +
        `install a prox that reads ${version}`;
      refuse("E_FORMAT_VERSION", line, message, place);
    }
    return version;
  }

  /** Goes by what a version of the format has. */
  #begin(version: number): void {
    const { headerKeys, headerNotes, rowNotes, trailerKeys } = versionNotes(version);
    this.#version = version;
    this.#headerKeys = new NoteKeys(headerKeys, "E_HEADER");
    this.#trailerKeys = new NoteKeys(trailerKeys, "E_TRAILER");
    this.#firstTrailerKey = trailerKeys[0]?.name ?? "";
    this.#headerNotes = headerNotes;
    this.#rowNotes = rowNotes;
  }

  #readHeaderLine(key: string, fields: readonly string[], line: number): NoteEvent | undefined {
    const note = this.#headerNotes.find(({ name }) => name === key);
    if (note === undefined && key !== COLUMNS_NOTE) {
      this.#headerKeys.read(key, fields, line);
      return undefined;
    }
    this.#headerKeys.finish(line);
    if (note === undefined) return this.#readColumns(fields, line);
    const values = readFields(note.fields, "E_HEADER", fields, line);
    if (key === CONFIG_NOTE) {
      const name = this.#nameOnce(this.#config, key, values, line);
      this.#config.set(name, values.get("value") ?? "");
    } else if (key === CAPTURE_NOTE) {
      const name = this.#nameOnce(this.#captures, key, values, line);
      this.#captures.set(name, values.get("state") as CaptureState);
    }
    return undefined;
  }

  /** The name that a note states; throws for one that was stated before, and for more than any file needs. */
  #nameOnce(
    known: ReadonlyMap<string, string>,
    key: string,
    values: ReadonlyMap<string, string>,
    line: number,
  ): string {
    const name = values.get("name") ?? "";
    if (known.has(name))
      refuse("E_HEADER", line, `a \`${key}\` line before this one has the same name`, {
        column: 2,
        text: name,
      });
    if (known.size >= LIMITS.settings) refuse("E_HEADER", line, `too many \`${key}\` lines`);
    return name;
  }

  #readColumns(fields: readonly string[], line: number): NoteEvent {
    const expected = columnsOf(this.#kind, this.#version);
    const length = Math.max(expected.length, fields.length - 1);
    for (let index = 0; index < length; index++) {
      const name = expected[index]?.name;
      const found = fields[index + 1];
      if (name === found) continue;
      const wanted = name === undefined ? "there are no more columns" : `the column must be \`${name}\``;
      refuse("E_COLUMNS", line, wanted, { column: index + 2, text: found ?? "" });
    }
    this.#columns = expected.map(({ name }) => name);
    this.#phase = "rows";
    return { type: "header", header: this.#makeHeader() };
  }

  #readNote(key: string, fields: readonly string[], line: number): NoteEvent | undefined {
    const note = this.#rowNotes.find(({ name }) => name === key);
    if (note !== undefined) {
      const values = readFields(note.fields, "E_NOTE", fields, line);
      return this.#makeNote(key, values, line);
    }
    if (key !== this.#firstTrailerKey) {
      const known = this.#rowNotes.map(({ name }) => `\`#${name}\``).join(", ");
      refuse("E_NOTE", line, `only these lines may stand between rows: ${known}`, {
        column: 1,
        text: `#${key}`,
      });
    }
    this.#phase = "trailer";
    this.#trailerKeys.read(key, fields, line);
    return undefined;
  }

  #makeNote(key: string, values: ReadonlyMap<string, string>, line: number): NoteEvent | undefined {
    switch (key) {
      case PLAYER_NOTE:
        return { type: "player", player: makePlayer(values) };
      case CAPTURE_NOTE:
        return { type: "capture", capture: makeCapture(values) };
      case OBJECTIVE_NOTE: {
        const objective = makeObjective(values);
        if (this.#objectives.has(objective.id)) {
          refuse("E_NOTE", line, "an `#objective` line before this one has the same id", {
            column: 2,
            field: "id",
            text: String(objective.id),
          });
        }
        this.#objectives.add(objective.id);
        return { type: "objective", objective };
      }
      case ANNOUNCE_NOTE:
        if (++this.#announcements > LIMITS.announceNotes) {
          refuse("E_NOTE", line, `more than ${LIMITS.announceNotes} \`#${ANNOUNCE_NOTE}\` lines`);
        }
        return {
          type: "announce",
          announce: { timeMs: Number(values.get("time_ms")), text: values.get("text") ?? "" },
        };
      default:
        return undefined;
    }
  }

  #readTrailerLine(key: string, fields: readonly string[], line: number): NoteEvent | undefined {
    if (key !== CHECKSUM_KEY) {
      this.#trailerKeys.read(key, fields, line);
      return undefined;
    }
    this.#trailerKeys.finish(line);
    const checksum = readFields(versionNotes(this.#version).checksum, "E_TRAILER", fields, line);
    this.#phase = "end";
    return { type: "trailer", trailer: this.#makeTrailer(checksum.get("checksum") ?? "") };
  }

  #makeHeader(): RoundHeader {
    const { values } = this.#headerKeys;
    const text = (key: string): string => values.get(key) ?? "";
    return {
      kind: this.#kind,
      formatVersion: this.#version,
      columns: this.#columns,
      roundKey: text("round_key"),
      matchKey: text("match_key"),
      map: text("map"),
      round: Number(text("round")),
      startedAt: text("started_at"),
      gameType: Number(text("game_type")),
      timeLimitMs: Number(text("time_limit_ms")),
      serverName: text("server_name"),
      trackerVersion: text("tracker_version"),
      trackerSha1: values.get("tracker_sha1") ?? null,
      engineVersion: text("engine_version"),
      luaVersion: text("lua_version"),
      piece: Number(values.get("piece") ?? 1),
      beganMs: values.has("began_ms") ? Number(values.get("began_ms")) : null,
      attackingTeam: values.has("attacking_team") ? Number(values.get("attacking_team")) : null,
      config: this.#config,
      captures: this.#captures,
    };
  }

  #makeTrailer(checksum: string): RoundTrailer {
    const { values } = this.#trailerKeys;
    const number = (key: string): number => Number(values.get(key));
    const optional = (key: string): number | null => (values.has(key) ? number(key) : null);
    return {
      rows: number("rows"),
      endedAt: values.get("ended_at") ?? "",
      endMs: number("end_ms"),
      endReason: values.get("end_reason") as EndReason,
      winnerTeam: optional("winner_team"),
      rowsLost: number("rows_lost"),
      frameMeanUs: optional("frame_mean_us"),
      frameWorstMs: optional("frame_worst_ms"),
      heapKb: optional("heap_kb"),
      errors: number("errors"),
      checksum,
    };
  }
}

function makePlayer(values: ReadonlyMap<string, string>): PlayerNote {
  const number = (name: string): number => Number(values.get(name));
  return {
    timeMs: number("time_ms"),
    slot: number("slot"),
    guid: values.get("guid") ?? "",
    name: values.get("name") ?? "",
    team: number("team"),
    class: number("class"),
    isBot: values.get("is_bot") === "1",
  };
}

function makeObjective(values: ReadonlyMap<string, string>): ObjectiveNote {
  const number = (name: string): number => Number(values.get(name));
  return {
    id: number("id"),
    kind: values.get("kind") as ObjectiveKind,
    name: values.get("name") ?? "",
    team: number("team"),
    x: number("x"),
    y: number("y"),
    z: number("z"),
    stands: values.has("stands") ? values.get("stands") === "1" : null,
  };
}

function makeCapture(values: ReadonlyMap<string, string>): CaptureNote {
  return { name: values.get("name") ?? "", state: values.get("state") as CaptureState };
}
