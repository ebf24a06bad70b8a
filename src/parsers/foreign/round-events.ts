/**
 * A round of another tracker as the events that a round file of ours gives, so that all that imports ours imports it too:
 * header, players, rows in batches, faults, trailer.
 */
import type { Column } from "../../format/column.ts";
import type { Kind } from "../../format/columns.ts";
import { LIMITS } from "../../format/limits.ts";
import { columnsOf } from "../../format/versions.ts";
import { makeFault, refuse, type Fault, type FaultCode } from "../fault.ts";
import type { RoundHeader, RoundTrailer } from "../note-reader.ts";
import type { RoundFileEnd, RoundFileEvent } from "../round-file.ts";
import type { RowBatch } from "../row-batcher.ts";
import { KEY_COLUMNS, keyValue, NULL_KEY, RowRules } from "../row-values.ts";
import {
  FOREIGN_FORMAT_VERSION,
  type ForeignEnd,
  type ForeignReader,
  type ForeignRound,
  type ForeignRow,
} from "./foreign-round.ts";

const ROWS_PER_BATCH = 1024;
/** Totals of players are stored with the rows of this kind. */
export const TOTALS_KIND: Kind = "combat";

/** Columns without which no table takes a row. */
const REQUIRED: Readonly<Record<Kind, readonly string[]>> = {
  positions: ["time_ms", "slot", "life", "x", "y", "z"],
  combat: ["time_ms", "event"],
  engagements: [],
  heatmap: [],
  objectives: [],
};

/**
 * The identity of a round: its map and start, which all who recorded it with that tracker say alike, however often it was
 * written; where the start is not exact, the content.
 */
export function foreignRoundKey(source: string, round: ForeignRound): string {
  const { contentSha256, isStartExact, keySuffix, map, startedAt } = round;
  const moment = startedAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  const key = [source, moment, map, ...(keySuffix === undefined ? [] : [keySuffix])].join("-");
  return isStartExact ? key : `${key}-${contentSha256.slice(0, 12)}`;
}

/** The kinds that a round counts as files of; of one that has nothing but totals the one that would tell what they sum up. */
export function foreignKinds(round: ForeignRound): Kind[] {
  return hasRows(round) ? (Object.keys(round.rows) as Kind[]) : [TOTALS_KIND];
}

function hasRows({ rows }: ForeignRound): boolean {
  return Object.keys(rows).length > 0;
}

function headerOf({ source }: ForeignReader, round: ForeignRound, kind: Kind): RoundHeader {
  const roundKey = foreignRoundKey(source, round);
  return {
    kind,
    formatVersion: FOREIGN_FORMAT_VERSION,
    columns: columnsOf(kind, FOREIGN_FORMAT_VERSION).map(({ name }) => name),
    roundKey,
    matchKey: roundKey,
    map: round.map,
    round: round.round,
    startedAt: round.startedAt,
    gameType: round.gameType,
    timeLimitMs: round.timeLimitMs,
    serverName: round.serverName,
    trackerVersion: round.trackerVersion,
    trackerSha1: null,
    engineVersion: round.engineVersion,
    luaVersion: round.luaVersion,
    piece: 1,
    beganMs: null,
    attackingTeam: round.attackingTeam,
    config: round.configuration,
    captures: round.captures,
    origin: { source, notes: round.notes, kinds: foreignKinds(round), hasRows: hasRows(round) },
  };
}

function trailerOf({ endedAt, endMs, endReason, winnerTeam }: ForeignEnd, rows: number): RoundTrailer {
  const unknown = { rowsLost: null, frameMeanUs: null, frameWorstMs: null, heapKb: null, errors: null };
  return { rows, endedAt, endMs, endReason, winnerTeam, ...unknown, checksum: "" };
}

/** Header, players and trailer of a round and kind, without its rows, in the order of a file. */
export function* foreignNotes(
  reader: ForeignReader,
  round: ForeignRound,
  kind: Kind,
): Generator<RoundFileEvent> {
  yield { type: "header", header: headerOf(reader, round, kind) };
  for (const player of round.players) yield { type: "player", player };
  if (round.end !== undefined) yield { type: "trailer", trailer: trailerOf(round.end, 0) };
}

/** All of a round and kind, in the order of a file. A batch is valid only until the generator goes on. */
export function* foreignEvents(
  reader: ForeignReader,
  round: ForeignRound,
  kind: Kind,
): Generator<RoundFileEvent, RoundFileEnd> {
  yield { type: "header", header: headerOf(reader, round, kind) };
  const { end, players } = round;
  if (players.length > LIMITS.playerNotes)
    refuse("E_TOO_MANY_PLAYERS", 0, `more than ${LIMITS.playerNotes} changes of players`);
  const batcher = new RowBatcher(kind);
  let badRows = 0;
  let stated = 0;
  for (const line of round.rows[kind]?.() ?? []) {
    if ("fault" in line) {
      badRows++;
      yield* batcher.flush();
      yield { type: "fault", fault: line.fault };
      continue;
    }
    const timeMs = Number(line.values["time_ms"]);
    for (let next = players[stated]; next !== undefined && next.timeMs <= timeMs; next = players[++stated]) {
      // The rows before it are of who sat there before.
      yield* batcher.flush();
      batcher.rules.addPlayer(next.slot);
      yield { type: "player", player: next };
    }
    const fault = batcher.add(line);
    if (fault !== undefined) {
      badRows++;
      yield* batcher.flush();
      yield { type: "fault", fault };
    } else if (batcher.isFull) yield* batcher.flush();
  }
  yield* batcher.flush();
  for (; stated < players.length; stated++) {
    const player = players[stated];
    if (player !== undefined) yield { type: "player", player };
  }
  const rows = batcher.rows;
  const trailer = end === undefined ? undefined : trailerOf(end, rows + badRows);
  if (trailer !== undefined) yield { type: "trailer", trailer };
  const lastTimeMs = Math.max(batcher.rules.timeMs, players.at(-1)?.timeMs ?? 0);
  return { trailer, rows, badRows, tornBytes: round.tornBytes, lastTimeMs, headerBytes: 0, bodyBytes: 0 };
}

/** Puts rows into the text that COPY takes, and into batches. */
class RowBatcher {
  readonly rules: RowRules;
  /** Good rows so far. */
  rows = 0;
  readonly #kind: Kind;
  readonly #columns: readonly Column[];
  readonly #keyNames: readonly string[];
  readonly #keys: Int32Array;
  readonly #starts = new Int32Array(ROWS_PER_BATCH + 1);
  readonly #texts: string[] = [];
  #length = 0;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.rules = new RowRules(kind, FOREIGN_FORMAT_VERSION);
    this.#columns = columnsOf(kind, FOREIGN_FORMAT_VERSION);
    this.#keyNames = KEY_COLUMNS[kind];
    this.#keys = new Int32Array(ROWS_PER_BATCH * this.#keyNames.length);
  }

  get isFull(): boolean {
    return this.#texts.length === ROWS_PER_BATCH;
  }

  /** Adds a row unless something is wrong with it. */
  add({ line, values }: ForeignRow): Fault | undefined {
    const offset = this.#texts.length * this.#keyNames.length;
    this.#keys.fill(NULL_KEY, offset, offset + this.#keyNames.length);
    const fields: string[] = [];
    for (const column of this.#columns) {
      const value = values[column.name] ?? null;
      const field = value === null ? "" : fieldOf(column, value);
      const wrong = wrongWith(column, field, REQUIRED[this.#kind].includes(column.name));
      if (wrong !== undefined) {
        const place = { field: column.name, text: String(value ?? "") };
        return makeFault(wrong.code, line, wrong.message, place);
      }
      fields.push(field);
      const key = this.#keyNames.indexOf(column.name);
      if (key >= 0 && field !== "") this.#keys[offset + key] = keyValue(column, field);
    }
    const fault = this.rules.check(this.#keys, offset, line);
    if (fault !== undefined) {
      // The number of the column is that of our file.
      const { code, field, message, text } = fault;
      return makeFault(code, line, message, {
        ...(field === undefined ? {} : { field }),
        ...(text === undefined ? {} : { text }),
      });
    }
    const text = `${fields.join("\t")}\n`;
    this.#starts[this.#texts.length] = this.#length;
    this.#texts.push(text);
    this.#length += text.length;
    this.#starts[this.#texts.length] = this.#length;
    this.rows++;
    return undefined;
  }

  /** Gives out what was added. */
  *flush(): Generator<RoundFileEvent> {
    const count = this.#texts.length;
    if (count === 0) return;
    // Fields are numbers and fixed words.
    const bytes = Buffer.from(this.#texts.join(""), "latin1");
    this.#texts.length = 0;
    this.#length = 0;
    const batch: RowBatch = {
      kind: this.#kind,
      count,
      bytes,
      starts: this.#starts,
      keys: this.#keys,
      firstRow: this.rows - count + 1,
    };
    yield { type: "rows", batch };
  }
}

/** A value as a file of ours has it; of a number that is none, what it is. */
function fieldOf(column: Column, value: number | string): string {
  if (column.type === "choice" || typeof value === "string" || !Number.isFinite(value)) return String(value);
  if (column.type === "decimal") return value.toFixed(column.digits);
  return String(column.isRounded === true ? Math.round(value) : value);
}

function wrongWith(
  column: Column,
  field: string,
  isRequired: boolean,
): { code: FaultCode; message: string } | undefined {
  if (field === "") return isRequired ? { code: "E_NULL", message: "must not be empty" } : undefined;
  if (column.type === "choice") {
    if (column.choices.includes(field)) return undefined;
    return { code: "E_CHOICE", message: `must be one of ${column.choices.join(", ")}` };
  }
  const value = Number(field);
  const isNumber = column.type === "decimal" ? Number.isFinite(value) : Number.isSafeInteger(value);
  if (!isNumber)
    return { code: "E_SYNTAX", message: `must be a ${column.type === "decimal" ? "" : "whole "}number` };
  if (value < column.minimum || value > column.maximum)
    return { code: "E_RANGE", message: `must lie between ${column.minimum} and ${column.maximum}` };
  return undefined;
}
