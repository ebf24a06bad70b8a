/** The commands for game servers over a fleet: real sshd, servers that say nothing, and ports where nothing listens. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import Deploy from "../../src/commands/deploy.ts";
import Lock from "../../src/commands/lock.ts";
import Pull from "../../src/commands/pull.ts";
import Rollback from "../../src/commands/rollback.ts";
import Status from "../../src/commands/status.ts";
import Undeploy from "../../src/commands/undeploy.ts";
import Unlock from "../../src/commands/unlock.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { packagePath } from "../../src/package-root.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { parsePrometheus } from "../support/prometheus-text.ts";
import { roundFile, SOME_ROWS } from "../support/round-files.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
const second = useSshd();
let folder: string;
let config: string;
let moduleFile: string;
let mute: Server;

beforeAll(async () => {
  mute = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
});
afterAll(() => new Promise((resolve) => mute.close(resolve)));

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-fleet-"));
  config = path.join(folder, "prox.config.json");
  moduleFile = path.join(folder, "module.lua");
  writeFileSync(moduleFile, makeModule("1.0.0").bytes);
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  vi.stubEnv("XDG_DATA_HOME", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

type Entry = Record<string, unknown>;

/** A configured server with a game of its own. */
function good(game: GameServer): Entry {
  const { fingerprint, keyFile, port, user } = game.root.startsWith(second.folder) ? second : sshd;
  return { host: "127.0.0.1", port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) };
}

const bad = { host: "127.0.0.1", basepath: "/x", tellAfter: 1, connectAttempts: 1, timeoutS: 4 };
const refusing = (): Entry => ({ ...bad, port: 1 });
const silent = (): Entry => ({ ...bad, port: (mute.address() as AddressInfo).port });

function newGame(on = sshd): GameServer {
  return makeGameServer(on.folder, on.own);
}

function configure(servers: Record<string, Entry>, groups: Record<string, string[]> = {}): void {
  writeFileSync(config, JSON.stringify({ dataFolder: "data", servers, groups }));
}

interface Outcome {
  readonly out: string[];
  /** How many lines of `out` began with the time. */
  readonly timed: number;
  readonly err: string[];
  readonly exit: number | undefined;
}

/** With what each line of a fleet begins in a log. */
const LOG_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /;

async function run(
  command: { run: (argv: string[], options: { root: string }) => Promise<unknown> },
  ...argv: string[]
): Promise<Outcome> {
  process.exitCode = undefined;
  const { stdout, stderr } = await captureOutput(async () =>
    command.run([...argv, "--config", config], { root: packagePath(".") }),
  );
  const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  const lines = linesOf(stdout);
  return {
    out: lines.map((line) => line.replace(LOG_TIME, "")),
    timed: lines.filter((line) => LOG_TIME.test(line)).length,
    err: linesOf(stderr),
    exit: process.exitCode as number | undefined,
  };
}

async function runJson(...parameters: Parameters<typeof run>): Promise<Record<string, unknown>> {
  const { out, exit } = await run(...parameters, "--json");
  return { ...(JSON.parse(out.join("\n")) as Record<string, unknown>), exit };
}

const MODULE = "home/legacy/proximity_tracker.lua";

function putRound(game: GameServer, minute: number): void {
  const key = `2026-01-31-19${minute}00-supply-round-1-0123abcd`;
  for (const kind of KINDS) {
    const text = roundFile(kind, { header: { round_key: key }, rows: SOME_ROWS[kind] });
    game.write(`home/legacy/gamestats/${roundFileName(key, kind)}`, text.toString("latin1"));
  }
}

test(
  "a fleet of ten is deployed, looked at, rolled back, locked, unlocked and left again",
  { timeout: 120_000 },
  async () => {
    const names = Array.from({ length: 10 }, (_, index) => `s${index}`);
    const games = new Map(names.map((name, index) => [name, newGame(index % 2 === 0 ? sshd : second)]));
    configure(Object.fromEntries([...games].map(([name, game]) => [name, good(game)])), {
      cup: ["s3", "s1"],
    });
    const everywhere = (file: string): boolean => [...games.values()].every((game) => game.has(file));

    const dry = await run(Deploy, "cup", "--dry-run", "--file", moduleFile);
    expect(dry.exit).toBe(EXIT_CODES.verification);
    expect(dry.out[0]).toBe("s3:");
    expect(dry.out).toContain("s3: would change 2 files");
    expect(dry.timed).toBe(3);
    expect(dry.out.at(-1)).toBe("2 servers: 2 done");
    expect([...games.values()].some((game) => game.has(MODULE))).toBe(false);

    const deployed = await run(Deploy, "--all", "--yes", "--file", moduleFile);
    expect(deployed).toMatchObject({ err: [], exit: undefined });
    expect(deployed.out).toHaveLength(11);
    expect(deployed.out[3]).toMatch(
      /^s3: deployed as revision 1, SHA-1 [0-9a-f]{40}; to undo, run: prox undeploy s3$/,
    );
    expect(deployed.out[10]).toBe("10 servers: 10 done");
    expect(everywhere(MODULE)).toBe(true);

    const status = await runJson(Status, "--all", "--file", moduleFile);
    expect(status).toMatchObject({ ok: true, exit: undefined });
    expect(status["result"]).toMatchObject({
      servers: names.map((server) => ({ server, drift: [], isListed: true })),
      failed: [],
      left: [],
    });
    const lines = await run(Status, "s1", "s4", "--file", moduleFile);
    expect(lines.out.sort()).toEqual([
      "2 servers: 2 done",
      ...["s1", "s4"].map(
        (name) =>
          expect.stringMatching(
            new RegExp(
              `^${name}: 1\\.0\\.0 \\([0-9a-f]{8}\\), listed, loaded: unknown, 0 rounds waiting, last pull never$`,
            ),
          ) as string,
      ),
    ]);

    expect((await run(Lock, "cup", "--message", "cup final")).out.at(-1)).toBe("2 servers: 2 done");
    writeFileSync(moduleFile, makeModule("2.0.0").bytes);
    const drifted = await run(Status, "cup", "--file", moduleFile);
    expect(drifted.exit).toBe(EXIT_CODES.verification);
    expect(drifted.err[0]).toMatch(/^warning: s[13]: the tracker on the server is not the one/);
    const partly = await run(
      Deploy,
      "--all",
      "--yes",
      "--keep-going",
      "--parallel",
      "5",
      "--file",
      moduleFile,
    );
    expect(partly.exit).toBe(EXIT_CODES.partial);
    expect(partly.out.at(-1)).toBe("10 servers: 8 done, 2 failed");
    expect(partly.err[0]).toMatch(/^error: s1: server "s1" is locked by .*cup final.*\[E_LOCKED\]$/);
    expect(partly.err.at(-1)).toBe(
      `  → to go on, run: prox deploy s1 s3 --yes --keep-going --parallel 5 --file ${moduleFile} --config ${config}`,
    );
    expect(
      (await run(Unlock, "cup")).out.filter((line) => line.includes("removed the lock of")),
    ).toHaveLength(2);

    const unlike = await run(Rollback, "--all", "--yes", "--keep-going");
    expect(unlike.exit).toBe(EXIT_CODES.partial);
    expect(unlike.err[0]).toContain(
      's1: cannot roll back "s1": it had no tracker before revision 1 [E_NO_REVISION]',
    );
    expect((await run(Undeploy, "--all", "--yes", "--parallel", "10")).out.at(-1)).toBe(
      "10 servers: 10 done",
    );
    expect(
      [...games.values()].flatMap((game) => [...game.leftOvers(), ...(game.has(MODULE) ? [MODULE] : [])]),
    ).toEqual([]);
  },
);

describe("a rolling deploy", () => {
  test("stops at the first server that fails, and names the command for those that are left", async () => {
    const [first, last] = [newGame(), newGame()];
    configure({ first: good(first), down: refusing(), last: good(last) });
    const stopped = await runJson(Deploy, "--all", "--yes", "--file", moduleFile);
    expect(stopped).toMatchObject({
      ok: false,
      exit: EXIT_CODES.partial,
      result: {
        servers: [{ server: "first", action: "deploy" }],
        failed: [{ server: "down", code: "E_SSH_CONNECT" }],
        left: ["last"],
      },
      error: {
        code: "E_SERVERS",
        details: { failures: [{ server: "down", code: "E_SSH_CONNECT" }], left: ["last"] },
      },
    });
    expect((stopped["error"] as { suggestions: string[] }).suggestions.at(-1)).toBe(
      `to go on, run: prox deploy down last --yes --file ${moduleFile} --json --config ${config}`,
    );
    expect([first.has(MODULE), last.has(MODULE)]).toEqual([true, false]);

    const onwards = await run(Deploy, "down", "last", "--yes", "--keep-going", "--file", moduleFile);
    expect(onwards.out.at(-1)).toBe("2 servers: 1 done, 1 failed");
    expect(last.has(MODULE)).toBe(true);
  });

  test("that changed no server ends with the first failure's own exit code", async () => {
    const game = newGame();
    configure({ down: refusing(), game: good(game) });
    const failed = await run(Deploy, "--all", "--yes", "--file", moduleFile);
    expect(failed).toMatchObject({
      out: ["2 servers: 0 done, 1 failed, 1 not begun"],
      exit: EXIT_CODES.remote,
    });
    expect(game.has(MODULE)).toBe(false);
  });

  test("of one server under two names at once changes it once", async () => {
    const game = newGame();
    configure({ one: good(game), same: good(game) });
    const both = await runJson(
      Deploy,
      "--all",
      "--yes",
      "--keep-going",
      "--parallel",
      "2",
      "--file",
      moduleFile,
    );
    const failed = (both["result"] as { failed: { code: string }[] }).failed.map(({ code }) => code);
    // The second is either too late for the lock, or finds nothing left to do.
    expect(["", "E_LOCKED"]).toContain(failed.join());
    expect(game.read("home/legacy/prox/revisions.log").trim().split("\n")).toHaveLength(1);
    expect(game.leftOvers()).toEqual([]);
  });

  test("of several at once asks nobody", async () => {
    configure({ a: refusing(), b: refusing() });
    const asked = await runJson(Deploy, "--all", "--parallel", "2", "--file", moduleFile);
    expect(asked).toMatchObject({ exit: EXIT_CODES.usage, error: { code: "E_CONFIRM" } });
  });
});

test("on a terminal each server's plan is shown and asked about; a refusal stops the run", async () => {
  const [first, second] = [newGame(), newGame()];
  configure({ first: good(first), second: good(second) });
  const argv = ["deploy", "--all", "--file", moduleFile, "--config", config];
  const command = [process.execPath, packagePath("bin/run.js"), ...argv].join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
  let shown = "";
  let asked = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    const questions = shown.split("[y/N]").length - 1;
    if (questions > asked) child.stdin.write((asked += 1) === 1 ? "y\r" : "n\r");
  });
  const [code] = (await once(child, "close")) as [number];
  expect(code, shown).toBe(EXIT_CODES.partial);
  expect(shown).toMatch(/first:\r?\n {2}create .*proximity_tracker\.lua/);
  expect(shown).toMatch(/first: deployed as revision 1/);
  expect(shown).toContain("2 servers: 1 done, 1 failed");
  expect(shown).toMatch(/error: second: cancelled; nothing was changed \[E_CONFIRM\] \[E_SERVERS\]/);
  expect(shown).toContain("to go on, run: prox deploy second --file");
  expect([first.has(MODULE), second.has(MODULE)]).toEqual([true, false]);
});

test("many servers at once make Node warn of nothing", async () => {
  const names = Array.from({ length: 15 }, (_, index) => `m${index}`);
  configure(Object.fromEntries(names.map((name) => [name, { ...silent(), timeoutS: 1 }])));
  const warnings: string[] = [];
  const listen = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", listen);
  const { exit, out } = await run(Lock, "--all", "--parallel", "15");
  // Node tells of it in the next turn.
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off("warning", listen);
  expect([exit, out.at(-1)]).toEqual([EXIT_CODES.remote, "15 servers: 0 done, 15 failed"]);
  expect(warnings).toEqual([]);
});

test("Ctrl-C ends a run over several servers, and says which ones were not begun", async () => {
  configure({ m1: silent(), m2: silent(), m3: silent() });
  const interrupting = setTimeout(() => process.emit("SIGINT"), 500);
  const started = performance.now();
  const stopped = await runJson(
    Deploy,
    "--all",
    "--yes",
    "--keep-going",
    "--parallel",
    "2",
    "--file",
    moduleFile,
  );
  clearTimeout(interrupting);
  expect(performance.now() - started).toBeLessThan(3500);
  expect(stopped).toMatchObject({
    exit: EXIT_CODES.interrupted,
    error: { code: "E_INTERRUPTED" },
    result: { servers: [], failed: [{ server: "m1" }, { server: "m2" }], left: ["m3"] },
  });
});

describe("which servers", () => {
  test("are meant by words that are wrong is said before anything is done", async () => {
    configure({ a: refusing(), b: refusing() }, { both: ["a", "b"], gone: ["a", "c"] });
    const usage = { exit: EXIT_CODES.usage, error: { code: "E_USAGE" } };
    expect(await runJson(Status, "a", "--all", "--file", moduleFile)).toMatchObject(usage);
    expect(await runJson(Status, "both", "--host", "x", "--file", moduleFile)).toMatchObject(usage);
    expect(await runJson(Rollback, "both", "3", "--yes")).toMatchObject(usage);
    expect(await runJson(Rollback, "a", "0", "--yes")).toMatchObject(usage);
    expect(await runJson(Status, "boht", "--file", moduleFile)).toMatchObject({
      error: { code: "E_CONFIG", suggestions: ['did you mean "both"?', expect.anything()] },
    });
    expect(await runJson(Status, "gone", "--file", moduleFile)).toMatchObject({
      error: { code: "E_CONFIG", message: expect.stringContaining('unknown server "c"') as string },
    });
  });

  test("are meant twice is done once", async () => {
    configure({ a: refusing(), b: refusing() }, { both: ["b", "a"] });
    const { result } = (await runJson(Status, "a", "both", "--file", moduleFile)) as {
      result: { failed: { server: string }[] };
    };
    expect(result.failed.map(({ server }) => server)).toEqual(["a", "b"]);
  });
});

test("status tells a monitor what is late, and what cannot be reached", async () => {
  const game = newGame();
  putRound(game, 10);
  configure({ game: good(game), down: refusing() });
  const ages = ["--max-age", "round=1h", "--max-age", "pull=1h"];
  const one = await runJson(Status, ...ages, "game", "--file", moduleFile);
  expect(one).toMatchObject({
    exit: EXIT_CODES.verification,
    result: {
      lastImportAt: null,
      lastImportUnknown: "the embedded database is not running",
      lockedAt: null,
      late: [{ what: "pull", at: null, ageS: null, maximumS: 3600 }],
    },
  });
  await run(Pull, "game");
  const pulled = await run(Status, "game", ...ages, "--file", moduleFile);
  expect(pulled.err.join()).not.toContain("last pull");
  expect(pulled.out.join("\n")).toMatch(/^last round +20\d\d-.*Z$/m);

  const failed = await run(Status, "--all", "--file", moduleFile, "--textfile", folder);
  expect(failed.exit).toBe(EXIT_CODES.partial);
  const metrics = parsePrometheus(readFileSync(path.join(folder, "prox.prom"), "utf8"));
  expect(metrics.get("prox_server_up")?.samples).toEqual(
    new Map([
      ['{server="game"}', 1],
      ['{server="down"}', 0],
    ]),
  );
  expect(metrics.get("prox_last_pull_timestamp_seconds")?.samples.size).toBe(1);
  expect((await run(Status, "game", "--file", moduleFile, "--textfile", "/none")).err.join()).toContain(
    "[E_WRITE]",
  );
});

test(
  "three mute servers cost a pull as much as one, and the others nothing",
  { timeout: 60_000 },
  async () => {
    const games = [newGame(), newGame()];
    for (const game of games) putRound(game, 10);
    const [a, b] = games.map(good);
    configure({ m1: silent(), m2: silent(), m3: silent(), a: a ?? {}, b: b ?? {}, down: refusing() });
    const started = performance.now();
    const arrivedMs: number[] = [];
    const watch = setInterval(() => {
      try {
        if (readdirSync(path.join(folder, "data/rounds/b")).length === KINDS.length)
          arrivedMs.push(performance.now() - started);
      } catch {
        // Not there yet.
      }
    }, 20);
    const pulled = await run(Pull);
    clearInterval(watch);
    const tookMs = performance.now() - started;
    expect(pulled.exit).toBeUndefined();
    expect(pulled.out.map((line) => line.replace(/^20\S+Z /, "").slice(0, 18)).sort()).toEqual([
      "a: 1 round fetched",
      "b: 1 round fetched",
    ]);
    expect(pulled.err.map((line) => line.replace(/: .*\[/, " ["))).toEqual([
      ...["m1", "m2", "m3"].map(() => "warning [E_SSH_TIMEOUT]"),
      "warning [E_SSH_CONNECT]",
    ]);
    expect(tookMs).toBeLessThan(7000);
    expect(arrivedMs[0]).toBeLessThan(3500);
  },
);
