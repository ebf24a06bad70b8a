/** The commands for game servers from their command line to a real sshd and back. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import Deploy from "../../src/commands/deploy.ts";
import Import from "../../src/commands/import.ts";
import Lock from "../../src/commands/lock.ts";
import Pull from "../../src/commands/pull.ts";
import Rollback from "../../src/commands/rollback.ts";
import Status from "../../src/commands/status.ts";
import Undeploy from "../../src/commands/undeploy.ts";
import Unlock from "../../src/commands/unlock.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { takeFileLock } from "../../src/process/file-lock.ts";
import { pullPaths } from "../../src/pull/pull.ts";
import { createTestDatabase } from "../support/database.ts";
import { type GameServer, gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { parsePrometheus } from "../support/prometheus-text.ts";
import { type RconServer, startRconServer } from "../support/rcon-server.ts";
import { roundFile, SOME_ROWS } from "../support/round-files.ts";
import { useSshd } from "../support/use-sshd.ts";

const root = path.resolve(import.meta.dirname, "../..");
const ORIGINAL = 'set sv_hostname "ET"\r\nset lua_modules "c0rnp0rn.lua"\r\n';
const CFG = "base/etmain/etl_server.cfg";

const sshd = useSshd();
let rcon: RconServer;
let game: GameServer;
let folder: string;
let config: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-commands-"));
  game = makeGameServer(sshd.folder, sshd.own, { [CFG]: ORIGINAL, "home/legacy/c0rnp0rn.lua": "--" });
  rcon = await startRconServer(game.game, "secret");
  rcon.cvars.set("lua_modules", "c0rnp0rn.lua");
  rcon.loadModules();
  config = path.join(folder, "prox.config.json");
  writeFileSync(
    config,
    JSON.stringify({
      dataFolder: "data",
      servers: {
        main: {
          host: "127.0.0.1",
          port: sshd.port,
          user: sshd.user,
          key: sshd.keyFile,
          hostKey: sshd.fingerprint,
          basepath: game.basepath,
          homepath: game.homepath,
          rcon: `127.0.0.1:${rcon.port}`,
        },
      },
    }),
  );
  process.env["PROX_MAIN_RCON_PASSWORD"] = "secret";
  // Nothing of the machine's own settings and database may count.
  process.env["XDG_CONFIG_HOME"] = folder;
  process.env["XDG_DATA_HOME"] = folder;
});
afterEach(async () => {
  await rcon.stop();
  rmSync(folder, { recursive: true });
  process.exitCode = 0;
});

interface Envelope {
  ok: boolean;
  result: Record<string, unknown>;
  error: { code: string; exitCode: number; message: string };
  warnings: string[];
}

async function run(
  command: { run: (argv: string[], options: { root: string }) => Promise<unknown> },
  ...argv: string[]
): Promise<{ out: string; err: string; exit: number }> {
  process.exitCode = 0;
  const { error, stdout, stderr } = await captureOutput(async () =>
    command.run([...argv, "--config", config], { root }),
  );
  // A command that ends in silence throws its exit code, for the program around it to end with.
  const exit = error?.oclif?.exit ?? process.exitCode;
  process.exitCode = 0;
  return { out: stdout, err: stderr, exit };
}

async function runJson(
  command: Parameters<typeof run>[0],
  ...argv: string[]
): Promise<Envelope & { exit: number }> {
  const { out, exit } = await run(command, ...argv, "--json");
  return { ...(JSON.parse(out) as Envelope), exit };
}

function moduleFile(version: string): string {
  const file = path.join(folder, `${version}.lua`);
  writeFileSync(file, makeModule(version).bytes);
  return file;
}

describe("deploy, status, rollback and undeploy", () => {
  test(
    "from an empty server to one whose game has loaded the tracker, and all the way back",
    { timeout: 180_000 },
    async () => {
      const dry = await run(Deploy, "main", "--dry-run");
      expect(dry.exit).toBe(EXIT_CODES.verification);
      expect(dry.out).toContain('+set lua_modules "proximity_tracker.lua c0rnp0rn.lua"');
      expect(dry.out).toMatch(/local PROX_BUILD = \{ version = "\d/);
      expect(game.read(CFG)).toBe(ORIGINAL);

      const unasked = await runJson(Deploy, "main");
      expect(unasked).toMatchObject({ ok: false, error: { code: "E_CONFIRM", exitCode: EXIT_CODES.usage } });
      expect(game.read(CFG)).toBe(ORIGINAL);

      const deployed = await run(Deploy, "main", "--yes", "--reload");
      expect(deployed.err).toMatch(/^warning: lua_modules of the running game is changed .*\n$/);
      expect(deployed.exit).toBe(0);
      expect(deployed.out).toContain("deployed as revision 1");
      expect(deployed.out).toContain("the game has loaded it");
      expect(deployed.out).toContain("to undo, run: prox undeploy main");
      expect(game.read(CFG)).toBe(ORIGINAL.replace('"c0rnp0rn.lua', '"proximity_tracker.lua c0rnp0rn.lua'));

      const again = await run(Deploy, "main", "--dry-run");
      expect(again.exit).toBe(0);
      expect(again.out).toContain("nothing to do");

      const status = await runJson(Status, "main");
      expect(status.exit).toBe(0);
      expect(status.result).toMatchObject({
        drift: [],
        isListed: true,
        deployedSha1: status.result["loadedSha1"],
      });

      const old = await run(Deploy, "main", "--yes", "--file", moduleFile("0.0.1"));
      expect(old.out).toContain("to undo, run: prox rollback main");
      const drifted = await run(Status, "main");
      expect(drifted.exit).toBe(EXIT_CODES.verification);
      expect(drifted.err).toContain("is not the one that this prox builds");
      expect(drifted.err).toContain("the running game has loaded a different module");
      expect(drifted.out).toMatch(/revision 2\s+\S+\s+deploy\s+0\.0\.1/);

      const back = await run(Rollback, "main", "--yes");
      expect(back.out).toContain("rolled back as revision 3");
      expect((await run(Status, "main")).exit).toBe(0);

      const gone = await run(Undeploy, "main", "--yes");
      expect(gone.out).toContain("removed as revision 4");
      expect(gone.out).toContain("to undo, run: prox rollback main");
      expect(game.read(CFG)).toBe(ORIGINAL);
      expect(game.has("home/legacy/proximity_tracker.lua")).toBe(false);
    },
  );

  test.each([
    ["Ctrl-C", "\u0003", EXIT_CODES.interrupted, "stopped; nothing was changed [E_INTERRUPTED]"],
    ["n", "n\r", EXIT_CODES.usage, "cancelled; nothing was changed [E_CONFIRM]"],
  ])("%s at the question changes nothing", async (_name, keys, exit, message) => {
    const argv = ["deploy", "main", "--file", moduleFile("1.0.0"), "--config", config];
    const command = [process.execPath, path.join(root, "bin/run.js"), ...argv].join(" ");
    // Gives it a terminal.
    const child = spawn("script", ["-qec", command, "/dev/null"], { stdio: ["pipe", "pipe", "inherit"] });
    let shown = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const wasAsked = shown.includes("[y/N]");
      shown += chunk.toString();
      if (!wasAsked && shown.includes("[y/N]")) child.stdin.write(keys);
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code, shown).toBe(exit);
    expect(shown).toContain(message);
    expect(game.read(CFG)).toBe(ORIGINAL);
    expect(game.leftOvers()).toEqual([]);
  });

  test("a lock keeps deploys away until it is removed", async () => {
    await run(Lock, "main", "--message", "cup final");
    const refused = await runJson(Deploy, "main", "--yes", "--file", moduleFile("1.0.0"));
    expect(refused).toMatchObject({ ok: false, exit: EXIT_CODES.locked, error: { code: "E_LOCKED" } });
    expect(refused.error.message).toContain("cup final");
    expect((await run(Status, "main", "--file", moduleFile("1.0.0"))).out).toContain("cup final");
    expect((await run(Unlock, "main")).out).toContain("removed the lock of");
    expect((await run(Unlock, "main")).out).toContain("was not locked");
    expect((await runJson(Deploy, "main", "--yes", "--file", moduleFile("1.0.0"))).ok).toBe(true);
  });

  test("status of a server that would refuse a deploy still tells what is there, and what is not known", async () => {
    const deployed = moduleFile("1.0.0");
    await run(Deploy, "main", "--yes", "--file", deployed);
    await run(Lock, "main", "--message", "cup final");
    game.write(CFG, ORIGINAL);
    chmodSync(path.join(game.root, CFG), 0o444);
    const status = await run(Status, "main", "--file", moduleFile("2.0.0"));
    expect(status.exit).toBe(EXIT_CODES.verification);
    expect(status.out).toMatch(/^deployed +1\.0\.0 {2}[0-9a-f]{40}$/m);
    expect(status.out).toMatch(/^listed +unknown$/m);
    expect(status.out).toMatch(/^lock .*cup final/m);
    expect(status.out).toMatch(/^revision 1 +\S+ +deploy +1\.0\.0/m);
    expect(status.err).toContain("is read-only, and prox must change it");
    expect(status.err).toContain("is not the one that this prox builds");
    expect(status.err).not.toContain("lists do not name it");
    expect((await runJson(Status, "main", "--file", deployed)).result).toMatchObject({
      deployedSha1: makeModule("1.0.0").sha1,
      deployedVersion: "1.0.0",
      isListed: null,
      lock: expect.stringContaining("cup final") as string,
      revisions: [{ revision: 1 }],
    });
  });

  test("a refused host key, a wrong server's name and a missing rcon password end with their own exit codes", async () => {
    const refused = await runJson(Deploy, "main", "--dry-run", "--file", moduleFile("1.0.0"), "--port", "1");
    expect(refused).toMatchObject({ exit: EXIT_CODES.remote, error: { code: "E_SSH_CONNECT" } });
    const unknown = await runJson(Status, "mian", "--file", moduleFile("1.0.0"));
    expect(unknown).toMatchObject({ exit: EXIT_CODES.usage, error: { code: "E_CONFIG" } });
    delete process.env["PROX_MAIN_RCON_PASSWORD"];
    const missing = await run(Deploy, "main", "--yes", "--reload", "--file", moduleFile("1.0.0"));
    expect(missing.exit).toBe(EXIT_CODES.usage);
    expect(missing.err).toContain("[E_RCON_NO_PASSWORD]");
    expect(missing.err).toContain("PROX_MAIN_RCON_PASSWORD");
    expect(game.read(CFG)).toBe(ORIGINAL);
  });
});

describe("pull", () => {
  function putRound(minute: number): string {
    const key = `2026-01-31-19${minute}00-supply-round-1-0123abcd`;
    for (const kind of KINDS) {
      const name = `home/legacy/gamestats/${roundFileName(key, kind)}`;
      game.write(
        name,
        roundFile(kind, { header: { round_key: key }, rows: SOME_ROWS[kind] }).toString("latin1"),
      );
    }
    return key;
  }

  test("says one line when there was something, and nothing at all when there was not", async () => {
    putRound(10);
    putRound(11);
    const first = await run(Pull);
    expect(first).toMatchObject({ err: "", exit: 0 });
    // Into a log a line goes with its time.
    const [time, ...words] = first.out.split(" ");
    expect(time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(words.join(" ")).toBe(`main: 2 rounds fetched (${2 * KINDS.length} files, 0.0 MB)\n`);
    expect(readdirSync(path.join(folder, "data/rounds/main"))).toHaveLength(2 * KINDS.length);
    expect(await run(Pull)).toEqual({ out: "", err: "", exit: 0 });
    expect((await run(Pull, "--verbose")).out).toMatch(/^20\S+Z main: nothing new\n$/);
    const status = await run(Status, "main", "--file", moduleFile("1.0.0"));
    expect(status.out).toMatch(/rounds pulled\s+2, 0 of them incomplete/);
    expect(status.out).toMatch(/last pull\s+20\d\d-/);
  });

  test("of several servers brings what there is: one that is down is told once, and once when it is back", async () => {
    const { servers, ...rest } = JSON.parse(readFileSync(config, "utf8")) as {
      servers: Record<string, Record<string, unknown>>;
    };
    const down = { host: "127.0.0.1", port: 1, basepath: "/x", tellAfter: 2, connectAttempts: 1 };
    const withDown = JSON.stringify({ ...rest, servers: { down, ...servers } });
    writeFileSync(config, withDown);
    putRound(10);
    const first = await run(Pull);
    expect(first).toMatchObject({ err: "", exit: 0 });
    expect(first.out).toMatch(/^20\S+Z main: 1 round fetched/);
    const onFailed = ["--on-failed", `cat > ${folder}/told`];
    const second = await run(Pull, ...onFailed);
    expect(JSON.parse(readFileSync(path.join(folder, "told"), "utf8"))).toMatchObject({
      command: "pull",
      result: { servers: [{ server: "main" }], failed: [{ server: "down", code: "E_SSH_CONNECT" }] },
    });
    rmSync(path.join(folder, "told"));
    expect(second).toMatchObject({ out: "", exit: 0 });
    expect(second.err).toMatch(/^warning: down: cannot connect to 127\.0\.0\.1:1.*\[E_SSH_CONNECT\]\n$/);
    expect(await run(Pull, ...onFailed)).toEqual({ out: "", err: "", exit: 0 });
    expect(readdirSync(folder)).not.toContain("told");
    const strict = await run(Pull, "--strict");
    expect(strict.exit).toBe(EXIT_CODES.partial);
    expect(strict.err).toContain("error: down: cannot connect");
    writeFileSync(config, JSON.stringify({ ...rest, servers: { down: servers["main"], ...servers } }));
    const back = await run(Pull);
    expect(back.exit).toBe(0);
    expect(back.err).toMatch(/^warning: down: can be pulled from again; it failed since 20.*, 4 times\n$/);
    expect((await run(Pull)).err).toBe("");
    writeFileSync(config, JSON.stringify({ ...rest, servers }));
  });

  test("that meets another at work is silent when nobody looks, alone or among several servers, and not with --verbose", async () => {
    const { servers, ...rest } = JSON.parse(readFileSync(config, "utf8")) as {
      servers: Record<string, Record<string, unknown>>;
    };
    await run(Pull);
    const lock = takeFileLock(pullPaths(path.join(folder, "data"), "main").lock, "a test");
    if ("heldBy" in lock) throw new Error("someone pulls");
    try {
      expect(await run(Pull)).toEqual({ out: "", err: "", exit: EXIT_CODES.locked });
      const told = await run(Pull, "--verbose");
      expect(told.exit).toBe(EXIT_CODES.locked);
      expect(told.err).toContain("[E_LOCKED]");
      writeFileSync(config, JSON.stringify({ ...rest, servers: { ...servers, again: servers["main"] } }));
      const several = await run(Pull);
      expect(several).toMatchObject({ err: "", exit: 0 });
    } finally {
      lock.release();
      writeFileSync(config, JSON.stringify({ ...rest, servers }));
    }
    // It was no outage, whose end would be told.
    expect((await run(Pull)).err).toBe("");
  });

  test("of one that is good, one down, one mute and one empty lets `&& prox import` go on, and tells each once", async () => {
    const { servers, ...rest } = JSON.parse(readFileSync(config, "utf8")) as {
      servers: Record<string, Record<string, unknown>>;
    };
    const mute = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const { port } = mute.address() as AddressInfo;
    const bad = { host: "127.0.0.1", basepath: "/x", tellAfter: 1, connectAttempts: 1, timeoutS: 1 };
    const emptyGame = makeGameServer(sshd.folder, sshd.own);
    writeFileSync(
      config,
      JSON.stringify({
        ...rest,
        servers: {
          down: { ...bad, port: 1 },
          mute: { ...bad, port },
          empty: { ...servers["main"], ...gameSettings(emptyGame) },
          ...servers,
        },
      }),
    );
    try {
      putRound(10);
      const first = await run(Pull);
      expect(first.exit).toBe(0);
      expect(first.out).toMatch(/^20\S+Z main: 1 round fetched.*\n$/);
      expect(first.err.split("\n").map((line) => line.replace(/: .*\[/, " ["))).toEqual([
        expect.stringMatching(/^warning.*E_SSH_CONNECT/) as string,
        expect.stringMatching(/^warning.*E_SSH_TIMEOUT/) as string,
        "",
      ]);
      expect(first.err).toMatch(/^warning: down: .*\nwarning: mute: /);
      // Told once; a monitor hears it each time.
      expect(await run(Pull)).toEqual({ out: "", err: "", exit: 0 });
      const strict = await run(Pull, "--strict");
      expect(strict.exit).toBe(EXIT_CODES.partial);
      expect(strict.err).toMatch(/^error: down: .*\n {4}mute: /);
    } finally {
      writeFileSync(config, JSON.stringify({ ...rest, servers }));
      await new Promise((resolve) => mute.close(resolve));
    }
  });

  test("and import bring rounds into the database, each once, and are silent afterwards", async () => {
    putRound(10);
    putRound(11);
    const database = await createTestDatabase();
    process.env["PROX_CONFIG"] = config;
    const importRounds = async (): Promise<string> => {
      const { stdout, stderr } = await captureOutput(async () =>
        Import.run(["--database-url", database.url, "--on-imported", `cat >> ${folder}/told`], { root }),
      );
      return stdout + stderr;
    };
    await run(Pull, "main", "--archive");
    expect(await importRounds()).toContain("2 rounds imported");
    expect(await run(Pull, "main", "--archive")).toEqual({ out: "", err: "", exit: 0 });
    expect(await importRounds()).toBe("");
    // Told of the first import, and not of the second, which brought nothing.
    expect(JSON.parse(readFileSync(path.join(folder, "told"), "utf8"))).toMatchObject({
      ok: true,
      command: "import",
      result: { rounds: [{ status: "imported" }, {}], totals: { rounds: { imported: 2 } } },
    });
    const [count] = await database.sql<
      { rounds: number }[]
    >`select count(*) as rounds from rounds where is_complete`;
    expect(count?.rounds).toBe(2);
    process.env["DATABASE_URL"] = database.url;
    const ages = ["--max-age", "import=1h", "--max-age", "pull=1h"];
    const status = await runJson(
      Status,
      "main",
      ...ages,
      "--file",
      moduleFile("1.0.0"),
      "--textfile",
      folder,
    );
    expect(status.result).toMatchObject({ late: [], lastImportUnknown: null });
    const metrics = parsePrometheus(readFileSync(path.join(folder, "prox.prom"), "utf8"));
    const value = (name: string): number | undefined => metrics.get(`prox_${name}`)?.samples.get("");
    expect([value("database_up"), value("rejected_files")]).toEqual([1, 0]);
    // The rounds are older than the days that are told.
    expect(metrics.has("prox_tracker_errors")).toBe(false);
    expect(value("last_import_timestamp_seconds")).toBe(
      Date.parse(String(status.result["lastImportAt"])) / 1000,
    );

    // What an import refused is counted, as long as it is there.
    const rejected = async (): Promise<[unknown, unknown]> => {
      const parameters = ["main", "--file", moduleFile("1.0.0")];
      const { out } = await run(Status, ...parameters);
      const { result } = await runJson(Status, ...parameters);
      return [/^rejected files +(.*)$/m.exec(out)?.[1], result["rejectedFiles"]];
    };
    expect(await rejected()).toEqual(["0", 0]);
    const [junk, damaged] = ["junk_combat.txt", "damaged.zip"].map((name) =>
      path.join(folder, "data/rounds/main", name),
    ) as [string, string];
    writeFileSync(junk, "junk");
    writeFileSync(damaged, Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(40)]));
    expect(await importRounds()).toContain("2 files rejected");
    expect(await rejected()).toEqual(["2", 2]);
    rmSync(damaged);
    await importRounds();
    expect(await rejected()).toEqual(["1", 1]);
    rmSync(junk);
    await importRounds();
    expect(await rejected()).toEqual(["0", 0]);
    process.env["DATABASE_URL"] = `${database.url}_gone`;
    expect(await rejected()).toEqual(["unknown", null]);
    delete process.env["DATABASE_URL"];
    delete process.env["PROX_CONFIG"];
  });

  test("by the guide's crontab line, run as cron runs it, log what was done and mail nothing", async () => {
    const guide = readFileSync(path.join(root, "docs/deployment.md"), "utf8");
    const line = /^\*\/5 \* \* \* \*\s+(.*)$/m.exec(guide)?.[1] ?? "";
    const log = path.join(folder, "prox.log");
    const command = line.replace("/srv/prox", folder).replace("/var/log/prox.log", log);
    const database = await createTestDatabase();
    const { servers, ...rest } = JSON.parse(readFileSync(config, "utf8")) as Record<string, unknown>;
    writeFileSync(config, JSON.stringify({ ...rest, servers, databaseUrl: database.url }));
    const prox = path.join(folder, "prox");
    writeFileSync(prox, `#!/bin/sh\nexec ${process.execPath} ${path.join(root, "bin/run.js")} "$@"\n`, {
      mode: 0o755,
    });
    // All that cron gives a command.
    const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, SHELL: "/bin/sh", LOGNAME: "prox" };
    const cron = (): { status: number | null; mail: string } => {
      const options = { env, input: "", encoding: "utf8" } as const;
      const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", command], options);
      return { status, mail: stdout + stderr };
    };
    putRound(10);
    expect(cron()).toEqual({ status: 0, mail: "" });
    expect(readFileSync(log, "utf8")).toMatch(
      /^20\S+Z main: 1 round fetched .*\n20\S+Z 1 round imported .*\n$/,
    );
    const logged = readFileSync(log, "utf8");
    expect(cron()).toEqual({ status: 0, mail: "" });
    expect(readFileSync(log, "utf8")).toBe(logged);
    writeFileSync(
      config,
      JSON.stringify({
        ...rest,
        servers: { main: { host: "127.0.0.1", port: 1, basepath: "/x", tellAfter: 2, connectAttempts: 1 } },
      }),
    );
    expect(cron()).toEqual({ status: EXIT_CODES.remote, mail: "" });
    const away = cron();
    expect(away.status).toBe(EXIT_CODES.remote);
    expect(away.mail).toMatch(/^error: main: cannot connect to 127\.0\.0\.1:1/);
    expect(cron()).toEqual({ status: EXIT_CODES.remote, mail: "" });
  });

  test("archives with --archive, and tells what it could not take", async () => {
    const key = putRound(12);
    const name = roundFileName(key, "combat");
    game.write(`home/legacy/gamestats/${name}`, "not a round file\n");
    utimesSync(path.join(game.game, "gamestats", name), 1_700_000_000, 1_700_000_000);
    const result = await run(Pull, "--archive", "--strict");
    expect(result.exit).toBe(EXIT_CODES.verification);
    expect(result.out).toContain(`${KINDS.length - 1} files moved to the archive on the server`);
    expect(result.err).toContain(`${name} does not end in a checksum`);
    expect(result.err).toContain("[E_PULL_DAMAGED]");
    expect(await run(Pull, "--archive")).toEqual({ out: "", err: "", exit: 0 });
  });

  test("goes on past a file that may not be read, and ends with what is missing", async () => {
    const name = roundFileName(putRound(14), "combat");
    // Only the user that signs in may not read it: where that is the one that runs the tests, too.
    chmodSync(path.join(game.game, "gamestats", name), 0o000);
    const result = await run(Pull, "--strict");
    expect(result.exit).toBe(EXIT_CODES.partial);
    expect(result.err).toContain(name);
    expect(result.err).toContain("[E_PULL_PARTIAL]");
    expect(readdirSync(path.join(folder, "data/rounds/main"))).toHaveLength(KINDS.length - 1);
    chmodSync(path.join(game.game, "gamestats", name), 0o644);
    expect((await run(Pull)).exit).toBe(0);
  });

  test("from several servers goes on when one of them is away, and says so", async () => {
    putRound(13);
    const { servers, ...rest } = JSON.parse(readFileSync(config, "utf8")) as {
      servers: Record<string, Record<string, unknown>>;
    };
    const away = { ...servers["main"], port: 1 };
    writeFileSync(config, JSON.stringify({ ...rest, servers: { away, ...servers } }));
    const good = await runJson(Pull);
    expect(good).toMatchObject({ ok: true, exit: 0 });
    expect(good.result["servers"]).toMatchObject([{ server: "main", fetchedFiles: KINDS.length }]);
    expect(good.result["failed"]).toMatchObject([{ server: "away", code: "E_SSH_CONNECT" }]);
    const result = await runJson(Pull, "--strict");
    expect(result).toMatchObject({ ok: false, exit: EXIT_CODES.partial, error: { code: "E_PULL_SERVERS" } });
    expect(result.error).toMatchObject({
      message: expect.stringMatching(/^away: cannot connect to .* \[E_SSH_CONNECT\]$/) as string,
      details: { failures: [{ server: "away", code: "E_SSH_CONNECT" }] },
    });
    expect(result.result["servers"]).toMatchObject([{ server: "main", fetchedFiles: 0 }]);
    mkdirSync(path.join(folder, "elsewhere"));
    const elsewhere = await run(Pull, "main", "--data-folder", path.join(folder, "elsewhere"));
    expect(elsewhere.out).toContain("main: 1 round fetched");
  });
});
