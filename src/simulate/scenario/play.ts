/** A scenario as a recording: its players and actions, frame by frame on a scripted server. */
import { messageOf, ProxError } from "../../errors.ts";
import { ENTITY_WORLD } from "../../engine/players.ts";
import { SLOTS } from "../../format/column.ts";
import type { Client } from "../script/client.ts";
import { flagsOf, meansOfGun, meansOfWeapon, regionOf } from "../script/hits.ts";
import { bytesOf } from "../script/recording-writer.ts";
import { ScriptedServer } from "../script/server.ts";
import { type EntityFields, FRAME_MS } from "../script/server-options.ts";
import { viewTowards } from "../script/vector.ts";
import { type Walk, halt, walk } from "../script/walk.ts";
import { type Action, type RoundEnd, type Scenario, lastTimeMs } from "./definition.ts";
import { identityOf, unescapeBytes } from "./identity.ts";
import { REFERENCE } from "./json.ts";

const WARMUP_MS = 2000;
/** Round time at which the engine has played the frames that come at once. */
const FIRST_FRAMES_MS = 600;

type ActionOf<Do extends Action["do"]> = Extract<Action, { do: Do }>;

/** An action with what stands in it once only, so that each shot of a burst is an action of its own. */
function expandBursts(actions: readonly Action[]): Action[] {
  const expanded = actions.flatMap((action) => {
    if (action.do !== "shoot" || action.times === 1) return [action];
    return Array.from({ length: action.times }, (_unused, index) => ({
      ...action,
      time_ms: action.time_ms + index * action.every_ms,
    }));
  });
  return expanded.sort((first, second) => first.time_ms - second.time_ms);
}

/** Fields of an entity with texts of one character a byte. */
function entityBytes(fields: EntityFields): EntityFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? bytesOf(value) : value]),
  );
}

class Player {
  readonly #server: ScriptedServer;
  readonly #walks = new Map<number, Walk>();

  constructor(server: ScriptedServer) {
    this.#server = server;
  }

  /** Forgets who walks where: a new VM begins. */
  reset(): void {
    this.#walks.clear();
  }

  /** Moves everybody who walks by one frame. */
  moveAll(): void {
    if (this.#server.isPaused) return;
    for (const [slot, ahead] of this.#walks) {
      const client = this.#server.client(slot);
      if (client?.status === "up" && ahead.path.length > 0) {
        this.#walks.set(slot, walk(client, ahead));
      } else {
        if (client?.status === "up") halt(client);
        this.#walks.delete(slot);
      }
    }
  }

  act(action: Action): void {
    const server = this.#server;
    switch (action.do) {
      case "move": {
        const { path, speed_ups: speedUps, sprints, keeps_view: keepsView } = action;
        this.#require(action.player);
        this.#walks.set(action.player, { path, speedUps, sprints, keepsView });
        return;
      }
      case "stop":
        this.#walks.delete(action.player);
        halt(this.#require(action.player));
        return;
      case "place":
        this.#walks.delete(action.player);
        this.#require(action.player).origin = action.at;
        return;
      case "look": {
        const client = this.#require(action.player);
        client.pitchDeg = action.pitch_deg;
        client.yawDeg = action.yaw_deg;
        return;
      }
      case "set":
        this.#set(action);
        return;
      case "shoot":
        this.#shoot(action);
        return;
      case "hurt":
        this.#hurt(action);
        return;
      case "kill":
        server.kill(action.player, action.killer ?? action.player, action.means);
        return;
      case "revive":
        server.revive(action.player, action.medic, action.health);
        return;
      case "tap_out":
        server.tapOut(action.player);
        return;
      case "spawn":
        server.spawn(action.player, action.at);
        return;
      case "join":
        server.join(identityOf(action));
        return;
      case "leave":
        server.disconnect(action.player);
        return;
      case "team":
        server.changeTeam(action.player, action.team);
        return;
      case "class":
        server.changeClass(action.player, action.class);
        return;
      case "name":
        server.rename(action.player, unescapeBytes(action.name));
        return;
      case "pause":
        server.pause();
        return;
      case "resume":
        server.resume();
        return;
      case "reload_modules":
        server.reloadModules();
        return;
      case "cvar":
        server.setCvar(action.name, bytesOf(action.value));
        return;
      case "entity":
        server.setEntity(action.entity, entityBytes(action.fields));
        return;
      case "configstring":
        server.setConfigstring(action.index, bytesOf(action.value));
        return;
      case "print":
        server.print(`${unescapeBytes(action.text)}\n`);
        return;
      case "command":
        server.command(action.player, unescapeBytes(action.text));
        return;
      case "reward":
        server.reward(action.player, action.skill);
    }
  }

  #require(slot: number): Client {
    const client = this.#server.client(slot);
    if (client === undefined) throw new Error(`nobody is in slot ${slot}`);
    return client;
  }

  #set({ player, weapon, stance, zoomed, gun, health, carries, message }: ActionOf<"set">): void {
    const client = this.#require(player);
    if (weapon !== undefined) client.weapon = weapon;
    if (stance !== undefined) client.stance = stance;
    if (zoomed !== undefined) client.isZoomed = zoomed;
    if (gun !== undefined) client.gun = gun ?? undefined;
    if (health !== undefined) client.health = health;
    if (carries !== undefined) client.carries = carries ?? 0;
    if (message !== undefined) client.message = message === null ? undefined : bytesOf(message);
  }

  #shoot(action: ActionOf<"shoot">): void {
    const { player, gun, target, damage } = action;
    const client = this.#require(player);
    const weapon = action.weapon ?? client.weapon;
    if (action.weapon !== undefined && gun === undefined) client.weapon = action.weapon;
    if (target !== undefined && target < SLOTS) {
      const view = viewTowards(client.origin, this.#require(target).origin);
      if (view !== undefined) {
        client.pitchDeg = view.pitchDeg;
        client.yawDeg = view.yawDeg + action.aim_error_deg;
      }
    }
    if (gun === undefined) this.#server.fire(player, weapon);
    else this.#server.fireGun(player, gun);
    if (target === undefined || damage === undefined) return;
    const meansOfDeath = action.means ?? (gun === undefined ? meansOfWeapon(weapon) : meansOfGun(gun));
    if (meansOfDeath === undefined)
      throw new Error("a hit with this weapon needs its means of death: set means");
    this.#server.damage({
      target,
      attacker: player,
      damage,
      meansOfDeath,
      flags: action.flags ?? flagsOf(meansOfDeath),
      region: regionOf(meansOfDeath, action.region),
    });
  }

  #hurt({ target, attacker, damage, means, flags, region }: ActionOf<"hurt">): void {
    this.#server.damage({
      target,
      attacker: attacker ?? ENTITY_WORLD,
      damage,
      meansOfDeath: means,
      flags: flags ?? flagsOf(means),
      region: attacker === undefined ? undefined : regionOf(means, region),
    });
  }
}

function serverOf({ server, players }: Scenario): ScriptedServer {
  const scripted = new ScriptedServer({
    map: bytesOf(server.map),
    gameType: server.game_type,
    timeLimitMinutes: server.time_limit_minutes,
    hostName: unescapeBytes(server.name),
    version: bytesOf(server.version),
    maxClients: server.max_clients,
    startUnixTime: server.started_at,
    startLevelTimeMs: server.level_time_ms,
    axisWaveMs: server.axis_wave_ms,
    alliesWaveMs: server.allies_wave_ms,
    axisWaveOffsetS: server.axis_wave_offset_s,
    alliesWaveOffsetS: server.allies_wave_offset_s,
    spawnsWithWaves: server.waves,
    cvars: Object.fromEntries(Object.entries(server.cvars).map(([name, value]) => [name, bytesOf(value)])),
    missingFields: server.missing_fields,
    missingCallbacks: server.missing_callbacks,
    entities: new Map([...server.entities].map(([entity, fields]) => [entity, entityBytes(fields)])),
    configstrings: new Map([...server.configstrings].map(([index, value]) => [index, bytesOf(value)])),
  });
  for (const player of players) scripted.seat(identityOf(player));
  return scripted;
}

/**
 * The recording of a scenario, in pieces of whole lines. Throws E_SCENARIO with the line of an action that cannot be
 * done, such as a shot by a player who is missing. `file` is named in such errors.
 */
export function* scenarioRecording(scenario: Scenario, file: string): Generator<Uint8Array> {
  const server = serverOf(scenario);
  const player = new Player(server);

  function act(action: Action): void {
    try {
      player.act(action);
    } catch (cause) {
      throw new ProxError("E_SCENARIO", `${file}:${action.line}: ${action.do}: ${messageOf(cause)}`, {
        suggestions: [REFERENCE],
        cause,
      });
    }
  }

  /** Plays frames until the phase is `untilMs` old; actions come after the frame of their time. */
  function* playFrames(actions: readonly Action[], untilMs: number): Generator<Uint8Array> {
    player.reset();
    server.runFirstFrames();
    server.attachClients();
    if (untilMs > FIRST_FRAMES_MS) server.startRealTime();
    const waiting = expandBursts(actions);
    for (;;) {
      while (waiting[0] !== undefined && waiting[0].time_ms <= server.phaseMs) {
        act(waiting[0]);
        waiting.shift();
      }
      if (server.phaseMs >= untilMs) break;
      player.moveAll();
      server.frame();
      yield server.take();
    }
    yield server.take();
  }

  let isMapChange = true;
  for (const { warmup, actions, end } of scenario.rounds) {
    if (warmup !== null) {
      server.startWarmup(isMapChange);
      yield* playFrames(
        warmup,
        Math.max(WARMUP_MS, ...warmup.map((action) => lastTimeMs(action) + FRAME_MS)),
      );
      server.endWarmup();
    }
    server.startPlay();
    yield* playFrames(actions, end.time_ms);
    endRound(server, end);
    isMapChange = end.reason === "map_change";
  }
  yield server.take();
}

function endRound(
  server: ScriptedServer,
  { reason, winner, intermission_ms: intermissionMs, map }: RoundEnd,
): void {
  switch (reason) {
    case "finished":
      server.finishRound(winner, intermissionMs);
      server.leaveIntermission();
      return;
    case "map_restart":
      server.restartMap();
      return;
    case "map_change":
      server.changeMap(bytesOf(map ?? "next_map"));
      return;
    case "warmup":
      server.fallBackToWarmup();
      return;
    case "shutdown":
      server.quit();
      return;
    case "module_unloaded":
      server.unloadModules();
      return;
    case "crash":
  }
}
