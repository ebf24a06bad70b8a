/** A small match on a scripted server, for tests of what the tracker does when something goes wrong. */
import { FRAME_MS, ScriptedServer, type ServerOptions } from "../../src/simulate/script/server.ts";
import { TEAM_ALLIES, TEAM_AXIS } from "../../src/engine/players.ts";

const MP40 = 3;
const MOD_MP40 = 8;
const REGION_BODY = 2;

const OPTIONS: ServerOptions = {
  map: "oasis",
  gameType: 2,
  timeLimitMinutes: 10,
  hostName: "small",
  version: "v2.85.0",
  maxClients: 20,
  startUnixTime: 1767323045,
  startLevelTimeMs: 0,
  axisWaveMs: 5000,
  alliesWaveMs: 5000,
  axisWaveOffsetS: 1,
  alliesWaveOffsetS: 2,
  spawnsWithWaves: true,
  cvars: {},
  missingFields: [],
  missingCallbacks: [],
};

/** Four clients, two of each team: 0 and 2 play for Axis, 1 and 3 for Allies. */
export function createMatch(options: Partial<ServerOptions> = {}): ScriptedServer {
  const server = new ScriptedServer({ ...OPTIONS, ...options });
  for (let slot = 0; slot < 4; slot += 1) {
    server.seat({
      slot,
      name: `player ${slot}`,
      guid: String(slot).repeat(32),
      isBot: false,
      team: slot % 2 === 0 ? TEAM_AXIS : TEAM_ALLIES,
      playerClass: slot,
      spawnAt: [200 * slot, 100, 24],
      maximumHealth: 100,
      follows: undefined,
    });
  }
  return server;
}

/** Play begins: a new VM, its artificial frames, everybody spawned. */
export function beginPlay(server: ScriptedServer): void {
  server.startPlay();
  server.runFirstFrames();
  server.attachClients();
  server.startRealTime();
}

/** Plays for a while: slot 0 shoots at slot 1, a hit of 5 for every frame in which they are up. */
export function fight(server: ScriptedServer, milliseconds: number): void {
  for (let passedMs = 0; passedMs < milliseconds; passedMs += FRAME_MS) {
    if (!server.isPaused && server.client(0)?.status === "up") {
      server.fire(0, MP40);
      if (server.client(1)?.status === "up") {
        server.damage({
          target: 1,
          attacker: 0,
          damage: 5,
          meansOfDeath: MOD_MP40,
          flags: 64,
          region: REGION_BODY,
        });
      }
      if (server.client(1)?.status === "down") server.tapOut(1);
    }
    server.frame();
  }
}
