/**
 * A scripted game server: it does to its clients what ET:Legacy does, and records it as a Lua module would see it.
 *
 * Whoever writes a match (a scenario, or the generator of random matches) tells it what the players do; the order of
 * callbacks, the state that each of them finds, the frames, the life of the VMs, limbo, pauses and spawn waves are
 * decided here, as they were observed on a running server of 2.85.
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
import {
  CONNECTED,
  ENTITY_WORLD,
  GIB_HEALTH,
  MAX_CLIENTS,
  PM_FREEZE,
  PM_INTERMISSION,
  PMF_LIMBO,
  TEAM_ALLIES,
  TEAM_AXIS,
  TEAM_SPECTATOR,
} from "../../engine/players.ts";
import {
  Client,
  type ClientIdentity,
  type MountedGun,
  PM_DEAD,
  PM_NORMAL,
  PMF_FOLLOW,
  PMF_RESPAWNED,
} from "./client.ts";
import { ENGINE_CONSTANTS, ENGINE_FUNCTIONS } from "./engine-table.ts";
import { RecordingWriter } from "./recording-writer.ts";
import type { Vector } from "./vector.ts";

/** Length of a game frame at the engine's default of `sv_fps` 20. */
export const FRAME_MS = 50;
/** The frames right after a VM has started come faster and make bigger steps; clients come back in their midst. */
const ARTIFICIAL_STEP_MS = 100;
const FRAMES_BEFORE_CLIENTS = 6;
const STEP_AFTER_ARTIFICIAL_MS = 150;
/** Round time of the first frame of 50 ms; nothing that happens before is a player's doing. */
export const FIRST_ACTION_MS = 1000;

/** The engine moves the start of play this often while a match is paused. */
const PAUSE_STEP_MS = 500;
/** A body that was killed to pieces is in limbo in the second frame; one that was destroyed later, after half a second. */
const LIMBO_FRAMES_AFTER_DEATH = 2;
const LIMBO_FRAMES_AFTER_GIB = 11;
const LIMBO_FRAMES_AFTER_TAPOUT = 1;
/** How far health falls at most. */
const LOWEST_HEALTH = GIB_HEALTH - 1;
const SYRINGE = 11;
const MOD_SWITCH_TEAM = 59;
const CORPSE_ENTITY_TYPE = 41;
const CAMERA: Vector = [0, 0, 400];
const INVULNERABLE_AFTER_REVIVE_MS = 3000;
const CS_INTERMISSION = 12;
const CS_MULTI_INFO = 13;
const GAMESTATE_WARMUP = 2;
const GAMESTATE_COUNTDOWN = 1;
const GAMESTATE_INITIALIZE = -1;

/** Factors by which the engine hides the offsets of the spawn waves in configstring 31. */
const WAVE_SEEDS = [11, 3, 13, 7, 2, 5, 1, 17] as const;
/** Which of them carry the offsets here; any choice will do. */
const ALLIES_SEED = 5;
const AXIS_SEED = 2;

/** Callbacks that an older engine does not call, or that a module in front swallows. */
export type OptionalCallback = "et_Revive" | "et_Obituary" | "et_Damage" | "et_WeaponFire";

export interface ServerOptions {
  readonly map: string;
  /** The engine's number, see `GAME_TYPE_NAMES`. */
  readonly gameType: number;
  readonly timeLimitMinutes: number;
  readonly hostName: string;
  /** The cvar `mod_version`. */
  readonly version: string;
  readonly maxClients: number;
  /** When the first VM begins, seconds since 1970. */
  readonly startUnixTime: number;
  /** Level time at which the first VM begins. */
  readonly startLevelTimeMs: number;
  /** Time between two spawn waves, and the offset of the first, by team. */
  readonly axisWaveMs: number;
  readonly alliesWaveMs: number;
  readonly axisWaveOffsetS: number;
  readonly alliesWaveOffsetS: number;
  /** Whether players in limbo spawn with the waves by themselves. */
  readonly spawnsWithWaves: boolean;
  readonly cvars: Readonly<Record<string, string>>;
  readonly missingFields: readonly string[];
  readonly missingCallbacks: readonly OptionalCallback[];
}

export interface Damage {
  /** A slot, or an entity from 64 on. */
  readonly target: number;
  /** A slot, or {@link ENTITY_WORLD}. */
  readonly attacker: number;
  readonly damage: number;
  readonly meansOfDeath: number;
  readonly flags: number;
  /** The engine's number of the hit region, where it counts one. */
  readonly region: number | undefined;
}

const GUN_CALLBACKS: Readonly<Record<MountedGun, string>> = {
  fixed: "et_FixedMGFire",
  tank: "et_MountedMGFire",
  aa: "et_AAGunFire",
};

export class ScriptedServer {
  readonly #options: ServerOptions;
  readonly #writer = new RecordingWriter();
  readonly #clients: (Client | undefined)[] = [];
  #map: string;
  #levelTimeMs: number;
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

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#map = options.map;
    this.#levelTimeMs = options.startLevelTimeMs;
  }

  /** Level time since the phase began; goes on while the match is paused. */
  get phaseMs(): number {
    return this.#levelTimeMs - this.#phaseStartMs;
  }

  /** Level time since the phase began, without the pauses that are over. */
  get roundMs(): number {
    return this.#levelTimeMs - this.#startTimeMs;
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== undefined;
  }

  /** Whoever is in the slot. */
  client(slot: number): Client | undefined {
    return this.#clients[slot];
  }

  *clients(): Generator<Client> {
    for (const client of this.#clients) if (client !== undefined) yield client;
  }

  /** The records since the last call. */
  take(): Uint8Array {
    return this.#writer.take();
  }

  /** Size of what {@link take} would give. */
  get pendingBytes(): number {
    return this.#writer.size;
  }

  /** A client who is on the server before the first VM begins. */
  seat(identity: ClientIdentity): void {
    this.#clients[identity.slot] = new Client(identity);
  }

  // The life of a VM

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

  /** The modules are loaded anew while the game goes on: a new VM that sees no et_InitGame. */
  reloadModules(): void {
    this.#call("et_Quit");
    this.#writeVm();
    for (let slot = 0; slot < this.#options.maxClients; slot++) Client.writeEmpty(slot, this.#writer);
    for (const client of this.clients()) {
      this.#writer.userinfo(client.slot, client.userinfo);
      this.#writer.field(client.slot, "pers.netname", client.name);
      client.write(this.#writer);
    }
  }

  /** The modules are unloaded while the game goes on. */
  unloadModules(): void {
    this.#call("et_Quit");
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
    this.#writer.configstring(CS_MULTI_MAPWINNER, `\\w\\${this.#winner}`);
    this.#intermission = "1";
    this.#writer.configstring(CS_INTERMISSION, "1");
    if (this.#options.gameType === GAME_TYPE_STOPWATCH) {
      this.#currentRound = 1 - this.#currentRound;
      this.#nextTimeLimit = this.#currentRound === 1 ? (this.roundMs / 60000).toFixed(6) : "0";
      this.#writer.cvar("g_currentRound", String(this.#currentRound));
      this.#writer.cvar("g_nextTimeLimit", this.#nextTimeLimit);
    }
    this.frame();
    this.#setGamestate(GAMESTATE_INTERMISSION);
    for (const client of this.clients()) client.moveToCamera(CAMERA, PM_INTERMISSION);
    for (let passedMs = 0; passedMs < intermissionMs; passedMs += FRAME_MS) this.#intermissionFrame();
  }

  /** After an intermission the map is restarted into warm-up; in stopwatch the teams change sides. */
  leaveIntermission(): void {
    this.#shutdown(GAMESTATE_WARMUP, 1);
    if (this.#options.gameType !== GAME_TYPE_STOPWATCH) return;
    for (const client of this.clients()) {
      if (client.isPlaying) client.team = TEAM_AXIS + TEAM_ALLIES - client.team;
    }
  }

  /** The first frames of a VM, which the engine plays at once. */
  runFirstFrames(): void {
    this.#runFrame();
    this.#writer.configstring(CS_MULTI_INFO, "\\o\\2\\s\\2");
    for (let frame = 1; frame < FRAMES_BEFORE_CLIENTS; frame++) this.#artificialFrame(ARTIFICIAL_STEP_MS);
  }

  /** The clients of the level before come back, before the last of the frames that the engine plays at once. */
  attachClients(): void {
    for (const client of this.clients()) this.#connectAgain(client);
    this.#artificialFrame(ARTIFICIAL_STEP_MS);
  }

  /** Real time sets in: the first frame that players see. */
  settle(): void {
    this.#artificialFrame(STEP_AFTER_ARTIFICIAL_MS);
  }

  /** An ordinary frame: the clients are where they shall be when it ends. */
  frame(): void {
    this.#levelTimeMs += FRAME_MS;
    this.#clockMs += FRAME_MS;
    this.#followPause();
    if (this.#options.spawnsWithWaves) this.#spawnWaves();
    this.#finishFrame(FRAME_MS);
  }

  // What happens to players

  /** A client comes from outside. It is in limbo until it is spawned. */
  join(identity: ClientIdentity): void {
    const client = new Client(identity);
    const { slot } = client;
    this.#clients[slot] = client;
    this.#writer.userinfo(slot, client.userinfo);
    client.resetForConnect();
    client.team = TEAM_SPECTATOR;
    client.write(this.#writer);
    this.#call("et_ClientConnect", slot, 1, identity.isBot ? 1 : 0);
    this.#writer.field(slot, "pers.netname", client.name);
    this.#userinfoChanged(client);
    if (identity.team !== TEAM_SPECTATOR) this.#call("et_ClientCommand", slot, "team");
    client.team = identity.team;
    this.#userinfoChanged(client);
    client.connected = CONNECTED;
    this.#userinfoChanged(client);
    this.#enterWithoutBody(client);
  }

  disconnect(slot: number): void {
    const client = this.#require(slot);
    this.#about(client);
    this.#call("et_ClientDisconnect", slot);
    client.connected = 0;
    this.#clients[slot] = undefined;
    client.write(this.#writer);
  }

  /** A spawn out of limbo. */
  spawn(slot: number, at?: Vector): void {
    const client = this.#require(slot);
    client.place(at ?? client.identity.spawnAt, this.#levelTimeMs);
    this.#about(client);
    this.#call("et_ClientSpawn", slot, 0, 0, 1);
  }

  changeTeam(slot: number, team: number): void {
    const client = this.#require(slot);
    this.#call("et_ClientCommand", slot, "team");
    if (client.status === "up") {
      client.health = 0;
      this.#die(client, slot, MOD_SWITCH_TEAM);
    }
    client.team = team;
    this.#userinfoChanged(client);
    this.#enterWithoutBody(client);
  }

  /** The class that the player has from the next spawn on. */
  changeClass(slot: number, playerClass: number): void {
    const client = this.#require(slot);
    client.latchedClass = playerClass;
    this.#userinfoChanged(client);
  }

  rename(slot: number, name: string): void {
    const client = this.#require(slot);
    client.name = name;
    this.#writer.userinfo(slot, client.userinfo);
    this.#writer.field(slot, "pers.netname", name);
    this.#userinfoChanged(client);
  }

  // What players do

  fire(slot: number, weapon: number): void {
    const client = this.#require(slot);
    this.#about(client);
    this.#callIfThere("et_WeaponFire", slot, weapon);
  }

  fireGun(slot: number, gun: MountedGun): void {
    const client = this.#require(slot);
    this.#about(client);
    this.#call(GUN_CALLBACKS[gun], slot);
  }

  damage({ target, attacker, damage, meansOfDeath, flags, region }: Damage): void {
    const from = attacker < MAX_CLIENTS ? this.#require(attacker) : undefined;
    const to = target < MAX_CLIENTS ? this.#require(target) : undefined;
    if (to === undefined) this.#writer.field(target, "s.eType", CORPSE_ENTITY_TYPE);
    if (from !== undefined && region !== undefined) {
      from.hitRegions[region] = (from.hitRegions[region] ?? 0) + 1;
    }
    if (to !== undefined) this.#about(to);
    if (from !== undefined) this.#about(from);
    this.#callIfThere("et_Damage", target, attacker, damage, flags, meansOfDeath);
    if (to === undefined) return;
    const wasUp = to.status === "up";
    to.health = Math.max(to.health - damage, LOWEST_HEALTH);
    if (wasUp && to.health <= 0) {
      this.#die(to, attacker, meansOfDeath);
    } else if (to.status === "down" && to.health <= GIB_HEALTH) {
      to.framesToLimbo ??= LIMBO_FRAMES_AFTER_GIB;
    }
  }

  /** Death without damage: `/kill`. */
  kill(slot: number, killer: number, meansOfDeath: number): void {
    const client = this.#require(slot);
    client.health = Math.min(client.health, 0);
    this.#die(client, killer, meansOfDeath);
  }

  revive(slot: number, medic: number, health: number): void {
    const client = this.#require(slot);
    this.fire(medic, SYRINGE);
    client.place(client.origin, this.#levelTimeMs);
    this.#about(client);
    this.#call("et_ClientSpawn", slot, 1, 0, 1);
    client.health = health;
    client.lastReviver = medic;
    client.pmFlags = 1;
    this.#about(client);
    const invulnerableUntilMs = this.#levelTimeMs + INVULNERABLE_AFTER_REVIVE_MS;
    this.#callIfThere("et_Revive", slot, medic, invulnerableUntilMs);
  }

  tapOut(slot: number): void {
    const client = this.#require(slot);
    this.#call("et_ClientCommand", slot, "forcetapout");
    client.framesToLimbo = LIMBO_FRAMES_AFTER_TAPOUT;
  }

  // The match

  pause(): void {
    this.#pausedAtMs = this.#levelTimeMs;
    this.#writer.configstring(CS_SERVERTOGGLES, String(TOGGLE_PAUSE));
  }

  resume(): void {
    if (this.#pausedAtMs === undefined) return;
    this.#startTimeMs += this.#levelTimeMs - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
    this.#writer.configstring(CS_SERVERTOGGLES, "0");
    this.#writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs));
    for (const client of this.clients()) client.pmType = client.status === "down" ? PM_DEAD : PM_NORMAL;
  }

  setCvar(name: string, value: string): void {
    this.#writer.cvar(name, value);
  }

  #call(callback: string, ...args: readonly (number | string)[]): void {
    this.#writer.call(callback, this.#clockMs, ...args);
  }

  #callIfThere(callback: OptionalCallback, ...args: readonly number[]): void {
    if (!this.#options.missingCallbacks.includes(callback)) this.#call(callback, ...args);
  }

  #require(slot: number): Client {
    const client = this.#clients[slot];
    if (client === undefined) throw new Error(`nobody is in slot ${slot}`);
    return client;
  }

  /** A callback is about this client: its state is written before. */
  #about(client: Client): void {
    client.write(this.#writer);
  }

  #userinfoChanged(client: Client): void {
    this.#about(client);
    this.#call("et_ClientUserinfoChanged", client.slot);
  }

  #setGamestate(gamestate: number): void {
    this.#gamestate = gamestate;
    this.#writer.cvar("gamestate", String(gamestate));
  }

  #unixTime(): number {
    return this.#options.startUnixTime + Math.floor(this.#clockMs / 1000);
  }

  #shutdown(nextGamestate: number, isRestart: 0 | 1): void {
    this.#setGamestate(nextGamestate);
    this.#call("et_ShutdownGame", isRestart);
    this.#call("et_Quit");
  }

  #startVm(isRestart: 0 | 1): void {
    this.#phaseStartMs = this.#levelTimeMs;
    this.#startTimeMs = this.#levelTimeMs;
    this.#pausedAtMs = undefined;
    this.#writeVm();
    // Until a client comes back its slot is empty.
    for (const client of this.clients()) client.connected = 0;
    for (let slot = 0; slot < this.#options.maxClients; slot++) {
      this.#writer.userinfo(slot, this.#clients[slot]?.userinfo ?? "");
      Client.writeEmpty(slot, this.#writer);
    }
    this.#writer.time(this.#unixTime());
    this.#call("et_InitGame", this.#levelTimeMs, 20 + (this.#levelTimeMs % 977), isRestart);
  }

  /** The head of a VM's records: what `et` holds, cvars and configstrings. */
  #writeVm(): void {
    const { gameType, timeLimitMinutes, hostName, version, maxClients, cvars, missingFields } = this.#options;
    this.#writer.startVm(this.#unixTime());
    for (const [name, value] of ENGINE_CONSTANTS) this.#writer.constant(name, value);
    this.#writer.functions(ENGINE_FUNCTIONS);
    for (const field of missingFields) this.#writer.missingField(field);
    const limit = this.#currentRound === 1 ? this.#nextTimeLimit : String(timeLimitMinutes);
    const all: Readonly<Record<string, string>> = {
      mapname: this.#map,
      gamestate: String(this.#gamestate),
      g_gametype: String(gameType),
      g_currentRound: String(this.#currentRound),
      timelimit: limit,
      g_nextTimeLimit: this.#nextTimeLimit,
      g_redlimbotime: String(this.#options.axisWaveMs),
      g_bluelimbotime: String(this.#options.alliesWaveMs),
      sv_hostname: hostName,
      fs_game: "legacy",
      mod_version: version,
      sv_maxclients: String(maxClients),
      sv_fps: String(1000 / FRAME_MS),
      ...cvars,
    };
    for (const [name, value] of Object.entries(all)) this.#writer.cvar(name, value);
    this.#writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs));
    this.#writer.configstring(CS_INTERMISSION, this.#intermission);
    this.#writer.configstring(CS_MULTI_INFO, "\\s\\0\\o\\2");
    this.#writer.configstring(CS_MULTI_MAPWINNER, `\\w\\${this.#winner}`);
    this.#writer.configstring(CS_REINFSEEDS, this.#waveSeeds());
    this.#writer.configstring(CS_SERVERTOGGLES, "0");
  }

  /** The offsets of the spawn waves as configstring 31 hides them. */
  #waveSeeds(): string {
    const { axisWaveOffsetS, alliesWaveOffsetS } = this.#options;
    const values = WAVE_SEEDS.map((seed, index) => seed * (index + 1));
    values[AXIS_SEED] = WAVE_SEEDS[AXIS_SEED] * axisWaveOffsetS;
    values[ALLIES_SEED] = WAVE_SEEDS[ALLIES_SEED] * alliesWaveOffsetS;
    return [ALLIES_SEED * 8 + 3, AXIS_SEED * 4 + 1, ...values].join(" ");
  }

  #connectAgain(client: Client): void {
    const { slot, identity } = client;
    client.resetForConnect();
    client.write(this.#writer);
    this.#call("et_ClientConnect", slot, 0, identity.isBot ? 1 : 0);
    this.#writer.field(slot, "pers.netname", client.name);
    this.#userinfoChanged(client);
    client.connected = CONNECTED;
    client.place(client.isPlaying ? identity.spawnAt : CAMERA, this.#levelTimeMs);
    this.#about(client);
    this.#call("et_ClientSpawn", slot, 0, 1, 1);
    this.#call("et_ClientBegin", slot);
  }

  /** A client who joins or changes team is spawned for the callback's sake, and put into limbo at once. */
  #enterWithoutBody(client: Client): void {
    client.place(client.isPlaying ? client.identity.spawnAt : CAMERA, this.#levelTimeMs);
    this.#about(client);
    this.#call("et_ClientSpawn", client.slot, 0, 1, 1);
    if (client.isPlaying) {
      client.putIntoLimbo();
      client.health = 0;
      client.pmType = PM_DEAD;
      client.pmFlags = PMF_LIMBO | PMF_FOLLOW | PMF_RESPAWNED;
      this.#about(client);
    }
    this.#call("et_ClientBegin", client.slot);
  }

  #die(client: Client, killer: number, meansOfDeath: number): void {
    client.status = "down";
    client.pmType = PM_DEAD;
    client.gun = undefined;
    client.isSprinting = false;
    if (client.health <= GIB_HEALTH) client.framesToLimbo = LIMBO_FRAMES_AFTER_DEATH;
    this.#about(client);
    const isClient = killer < MAX_CLIENTS;
    this.#callIfThere("et_Obituary", client.slot, isClient ? killer : ENTITY_WORLD, meansOfDeath);
  }

  /** While the match is paused the engine moves the start of play forward, in steps. */
  #followPause(): void {
    if (this.#pausedAtMs === undefined) return;
    for (const client of this.clients()) client.pmType = PM_FREEZE;
    const pausedMs = this.#levelTimeMs - this.#pausedAtMs;
    if (pausedMs % PAUSE_STEP_MS !== 0) return;
    this.#writer.configstring(CS_LEVEL_START_TIME, String(this.#startTimeMs + pausedMs));
  }

  #spawnWaves(): void {
    if (this.isPaused || this.#gamestate !== GAMESTATE_PLAYING) return;
    const { axisWaveMs, alliesWaveMs, axisWaveOffsetS, alliesWaveOffsetS } = this.#options;
    const isDue = (waveMs: number, offsetS: number): boolean =>
      (this.roundMs + offsetS * 1000) % waveMs < FRAME_MS;
    const isAxisDue = isDue(axisWaveMs, axisWaveOffsetS);
    const isAlliesDue = isDue(alliesWaveMs, alliesWaveOffsetS);
    if (!isAxisDue && !isAlliesDue) return;
    for (const client of this.clients()) {
      const isDueFor = client.team === TEAM_AXIS ? isAxisDue : isAlliesDue;
      if (client.status === "limbo" && client.isPlaying && isDueFor) this.spawn(client.slot);
    }
  }

  #artificialFrame(stepMs: number): void {
    this.#levelTimeMs += stepMs;
    this.#clockMs += 1;
    this.#finishFrame(stepMs);
  }

  #intermissionFrame(): void {
    this.#levelTimeMs += FRAME_MS;
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
    const chosen = client.follows === undefined ? undefined : this.#clients[client.follows];
    if (chosen?.isInWorld === true) return chosen;
    if (!client.isPlaying) return undefined;
    for (const other of this.clients()) {
      if (other.isInWorld && other.team === client.team) return other;
    }
    return undefined;
  }

  #runFrame(): void {
    for (const client of this.clients()) if (client.connected > 0) client.write(this.#writer);
    this.#call("et_RunFrame", this.#levelTimeMs);
  }
}
