/**
 * Changes of a server that are cut off after every single request of SFTP, reads included: whatever the moment, the
 * server must be left runnable, with the old state or the new one, and the next command mends it.
 *
 * After every single one the connection is cut, and the process (`prox` itself, by SIGKILL) dies. With
 * `PROX_CUTS=large` the module is so large that it is written and read in several requests: some minutes more.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import SftpClient from "ssh2-sftp-client";
import ts from "typescript";
import { beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { planRollback } from "../../src/deploy/plan-rollback.ts";
import { planUndeploy } from "../../src/deploy/plan-undeploy.ts";
import type { ServerPlan } from "../../src/deploy/server-plan.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { SftpFiles } from "../../src/remote/sftp-files.ts";
import { SftpSession } from "../../src/remote/sftp-session.ts";
import { carryOut } from "../support/carry-out.ts";
import {
  type GameServer,
  gameServerAt,
  gameSettings,
  makeGameServer,
  makeModule,
} from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { onEachAnswer } from "../support/sftp-requests.ts";
import { useSshd } from "../support/use-sshd.ts";

const root = path.resolve(import.meta.dirname, "../..");
const IS_LARGE = process.env["PROX_CUTS"] === "large";
const FILLING = "-- filling\n".repeat(IS_LARGE ? 28_000 : 100);
const ONE = makeModule("1.0.0", FILLING);
const TWO = makeModule("2.0.0", FILLING);
const OTHER = "C".repeat(40);
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";
const ORIGINAL = `set sv_hostname "ET"\nset lua_allowedModules "${OTHER}"\nset lua_modules "c0rnp0rn.lua"\n`;
const AT_ONCE = 10;
/** For tests that change servers more than a hundred times. */
const LONG_MS = IS_LARGE ? 3_600_000 : 1_800_000;

const sshd = useSshd();
/** Stays open: for what comes before the cut, and for what mends. */
let steady: RemoteConnection;
/** A module that kills the process that loads it. */
let killer: string;

function settingsFor(game: GameServer): ServerSettings {
  const { port, user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) });
}

beforeAll(async () => {
  steady = await connect(settingsFor(makeGameServer(sshd.folder, sshd.own)));
  // Compiled here once: each process would take its time for it.
  const folder = path.join(sshd.folder, "killer");
  mkdirSync(folder);
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  for (const name of ["killed-request", "sftp-requests"]) {
    const source = readFileSync(path.join(root, `test/support/${name}.ts`), "utf8");
    const { outputText } = ts.transpileModule(source, { compilerOptions });
    writeFileSync(path.join(folder, `${name}.mjs`), outputText.replace(/(?<=\.\/[\w-]+)\.ts(?=")/, ".mjs"));
  }
  killer = path.join(folder, "killed-request.mjs");
  for (const { version, bytes } of [ONE, TWO])
    writeFileSync(path.join(folder, `${version ?? ""}.lua`), bytes);
  return () => {
    steady.close();
  };
});

type Plan = (files: RemoteFiles, server: ServerSettings) => Promise<ServerPlan>;

const PLANS = {
  "deploy 1.0.0": (files, server) => planDeploy(files, server, ONE),
  "deploy 2.0.0": (files, server) => planDeploy(files, server, TWO),
  "rollback to 1.0.0": (files, server) => planRollback(files, server, 1),
  undeploy: (files, server) => planUndeploy(files, server),
} as const satisfies Record<string, Plan>;
type Action = keyof typeof PLANS;

/** Carries an action out, or, with `isDryRun`, only looks; returns whether there is or was something to do. */
async function change(
  files: RemoteFiles,
  server: ServerSettings,
  action: Action,
  isDryRun = false,
): Promise<boolean> {
  const { plan } = await carryOut(files, server, (own) => PLANS[action](own, server), { isDryRun });
  return plan.hasWork;
}

/** The same as a command line; `folder` holds the configuration. */
function commandLine(action: Action): string[] {
  const file = (version: string): string[] => ["--file", path.join(path.dirname(killer), `${version}.lua`)];
  switch (action) {
    case "deploy 1.0.0":
      return ["deploy", "test", ...file("1.0.0")];
    case "deploy 2.0.0":
      return ["deploy", "test", ...file("2.0.0")];
    case "rollback to 1.0.0":
      return ["rollback", "test", "1"];
    case "undeploy":
      return ["undeploy", "test"];
  }
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

interface Case {
  readonly name: string;
  /** What was done before. */
  readonly history: readonly Action[];
  readonly action: Action;
  readonly before: string;
  readonly after: string;
}

const CASES: readonly Case[] = [
  { name: "a first deploy", history: [], action: "deploy 2.0.0", before: "none", after: "2.0.0" },
  {
    name: "an upgrade",
    history: ["deploy 1.0.0"],
    action: "deploy 2.0.0",
    before: "1.0.0",
    after: "2.0.0",
  },
  {
    name: "a rollback",
    history: ["deploy 1.0.0", "deploy 2.0.0"],
    action: "rollback to 1.0.0",
    before: "2.0.0",
    after: "1.0.0",
  },
  { name: "an undeploy", history: ["deploy 1.0.0"], action: "undeploy", before: "1.0.0", after: "none" },
];

/** The server as it is before the cut. */
async function makeTemplate({ history }: Case): Promise<GameServer> {
  const game = makeGameServer(sshd.folder, sshd.own, { [CFG]: ORIGINAL });
  for (const action of history) await change(steady.files, settingsFor(game), action);
  return game;
}

let copies = 0;
/** A copy of a server, its owners included. */
function copyOf(template: GameServer): GameServer {
  const folder = `${template.root}-${(copies += 1)}`;
  execFileSync("cp", ["-a", template.root, folder]);
  return gameServerAt(folder, sshd.own);
}

/** Mends by the same command once more, or by a deploy of another version; then all must be as if nothing had been. */
async function mend(game: GameServer, { action, after }: Case, isRepeated: boolean): Promise<void> {
  const server = settingsFor(game);
  const mending = isRepeated ? action : after === "2.0.0" ? "deploy 1.0.0" : "deploy 2.0.0";
  await change(steady.files, server, mending);
  expect(loadable(game)).toBe(isRepeated ? after : mending.slice("deploy ".length));
  if (isRepeated && after === "none") {
    expect(game.read(CFG)).toBe(ORIGINAL);
    expect(game.has(MODULE)).toBe(false);
  }
  expect(game.leftOvers()).toEqual([]);
  expect(await change(steady.files, server, mending, true), "there is nothing left to do").toBe(false);
  const log = game.read("home/legacy/prox/revisions.log").split("\n");
  const numbers = log.flatMap((line) => {
    try {
      return [(JSON.parse(line) as { revision: number }).revision];
    } catch {
      // A line that was cut, or an empty one.
      return [];
    }
  });
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
}

/** Checks what a cut left, mends it, and returns which state it was. */
async function judge(game: GameServer, what: Case, at: number): Promise<string> {
  const state = loadable(game);
  expect([what.before, what.after]).toContain(state);
  await mend(game, what, at % 2 === 0);
  rmSync(game.root, { recursive: true });
  return state;
}

/** Carries the action out over a connection of its own, which breaks after `at` answers; returns how many there were. */
async function cutConnection(game: GameServer, action: Action, at: number): Promise<number> {
  const { port, user, keyFile } = sshd;
  const ignore = (): void => undefined;
  const library = new SftpClient("test", { error: ignore, end: ignore, close: ignore });
  const { client } = library;
  client.on("ready", () => client.setNoDelay(true));
  const key = { username: user, privateKey: readFileSync(keyFile) };
  const sftp = await library.connect({ host: "127.0.0.1", port, ...key });
  const session = new SftpSession(library, sftp, { timeoutMs: 10_000, bytesReceived: () => 0 });
  let answers = 0;
  let isCut = false;
  onEachAnswer(sftp, (count) => {
    if (isCut) return;
    answers = count;
    if (count !== at) return;
    isCut = true;
    client.destroy();
  });
  // How it ends does not matter: what it leaves on the server does.
  await change(new SftpFiles(session), settingsFor(game), action).catch(() => undefined);
  client.destroy();
  return answers;
}

/** Runs prox in a process of its own that is killed after `at` answers; returns whether it was. */
async function killProcess(game: GameServer, action: Action, at: number): Promise<boolean> {
  const { port, user, key, hostKey } = settingsFor(game);
  const servers = { test: { host: "127.0.0.1", port, user, key, hostKey, ...gameSettings(game) } };
  const config = path.join(sshd.folder, `config-${path.basename(game.root)}.json`);
  writeFileSync(config, JSON.stringify({ servers }));
  const argv = ["--import", killer, path.join(root, "bin/run.js"), ...commandLine(action)];
  const child = spawn(process.execPath, [...argv, "--yes", "--config", config], {
    env: { ...process.env, PROX_TEST_KILL_AT: String(at) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  rmSync(config);
  if (signal !== "SIGKILL") expect(code, errors).toBe(0);
  return signal === "SIGKILL";
}

/** Runs `attempt` for each of these moments, several at once: most of the time is waiting. */
async function forEachMoment(
  moments: Iterable<number>,
  attempt: (at: number) => Promise<void>,
): Promise<void> {
  const queue = moments[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) await attempt(next.value);
    }),
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

describe.each(CASES)("$name", (what) => {
  let template: GameServer;
  /** How many requests it takes. */
  let total: number;

  beforeAll(async () => {
    template = await makeTemplate(what);
    const game = copyOf(template);
    total = await cutConnection(game, what.action, Number.POSITIVE_INFINITY);
    expect(loadable(game)).toBe(what.after);
  });

  test("survives a cut of the connection after every single request", { timeout: LONG_MS }, async () => {
    const states = new Map<number, string>();
    await forEachMoment(upTo(total), async (at) => {
      const game = copyOf(template);
      await cutConnection(game, what.action, at);
      states.set(at, await judge(game, what, at));
    });
    expect(states.size).toBe(total);
    expect(total).toBeGreaterThan(60);
    // Cuts came before and after the change.
    expect(new Set(states.values())).toEqual(new Set([what.before, what.after]));
  });

  test("survives a kill -9 of prox after every single request", { timeout: LONG_MS }, async () => {
    const moments = upTo(total);
    const states = new Map<number, string>();
    await forEachMoment(moments, async (at) => {
      const game = copyOf(template);
      expect(await killProcess(game, what.action, at), `killed after ${at} of ${total}`).toBe(true);
      states.set(at, await judge(game, what, at));
    });
    expect(states.size).toBe(moments.length);
    expect(new Set(states.values())).toEqual(new Set([what.before, what.after]));
  });
});
