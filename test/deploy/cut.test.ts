/**
 * Changes of a server that are cut off after every single request of SFTP, reads included: whatever the moment, the
 * server must be left runnable, with the old state or the new one, and the next command fixes it.
 *
 * The connection is cut after every request that changed something on the server, for a read leaves what was there before
 * it, and after some of the others. The process dies by SIGKILL at a third of these moments, another third in each case.
 * Mostly it is a small process that dies, which does what the command does, and at some moments `prox` itself. With `PROX_CUTS=all` the connection is cut and `prox` itself
 * dies after every single request (20 minutes); with `PROX_CUTS=large` a module besides takes several requests.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { lstatSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import SftpClient from "ssh2-sftp-client";
import { beforeAll, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { SftpFiles } from "../../src/remote/sftp-files.ts";
import { SftpSession } from "../../src/remote/sftp-session.ts";
import { childProgram } from "../support/child-programs.ts";
import { type GameServer, gameServerAt, gameSettings, makeGameServer } from "../support/game-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { type Action, change, ONE, TWO } from "../support/server-actions.ts";
import { onEachAnswer } from "../support/sftp-requests.ts";
import { useSshd } from "../support/use-sshd.ts";

const root = path.resolve(import.meta.dirname, "../..");
const CUTS = process.env["PROX_CUTS"] ?? "";
const IS_LARGE = CUTS === "large";
/** Whether `prox` itself dies after every single request. */
const IS_WHOLE = IS_LARGE || CUTS === "all";
/** How many times `prox` itself dies in each case, else: spread over the moments that count. */
const WHOLE_KILLS = 2;
const OTHER = "C".repeat(40);
const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";
const ORIGINAL = `set sv_hostname "ET"\nset lua_allowedModules "${OTHER}"\nset lua_modules "c0rnp0rn.lua"\n`;
const AT_ONCE = 10;
/** For tests that change servers more than a hundred times. */
const LONG_MS = IS_WHOLE ? 3_600_000 : 600_000;

const sshd = useSshd();
/** Stays open: for what comes before the cut, and for what repairs. */
let steady: RemoteConnection;
/** A module that kills the process that loads it. */
let killer: string;
/** A small program that does to a server what `prox` does. */
let changer: string;

function settingsFor(game: GameServer): ServerSettings {
  const { port, user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) });
}

beforeAll(async () => {
  steady = await connect(settingsFor(makeGameServer(sshd.folder, sshd.own)));
  killer = childProgram(path.join(root, "test/support/killed-request.ts"));
  changer = childProgram(path.join(root, "test/support/changing-process.ts"));
  for (const { version, bytes } of [ONE, TWO])
    writeFileSync(path.join(sshd.folder, `${version ?? ""}.lua`), bytes);
  return () => {
    steady.close();
  };
});

/** The same as a command line; `folder` holds the configuration. */
function commandLine(action: Action): string[] {
  const file = (version: string): string[] => ["--file", path.join(sshd.folder, `${version}.lua`)];
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
  const isListed = cfg.includes("proximity_tracker.lua c0rnp0rn.lua");
  // Nothing of the rest of the file may ever be missing.
  expect(cfg.startsWith('set sv_hostname "ET"\nset lua_allowedModules "')).toBe(true);
  expect(cfg.endsWith(isListed ? ' c0rnp0rn.lua"\n' : '"c0rnp0rn.lua"\n')).toBe(true);
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

/** Repairs by the same command once more, or by a deploy of another version; then all must be as if nothing had been. */
async function repair(game: GameServer, { action, after }: Case, isRepeated: boolean): Promise<void> {
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

/** Checks what a cut left, fixes it, and returns which state it was. */
async function judge(game: GameServer, what: Case, at: number): Promise<string> {
  const state = loadable(game);
  expect([what.before, what.after]).toContain(state);
  await repair(game, what, at % 2 === 0);
  rmSync(game.root, { recursive: true });
  return state;
}

/** All that lies on the server, as one word: names, kinds, permissions and contents. */
function fingerprint(game: GameServer): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(game.root, { recursive: true, encoding: "utf8" }).sort()) {
    const stat = lstatSync(path.join(game.root, name));
    hash.update(`${name} ${stat.mode} ${stat.uid}\n`);
    if (stat.isFile()) hash.update(readFileSync(path.join(game.root, name)));
  }
  return hash.digest("hex");
}

/**
 * Carries the action out over a connection of its own, which breaks after `at` answers; returns how many there were.
 * `answered` is called at each.
 */
async function cutConnection(
  game: GameServer,
  action: Action,
  at: number,
  answered: () => void = () => undefined,
): Promise<number> {
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
    answered();
    if (count !== at) return;
    isCut = true;
    client.destroy();
  });
  // How it ends does not matter: what it leaves on the server does.
  await change(new SftpFiles(session), settingsFor(game), action).catch(() => undefined);
  client.destroy();
  return answers;
}

/**
 * Carries the action out in a process of its own that is killed after `at` answers; returns whether it was. The process
 * is `prox` itself, or a small one that does the same on the server.
 */
async function killProcess(game: GameServer, action: Action, at: number, isProx: boolean): Promise<boolean> {
  const settings = settingsFor(game);
  const { port, user, key, hostKey } = settings;
  const servers = { test: { host: "127.0.0.1", port, user, key, hostKey, ...gameSettings(game) } };
  const config = path.join(sshd.folder, `config-${path.basename(game.root)}.json`);
  writeFileSync(config, JSON.stringify(isProx ? { servers } : settings));
  const program = isProx
    ? [path.join(root, "bin/run.js"), ...commandLine(action), "--yes", "--config", config]
    : [changer, action, config];
  const child = spawn(process.execPath, ["--import", killer, ...program], {
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
  /** The answers after which the server was another than before, and each twentieth of the others. */
  let moments: number[];

  beforeAll(async () => {
    template = await makeTemplate(what);
    const game = copyOf(template);
    const states: string[] = [];
    total = await cutConnection(game, what.action, Number.POSITIVE_INFINITY, () => {
      states.push(fingerprint(game));
    });
    expect(loadable(game)).toBe(what.after);
    const isTried = (at: number): boolean => IS_WHOLE || at % 20 === 0 || states[at - 1] !== states[at - 2];
    moments = upTo(total).filter(isTried);
    expect(total).toBeGreaterThan(60);
    expect(new Set(states).size).toBeGreaterThan(8);
  });

  test(
    "survives a cut of the connection after every request that changes something",
    { timeout: LONG_MS },
    async () => {
      const states = new Map<number, string>();
      await forEachMoment(moments, async (at) => {
        const game = copyOf(template);
        await cutConnection(game, what.action, at);
        states.set(at, await judge(game, what, at));
      });
      expect(states.size).toBe(moments.length);
      // Cuts came before and after the change.
      expect(new Set(states.values())).toEqual(new Set([what.before, what.after]));
    },
  );

  test("survives a kill -9 after requests that change something", { timeout: LONG_MS }, async () => {
    // What a request left is the same whether the connection or the process ends after it; a process ends less often.
    const killed = IS_WHOLE ? moments : moments.filter((_, index) => index % 3 === CASES.indexOf(what) % 3);
    const everyNth = Math.floor(killed.length / WHOLE_KILLS);
    const states = new Map<number, string>();
    await forEachMoment(killed, async (at) => {
      const game = copyOf(template);
      const isProx = IS_WHOLE || killed.indexOf(at) % everyNth === everyNth - 1;
      const isKilled = await killProcess(game, what.action, at, isProx);
      // `prox` looks after its lock by the clock: it can end some requests earlier.
      if (!isKilled) expect(at, `not killed after ${at} of ${total}`).toBeGreaterThan(total - 5);
      states.set(at, await judge(game, what, at));
    });
    expect(states.size).toBe(killed.length);
    expect(new Set(states.values())).toEqual(new Set([what.before, what.after]));
  });
});
