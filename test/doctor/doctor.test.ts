/** `prox doctor` on set-ups that are broken in one place each: it names the place, and nothing else. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { loadModule } from "../../src/cli/load-module.ts";
import { describeFindings } from "../../src/cli/views/findings.ts";
import Doctor from "../../src/commands/doctor.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { isNodeFit } from "../../src/doctor/machine.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { packagePath } from "../../src/package-root.ts";
import { connect } from "../../src/remote/connect.ts";
import { carryOut } from "../support/carry-out.ts";
import { type GameServer, gameSettings, makeGameServer } from "../support/game-server.ts";
import { type RconServer, startRconServer } from "../support/rcon-server.ts";
import { serverSettings } from "../support/server-settings.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
let game: GameServer;
let rcon: RconServer;
let folder: string;
let config: string;
const mute = createServer((socket) => socket.resume());

const CFG = "base/etmain/etl_server.cfg";
const MODULE = "home/legacy/proximity_tracker.lua";

beforeAll(async () => {
  await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
  const { fingerprint, keyFile, port, user } = sshd;
  game = makeGameServer(sshd.folder, sshd.own);
  const server = serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) });
  const connection = await connect(server);
  const module = await loadModule(undefined);
  await carryOut(connection.files, server, (files) => planDeploy(files, server, module));
  connection.close();
  rcon = await startRconServer(game.game, "secret");
});
afterAll(async () => {
  await rcon.stop();
  await new Promise((resolve) => mute.close(resolve));
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-doctor-"));
  chmodSync(folder, 0o711);
  config = path.join(folder, "prox.config.json");
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  vi.stubEnv("XDG_DATA_HOME", folder);
  vi.stubEnv("DATABASE_URL", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

type Values = Record<string, unknown>;

/** The configuration of the server that works, with a server's values changed, and others outside of it. */
function configure(values: Values = {}, general: Values = {}): void {
  const { fingerprint, keyFile, port, user } = sshd;
  const main = { host: "127.0.0.1", port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) };
  const all = {
    dataFolder: "data",
    servers: { main: { ...main, connectAttempts: 1, keepFreeMb: 0, ...values } },
  };
  writeFileSync(config, JSON.stringify({ ...all, ...general }));
}

interface Answer {
  readonly exit: unknown;
  /** `fail sign-in: …` for all that is wrong or doubtful. */
  readonly wrong: string[];
  readonly findings: readonly Finding[];
}

async function doctor(...argv: string[]): Promise<Answer> {
  process.exitCode = undefined;
  const { stdout } = await captureOutput(async () =>
    Doctor.run([...argv, "--config", config, "--json"], { root: packagePath(".") }),
  );
  const { result } = JSON.parse(stdout) as {
    result: { machine: Finding[]; servers: { server: string; findings: Finding[] }[] };
  };
  const findings = [...result.machine, ...result.servers.flatMap((each) => each.findings)];
  const bad = findings.filter(({ state }) => state === "fail" || state === "warn");
  // Each says what to do.
  expect(bad.filter(({ advice }) => advice === null)).toEqual([]);
  return {
    exit: process.exitCode,
    wrong: bad.map(({ check, message, state }) => `${state} ${check}: ${message}`),
    findings,
  };
}

test("a set-up without a fault has none, and each check says what it saw", async () => {
  configure();
  const { exit, findings, wrong } = await doctor();
  expect([exit, wrong]).toEqual([undefined, []]);
  const checks = findings.map(({ check, state }) => `${check} ${state}`);
  expect(checks.join(", ")).toBe(
    "versions ok, configuration ok, data folder ok, database ok, connection ok, host key ok, sign-in ok, SFTP ok, clock ok, " +
      "folders ok, disk ok, rights ok, cfg ok, tracker ok, lock ok, rcon unknown",
  );
  expect(findings.find(({ check }) => check === "disk")?.message).toMatch(/^\d+\.\d GB free on the server$/);
});

describe("names", () => {
  test.each<[string, () => Values, string]>([
    ["a key file that is not there", () => ({ key: "/none" }), "fail sign-in: .*/none.*E_SSH_KEY"],
    [
      "a changed host key",
      () => ({ hostKey: `SHA256:${"A".repeat(43)}` }),
      "fail host key: .*E_HOST_KEY_CHANGED",
    ],
    ["a key that is not let in", () => ({ key: sshd.otherKeyFile }), "fail sign-in: .*E_SSH_AUTH"],
    ["a port where nothing listens", () => ({ port: 1 }), "fail connection: .*E_SSH_CONNECT"],
    [
      "a server that says nothing",
      () => ({ port: (mute.address() as AddressInfo).port, timeoutS: 1 }),
      "fail connection: .*E_SSH_TIMEOUT",
    ],
    [
      "a folder that is not there",
      () => ({ homepath: "/none" }),
      "fail folders: /none is no folder.*\nfail folders: /none/legacy is",
    ],
    [
      "a cfg that is not there",
      () => ({ cfg: "other.cfg" }),
      "fail cfg: .*other.cfg is in none of.*E_DEPLOY_CFG",
    ],
    ["a game that does not answer", () => ({ rcon: "127.0.0.1:1" }), "fail rcon: .*E_RCON_SILENT"],
    [
      "a disk that a pull must leave free",
      () => ({ keepFreeMb: 10_000_000 }),
      "fail data folder: .*leaves 10000000 MB free",
    ],
  ])("%s", async (_name, values, message) => {
    vi.stubEnv("PROX_MAIN_RCON_PASSWORD", "secret");
    configure(values());
    const { exit, wrong } = await doctor("main");
    expect(wrong.join("\n")).toMatch(new RegExp(`^${message}[^\n]*$`));
    expect(exit).toBe(EXIT_CODES.verification);
  });

  test("a list that stops the engine, a tracker that is gone, and a lock", async () => {
    configure();
    const before = game.read(CFG);
    game.write(CFG, 'set lua_modules "a.lua "\n');
    expect((await doctor()).wrong.join()).toMatch(
      /^fail cfg: the tracker would not load.*E_DEPLOY_REFUSED\]$/,
    );
    game.write(CFG, before);

    const module = game.read(MODULE);
    rmSync(path.join(game.root, MODULE));
    game.write("home/legacy/prox/lock/owner.json", "{}");
    const { exit, wrong } = await doctor();
    expect([exit, ...wrong]).toEqual([
      undefined,
      "warn tracker: not on the server",
      expect.stringMatching(/^warn lock: held by/),
    ]);
    game.write(MODULE, module);
    rmSync(path.join(game.game, "prox/lock"), { recursive: true });
  });

  test(
    "a wrong rcon password, a missing one, an old game, and a game without the tracker",
    { timeout: 60_000 },
    async () => {
      configure({ rcon: `127.0.0.1:${rcon.port}` });
      expect((await doctor()).wrong).toEqual(["warn rcon: no password is set"]);
      vi.stubEnv("PROX_MAIN_RCON_PASSWORD", "wrong");
      expect((await doctor()).wrong.join()).toMatch(/^fail rcon: .*E_RCON_PASSWORD\]$/);
      vi.stubEnv("PROX_MAIN_RCON_PASSWORD", "secret");
      rcon.cvars.set("version", "ET Legacy v2.80.2 linux-x86_64 Jan 1 2023");
      expect((await doctor()).wrong).toEqual([
        expect.stringMatching(/^fail game: ET Legacy v2\.80\.2 .*: the tracker needs 2\.81 or later$/),
        "warn loaded: the running game has not loaded the tracker",
      ]);
      rcon.cvars.set("version", "ET Legacy v2.83.1 linux-x86_64 Jan 1 2026");
      rcon.cvars.set("lua_modules", "proximity_tracker.lua");
      rcon.loadModules();
      const { findings, wrong } = await doctor();
      expect(wrong).toEqual([]);
      expect(findings.slice(-3).map(({ check, message }) => `${check}: ${message}`)).toEqual([
        expect.stringMatching(/^rcon: the game answers: map oasis, \d+ playing$/),
        "game: ET Legacy v2.83.1 linux-x86_64 Jan 1 2026",
        "loaded: the running game has loaded proximity_tracker.lua",
      ]);
    },
  );

  test("a clock that is ahead", async () => {
    const server = await startSftpServer({ clockAheadS: 7200 });
    vi.stubEnv("PROX_MAIN_PASSWORD", "secret");
    configure({ port: server.port, hostKey: server.fingerprint, key: undefined });
    const { findings, wrong } = await doctor();
    await server.stop();
    expect(wrong).toEqual([expect.stringMatching(/^warn clock: 7\d\d\d s ahead of this machine's$/)]);
    expect(findings.find(({ check }) => check === "disk")?.state).toBe("unknown");
  });

  test("a server's disk that has little room, and one that has none", async ({ skip }) => {
    const disk = await mountSmallDisk(200);
    if (disk === undefined) return skip("nothing can be mounted here");
    try {
      mkdirSync(path.join(disk.folder, "legacy"));
      sshd.own(disk.folder);
      configure({ homepath: disk.folder });
      const ofDisk = async (): Promise<string[]> =>
        (await doctor()).wrong.filter((line) => line.includes(" disk: "));
      expect(await ofDisk()).toEqual(["warn disk: 0.2 GB free on the server"]);
      disk.fill(20);
      expect(await ofDisk()).toEqual(["fail disk: 0.0 GB free on the server"]);
    } finally {
      await disk.remove();
    }
  });

  test("a data folder that cannot be, and a database that does not answer", async () => {
    configure({}, { dataFolder: "prox.config.json/data", databaseUrl: "postgres://prox@127.0.0.1:1/prox" });
    expect((await doctor()).wrong).toEqual([
      expect.stringMatching(/^fail data folder: cannot write to .*is not a folder$/),
      expect.stringMatching(/^fail database: .*\[E_DATABASE\]$/),
    ]);
  });

  test("what is wrong in the configuration, and that there is none", async () => {
    configure({ host: undefined });
    const { findings, wrong } = await doctor();
    expect(wrong).toEqual([
      expect.stringMatching(/^fail configuration: .*json:1:\d+: server "main" has no "host"$/),
    ]);
    expect(findings.map(({ check }) => check)).not.toContain("connection");
    rmSync(config);
    expect((await doctor()).wrong.join()).toMatch(/^fail configuration: .*cannot be read/);
  });
});

test("of several servers one that does not answer does not hide the others", async () => {
  configure();
  const { fingerprint, keyFile, port, user } = sshd;
  const main = { host: "127.0.0.1", port, user, key: keyFile, hostKey: fingerprint, ...gameSettings(game) };
  const silent = { ...main, port: (mute.address() as AddressInfo).port, timeoutS: 1 };
  configure({}, { servers: { m1: silent, main, m2: silent } });
  const started = performance.now();
  const { wrong } = await doctor();
  expect(performance.now() - started).toBeLessThan(3000);
  expect(wrong).toEqual(
    ["m1", "m2"].map(() => expect.stringMatching(/^fail connection: .*E_SSH_TIMEOUT/) as string),
  );
});

test("is told line by line, with what to do below", async () => {
  configure({ key: "/none" });
  const { stdout } = await captureOutput(async () =>
    Doctor.run(["--config", config], { root: packagePath(".") }),
  );
  expect(stdout).toMatch(/^this machine\n {2}ok {4}versions {7}prox /);
  expect(stdout).toMatch(/\nserver main\n {2}FAIL {2}sign-in {8}.*\[E_SSH_KEY\]\n {23}→ /);
  expect(stdout).toMatch(/\n1 failure, 0 warnings\n$/);
  expect(describeFindings([{ check: "x", state: "unknown", message: "m", advice: null }])).toEqual([
    `  ?     x${" ".repeat(14)}m`,
  ]);
});

test.each([
  ["v20.19.0", true],
  ["v20.18.9", false],
  ["v21.9.0", false],
  ["v22.12.0", false],
  ["v22.13.0", true],
  ["v23.0.0", false],
  ["v24.0.0", true],
  ["v30.1.0", true],
  ["v18.20.0", false],
])("Node %s will do: %s", (version, isFit) => {
  expect(isNodeFit(version)).toBe(isFit);
});
