/**
 * The life of a scripted server: its VMs, frames, clock, pauses, spawn waves and intermissions, with the state that each
 * of them leaves in a recording. What happens to players stands in `server.ts`.
 */
import {
  CS_LEVEL_START_TIME,
  CS_MULTI_MAPWINNER,
  CS_REINFSEEDS,
  CS_SERVERTOGGLES,
  GAMESTATE_INTERMISSION,
  GAMESTATE_PLAYING,
  GAME_TYPE_STOPWATCH,
  TOGGLE_PAUSE,
} from "../../engine/game.ts";
import { CONNECTED, PM_FREEZE, PM_INTERMISSION, TEAM_ALLIES, TEAM_AXIS } from "../../engine/players.ts";
import { Client, type ClientIdentity, PM_DEAD, PM_NORMAL } from "./client.ts";
import { ENGINE_CONSTANTS, ENGINE_FUNCTIONS } from "./engine-table.ts";
import { RecordingWriter } from "./recording-writer.ts";
import {
  type EntityFields,
  type EntityValue,
  FRAME_MS,
  type ServerOptions,
  isWaveDue,
  waveSeeds,
} from "./server-options.ts";
import type { Vector } from "./vector.ts";

/** The frames right after a VM has started come faster and make bigger steps; clients come back in their midst. */
const ARTIFICIAL_STEP_MS = 100;
const FRAMES_BEFORE_CLIENTS = 6;
const STEP_AFTER_ARTIFICIAL_MS = 150;

/** The engine moves the start of play this often while a match is paused. */
const PAUSE_STEP_MS = 500;
/** Where everybody stands during the intermission, and spectators come in. */
export const CAMERA: Vector = [0, 0, 400];
const CS_INTERMISSION = 12;
const CS_MULTI_INFO = 13;
const GAMESTATE_WARMUP = 2;
const GAMESTATE_COUNTDOWN = 1;
const GAMESTATE_INITIALIZE = -1;

/**
 * A phase (warm-up or play) is one VM: it is started, plays its first frames, gets its clients back, settles, plays
 * ordinary frames and is ended. The caller keeps this order; nothing here checks it.
 */
export abstract class ServerLife {
  protected readonly options: ServerOptions;
  protected readonly writer = new RecordingWriter();
  protected readonly slots: (Client | undefined)[] = [];
  #map: string;
  protected levelTimeMs: number;
  /** et.trap_Milliseconds(): real time since the process started. */
  #clockMs = 300;
  #phaseStartMs = 0;
  /** Configstring 11 while nothing is paused. */
  #startTimeMs = 0;
  #gamestate = GAMESTATE_WARMUP;
  #currentRound = 0;
  #nextTimeLimit = "0";
  #winner = 0;
  /** Configstring 12 is never cleared by a restart. */
  #intermission = "";
  /** Level time at which the match was paused. */
  #pausedAtMs: number | undefined;
  /** The entities from 64 on, and the configstrings, that were stated in this VM. */
  #entities = new Map<number, Record<string, EntityValue>>();
  #configstrings = new Map<number, string>();

  constructor(options: ServerOptions) {
    this.options = options;
    this.#map = options.map;
    this.levelTimeMs = options.startLevelTimeMs;
  }

  /** Level time since the phase began; goes on while the match is paused. */
  get phaseMs(): number {
    return this.levelTimeMs - this.#phaseStartMs;
  }

  /** Level time since the phase began, without the pauses that are over. */
  get roundMs(): number {
    return this.levelTimeMs - this.#startTimeMs;
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** The client in the slot. */
  client(slot: number): Client | undefined {
    return this.slots[slot];
  }

  *clients(): Generator<Client> {
    for (const client of this.slots) if (client !== undefined) yield client;
  }

  /** The records since the last call. */
  take(): Uint8Array {
    return this.writer.take();
  }

  /** Size of what {@link take} would give. */
  get pendingBytes(): number {
    return this.writer.size;
  }

  /** A client who is on the server before the first VM begins. */
  seat(identity: ClientIdentity): void {
    this.slots[identity.slot] = new Client(identity);
  }

  /** Warm-up on a map that was just loaded, or after an intermission. */
  startWarmup(isMapChange: boolean): void {
    this.#gamestate = GAMESTATE_WARMUP;
    this.#startVm(isMapChange ? 0 : 1);
    this.#setGamestate(GAMESTATE_COUNTDOWN);
  }

  startPlay(): void {
    this.#gamestate = GAMESTATE_PLAYING;
    this.#startVm(1);
  }

  /** The modules are loaded again while the game goes on: a new VM that sees no et_InitGame. */
  reloadModules(): void {
    this.call("et_Quit");
    this.#writeVm();
    this.#writeMap(this.#entities, this.#configstrings);
    for (let slot = 0; slot < this.options.maxClients; slot++) Client.writeEmpty(slot, this.writer);
    for (const client of this.clients()) {
      this.writer.userinfo(client.slot, client.userinfo);
      this.writer.field(client.slot, "pers.netname", client.name);
      client.write(this.writer);
    }
  }

  /** The modules are unloaded while the game goes on. */
  unloadModules(): void {
    this.call("et_Quit");
  }

  /** Warm-up is over: the map is restarted for play. */
  endWarmup(): void {
    this.#shutdown(GAMESTATE_PLAYING, 1);
  }

  /** `map_restart` while playing. */
  restartMap(): void {
    this.#shutdown(GAMESTATE_PLAYING, 1);
  }

  /** A team is empty: the engine restarts the map into warm-up, and the cvar says so before the module hears of it. */
  fallBackToWarmup(): void {
    this.#shutdown(GAMESTATE_WARMUP, 1);
  }

  changeMap(map: string): void {
    this.#shutdown(GAMESTATE_INITIALIZE, 0);
    this.#map = map;
    this.#currentRound = 0;
    this.#intermission = "";
  }

  quit(): void {
    this.#shutdown(this.#gamestate, 0);
  }

  /** The game decides the round and shows the intermission for a while. `winner` is a team, or 0 for none. */
  finishRound(winner: number, intermissionMs: number): void {
    this.#winner = winner - 1;
    this.writer.configstring(CS_MULTI_MAPWINNER, `\\w\\${this.#winner}`);
    this.#intermission = "1";
    this.writer.configstring(CS_INTERMISSION, "1");
    if (this.options.gameType === GAME_TYPE_STOPWATCH) {
      this.#currentRound = 1 - this.#currentRound;
      this.#nextTimeLimit = this.#currentRound === 1 ? (this.roundMs / 60000).toFixed(6) : "0";
      this.writer.cvar("g_currentRound", String(this.#currentRound));
      this.writer.cvar("g_nextTimeLimit", this.#nextTimeLimit);
    }
    this.frame();
    this.#setGamestate(GAMESTATE_INTERMISSION);
    for (const client of this.clients()) client.moveToCamera(CAMERA, PM_INTERMISSION);
    for (let passedMs = 0; passedMs < intermissionMs; passedMs += FRAME_MS) this.#intermissionFrame();
  }

  /** After an intermission the map is restarted into warm-up; in stopwatch the teams change sides. */
  leaveIntermission(): void {
    this.#shutdown(GAMESTATE_WARMUP, 1);
    if (this.options.gameType !== GAME_TYPE_STOPWATCH) return;
    for (const client of this.clients()) {
      if (client.isPlaying) client.team = TEAM_AXIS + TEAM_ALLIES - client.team;
    }
  }

  /** The first frames of a VM, which the engine plays at once. */
  runFirstFrames(): void {
    this.#runFrame();
    if (!this.#configstrings.has(CS_MULTI_INFO)) this.writer.configstring(CS_MULTI_INFO, "\\o\\2\\s\\2");
    for (let frame = 1; frame < FRAMES_BEFORE_CLIENTS; frame++) this.#artificialFrame(ARTIFICIAL_STEP_MS);
  }

  /** The clients of the level before come back, before the last of the frames that the engine plays at once. */
  attachClients(): void {
    for (const client of this.clients()) this.connectAgain(client);
    this.#artificialFrame(ARTIFICIAL_STEP_MS);
  }

  /** Real time sets in: the first frame that players see. */
  startRealTime(): void {
    this.#artificialFrame(STEP_AFTER_ARTIFICIAL_MS);
  }

  /** An ordinary frame: the clients are where they shall be when it ends. */
  frame(): void {
    this.levelTimeMs += FRAME_MS;
    this.#clockMs += FRAME_MS;
    this.#followPause();
    if (this.options.spawnsWithWaves) this.#spawnWaves();
    this.#finishFrame(FRAME_MS);
  }

  pause(): void {
    this.#pausedAtMs = this.levelTimeMs;
    this.writer.configstring(CS_SERVERTOGGLES, String(TOGGLE_PAUSE));
  }

  resume(): void {
    if (this.#pausedAtMs === undefined) return;
    this.#startTimeMs += this.levelTimeMs - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
    this.writer.configstring(CS_SERVERTOGGLES, "0");
    this.writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs));
    for (const client of this.clients()) client.pmType = client.status === "down" ? PM_DEAD : PM_NORMAL;
  }

  setCvar(name: string, value: string): void {
    this.writer.cvar(name, value);
  }

  /** States fields of an entity from 64 on: those that are not named stay as they were. */
  setEntity(entity: number, fields: EntityFields): void {
    const known = this.#entities.get(entity) ?? {};
    this.#entities.set(entity, Object.assign(known, fields));
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) this.writer.field(entity, name, "nil");
      else if (typeof value === "object") this.writer.vector(entity, name, ...value);
      else this.writer.field(entity, name, value);
    }
  }

  setConfigstring(index: number, value: string): void {
    this.#configstrings.set(index, value);
    this.writer.configstring(index, value);
  }

  /** The server prints a text, the line's end included. */
  print(text: string): void {
    this.call("et_Print", text);
  }

  /** A client gives a command. */
  command(slot: number, text: string): void {
    this.call("et_ClientCommand", slot, text);
  }

  /** Whether anything is stated of an entity from 64 on. */
  protected isStated(entity: number): boolean {
    return this.#entities.has(entity);
  }

  /** A client of the level before comes back into a new VM. */
  protected abstract connectAgain(client: Client): void;

  /** A spawn out of limbo. */
  abstract spawn(slot: number): void;

  protected call(callback: string, ...args: readonly (number | string)[]): void {
    this.writer.call(callback, this.#clockMs, ...args);
  }

  #setGamestate(gamestate: number): void {
    this.#gamestate = gamestate;
    this.writer.cvar("gamestate", String(gamestate));
  }

  #unixTime(): number {
    return this.options.startUnixTime + Math.floor(this.#clockMs / 1000);
  }

  #shutdown(nextGamestate: number, isRestart: 0 | 1): void {
    this.#setGamestate(nextGamestate);
    this.call("et_ShutdownGame", isRestart);
    this.call("et_Quit");
  }

  #startVm(isRestart: 0 | 1): void {
    this.#phaseStartMs = this.levelTimeMs;
    this.#startTimeMs = this.levelTimeMs;
    this.#pausedAtMs = undefined;
    this.#writeVm();
    this.#entities = new Map();
    this.#configstrings = new Map();
    this.#writeMap(this.options.entities, this.options.configstrings);
    // Until a client comes back its slot is empty.
    for (const client of this.clients()) client.connected = 0;
    for (let slot = 0; slot < this.options.maxClients; slot++) {
      this.writer.userinfo(slot, this.slots[slot]?.userinfo ?? "");
      Client.writeEmpty(slot, this.writer);
    }
    this.writer.time(this.#unixTime());
    this.call("et_InitGame", this.levelTimeMs, 20 + (this.levelTimeMs % 977), isRestart);
  }

  /** The head of a VM's records: what `et` holds, cvars and configstrings. */
  #writeVm(): void {
    const { gameType, timeLimitMinutes, hostName, version, maxClients, cvars, missingFields } = this.options;
    this.writer.startVm(this.#unixTime());
    for (const [name, value] of ENGINE_CONSTANTS) this.writer.constant(name, value);
    this.writer.functions(ENGINE_FUNCTIONS);
    for (const field of missingFields) this.writer.missingField(field);
    const limit = this.#currentRound === 1 ? this.#nextTimeLimit : String(timeLimitMinutes);
    const all: Readonly<Record<string, string>> = {
      mapname: this.#map,
      gamestate: String(this.#gamestate),
      g_gametype: String(gameType),
      g_currentRound: String(this.#currentRound),
      timelimit: limit,
      g_nextTimeLimit: this.#nextTimeLimit,
      g_redlimbotime: String(this.options.axisWaveMs),
      g_bluelimbotime: String(this.options.alliesWaveMs),
      sv_hostname: hostName,
      fs_game: "legacy",
      mod_version: version,
      sv_maxclients: String(maxClients),
      sv_fps: String(1000 / FRAME_MS),
      ...cvars,
    };
    for (const [name, value] of Object.entries(all)) this.writer.cvar(name, value);
    this.writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs));
    this.writer.configstring(CS_INTERMISSION, this.#intermission);
    this.writer.configstring(CS_MULTI_INFO, "\\s\\0\\o\\2");
    this.writer.configstring(CS_MULTI_MAPWINNER, `\\w\\${this.#winner}`);
    this.writer.configstring(CS_REINFSEEDS, waveSeeds(this.options));
    this.writer.configstring(CS_SERVERTOGGLES, "0");
  }

  /** What the map has, and what became of it. */
  #writeMap(
    entities: ServerOptions["entities"] = new Map(),
    configstrings: ServerOptions["configstrings"] = new Map(),
  ): void {
    for (const [index, value] of configstrings) this.setConfigstring(index, value);
    for (const [entity, fields] of entities) this.setEntity(entity, fields);
  }

  /** While the match is paused the engine moves the start of play forward, in steps. */
  #followPause(): void {
    if (this.#pausedAtMs === undefined) return;
    for (const client of this.clients()) client.pmType = PM_FREEZE;
    const pausedMs = this.levelTimeMs - this.#pausedAtMs;
    if (pausedMs % PAUSE_STEP_MS !== 0) return;
    this.writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs + pausedMs));
  }

  #spawnWaves(): void {
    if (this.isPaused || this.#gamestate !== GAMESTATE_PLAYING) return;
    const isAxisDue = isWaveDue(this.options, TEAM_AXIS, this.roundMs);
    const isAlliesDue = isWaveDue(this.options, TEAM_ALLIES, this.roundMs);
    if (!isAxisDue && !isAlliesDue) return;
    for (const client of this.clients()) {
      const isDueFor = client.team === TEAM_AXIS ? isAxisDue : isAlliesDue;
      if (client.status === "limbo" && client.isPlaying && isDueFor) this.spawn(client.slot);
    }
  }

  #artificialFrame(stepMs: number): void {
    this.levelTimeMs += stepMs;
    this.#clockMs += 1;
    this.#finishFrame(stepMs);
  }

  #intermissionFrame(): void {
    this.levelTimeMs += FRAME_MS;
    this.#clockMs += FRAME_MS;
    this.#runFrame();
  }

  #finishFrame(frameMs: number): void {
    for (const client of this.clients()) {
      if (client.framesToLimbo !== undefined && --client.framesToLimbo <= 0) client.putIntoLimbo();
    }
    if (!this.isPaused) {
      for (const client of this.clients()) if (client.isInWorld) client.finishFrame(frameMs);
      for (const client of this.clients()) {
        if (client.connected !== CONNECTED || client.isInWorld) continue;
        const followed = this.#followed(client);
        if (followed !== undefined) client.copyFrom(followed);
      }
    }
    this.#runFrame();
  }

  /** Whose view a client without a body gets. */
  #followed(client: Client): Client | undefined {
    const chosen = client.follows === undefined ? undefined : this.slots[client.follows];
    if (chosen?.isInWorld === true) return chosen;
    if (!client.isPlaying) return undefined;
    for (const other of this.clients()) {
      if (other.isInWorld && other.team === client.team) return other;
    }
    return undefined;
  }

  #runFrame(): void {
    for (const client of this.clients()) if (client.connected > 0) client.write(this.writer);
    this.call("et_RunFrame", this.levelTimeMs);
  }
}
