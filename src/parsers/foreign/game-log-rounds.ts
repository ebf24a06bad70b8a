/**
 * The engine's own log of many rounds: `games.log` (the cvar `g_log`), and `etconsole.log`, which has the same lines and the
 * players' GUIDs. A round lies between the start of a VM and the `Exit:` in it. {@link GameLogReader} yields each round when what
 * follows shows how it ended; it keeps one round in memory.
 */
import { makeFault, refuse, type Fault } from "../fault.ts";
import type { PlayerNote } from "../note-reader.ts";
import { decodeMixed } from "./mixed-text.ts";
import {
  readCount,
  readWeaponTotals,
  weaponFieldCount,
  type PlayerTotals,
  type WeaponTotals,
} from "./totals.ts";

/** How the log says that a round ended; `cut` where the log ends in the middle. */
export type LogRoundEnd = "finished" | "map_restart" | "map_change" | "shutdown" | "cut";

/** What happened to a player in a round. Times are ms since the round's VM began, pauses included. */
export interface LogEvent {
  readonly timeMs: number;
  readonly event: "kill" | "revive" | "join" | "leave";
  /** The slot of who did it; null for the world and where nobody did. */
  readonly attackerSlot: number | null;
  readonly targetSlot: number;
  /** Of a kill: the engine's number. */
  readonly meansOfDeath?: number;
  readonly relation?: "enemy" | "team" | "self" | "world";
}

/** The engine's statistics of a player at the end of a round, or when the player left. */
export interface LogTotals {
  /** The player whose totals these are, as last seated. */
  readonly player: PlayerNote;
  readonly weapons: readonly WeaponTotals[];
  readonly totals: PlayerTotals;
}

/** A round of a log. */
export interface LogRound {
  /** Number of the line at which its VM begins. */
  readonly line: number;
  readonly map: string;
  /** The engine's number; null where the log does not say it. */
  readonly gameType: number | null;
  /** When its VM began, by the server's local clock, as `2026-08-11T05:09:02`; null where the log does not say it. */
  readonly beganAt: string | null;
  /** Level time when its VM began, ms. */
  readonly levelMs: number;
  /** 1, or 2 where another round of the same map of stopwatch came to its end just before. */
  readonly round: 1 | 2;
  /** When it ended, or when the log last spoke of it. */
  readonly endMs: number;
  readonly end: LogRoundEnd;
  readonly players: readonly PlayerNote[];
  readonly events: readonly LogEvent[];
  readonly totals: readonly LogTotals[];
  /** The first line that the round cannot be read by. */
  readonly fault: Fault | null;
}

/** No round has so many lines that are read. */
const MAXIMUM_EVENTS = 200_000;
const SLOTS = 64;
const WORLD = 1022;
const LF = 10;
/** Lines longer than that are no lines of the game; what is read of them is their beginning. */
const MAXIMUM_LINE_BYTES = 4096;

/** `   33421250 `, `12:05 ` or `05:09.02 `, and the text. */
const LINE = /^(?: *(?:(\d{1,10})|(\d{1,6}):(\d\d)|(\d\d):(\d\d)\.(\d\d)) )?(.*)$/;
const READ =
  /^(InitGame|ShutdownGame|map|gametype|gametime|Userinfo|ClientUserinfoChanged|ClientDisconnect|Kill|Medic_Revive|WeaponStats|Exit):(?: ?(.*))?$/;
const INFO = /^(\d{1,4}) n\\(.*?)\\t\\([0-3])\\c\\([0-4])(?:\\|$)/;
const GUID = /\\cl_guid\\([0-9A-Za-z]{8,32})(?:\\|$)/;
const GAME_TIME = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})$/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
const GAME_TYPES: Readonly<Record<string, number>> = {
  Objective: 2,
  Stopwatch: 3,
  Campaign: 4,
  "Last Man Standing": 5,
  "Map Voting": 6,
};
const STOPWATCH = 3;
const DECIDED = /^(?:Timelimit hit\.|Wolf EndRound\.|.*\bsurrender)/;

/** A round while its lines are read. */
class OpenRound {
  readonly line: number;
  map: string | undefined;
  gameType: number | null = null;
  beganAt: string | null = null;
  levelMs: number | undefined;
  /** Level time of the latest line, ms. */
  latestMs = 0;
  exit: string | undefined;
  exitMs: number | undefined;
  isShut = false;
  kills = 0;
  fault: Fault | null = null;
  readonly seats = new Map<number, PlayerNote>();
  readonly players: PlayerNote[] = [];
  readonly events: LogEvent[] = [];
  readonly totals: LogTotals[] = [];

  constructor(line: number) {
    this.line = line;
  }

  get isRound(): boolean {
    return this.kills > 0 || this.exit !== undefined;
  }

  get timeMs(): number {
    return Math.max(0, this.latestMs - (this.levelMs ?? 0));
  }
}

/** Reads a log: {@link GameLogReader.push} for each chunk of bytes, then {@link GameLogReader.end}. */
export class GameLogReader {
  #rest: Buffer = Buffer.alloc(0);
  /** Whether the beginning of a line that is too long was read, and its rest is passed over. */
  #isPassing = false;
  #line = 0;
  #open: OpenRound | undefined;
  /** The round before the open VM, until the next map shows how it ended. */
  #pending: OpenRound | undefined;
  /** What a `Userinfo:` line said just before. */
  #guid = "";
  /** The map whose first round of stopwatch was decided last. */
  #decidedMap: string | undefined;
  /** Time of day of the line before, ms; to see midnight go by. */
  #clockMs = 0;
  #days = 0;
  /** Lines before the first start of a VM: of a round whose beginning the log does not have. */
  linesBefore = 0;

  /** Reads the next chunk. Throws `RoundFileError` where lines that tell of play have no time. */
  *push(chunk: Buffer): Generator<LogRound> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const piece = chunk.subarray(start, end);
      const line = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
      this.#rest = Buffer.alloc(0);
      start = end + 1;
      this.#line++;
      if (this.#isPassing) this.#isPassing = false;
      else yield* this.#read(line.toString("latin1", 0, MAXIMUM_LINE_BYTES).replace(/\r$/, ""));
    }
    if (start === chunk.length || this.#isPassing) return;
    this.#rest = Buffer.concat([this.#rest, chunk.subarray(start)]);
    if (this.#rest.length <= MAXIMUM_LINE_BYTES) return;
    this.#rest = Buffer.alloc(0);
    this.#isPassing = true;
  }

  /** Ends the log; a last line without end is left out, as the log may still grow. */
  *end(): Generator<LogRound> {
    yield* this.#close();
    yield* this.#finish(undefined);
  }

  *#read(text: string): Generator<LogRound> {
    const match = LINE.exec(text);
    if (match === null) return;
    const found = READ.exec(match[7] ?? "");
    const levelMs = this.#levelMsOf(match);
    if (this.#open !== undefined && levelMs !== undefined) {
      this.#open.levelMs ??= levelMs;
      if (!this.#open.isShut) this.#open.latestMs = Math.max(this.#open.latestMs, levelMs);
    }
    if (found === null) return;
    const [, word, rest = ""] = found;
    if (word === "InitGame") {
      yield* this.#close();
      this.#begin(levelMs);
      return;
    }
    if (word === "map") {
      // The console of a dedicated server has no `InitGame:` of its own.
      if (this.#open?.map !== undefined || this.#open === undefined || this.#open.isShut)
        this.#begin(levelMs);
      yield* this.#name(rest);
      return;
    }
    const open = this.#open;
    if (open === undefined) {
      this.linesBefore++;
      return;
    }
    if (!open.isShut) this.#tell(open, word ?? "", rest, levelMs !== undefined, text);
  }

  #begin(levelMs: number | undefined): void {
    this.#pending ??= this.#open;
    this.#open = new OpenRound(this.#line);
    if (levelMs === undefined) return;
    this.#open.levelMs = levelMs;
    this.#open.latestMs = levelMs;
  }

  /** Takes the name of the open VM's map, which shows how the round before it ended. */
  *#name(text: string): Generator<LogRound> {
    const map = decodeMixed(text.trim());
    if (this.#open !== undefined) this.#open.map = map;
    yield* this.#finish(map);
  }

  /** Ends the open VM: how its round ended shows when the next map is named. */
  *#close(): Generator<LogRound> {
    // A round that no name of a map followed ended with the server.
    yield* this.#finish(undefined);
    this.#pending = this.#open;
    this.#open = undefined;
  }

  /** Yields the round that is over, if it was one. `next` is the map after it. */
  *#finish(next: string | undefined): Generator<LogRound> {
    const over = this.#pending;
    this.#pending = undefined;
    if (over === undefined) return;
    const { gameType, map = "" } = over;
    const isSecond = gameType === STOPWATCH && this.#decidedMap === map;
    if (over.exit !== undefined) this.#decidedMap = gameType === STOPWATCH && !isSecond ? map : undefined;
    else if (this.#decidedMap !== map) this.#decidedMap = undefined;
    if (!over.isRound) return;
    const endMs = over.exitMs ?? over.latestMs;
    yield {
      line: over.line,
      map,
      gameType,
      beganAt: over.beganAt,
      levelMs: over.levelMs ?? 0,
      round: isSecond ? 2 : 1,
      endMs: Math.max(0, endMs - (over.levelMs ?? 0)),
      end: endOf(over, next),
      players: over.players,
      events: over.events,
      totals: over.totals,
      fault: over.fault,
    };
  }

  /** Reads the time of a line, ms. */
  #levelMsOf(match: RegExpExecArray): number | undefined {
    const [, milliseconds, minutes, seconds, hour, minute, second] = match;
    if (milliseconds !== undefined) return Number(milliseconds);
    if (minutes !== undefined) return (Number(minutes) * 60 + Number(seconds)) * 1000;
    if (hour === undefined) return undefined;
    const clockMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
    if (clockMs < this.#clockMs - 43_200_000) this.#days++;
    this.#clockMs = clockMs;
    return this.#days * 86_400_000 + clockMs;
  }

  #tell(open: OpenRound, word: string, rest: string, hasTime: boolean, text: string): void {
    switch (word) {
      case "gametype":
        open.gameType = GAME_TYPES[rest.trim()] ?? null;
        return;
      case "gametime":
        open.beganAt = readGameTime(rest.trim());
        return;
      case "Userinfo":
        this.#guid = GUID.exec(rest)?.[1] ?? "";
        return;
      case "ShutdownGame":
        open.isShut = true;
        return;
      case "Exit":
        if (open.exit !== undefined) return;
        this.#demandTime(hasTime, text);
        open.exit = rest.trim();
        open.exitMs = open.latestMs;
        return;
      case "ClientUserinfoChanged":
        this.#seat(open, rest);
        return;
      case "ClientDisconnect":
        this.#leave(open, rest);
        return;
      case "WeaponStats":
        addTotals(open, rest);
        return;
      default:
        // The game is over: what is told now is no play.
        if (open.exit !== undefined) return;
        this.#demandTime(hasTime, text);
        if (word === "Kill") this.#kill(open, rest, text);
        else this.#revive(open, rest, text);
    }
  }

  #demandTime(hasTime: boolean, text: string): void {
    if (hasTime) return;
    const message = "the log has no times, so that nothing of it can be put in order";
    refuse("E_FOREIGN_FILE", this.#line, message, { text });
  }

  #seat(open: OpenRound, rest: string): void {
    const match = INFO.exec(rest);
    const guid = this.#guid;
    this.#guid = "";
    if (match === null || open.exit !== undefined) return;
    const slot = Number(match[1]);
    if (slot >= SLOTS) return;
    const before = open.seats.get(slot);
    const note: PlayerNote = {
      timeMs: open.timeMs,
      slot,
      guid: guid === "" ? (before?.guid ?? "") : guid,
      name: decodeMixed(match[2] ?? ""),
      team: Number(match[3]),
      class: Number(match[4]),
      isBot: guid.startsWith("OMNIBOT") || before?.isBot === true,
    };
    if (before !== undefined && isSame(before, note)) return;
    open.seats.set(slot, note);
    if (before !== undefined && isPlaying(before) && before.team !== note.team) addEvent(open, "leave", slot);
    open.players.push(note);
    if (isPlaying(note) && before?.team !== note.team) addEvent(open, "join", slot);
  }

  #leave(open: OpenRound, rest: string): void {
    const slot = Number.parseInt(rest, 10);
    const seat = open.seats.get(slot);
    if (seat !== undefined && isPlaying(seat) && open.exit === undefined) addEvent(open, "leave", slot);
    open.seats.delete(slot);
  }

  #kill(open: OpenRound, rest: string, text: string): void {
    const match = /^(\d{1,4}) (\d{1,4}) (\d{1,3}):/.exec(rest);
    const [attacker, target, meansOfDeath] = (match ?? []).slice(1).map(Number);
    const attackerSlot = attacker === undefined || attacker >= SLOTS ? null : attacker;
    if (target === undefined || meansOfDeath === undefined || attacker === undefined) {
      this.#doubt(open, "a kill must name two slots and a means of death", text);
      return;
    }
    const victim = open.seats.get(target);
    const killer = attackerSlot === null ? undefined : open.seats.get(attackerSlot);
    if (victim === undefined || (attackerSlot === null ? attacker < WORLD - 1 : killer === undefined)) {
      this.#doubt(open, "a kill names a slot that no line of this round named before", text);
      return;
    }
    open.kills++;
    const relation =
      killer === undefined
        ? "world"
        : killer === victim
          ? "self"
          : killer.team === victim.team
            ? "team"
            : "enemy";
    addEvent(open, "kill", target, { attackerSlot, meansOfDeath, relation });
  }

  #revive(open: OpenRound, rest: string, text: string): void {
    const match = /^(\d{1,4}) (\d{1,4})\b/.exec(rest);
    const [attackerSlot, target] = (match ?? []).slice(1).map(Number);
    if (
      attackerSlot === undefined ||
      target === undefined ||
      !open.seats.has(attackerSlot) ||
      !open.seats.has(target)
    ) {
      this.#doubt(open, "a revive must name two slots that lines of this round named before", text);
      return;
    }
    addEvent(open, "revive", target, { attackerSlot });
  }

  #doubt(open: OpenRound, message: string, text: string): void {
    open.fault ??= makeFault("E_FOREIGN_FILE", this.#line, message, { text });
  }
}

function endOf(over: OpenRound, next: string | undefined): LogRoundEnd {
  if (over.exit !== undefined) return DECIDED.test(over.exit) ? "finished" : "shutdown";
  if (!over.isShut) return "cut";
  if (next === undefined) return "shutdown";
  return next === over.map ? "map_restart" : "map_change";
}

function isPlaying({ team }: PlayerNote): boolean {
  return team === 1 || team === 2;
}

function isSame(one: PlayerNote, other: PlayerNote): boolean {
  return (
    one.guid === other.guid && one.name === other.name && one.team === other.team && one.class === other.class
  );
}

function addEvent(
  open: OpenRound,
  event: LogEvent["event"],
  targetSlot: number,
  more: Partial<LogEvent> = {},
): void {
  if (open.events.length >= MAXIMUM_EVENTS) {
    open.fault ??= makeFault("E_FOREIGN_FILE", open.line, `the round has more than ${MAXIMUM_EVENTS} events`);
    return;
  }
  open.events.push({ timeMs: open.timeMs, event, attackerSlot: null, targetSlot, ...more });
}

/** `Tue Aug 11 05:09:02 2026` as `2026-08-11T05:09:02`. */
function readGameTime(text: string): string | null {
  const [, month = "", day = "", time = "", year = ""] = GAME_TIME.exec(text) ?? [];
  const number = MONTHS.indexOf(month) / 3 + 1;
  if (year === "" || !Number.isInteger(number) || number < 1) return null;
  return `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}T${time}`;
}

/** `n rounds mask`, five numbers a bin, then damage given, received, to and from the team, gibs, assists, self kills, team kills, team gibs. */
function addTotals(open: OpenRound, rest: string): void {
  const [slot = -1, , mask = 0, ...numbers] = rest.split(" ").map(Number);
  const player = open.seats.get(slot);
  const fields = weaponFieldCount(mask);
  if (player === undefined || mask === 0 || fields === undefined || numbers.length < fields + 10) return;
  const more = numbers.slice(fields);
  if (!numbers.slice(0, fields + 9).every(Number.isInteger)) return;
  const [damageGiven, damageReceived, teamDamageGiven, teamDamageReceived, ...others] = more.map(readCount);
  const [gibs, assists, selfKills, teamKills, teamGibs] = others;
  const known: PlayerTotals = {
    damage_given: damageGiven ?? null,
    damage_received: damageReceived ?? null,
    team_damage_given: teamDamageGiven ?? null,
    team_damage_received: teamDamageReceived ?? null,
    gibs: gibs ?? null,
    assists: assists ?? null,
    self_kills: selfKills ?? null,
    team_kills: teamKills ?? null,
    team_gibs: teamGibs ?? null,
  };
  open.totals.push({
    player,
    weapons: readWeaponTotals(mask, numbers.slice(0, fields)),
    totals: known,
  });
}
