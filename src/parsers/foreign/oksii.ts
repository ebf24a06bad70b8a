/**
 * The JSON files of Oksii's recorder: what its modules `game-stats-web.lua` (1.x) and `stats.lua` (2.x) send of a round, and the
 * matches that its API keeps, which hold several of these.
 */
import { refuse } from "../fault.ts";
import type { RoundCaptureState } from "../note-reader.ts";
import { ALL_UNAVAILABLE } from "./captures.ts";
import type { ForeignFile, ForeignReader, ForeignRound, ForeignTotals, SourceNote } from "./foreign-round.ts";
import { JsonItems } from "./json-items.ts";
import { decodeMixed } from "./mixed-text.ts";
import { clockInName } from "./name-clock.ts";
import { isObject, OksiiPayload, readName, readNumber, readWhole, type Fields } from "./oksii-payload.ts";
import { gameLogRows, obituaryRows, type OksiiRows } from "./oksii-rows.ts";
import { readMapName } from "./text.ts";

const PAYLOAD_PATHS = ["$.round_info", "$.player_stats.*", "$.gamelog.*"];
const MATCH_PATHS = ["$.match.start_time", "$.match.rounds.*"];

/** The first key of a payload or a match, whichever comes first. */
const FIRST_KEY =
  /^(?:\xef\xbb\xbf)?\s*\{\s*"(round_info|player_stats|gamelog|metadata|match)"\s*:\s*([{["])/;
/** The list of matches that the API gives, which has no statistics. */
const MATCH_LIST = /^(?:\xef\xbb\xbf)?\s*\[\s*\{(?=[^]*"match_id")(?=[^]*"maps")/;

/** Reads payloads of rounds and matches of them. */
export const OKSII_READER: ForeignReader = {
  source: "oksii",
  version: 1,
  recognises: (head) => {
    const [, key, opening] = FIRST_KEY.exec(head) ?? [];
    if (key === "match") return opening === "{" && head.includes('"match_id"');
    if (key === "metadata") return opening === "{" && head.includes('"stats_version"');
    return key !== undefined && opening !== '"';
  },
  readRounds,
};

/** Whether a file is a list of matches of the API, by its first bytes as Latin-1. */
export function isMatchList(head: string): boolean {
  return MATCH_LIST.test(head);
}

async function* readRounds(bytes: AsyncIterable<Buffer>, file: ForeignFile): AsyncGenerator<ForeignRound> {
  const items = new JsonItems([...PAYLOAD_PATHS, ...MATCH_PATHS]);
  const payload = new OksiiPayload();
  let isMatch = false;
  let matchStart: number | null = null;
  for await (const chunk of bytes) {
    for (const item of items.push(chunk)) {
      if (item.path[0] !== "match") payload.take(item);
      else if (item.path[1] === "start_time") matchStart = readNumber(item.value);
      else {
        isMatch = true;
        yield roundOfMatch(item.value, matchStart, item.line);
      }
    }
  }
  items.end();
  if (isMatch) return;
  if (payload.isEmpty)
    refuse("E_FOREIGN_FILE", 0, "it is a match without rounds, or a payload without `round_info`");
  yield makeRound(payload, { name: file.name, matchStart: null }, 0);
}

/** A round of a match: `round_data` is a payload, or the text of one. */
function roundOfMatch(round: unknown, matchStart: number | null, line: number): ForeignRound {
  const { round_data: data, round_filename: name }: Fields<"round_data" | "round_filename"> = isObject(round)
    ? round
    : {};
  const payload = new OksiiPayload();
  if (typeof data === "string") {
    const items = new JsonItems(PAYLOAD_PATHS);
    for (const item of items.push(Buffer.from(data, "latin1"))) payload.take({ ...item, line });
    items.end();
  } else if (isObject(data)) takeObject(payload, data, line);
  if (payload.isEmpty) refuse("E_FOREIGN_FILE", line, "a round of the match has no `round_info`");
  return makeRound(payload, { name: typeof name === "string" ? name : "", matchStart }, line);
}

function takeObject(
  payload: OksiiPayload,
  { gamelog, player_stats: players, round_info: info }: Fields<"gamelog" | "player_stats" | "round_info">,
  line: number,
): void {
  if (info !== undefined) payload.take({ path: ["round_info"], value: info, line });
  for (const [guid, value] of Object.entries(isObject(players) ? players : {}))
    payload.take({ path: ["player_stats", guid], value, line });
  for (const [index, value] of (Array.isArray(gamelog) ? gamelog : []).entries())
    payload.take({ path: ["gamelog", index], value, line });
}

function makeRound(payload: OksiiPayload, outside: Outside, line: number): ForeignRound {
  const { info } = payload;
  const version = versionOf(payload);
  const hasLog = payload.events.length > 0;
  const hasFights = hasLog || info.damageStats !== undefined || info.obituaries !== undefined;
  // Files that were made over from version 1 say 1.2.4, and swap the times of waves as it does.
  const events = hasLog
    ? gameLogRows(payload, { swapsWaves: version.startsWith("1.") })
    : obituaryRows(payload);
  const timeLimitMs = readClock(info.timelimit);
  const endMs =
    events.endMs ?? Math.max(lastTimeMs(events), hasFights ? 0 : (targetMs(info, timeLimitMs) ?? 0));
  const proof = endProof(info, events, { version, hasLog });
  const start = startOf(info, outside, endMs);
  if (start === undefined) {
    const message = "nothing says when the round was: neither `round_start_unix` nor the file's name";
    refuse("E_FOREIGN_FILE", line, `${message}; give it back the name that the recorder gave it`);
  }
  const startedAt = new Date(start.unixMs).toISOString();
  const round = readWhole(info.round, 1, 2) ?? 1;
  return {
    trackerVersion: `oksii ${version}`,
    contentSha256: payload.contentHash(),
    map: readMapName(typeof info.mapname === "string" ? info.mapname : "", line),
    round,
    startedAt,
    isStartExact: start.isExact,
    gameType: null,
    timeLimitMs,
    serverName: typeof info.servername === "string" ? readName(info.servername) : null,
    engineVersion: textOf(info.mod_version),
    luaVersion: null,
    attackingTeam: null,
    notes: notesOf(events, { version, isLocal: start.isLocal, isEndMarked: proof !== "unmarked", round }),
    captures: capturesOf(events, { hasFights, hasLog }),
    configuration: configurationOf(info, events),
    end:
      proof === "missing"
        ? undefined
        : {
            endMs,
            endedAt: new Date(start.unixMs + endMs + events.pausedMs).toISOString(),
            endReason: "finished",
            winnerTeam: readWhole(info.winnerteam, 1, 2),
          },
    tornBytes: 0,
    players: events.players,
    totals: totalsOf(payload, events, round),
    rows: hasFights ? { combat: () => events.rows } : {},
  };
}

/**
 * Whether a payload has the end of its round: `missing` where its version writes that and this one has none, so that the round was cut;
 * `unmarked` before 1.1.6, which knows no times: its payloads are made in the intermission, and nothing else tells.
 */
function endProof(
  { round_end: end, round_start: start }: OksiiPayload["info"],
  { endMs }: OksiiRows,
  { hasLog, version }: { readonly hasLog: boolean; readonly version: string },
): "marked" | "missing" | "unmarked" {
  if (endMs !== null) return "marked";
  // The events of files that were made over from version 1 need not have it.
  if (hasLog) return version.startsWith("1.") && readNumber(end) !== null ? "marked" : "missing";
  return start === undefined && end === undefined ? "unmarked" : "missing";
}

/** The statistics of the players: in round 2 they are sums of both rounds. */
function totalsOf({ players }: OksiiPayload, events: OksiiRows, round: number): ForeignTotals[] {
  const notes = new Map(events.players.map((note) => [note.guid, note]));
  return [...players.values()].flatMap(({ guid, totals, weapons }) => {
    const player = notes.get(guid);
    return player === undefined || totals === null
      ? []
      : [{ player, coversRounds: round === 2 ? 2 : 1, totals, weapons }];
  });
}

/** The version: what the file says, else what shows in what it holds. */
function versionOf({ info }: OksiiPayload): string {
  const told = textOf(info.stats_version);
  if (told !== null) return told.slice(0, 20);
  if (info.round_start_unix !== undefined) return "1.2";
  return info.obituaries === undefined && info.damageStats === undefined ? "1.0" : "1.1";
}

function textOf(value: unknown): string | null {
  const text = typeof value === "string" ? decodeMixed(value).trim().slice(0, 256) : "";
  return text === "" ? null : text;
}

/** `10:00` in ms. */
function readClock(value: unknown): number | null {
  const [, minutes, seconds] = (typeof value === "string" ? /^(\d{1,4}):(\d\d)$/.exec(value) : null) ?? [];
  return minutes === undefined ? null : (Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Where no clock runs: what the next round has to beat is how long a won attack took, and the limit after a hold. */
function targetMs(info: OksiiPayload["info"], timeLimitMs: number | null): number | null {
  const next = readClock(info.nextTimeLimit);
  return next === null || next === 0 || (timeLimitMs !== null && next > timeLimitMs) ? timeLimitMs : next;
}

function lastTimeMs({ players, rows }: OksiiRows): number {
  return Math.max(Number(rows.at(-1)?.values["time_ms"] ?? 0), players.at(-1)?.timeMs ?? 0);
}

/** What is known of a payload's time beside it. */
interface Outside {
  /** Of the file that the recorder made. */
  readonly name: string;
  /** Unix time; null where there is no match. */
  readonly matchStart: number | null;
}

const LATEST_UNIX = 2 ** 32;

interface Start {
  readonly unixMs: number;
  readonly isExact: boolean;
  readonly isLocal: boolean;
}

function startOf(info: OksiiPayload["info"], outside: Outside, endMs: number): Start | undefined {
  const told = readWhole(info.round_start_unix, 1, LATEST_UNIX);
  if (told !== null) return { unixMs: told * 1000, isExact: true, isLocal: false };
  const clock = clockInName(outside.name);
  if (clock !== undefined) return { unixMs: clock.unixMs - endMs, isExact: false, isLocal: clock.isLocal };
  if (outside.matchStart !== null)
    return { unixMs: outside.matchStart * 1000, isExact: false, isLocal: false };
  return undefined;
}

function notesOf(
  events: OksiiRows,
  {
    isEndMarked,
    isLocal,
    round,
    version,
  }: {
    readonly isEndMarked: boolean;
    readonly isLocal: boolean;
    readonly round: number;
    readonly version: string;
  },
): SourceNote[] {
  const notes: SourceNote[] = ["clock_uncertain", "slots_made_up"];
  if (isLocal) notes.push("start_local");
  if (events.pausedMs > 0) notes.push("pauses_left_out");
  else if (events.rows.length > 0 && !tellsPauses(version)) notes.push("pauses_counted");
  if (!isEndMarked) notes.push("end_not_marked");
  if (round === 2) notes.push("round_number_late");
  return notes;
}

/** Pauses are events from version 2.6 on. */
function tellsPauses(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 6);
}

function capturesOf(
  { hasFire }: OksiiRows,
  { hasFights, hasLog }: { readonly hasFights: boolean; readonly hasLog: boolean },
): ForeignRound["captures"] {
  return new Map<string, RoundCaptureState>([
    ...ALL_UNAVAILABLE,
    ["fire", hasFire ? "on" : hasLog ? "off" : "unavailable"],
    ["hit", hasFights ? "on" : "unavailable"],
    ["hit_region", hasFights ? "on" : "unavailable"],
    ["kill", hasFights ? "on" : "unavailable"],
    ["revive", hasLog ? "on" : "unavailable"],
  ]);
}

function configurationOf(info: OksiiPayload["info"], { leftOut }: OksiiRows): Map<string, string> {
  const configuration = new Map<string, string>();
  const next = readClock(info.nextTimeLimit);
  if (next !== null) configuration.set("next_time_limit_ms", String(next));
  for (const key of ["config", "matchID"] as const) {
    const value = info[key];
    const text = typeof value === "number" ? String(value) : textOf(value);
    if (text !== null) configuration.set(key, text);
  }
  for (const [reason, count] of leftOut) configuration.set(`events_${reason}`, String(count));
  return configuration;
}
