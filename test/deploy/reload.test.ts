import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { type ServerChangeResult, changeServer } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { ServerPlan } from "../../src/deploy/server-plan.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { Rcon } from "../../src/remote/rcon.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { type RconServer, startRconServer } from "../support/rcon-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { useSshd } from "../support/use-sshd.ts";

const TIMES = { spacingMs: 30, answerMs: 1500, silenceMs: 80 };
const ONE = makeModule("1.0.0");
const TWO = makeModule("2.0.0");

const sshd = useSshd();
let connection: RemoteConnection;
let game: GameServer;
let server: ServerSettings;
let rconServer: RconServer;

beforeAll(async () => {
  const { port, user, keyFile, fingerprint } = sshd;
  connection = await connect(serverSettings({ port, user, key: keyFile, hostKey: fingerprint }));
  return () => {
    connection.close();
  };
});
beforeEach(async () => {
  game = makeGameServer(sshd.folder, sshd.own, { "home/legacy/c0rnp0rn.lua": "-- other" });
  server = serverSettings(gameSettings(game));
  rconServer = await startRconServer(game.game, "secret");
  rconServer.cvars.set("lua_modules", "c0rnp0rn.lua");
  rconServer.loadModules();
});
afterEach(async () => {
  await rconServer.stop();
});

function change(
  plan: (files: RemoteFiles) => Promise<ServerPlan>,
  warnings: string[] = [],
): Promise<ServerChangeResult> {
  return changeServer(connection.files, {
    server,
    what: "test",
    plan,
    rcon: new Rcon({ host: "127.0.0.1", port: rconServer.port }, "secret", TIMES),
    isDryRun: false,
    approve: (_plan, found) => {
      warnings.push(...found);
      return Promise.resolve();
    },
  });
}

function changing(): string[] {
  return rconServer.commands
    .map(({ text }) => text)
    .filter((text) => /^(?:set|lua_restart|lua_init)/.test(text));
}

describe("deploy with a reload", () => {
  test("leaves a game alone whose config locks the list, where that would unload the config", async () => {
    const config = 'init\n{\n\tsetl lua_modules "c0rnp0rn.lua"\n}\n';
    game.write("base/legacy/configs/cup.config", config);
    rconServer.cvars.set("g_customconfig", "Cup");
    const warnings: string[] = [];
    const league = { ...server, leagueConfigs: true };
    const first = await change((files) => planDeploy(files, league, ONE), warnings);
    expect(first.revision?.hasLeagueConfigs).toBe(true);
    expect(first.loaded).toBeUndefined();
    expect(changing()).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining("its config cup locks lua_modules, and the engine unloads that config"),
    ]);
    expect(game.read("base/legacy/configs/cup.config")).toBe(
      config.replace('"c0', '"proximity_tracker.lua c0'),
    );
    // The next map has loaded the config with the tracker: then only the modules are loaded again.
    rconServer.cvars.set("lua_modules", "proximity_tracker.lua c0rnp0rn.lua");
    rconServer.loadModules();
    const second = await change((files) => planDeploy(files, league, TWO));
    expect(second.loaded?.[0]?.sha1).toBe(TWO.sha1);
    expect(changing()).toEqual(["lua_restart"]);
  });

  test("adds the tracker to the running list, reloads in a later frame, and confirms the SHA-1", async () => {
    const warnings: string[] = [];
    const { loaded } = await change((files) => planDeploy(files, server, ONE), warnings);
    expect(warnings.join("\n")).toContain(
      'lua_modules of the running game is changed from "c0rnp0rn.lua" to "proximity_tracker.lua c0rnp0rn.lua": that unloads all',
    );
    expect(loaded?.map(({ file }) => file)).toEqual(["proximity_tracker.lua", "c0rnp0rn.lua"]);
    expect(loaded?.[0]?.sha1).toBe(ONE.sha1);
    expect(changing()).toEqual(['set lua_modules "proximity_tracker.lua c0rnp0rn.lua"', "lua_restart"]);
    const times = rconServer.commands.map(({ atMs }) => atMs);
    for (let index = 1; index < times.length; index += 1) {
      expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBeGreaterThan(TIMES.spacingMs);
    }
  });

  test("of a new version does not touch the list; of the loaded one does nothing at all", async () => {
    await change((files) => planDeploy(files, server, ONE));
    const before = changing().length;
    const warnings: string[] = [];
    await change((files) => planDeploy(files, server, TWO), warnings);
    expect(warnings).toEqual([]);
    expect(changing().slice(before)).toEqual(["lua_restart"]);
    await change((files) => planDeploy(files, server, TWO));
    expect(changing().slice(before)).toEqual(["lua_restart"]);
  });

  test("keeps modules that only the running game has, and allows the SHA-1 there", async () => {
    game.write("home/legacy/extra.lua", "-- extra");
    rconServer.cvars.set("lua_modules", "extra.lua");
    rconServer.cvars.set("lua_allowedmodules", "D".repeat(40));
    await change((files) => planDeploy(files, server, ONE));
    expect(rconServer.cvars.get("lua_modules")).toBe("proximity_tracker.lua extra.lua");
    expect(rconServer.cvars.get("lua_allowedmodules")).toBe(`${ONE.sha1.toUpperCase()} ${"D".repeat(40)}`);
  });

  test("drops the oldest of an allow-list that is full: it fits into a cvar", async () => {
    const others = Array.from({ length: 6 }, (_, index) => String(index).repeat(40));
    rconServer.cvars.set("lua_allowedmodules", others.join(" "));
    await change((files) => planDeploy(files, server, ONE));
    const allowed = rconServer.cvars.get("lua_allowedmodules") ?? "";
    expect(allowed.split(" ")).toEqual([ONE.sha1.toUpperCase(), ...others.slice(0, 5)]);
    expect(allowed.length).toBeLessThan(256);
  });

  test("refuses a running list that would be longer than a cvar", async () => {
    const long = Array.from({ length: 6 }, (_, index) => `${String(index).repeat(36)}.lua`).join(" ");
    rconServer.cvars.set("lua_modules", long);
    await expect(change((files) => planDeploy(files, server, ONE))).rejects.toMatchObject({
      code: "E_RELOAD",
    });
    expect(rconServer.cvars.get("lua_modules")).toBe(long);
    expect(changing()).not.toContain("lua_restart");
  });

  test("warns when players are on, and says what it does to a running round", async () => {
    rconServer.humans = 6;
    rconServer.cvars.set("gamestate", "0");
    const warnings: string[] = [];
    await change((files) => planDeploy(files, server, ONE), warnings);
    expect(warnings.join("\n")).toMatch(
      /6 players are on oasis, in the middle of a round: .*recorded as incomplete/,
    );
  });

  test("asks again when an answer gets lost, and does not take silence for success", async () => {
    // The first packets are questions; after them each answer to a change may be lost too.
    rconServer.loseNext = 1;
    const { loaded } = await change((files) => planDeploy(files, server, ONE));
    expect(loaded?.[0]?.sha1).toBe(ONE.sha1);
    await rconServer.stop();
    await expect(change((files) => planDeploy(files, server, TWO))).rejects.toMatchObject({
      code: "E_RCON_SILENT",
    });
    expect(game.read("home/legacy/proximity_tracker.lua"), "nothing is changed unseen").toContain("1.0.0");
    rconServer = await startRconServer(game.game, "secret");
  });

  test("fails when the game loads something else", async () => {
    // The running process looks into another folder, where the module is not.
    await rconServer.stop();
    rconServer = await startRconServer(game.basepath, "secret");
    await expect(change((files) => planDeploy(files, server, ONE))).rejects.toMatchObject({
      code: "E_RELOAD",
      message: `the reload failed: proximity_tracker.lua should be loaded with SHA-1 ${ONE.sha1}, but is not loaded`,
    });
  });
});

test("undeploy with a reload takes the tracker out of the running game", async () => {
  await change((files) => planDeploy(files, server, ONE));
  const warnings: string[] = [];
  const { loaded } = await change((files) => planUndeploy(files, server), warnings);
  expect(warnings.join("\n")).toContain('to "c0rnp0rn.lua": that unloads all');
  expect(loaded?.map(({ file }) => file)).toEqual(["c0rnp0rn.lua"]);
  expect(rconServer.cvars.get("lua_modules")).toBe("c0rnp0rn.lua");
});
