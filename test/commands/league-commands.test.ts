/** A server of a league from the command line: the refusal, the flag, an update of the configs, and the way back. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, expect, test } from "vitest";

import Deploy from "../../src/commands/deploy.ts";
import Pull from "../../src/commands/pull.ts";
import Rollback from "../../src/commands/rollback.ts";
import Status from "../../src/commands/status.ts";
import Undeploy from "../../src/commands/undeploy.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { useSshd } from "../support/use-sshd.ts";

const root = path.resolve(import.meta.dirname, "../..");
const CFG = "base/etmain/etl_server.cfg";
const CUP = "base/legacy/configs/cup.config";
const MODULE = "home/legacy/proximity_tracker.lua";
const CFG_TEXT = 'set g_customConfig "cup"\r\nset lua_modules "c0rnp0rn.lua"\r\n';
const CUP_TEXT = 'configname "cup"\ninit\n{\n\tsetl lua_modules ""\n}\n';
const CUP_WITH_TRACKER = CUP_TEXT.replace('""', '"proximity_tracker.lua"');

const sshd = useSshd();
let game: GameServer;
let folder: string;
let config: string;
let module: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-league-"));
  game = makeGameServer(sshd.folder, sshd.own, { [CFG]: CFG_TEXT, [CUP]: CUP_TEXT });
  module = path.join(folder, "module.lua");
  writeFileSync(module, makeModule("1.0.0").bytes);
  config = path.join(folder, "prox.config.json");
  const { fingerprint: hostKey, keyFile: key, port, user } = sshd;
  const main = { host: "127.0.0.1", port, user, key, hostKey, ...gameSettings(game) };
  writeFileSync(config, JSON.stringify({ dataFolder: "data", servers: { main } }));
  process.env["XDG_CONFIG_HOME"] = folder;
  process.env["XDG_DATA_HOME"] = folder;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
});

async function run(
  command: { run: (argv: string[], options: { root: string }) => Promise<unknown> },
  ...argv: string[]
): Promise<{ out: string; err: string; exit: number }> {
  process.exitCode = 0;
  const { error, stdout, stderr } = await captureOutput(async () =>
    command.run(["main", ...argv, "--config", config], { root }),
  );
  const exit = error?.oclif?.exit ?? process.exitCode;
  process.exitCode = 0;
  return { out: stdout, err: stderr, exit };
}

test("deploy, an update that takes it out, and the way back", { timeout: 120_000 }, async () => {
  const refused = JSON.parse((await run(Deploy, "--file", module, "--yes", "--json")).out) as {
    error: { code: string; message: string; suggestions: string[] };
  };
  expect(refused.error.code).toBe("E_DEPLOY_REFUSED");
  expect(refused.error.message).toContain("legacy/configs/cup.config:4 sets lua_modules");
  expect(refused.error.suggestions[0]).toMatch(/cup\.config, run: prox deploy main --league-configs$/);
  expect(game.has(MODULE)).toBe(false);
  // Nothing was deployed yet: nothing can be taken out.
  expect(await run(Pull)).toEqual({ out: "", err: "", exit: 0 });

  const deployed = await run(Deploy, "--file", module, "--yes", "--league-configs");
  expect(deployed.out).toContain("cup.config (league): 47 bytes");
  expect(deployed.out).toContain('the engine will load: lua_modules "proximity_tracker.lua"\n');
  expect(game.read(CUP)).toBe(CUP_WITH_TRACKER);
  expect((await run(Status, "--file", module)).exit).toBe(0);
  expect(await run(Pull)).toEqual({ out: "", err: "", exit: 0 });

  game.write(CUP, `${CUP_TEXT}// season 2\n`);
  const status = await run(Status, "--file", module);
  expect(status.exit).toBe(EXIT_CODES.verification);
  expect(status.err).toMatch(
    /the league config \S+cup\.config no longer names the tracker, as revision 1 made it do: .*run: prox deploy main --league-configs/,
  );
  const told = await run(Pull);
  expect(told).toMatchObject({ out: "", exit: 0 });
  expect(told.err).toMatch(
    /^warning: main: the league config \S+cup\.config no longer names the tracker, .*\n$/,
  );
  expect(await run(Pull)).toEqual({ out: "", err: "", exit: 0 });
  const json = JSON.parse((await run(Pull, "--json")).out) as {
    result: { servers: { tracker: { problems: string[]; isNews: boolean } }[] };
  };
  expect(json.result.servers[0]?.tracker).toEqual({
    problems: [expect.stringContaining("no longer names the tracker")],
    isNews: false,
  });

  await run(Deploy, "--file", module, "--yes", "--league-configs");
  expect((await run(Pull)).err).toBe("warning: main: the game's lists name the tracker again\n");
  expect((await run(Pull)).err).toBe("");

  // A new container: everything is as it was before prox came.
  game.write(CFG, CFG_TEXT);
  game.write(CUP, CUP_TEXT);
  rmSync(path.join(game.root, MODULE));
  expect((await run(Pull)).err).toMatch(
    /^warning: main: the tracker is not on the server, where revision 2 put it: /,
  );
  expect((await run(Status, "--file", module)).err).toContain(
    "the tracker is not on the server, where revision 2 put it",
  );

  await run(Deploy, "--file", module, "--yes", "--league-configs");
  await run(Undeploy, "--yes");
  expect([game.read(CFG), game.read(CUP)]).toEqual([CFG_TEXT, CUP_TEXT]);
  expect((await run(Pull)).err).toBe("warning: main: the game's lists name the tracker again\n");
  await run(Rollback, "--yes");
  expect(game.read(CUP)).toBe(CUP_WITH_TRACKER);
  expect(game.leftOvers()).toEqual([]);
});

test("leagueConfigs in the configuration does what the flag does", async () => {
  process.env["PROX_MAIN_LEAGUE_CONFIGS"] = "true";
  await run(Deploy, "--file", module, "--yes");
  delete process.env["PROX_MAIN_LEAGUE_CONFIGS"];
  expect(game.read(CUP)).toBe(CUP_WITH_TRACKER);
});
