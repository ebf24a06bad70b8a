/** Deploys that are cut off after every single operation: the server must be left runnable, and the next deploy mends it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { changeServer } from "../../src/deploy/change-server.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import type { Module } from "../../src/deploy/server-plan.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import {
  type GameServer,
  cuttingFiles,
  gameSettings,
  makeGameServer,
  makeModule,
} from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

const ONE = makeModule("1.0.0");
const TWO = makeModule("2.0.0");
const OTHER = "C".repeat(40);
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";
const ORIGINAL = `set sv_hostname "ET"\nset lua_allowedModules "${OTHER}"\nset lua_modules "c0rnp0rn.lua"\n`;

let sshd: Sshd;
/** Stays open: for what mends. */
let steady: RemoteConnection;

function settingsFor(game: GameServer): ServerSettings {
  const { port, user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) });
}

beforeAll(async () => {
  sshd = await startSshd();
  steady = await connect(settingsFor(makeGameServer(sshd.folder, sshd.own)));
});
afterAll(async () => {
  steady.close();
  await sshd.stop();
});

async function deploy(files: RemoteFiles, server: ServerSettings, module: Module): Promise<void> {
  await changeServer(files, {
    server,
    what: "deploy",
    plan: (own) => planDeploy(own, server, module),
    rcon: undefined,
    isDryRun: false,
    approve: () => Promise.resolve(),
  });
}

/** What the engine would do with the server as it lies there: which module it would load, if any. */
function loadable(game: GameServer): string {
  const cfg = game.read(CFG);
  const isListed = cfg.includes("c0rnp0rn.lua proximity_tracker.lua");
  // Nothing of the rest of the file may ever be missing.
  expect(cfg.startsWith('set sv_hostname "ET"\nset lua_allowedModules "')).toBe(true);
  expect(cfg.endsWith(isListed ? 'proximity_tracker.lua"\n' : '"c0rnp0rn.lua"\n')).toBe(true);
  expect(cfg).toContain(OTHER);
  if (!isListed) return "none";
  const text = game.read(MODULE);
  const module = [ONE, TWO].find(({ bytes }) => bytes.toString("latin1") === text);
  expect(module, "the module is whole").toBeDefined();
  expect(cfg, "the module is allowed").toContain(module?.sha1.toUpperCase());
  return module?.version ?? "";
}

/** A server in a state to begin with: nothing deployed, or version 1. */
async function begin(from: "nothing" | "1.0.0"): Promise<{ game: GameServer; server: ServerSettings }> {
  const game = makeGameServer(sshd.folder, sshd.own, { [CFG]: ORIGINAL });
  const server = settingsFor(game);
  if (from !== "nothing") await deploy(steady.files, server, ONE);
  return { game, server };
}

/** How many operations a deploy makes that change something. */
const FEWEST = 15;
const AT_ONCE = 6;
/** For tests that deploy dozens of times. */
const LONG_MS = 300_000;

/** Tries 1, 2, 3, … until `attempt` says that there is nothing more to cut; most of the time is waiting. */
async function severalAtOnce(attempt: (at: number) => Promise<string | undefined>): Promise<string[]> {
  const states: string[] = [];
  for (let first = 1; ; first += AT_ONCE) {
    const found = await Promise.all(Array.from({ length: AT_ONCE }, (_, offset) => attempt(first + offset)));
    for (const state of found) {
      if (state === undefined) return states;
      states.push(state);
    }
  }
}

async function mend(
  game: GameServer,
  server: ServerSettings,
  files: RemoteFiles = steady.files,
): Promise<void> {
  await deploy(files, server, TWO);
  expect(loadable(game)).toBe("2.0.0");
  expect(game.leftOvers()).toEqual([]);
  const log = game.read("home/legacy/prox/revisions.log");
  expect(log.trim().split("\n").at(-1)).toContain(TWO.sha1);
}

describe.each(["nothing", "1.0.0"] as const)("a deploy of 2.0.0 over %s", (from) => {
  const before = from === "nothing" ? "none" : from;

  // Operations that only read leave what the one before them left: cuts after those that change are all there are.
  test(
    "survives a cut of the connection after every operation that changes something",
    { timeout: LONG_MS },
    async () => {
      const states = await severalAtOnce(async (at) => {
        const { game, server } = await begin(from);
        const connection = await connect(server);
        const { files, count } = cuttingFiles(connection, { at, onlyChanging: true, cut: connection.close });
        await deploy(files, server, TWO).catch(() => undefined);
        connection.close();
        const state = loadable(game);
        expect([before, "2.0.0"]).toContain(state);
        await mend(game, server);
        rmSync(path.dirname(game.homepath), { recursive: true });
        return count() >= at ? state : undefined;
      });
      expect(states.length).toBeGreaterThan(FEWEST);
      // Cuts came before and after the change.
      expect([...new Set(states)]).toEqual([before, "2.0.0"]);
    },
  );
});

// To the server a kill is what a closed connection is, which the tests above try everywhere: a sample will do.
test("a deploy survives a kill -9 after operations that change something", { timeout: LONG_MS }, async () => {
  const script = path.join(import.meta.dirname, "../support/killed-deploy.ts");
  const states = await severalAtOnce(async (at) => {
    const { game, server } = await begin("1.0.0");
    const argv = ["--import", "tsx", script, JSON.stringify(server), "2.0.0", String(at * 3)];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "inherit"] });
    const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect(code === 0 || signal === "SIGKILL", `code ${code ?? ""}, signal ${signal ?? ""}`).toBe(true);
    const state = loadable(game);
    expect(["1.0.0", "2.0.0"]).toContain(state);
    await mend(game, server);
    rmSync(path.dirname(game.homepath), { recursive: true });
    return code === 0 ? undefined : state;
  });
  expect(states.length).toBeGreaterThanOrEqual(4);
  expect(new Set(states)).toEqual(new Set(["1.0.0", "2.0.0"]));
});

test(
  "on a server without posix-rename: cut at every request that changes something, mended by the next deploy",
  {
    timeout: LONG_MS,
  },
  async () => {
    process.env["PROX_TEST_PASSWORD"] = "secret";
    const game = makeGameServer(sshd.folder, () => undefined, { [CFG]: ORIGINAL });
    const root = path.dirname(game.homepath);
    const copy = `${root}-copy`;
    const good = await startSftpServer();
    const goodServer = serverSettings({ port: good.port, hostKey: good.fingerprint, ...gameSettings(game) });
    const steadily = await connect(goodServer);
    await deploy(steadily.files, goodServer, ONE);
    cpSync(root, copy, { recursive: true, preserveTimestamps: true });
    const restore = (): void => {
      rmSync(root, { recursive: true });
      cpSync(copy, root, { recursive: true, preserveTimestamps: true });
    };
    const already = good.requests.length;
    await deploy(steadily.files, goodServer, TWO);
    const requests = good.requests.slice(already);
    const changing = requests.flatMap((request, index) =>
      /^(?:create|write|fsetstat|rename|remove|mkdir|rmdir)/.test(request) ? [index + 1] : [],
    );
    expect(changing.length).toBeGreaterThan(FEWEST);
    const gaps: string[] = [];
    for (const cutAt of changing) {
      restore();
      const fragile = await startSftpServer({ cutAt });
      const server = { ...goodServer, port: fragile.port, hostKey: fragile.fingerprint };
      const connection = await connect(server);
      await deploy(connection.files, server, TWO).catch(() => undefined);
      connection.close();
      const isWhole = [CFG, MODULE].every((file) => game.has(file));
      // Then the server itself died between the two renames, which the client sends together.
      if (!isWhole) gaps.push(fragile.requests[cutAt - 1] ?? "");
      else expect(["1.0.0", "2.0.0"]).toContain(loadable(game));
      await fragile.stop();
      await mend(game, goodServer, steadily.files);
    }
    steadily.close();
    await good.stop();
    rmSync(copy, { recursive: true });
    // One for the cfg file, one for the module.
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) expect(gap).toMatch(/^rename \S+ \S+\.prox-old$/);
  },
);
