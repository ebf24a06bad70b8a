/**
 * Random matches: plausible movement and fights of any number of players for any time, the same for the same seed.
 * They are for volume: imports, benchmarks and reports that need much data. What happens in them follows no plan.
 */
import { TEAM_ALLIES, TEAM_AXIS } from "../../engine/players.ts";
import { SLOTS } from "../../format/column.ts";
import type { ClientIdentity } from "../script/client.ts";
import { ScriptedServer } from "../script/server.ts";
import { FIRST_ACTION_MS, FRAME_MS } from "../script/server-options.ts";
import { type Vector, distance } from "../script/vector.ts";
import { type Arena, makeArena } from "./arena.ts";
import { Fighter, type MatchInPlay, explode, fall } from "./fighter.ts";
import { makeObjectiveMap } from "./objective-map.ts";
import { ObjectivePlay } from "./objective-play.ts";
import { Random } from "../../seeded-random.ts";

/** What a random match depends on: the same values give the same recording. */
export interface RandomMatchOptions {
  /** A whole number from 0; it also chooses the map and the time at which the match begins. */
  readonly seed: number;
  /** 2 to 64. */
  readonly players: number;
  /** Length of the round; parts of a minute are fine. */
  readonly minutes: number;
}

const WARMUP_MS = 3000;
const INTERMISSION_MS = 2000;
/** Each seed plays at another time of day, so that rounds of several seeds can lie side by side. */
const FIRST_MATCH_UNIX_TIME = Date.UTC(2026, 0, 1, 18) / 1000;
const MATCH_SECONDS = 25 * 60;
const MAPS = ["arena_north", "arena_south", "arena_harbour", "arena_village"];
const NAMES = [
  "Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper", "Kapok", "Larch", "Maple",
  "Nutmeg", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Teak", "Ulex", "Viburnum", "Willow", "Yew", "Zelkova",
]; // prettier-ignore
/** Between two objectives; looked for so often. */
const LEAST_UNITS = 150;
const MOST_TRIES = 500;
const PIECE_BYTES = 64 * 1024;
/** A fall that hurts, for each player and frame. */
const FALL_CHANCE = 0.00008;

/** The people are the same in all random matches: their reports fill up over the rounds. */
function identity(slot: number, arena: Arena): ClientIdentity {
  const team = slot % 2 === 0 ? TEAM_AXIS : TEAM_ALLIES;
  const playerClass = [0, 1, 2, 3, 4, 1][Math.floor(slot / 2) % 6] ?? 0;
  const name = `^${slot % 10}${NAMES[slot % NAMES.length] ?? ""}${slot >= NAMES.length ? String(slot) : ""}`;
  return {
    slot,
    name,
    guid: (slot + 0xa0).toString(16).toUpperCase().padStart(4, "0").repeat(8),
    isBot: false,
    team,
    playerClass,
    spawnAt: arena.spawnPoint(team, Math.floor(slot / 2)),
    maximumHealth: playerClass === 1 ? 125 : 110,
    follows: undefined,
  };
}

/** Places for objectives, none so near to another that both are meant, as far as the arena has so many. */
function placesOf(arena: Arena, random: Random): () => Vector {
  const taken: Vector[] = [];
  return () => {
    let place: Vector;
    let tries = 0;
    do {
      place = arena.goal(random.integer(TEAM_AXIS, TEAM_ALLIES), random);
      tries += 1;
    } while (tries < MOST_TRIES && taken.some((other) => distance(place, other) < LEAST_UNITS));
    taken.push(place);
    return place;
  };
}

/**
 * A random match as a recording, in pieces of whole lines: warm-up, one round, intermission, shutdown. `state` tells how
 * much of the round was played.
 */
export function* randomRecording(
  { seed, players, minutes }: RandomMatchOptions,
  state = { playedMs: 0 },
): Generator<Uint8Array> {
  const random = new Random(seed);
  const arena = makeArena(players, random);
  const map = makeObjectiveMap(placesOf(arena, random));
  const server = new ScriptedServer({
    map: MAPS[seed % MAPS.length] ?? "arena",
    gameType: 2,
    timeLimitMinutes: Math.ceil(minutes),
    hostName: "random matches",
    version: "v2.85.0",
    maxClients: SLOTS,
    startUnixTime: FIRST_MATCH_UNIX_TIME + seed * MATCH_SECONDS,
    startLevelTimeMs: 0,
    axisWaveMs: 20000,
    alliesWaveMs: 15000,
    axisWaveOffsetS: random.integer(0, 19),
    alliesWaveOffsetS: random.integer(0, 14),
    spawnsWithWaves: true,
    cvars: {},
    missingFields: [],
    missingCallbacks: [],
    entities: map.entities,
    configstrings: map.configstrings,
  });
  const objectives = new ObjectivePlay(server, map, random);
  const match: MatchInPlay = { server, arena, random, objectives, fuses: [] };
  for (let slot = 0; slot < players; slot++) server.seat(identity(slot, arena));

  server.startWarmup(true);
  server.runFirstFrames();
  server.attachClients();
  server.startRealTime();
  while (server.phaseMs < WARMUP_MS) server.frame();
  server.endWarmup();
  yield server.take();

  const fighters = Array.from({ length: players }, (_unused, slot) => new Fighter(match, slot));
  server.startPlay();
  server.runFirstFrames();
  server.attachClients();
  server.startRealTime();
  const endMs = Math.max(FIRST_ACTION_MS, Math.round((minutes * 60000) / FRAME_MS) * FRAME_MS);
  while (server.phaseMs < endMs) {
    for (const fighter of fighters) fighter.move();
    server.frame();
    const timeMs = server.phaseMs;
    state.playedMs = timeMs;
    if (timeMs < FIRST_ACTION_MS) continue;
    for (const fighter of fighters) fighter.act(timeMs);
    explode(match, timeMs);
    objectives.act(timeMs);
    for (const client of server.clients()) {
      if (client.status === "up" && random.chance(FALL_CHANCE))
        fall(server, client.slot, random.integer(3, 60));
    }
    if (server.pendingBytes >= PIECE_BYTES) yield server.take();
  }
  server.finishRound(random.integer(TEAM_AXIS, TEAM_ALLIES), INTERMISSION_MS);
  server.quit();
  yield server.take();
}
