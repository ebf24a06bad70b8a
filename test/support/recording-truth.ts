/**
 * What happened in a recording, counted straight from its lines by the rules of the game, without a line of the
 * tracker or of the host: what the round files are held against.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

export interface TrueEvent {
  /** Round time of the last frame before it, ms. */
  timeMs: number;
  /** Arguments of the engine's callback. */
  args: number[];
  /** Health of the target of damage, before it. */
  targetHealth: number;
  /** The clients that the first two arguments name, at that moment; undefined for what is no player. */
  people: [TruePlayer | undefined, TruePlayer | undefined];
  /** Of an obituary: who lives on, by team. */
  axisAlive: number;
  alliesAlive: number;
}

export interface TruePlayer {
  x: number;
  y: number;
  z: number;
  health: number;
  team: number;
  playerClass: number;
  /** In hand. */
  weapon: number;
}

export interface TrueFrame {
  levelMs: number;
  timeMs: number;
  /** Who is alive and in the world, by slot. */
  alive: Map<number, TruePlayer>;
}

/** A round of play: the frames and events of one VM while the game state was 0. */
export interface TrueRound {
  map: string;
  unixTime: number;
  /** Frames of play; those of pauses are in `pausedFrames`. */
  frames: TrueFrame[];
  pausedFrames: TrueFrame[];
  shots: TrueEvent[];
  damage: TrueEvent[];
  obituaries: TrueEvent[];
  revives: TrueEvent[];
  /** Slots that were in a playing team and connected in some frame. */
  players: Set<number>;
  /** Those of them that connected as bots. */
  bots: Set<number>;
  /** Names of clients by slot, as they were last. */
  names: Map<number, string>;
}

const GAME_STATE_PLAYING = "0";
/** `ps.pm_type` of everybody while the match is paused. */
const FROZEN = 4;
const LIMBO = 16384;

function parseVector(text: string): { x: number; y: number; z: number } {
  const [x = 0, y = 0, z = 0] = text.split(",").map(Number);
  return { x, y, z };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_all, letter: string) => ({ t: "\t", n: "\n", r: "\r" })[letter] ?? letter);
}

/** Reads a whole recording into its rounds; rounds of fewer than 8 frames are the engine's artificial ones. */
export function readTruth(file: string): TrueRound[] {
  const bytes = file.endsWith(".gz") ? gunzipSync(readFileSync(file)) : readFileSync(file);
  const lines = bytes.toString("utf8").split("\n");
  // What follows the last line feed is a line that was cut, or nothing.
  lines.pop();

  const rounds: TrueRound[] = [];
  let cvars = new Map<string, string>();
  let configstrings = new Map<number, string>();
  let state = new Map<string, string>();
  let round: TrueRound | undefined;
  let unixTime = 0;
  let timeMs = 0;
  const isBot = new Map<number, boolean>();

  const number = (slot: number, field: string): number => Number(state.get(`${slot} ${field}`) ?? 0);
  const slots = (): number[] => Array.from({ length: Number(cvars.get("sv_maxclients")) }, (_, slot) => slot);
  const isPlaying = (slot: number): boolean =>
    number(slot, "pers.connected") === 2 && [1, 2].includes(number(slot, "sess.sessionTeam"));
  const isAlive = (slot: number): boolean =>
    isPlaying(slot) &&
    Math.floor(number(slot, "ps.pm_flags") / LIMBO) % 2 === 0 &&
    number(slot, "health") > 0;

  function player(slot: number): TruePlayer {
    return {
      ...parseVector(state.get(`${slot} ps.origin`) ?? ""),
      health: number(slot, "health"),
      team: number(slot, "sess.sessionTeam"),
      playerClass: number(slot, "sess.playerType"),
      weapon: number(slot, "ps.weapon"),
    };
  }

  function frame(levelMs: number): void {
    if (cvars.get("gamestate") !== GAME_STATE_PLAYING) {
      round = undefined;
      return;
    }
    if (round === undefined) {
      round = {
        map: cvars.get("mapname") ?? "",
        unixTime,
        frames: [],
        pausedFrames: [],
        shots: [],
        damage: [],
        obituaries: [],
        revives: [],
        players: new Set(),
        bots: new Set(),
        names: new Map(),
      };
      rounds.push(round);
    }
    timeMs = levelMs - Number(configstrings.get(11) ?? 0);
    const isPaused = slots().some((slot) => isPlaying(slot) && number(slot, "ps.pm_type") === FROZEN);
    const alive = new Map<number, TruePlayer>();
    for (const slot of slots()) {
      if (isPlaying(slot)) {
        round.players.add(slot);
        if (isBot.get(slot) === true) round.bots.add(slot);
        round.names.set(slot, state.get(`${slot} pers.netname`) ?? "");
      }
      if (isAlive(slot)) alive.set(slot, player(slot));
    }
    (isPaused ? round.pausedFrames : round.frames).push({ levelMs, timeMs, alive });
  }

  function call(fields: string[]): void {
    const [, callback, , ...rest] = fields;
    const args = rest.map(Number);
    if (callback === "et_RunFrame") {
      frame(args[0] ?? 0);
      return;
    }
    if (callback === "et_ClientConnect") isBot.set(args[0] ?? 0, args[2] === 1);
    if (round === undefined) return;
    const person = (slot = Infinity): TruePlayer | undefined => (isPlaying(slot) ? player(slot) : undefined);
    const living = (team: number): number =>
      slots().filter((slot) => slot !== args[0] && isAlive(slot) && player(slot).team === team).length;
    const isObituary = callback === "et_Obituary";
    const event: TrueEvent = {
      timeMs,
      args,
      targetHealth: number(args[0] ?? 0, "health"),
      people: [person(args[0]), person(args[1])],
      axisAlive: isObituary ? living(1) : 0,
      alliesAlive: isObituary ? living(2) : 0,
    };
    if (callback === "et_WeaponFire") round.shots.push(event);
    if (callback === "et_Damage") round.damage.push(event);
    if (isObituary) round.obituaries.push(event);
    if (callback === "et_Revive") round.revives.push(event);
  }

  for (const line of lines) {
    const fields = line.split("\t");
    const [kind, first = "", second = ""] = fields;
    if (kind === "S") state.set(`${first} ${second}`, unescape(fields[3] ?? ""));
    else if (kind === "V") cvars.set(first, second);
    else if (kind === "G") configstrings.set(Number(first), unescape(second));
    else if (kind === "C") call(fields);
    else if (kind?.startsWith("#") === true) {
      cvars = new Map();
      configstrings = new Map();
      state = new Map();
      round = undefined;
      unixTime = Number(second);
    }
  }
  return rounds.filter((candidate) => candidate.frames.length >= 8);
}
