/**
 * The frame of a round file: all lines that begin with `#`. They come in one order: mark, header keys, settings,
 * columns; notes between the rows; trailer keys, checksum. {@link Frame} reads them one by one and refuses any other.
 */
import { COLUMNS, KINDS, SLOTS, type Kind } from "../format/columns.ts";
import {
  CAPTURE_NOTE,
  CHECKSUM_ALGORITHM,
  CHECKSUM_KEY,
  COLUMNS_NOTE,
  CONFIG_NOTE,
  FILE_MARK,
  FORMAT_VERSION,
  HEADER_KEYS,
  PLAYER_FIELDS,
  PLAYER_NOTE,
  TRAILER_KEYS,
  type CaptureState,
  type EndReason,
} from "../format/file.ts";
import {
  FrameKeys,
  isInteger,
  MAXIMUM_INTEGER,
  readCaptureState,
  readPair,
  readText,
} from "./frame-fields.ts";
import { refuse } from "./issue.ts";

/** What the header says. Times of day are UTC in ISO 8601. */
export interface RoundHeader {
  readonly kind: Kind;
  readonly roundKey: string;
  readonly matchKey: string;
  readonly map: string;
  readonly round: number;
  readonly startedAt: string;
  readonly gameType: number;
  readonly timeLimitMs: number;
  readonly serverName: string;
  readonly trackerVersion: string;
  readonly trackerSha1: string | null;
  readonly engineVersion: string;
  readonly luaVersion: string;
  /** Effective settings of the tracker. */
  readonly config: ReadonlyMap<string, string>;
  /** State of each capture when the round began. */
  readonly captures: ReadonlyMap<string, CaptureState>;
}

/** What the trailer says. */
export interface RoundTrailer {
  readonly rows: number;
  readonly endedAt: string;
  readonly endMs: number;
  readonly endReason: EndReason;
  readonly winnerTeam: number | null;
  readonly rowsLost: number;
  readonly frameMeanUs: number | null;
  readonly frameWorstMs: number | null;
  readonly heapKb: number | null;
  readonly errors: number;
  /** Eight hex digits. */
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
  readonly class: number;
  readonly isBot: boolean;
}

/** A change of a capture's state while the round ran. */
export interface CaptureNote {
  readonly name: string;
  readonly state: CaptureState;
}

/** What a line of the frame told. */
export type FrameEvent =
  | { readonly type: "header"; readonly header: RoundHeader }
  | { readonly type: "player"; readonly player: PlayerNote }
  | { readonly type: "capture"; readonly capture: CaptureNote }
  | { readonly type: "trailer"; readonly trailer: RoundTrailer };

type Phase = "mark" | "keys" | "rows" | "trailer" | "end";

const CHECKSUM = /^[0-9a-f]{8}$/;
const MAXIMUM_SETTINGS = 1000;
const SPECTATOR_TEAM = 3;
const LAST_CLASS = 4;

/** Reads the lines of a file that begin with `#`, in their order. Throws `RoundFileError` for what is wrong. */
export class Frame {
  #phase: Phase = "mark";
  #kind: Kind = "positions";
  readonly #headerKeys = new FrameKeys(HEADER_KEYS, "E_HEADER");
  readonly #trailerKeys = new FrameKeys(TRAILER_KEYS, "E_TRAILER");
  readonly #config = new Map<string, string>();
  readonly #captures = new Map<string, CaptureState>();

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
  read(text: string, line: number): FrameEvent | undefined {
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
    const kind = KINDS.find((candidate) => candidate === kindText);
    if (mark !== FILE_MARK || fields.length !== 3) {
      refuse("E_HEADER", line, `the first line must be \`${FILE_MARK}\`, the kind and the format version`, {
        text: fields.join("\t"),
      });
    }
    if (version !== String(FORMAT_VERSION)) {
      refuse("E_FORMAT_VERSION", line, `this prox reads format version ${FORMAT_VERSION} only`, {
        column: 3,
        text: version,
      });
    }
    if (kind === undefined) {
      refuse("E_HEADER", line, `the kind must be one of ${KINDS.join(", ")}`, { column: 2, text: kindText });
    }
    this.#kind = kind;
    this.#phase = "keys";
  }

  #readHeaderLine(key: string, fields: readonly string[], line: number): FrameEvent | undefined {
    if (key !== CONFIG_NOTE && key !== CAPTURE_NOTE && key !== COLUMNS_NOTE) {
      this.#headerKeys.read(key, fields, line);
      return undefined;
    }
    this.#headerKeys.finish(line);
    if (key === COLUMNS_NOTE) return this.#readColumns(fields, line);
    const [name, value] = readPair("E_HEADER", fields, line);
    const settings: Map<string, string> = key === CONFIG_NOTE ? this.#config : this.#captures;
    if (settings.has(name))
      refuse("E_HEADER", line, `\`${key}\` states this twice`, { column: 2, text: name });
    if (settings.size >= MAXIMUM_SETTINGS) refuse("E_HEADER", line, `too many \`${key}\` lines`);
    if (key === CONFIG_NOTE) this.#config.set(name, value);
    else this.#captures.set(name, readCaptureState("E_HEADER", value, line));
    return undefined;
  }

  #readColumns(fields: readonly string[], line: number): FrameEvent {
    const expected = COLUMNS[this.#kind];
    const length = Math.max(expected.length, fields.length - 1);
    for (let index = 0; index < length; index++) {
      const name = expected[index]?.name;
      const found = fields[index + 1];
      if (name === found) continue;
      const wanted = name === undefined ? "there are no more columns" : `the column must be \`${name}\``;
      refuse("E_COLUMNS", line, wanted, { column: index + 2, text: found ?? "" });
    }
    this.#phase = "rows";
    return { type: "header", header: this.#makeHeader() };
  }

  #readNote(key: string, fields: readonly string[], line: number): FrameEvent | undefined {
    if (key === PLAYER_NOTE) return { type: "player", player: this.#readPlayer(fields, line) };
    if (key === CAPTURE_NOTE) {
      const [name, value] = readPair("E_NOTE", fields, line);
      return { type: "capture", capture: { name, state: readCaptureState("E_NOTE", value, line) } };
    }
    if (key !== TRAILER_KEYS[0]?.name) {
      refuse("E_NOTE", line, "between rows only notes on players and captures may stand", {
        column: 1,
        text: `#${key}`,
      });
    }
    this.#phase = "trailer";
    this.#trailerKeys.read(key, fields, line);
    return undefined;
  }

  #readPlayer(fields: readonly string[], line: number): PlayerNote {
    const maximums = [MAXIMUM_INTEGER, SLOTS - 1, 0, 0, SPECTATOR_TEAM, LAST_CLASS, 1];
    if (fields.length !== PLAYER_FIELDS.length + 1) {
      refuse("E_NOTE", line, `a player note has ${PLAYER_FIELDS.length} fields after its name`, {
        text: fields.join("\t"),
      });
    }
    const values = PLAYER_FIELDS.map((field, index) => {
      const place = { column: index + 2, field };
      const value = fields[index + 1] ?? "";
      if (field === "guid" || field === "name") return readText("E_NOTE", value, line, place);
      const maximum = maximums[index] ?? 0;
      if (isInteger(value, 0, maximum)) return value;
      return refuse("E_NOTE", line, `must be a whole number from 0 to ${maximum}`, { ...place, text: value });
    });
    const [timeMs, slot, guid = "", name = "", team, playerClass, isBot] = values;
    return {
      timeMs: Number(timeMs),
      slot: Number(slot),
      guid,
      name,
      team: Number(team),
      class: Number(playerClass),
      isBot: isBot === "1",
    };
  }

  #readTrailerLine(key: string, fields: readonly string[], line: number): FrameEvent | undefined {
    if (key !== CHECKSUM_KEY) {
      this.#trailerKeys.read(key, fields, line);
      return undefined;
    }
    this.#trailerKeys.finish(line);
    const [, algorithm = "", checksum = ""] = fields;
    if (fields.length !== 3 || algorithm !== CHECKSUM_ALGORITHM || !CHECKSUM.test(checksum)) {
      refuse(
        "E_TRAILER",
        line,
        `the last line must be \`${CHECKSUM_KEY}\`, \`${CHECKSUM_ALGORITHM}\`, 8 hex digits`,
        {
          text: fields.join("\t"),
        },
      );
    }
    this.#phase = "end";
    return { type: "trailer", trailer: this.#makeTrailer(checksum) };
  }

  #makeHeader(): RoundHeader {
    const { values } = this.#headerKeys;
    const text = (key: string): string => values.get(key) ?? "";
    return {
      kind: this.#kind,
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
