import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { KINDS, type Kind } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullOptions, type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { RemoteFiles } from "../../src/remote/remote-files.ts";
import { cuttingFiles, type GameServer, gameSettings, makeGameServer } from "../support/game-server.ts";
import { roundFile, SOME_ROWS } from "../support/round-files.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";
import { type Sshd, startSshd } from "../support/sshd.ts";

let sshd: Sshd;
let connection: RemoteConnection;
let game: GameServer;
let server: ServerSettings;
let data: string;

beforeAll(async () => {
  sshd = await startSshd();
  connection = await connect(settings());
});
afterAll(async () => {
  connection.close();
  await sshd.stop();
});
beforeEach(() => {
  game = makeGameServer(sshd.folder, sshd.own);
  server = settings(gameSettings(game));
  data = mkdtempSync(path.join(tmpdir(), "prox-pull-"));
});
afterEach(() => {
  rmSync(data, { recursive: true });
});

function settings(more: Partial<ServerSettings> = {}): ServerSettings {
  const { port, user, keyFile, fingerprint } = sshd;
  return serverSettings({ port, user, key: keyFile, hostKey: fingerprint, ...more });
}

function pull(
  options: Partial<PullOptions> = {},
  files: RemoteFiles = connection.files,
): Promise<PullResult> {
  const defaults = {
    afterwards: "keep",
    abandonedS: 6 * 3600,
    signal: new AbortController().signal,
  } as const;
  return pullServer(files, server, data, { ...defaults, ...options });
}

function keyOf(minute: number): string {
  return `2026-01-31-19${String(minute).padStart(2, "0")}00-supply-round-1-0123abcd`;
}

/** Puts a file of a round on the server; `agoS` is how long ago it was written. */
function put(name: string, bytes: Buffer | string, agoS = 60): void {
  const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
  game.write(`home/legacy/gamestats/${name}`, text);
  const time = Math.floor(Date.now() / 1000) - agoS;
  utimesSync(remote(name), time, time);
}

function remote(name: string): string {
  return path.join(game.game, "gamestats", name);
}

function bytesOf(kind: Kind, key: string, cutBytes?: number): Buffer {
  const values = { header: { round_key: key }, rows: SOME_ROWS[kind] };
  return roundFile(kind, cutBytes === undefined ? values : { ...values, cutBytes });
}

/** Puts a whole round on the server. */
function putRound(minute: number, agoS?: number): string {
  const key = keyOf(minute);
  for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key), agoS);
  return key;
}

function here(): string[] {
  return readdirSync(pullPaths(data, server.name).rounds).sort();
}

/** Files on their way. */
function incoming(): string[] {
  return readdirSync(pullPaths(data, server.name).incoming);
}

function local(name: string): string {
  return path.join(pullPaths(data, server.name).rounds, name);
}

describe("a pull", () => {
  test("fetches whole rounds byte for byte, once; also when they are moved away here", async () => {
    const keys = [putRound(1), putRound(2)];
    const first = await pull();
    expect(first.fetchedRounds).toEqual(keys);
    expect(first.fetchedFiles).toBe(8);
    for (const name of here()) {
      expect(readFileSync(local(name)).equals(readFileSync(remote(name)))).toBe(true);
      expect(statSync(local(name)).mtimeMs).toBe(statSync(remote(name)).mtimeMs);
    }
    expect((await pull()).fetchedFiles).toBe(0);
    rmSync(local(roundFileName(keys[0] ?? "", "combat")));
    expect((await pull()).fetchedFiles).toBe(0);
    const third = putRound(3);
    expect((await pull()).fetchedRounds).toEqual([third]);
  });

  test("knows no age limit", async () => {
    const key = putRound(1, 400 * 24 * 3600);
    expect((await pull()).fetchedRounds).toEqual([key]);
  });

  test("leaves a round alone that is being written, and fetches it when it is whole", async () => {
    const key = keyOf(5);
    for (const kind of KINDS) put(`${roundFileName(key, kind)}.part`, bytesOf(kind, key, 0), 1);
    expect(await pull()).toMatchObject({ fetchedFiles: 0, waiting: [key] });
    // Half of it was renamed at this moment.
    for (const kind of KINDS.slice(0, 2)) {
      rmSync(remote(`${roundFileName(key, kind)}.part`));
      put(roundFileName(key, kind), bytesOf(kind, key), 1);
    }
    expect(await pull()).toMatchObject({ fetchedFiles: 0, waiting: [key] });
    for (const kind of KINDS.slice(2)) {
      rmSync(remote(`${roundFileName(key, kind)}.part`));
      put(roundFileName(key, kind), bytesOf(kind, key), 1);
    }
    expect(await pull()).toMatchObject({ fetchedRounds: [key], waiting: [], incomplete: [] });
  });

  test("fetches what a dead server left once another round was played, or after a time", async () => {
    const cut = keyOf(1);
    for (const kind of KINDS) put(`${roundFileName(cut, kind)}.part`, bytesOf(kind, cut, 7), 120);
    expect(await pull()).toMatchObject({ fetchedFiles: 0, waiting: [cut] });
    const next = putRound(2, 60);
    const result = await pull();
    expect(result).toMatchObject({ fetchedRounds: [cut, next], incomplete: [cut], waiting: [] });
    expect(here().filter((name) => name.endsWith(".part"))).toHaveLength(4);

    const last = keyOf(9);
    put(`${roundFileName(last, "combat")}.part`, bytesOf("combat", last, 7), 7 * 3600);
    expect(await pull({ abandonedS: 8 * 3600 })).toMatchObject({ fetchedFiles: 0, waiting: [last] });
    expect(await pull()).toMatchObject({ fetchedFiles: 1, incomplete: [last] });
  });

  test("replaces a part by the whole file, when that begins with it", async () => {
    const key = keyOf(1);
    const name = roundFileName(key, "combat");
    put(`${name}.part`, bytesOf("combat", key, 7), 7 * 3600);
    await pull();
    expect(here()).toEqual([`${name}.part`]);
    rmSync(remote(`${name}.part`));
    for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key));
    await pull();
    expect(here()).toEqual(KINDS.map((kind) => roundFileName(key, kind)).sort());
  });

  test("says which folder is missing", async () => {
    const error = await refusal(pull());
    expect(error.code).toBe("E_PULL_FOLDER");
    expect(error.message).toContain(`${game.game}/gamestats`);
  });
});

describe("a file", () => {
  test("that does not fit its checksum is fetched again, kept under another name, and told once", async () => {
    const key = putRound(1);
    const name = roundFileName(key, "positions");
    put(name, bytesOf("positions", key).toString("latin1").replace("100.5", "200.5"));
    const first = await pull();
    expect(first.damaged).toHaveLength(1);
    expect(first.damaged[0]?.message).toMatch(/has the checksum [0-9a-f]{8}, its last line says/);
    expect(readdirSync(pullPaths(data, server.name).damaged)).toEqual([name]);
    expect(here()).not.toContain(name);
    const requests = await pull();
    expect(requests).toMatchObject({ damaged: [], fetchedFiles: 0, fetchedBytes: 0 });
    // Mended there, it is fetched.
    put(name, bytesOf("positions", key), 30);
    expect((await pull()).fetchedFiles).toBe(1);
    expect(here()).toContain(name);
  });

  test("without an end, though named as finished, is damaged as well", async () => {
    const key = putRound(1);
    put(roundFileName(key, "combat"), bytesOf("combat", key, 10));
    expect((await pull()).damaged[0]?.message).toContain("does not end in a checksum");
  });

  test("that cannot be read does not keep the others away, and is tried again", async () => {
    const key = putRound(1);
    const name = roundFileName(key, "heatmap");
    chmodSync(remote(name), 0o000);
    const result = await pull();
    expect(result.fetchedFiles).toBe(3);
    expect(result.failed).toMatchObject([{ name }]);
    expect(result.failed[0]?.message).toContain("permission denied");
    chmodSync(remote(name), 0o644);
    expect((await pull()).fetchedFiles).toBe(1);
  });

  test("that a crash of this machine left empty is fetched again", async () => {
    const key = putRound(1);
    await pull();
    truncateSync(local(roundFileName(key, "combat")), 0);
    expect((await pull()).fetchedFiles).toBe(1);
    expect(readFileSync(local(roundFileName(key, "combat"))).equals(bytesOf("combat", key))).toBe(true);
  });

  test("with a name that is no round's is passed over on a real server, and its bytes are never asked for", async () => {
    const hostile = [
      ".hidden_combat.txt",
      "a b_combat.txt",
      "a\nb_combat.txt",
      "\u001B[31mred_combat.txt",
      "$(touch x)_combat.txt",
      "-rf_combat.txt",
      "..._combat.txt",
    ];
    const key = putRound(1);
    for (const name of hostile) put(name, "evil");
    const result = await pull({ afterwards: "delete" });
    expect(result).toMatchObject({ fetchedRounds: [key], ignoredNames: hostile.length, failed: [] });
    expect(here()).toEqual(KINDS.map((kind) => roundFileName(key, kind)).sort());
    expect(readdirSync(path.join(game.game, "gamestats")).sort()).toEqual([...hostile].sort());
  });

  test("with a hostile name never leaves the folder, and links and folders are passed over", async () => {
    const outside = path.join(data, "outside");
    const hostile = [
      "../outside_combat.txt",
      "/etc/cron.d/x_combat.txt",
      "..",
      "a/../../outside_combat.txt",
      ".hidden_combat.txt",
      "a b_combat.txt",
      "a\nb_combat.txt",
      "\u001B[31mred_combat.txt",
      `${"x".repeat(300)}_combat.txt`,
      "$(touch x)_combat.txt",
      "-rf_combat.txt",
      "con_combat.txt.exe",
    ];
    process.env["PROX_TEST_PASSWORD"] = "secret";
    const own = await startSftpServer({ extraNames: hostile });
    const key = putRound(1);
    symlinkSync("/etc/passwd", remote("2026-01-31-190000-link_combat.txt"));
    mkdirSync(remote("2026-01-31-190000-folder_combat.txt"));
    const hostileConnection = await connect(serverSettings({ port: own.port, hostKey: own.fingerprint }));
    const result = await pull({}, hostileConnection.files);
    hostileConnection.close();
    await own.stop();
    expect(result.fetchedRounds).toEqual([key]);
    // `..` itself is no entry.
    expect(result.ignoredNames).toBe(hostile.length - 1 + 2);
    expect(here()).toEqual(KINDS.map((kind) => roundFileName(key, kind)).sort());
    expect(existsSync(outside)).toBe(false);
    expect(
      own.requests.filter((request) => request.startsWith("open ")).every((request) => request.includes(key)),
    ).toBe(true);
  });
});

describe("afterwards", () => {
  test("--archive moves what is safe here, and only that", async () => {
    const key = putRound(1);
    const damaged = roundFileName(key, "combat");
    put(damaged, bytesOf("combat", key, 3));
    const result = await pull({ afterwards: "archive" });
    expect(result.archivedFiles).toBe(3);
    expect(readdirSync(path.join(game.game, "gamestats-archive")).sort()).toEqual(
      KINDS.filter((kind) => kind !== "combat")
        .map((kind) => roundFileName(key, kind))
        .sort(),
    );
    expect(readdirSync(path.join(game.game, "gamestats"))).toEqual([damaged]);
    expect((await pull({ afterwards: "archive" })).archivedFiles).toBe(0);
  });

  test("--delete also clears what an earlier pull fetched, but not what is gone or changed here", async () => {
    const key = putRound(1);
    await pull();
    rmSync(local(roundFileName(key, "heatmap")));
    const changed = local(roundFileName(key, "combat"));
    const bytes = readFileSync(changed);
    writeFileSync(changed, bytes.toString("latin1").replace("18", "81"), "latin1");
    const result = await pull({ afterwards: "delete" });
    expect(result.deletedFiles).toBe(2);
    expect(readdirSync(path.join(game.game, "gamestats")).sort()).toEqual([
      roundFileName(key, "combat"),
      roundFileName(key, "heatmap"),
    ]);
    expect(result.failed[0]?.message).toContain("is kept on the server");
  });

  test("neither touches a round that is being written; a part is never deleted", async () => {
    const cut = keyOf(1);
    put(`${roundFileName(cut, "combat")}.part`, bytesOf("combat", cut, 7), 7 * 3600);
    const live = keyOf(2);
    put(`${roundFileName(live, "combat")}.part`, bytesOf("combat", live, 7), 1);
    const result = await pull({ afterwards: "delete" });
    expect(result).toMatchObject({ fetchedFiles: 1, deletedFiles: 0, waiting: [live] });
    expect((await pull({ afterwards: "archive" })).archivedFiles).toBe(1);
    expect(readdirSync(path.join(game.game, "gamestats"))).toEqual([`${roundFileName(live, "combat")}.part`]);
  });
});

describe("a pull that is cut", () => {
  test("after any operation goes on where it was, and ends with the same files", async () => {
    const keys = [putRound(1), putRound(2)];
    const names = keys.flatMap((key) => KINDS.map((kind) => roundFileName(key, kind))).sort();
    let cuts = 0;
    for (let at = 1; ; at += 1) {
      rmSync(data, { recursive: true });
      mkdirSync(data);
      const fragile = await connect(server);
      const { files, count } = cuttingFiles(fragile, { at, cut: fragile.close });
      await pull({}, files).catch(() => undefined);
      fragile.close();
      for (const name of here()) {
        expect(readFileSync(local(name)).equals(readFileSync(remote(name)))).toBe(true);
      }
      await pull();
      expect(here()).toEqual(names);
      if (count() < at) break;
      cuts += 1;
    }
    expect(cuts).toBeGreaterThanOrEqual(9);
  });

  test("in the middle of a file reads only the rest", async () => {
    const key = keyOf(1);
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      ...SOME_ROWS.positions[0],
      time_ms: index * 50,
    }));
    for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key));
    const large = roundFile("positions", {
      header: { round_key: key },
      rows,
      trailer: { end_ms: "1000000" },
    });
    put(roundFileName(key, "positions"), large);
    const abort = new AbortController();
    let chunks = 0;
    const files = new Proxy(connection.files, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value === "function" && name !== "readRange") {
          return (value as (...values: unknown[]) => unknown).bind(target);
        }
        const readRange: RemoteFiles["readRange"] = (file, start, end, sink) =>
          target.readRange(file, start, end, (bytes) => {
            sink(bytes);
            if (file.includes("positions") && (chunks += 1) === 3) abort.abort(new Error("stop"));
          });
        return readRange;
      },
    });
    await expect(pull({ signal: abort.signal }, files)).rejects.toThrow("stop");
    const temporary = incoming().find((name) => name.includes("positions"));
    const kept = statSync(path.join(pullPaths(data, server.name).incoming, temporary ?? "")).size;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(large.length);
    const again = await pull();
    expect(again.fetchedBytes).toBeLessThanOrEqual(large.length - kept + 3 * 5000);
    expect(readFileSync(local(roundFileName(key, "positions"))).equals(large)).toBe(true);
    expect(incoming()).toEqual([]);
  });

  test("does not go on with the beginning of another version", async () => {
    const key = putRound(1);
    const name = roundFileName(key, "combat");
    const folder = pullPaths(data, server.name).incoming;
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, `${name}.100-5`), "something else");
    // Even the right name does not help where the bytes are wrong: the checksum tells, and it is read anew.
    const { size, mtimeMs } = statSync(remote(name));
    writeFileSync(path.join(folder, `${name}.${size}-${mtimeMs / 1000}`), "something else");
    await pull();
    expect(readFileSync(local(name)).equals(bytesOf("combat", key))).toBe(true);
    expect(here()).toHaveLength(4);
    expect(incoming()).toEqual([]);
  });

  test("by kill -9 leaves no lock that matters", async () => {
    putRound(1);
    const { lock } = pullPaths(data, server.name);
    mkdirSync(path.dirname(lock), { recursive: true });
    const script = `
      import { takeFileLock } from ${JSON.stringify(path.resolve(import.meta.dirname, "../../src/process/file-lock.ts"))};
      takeFileLock(process.argv[2]);
      process.send("locked");
      setInterval(() => undefined, 1000);`;
    const file = path.join(data, "hold.ts");
    writeFileSync(file, script);
    const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), file, lock], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    await once(child, "message");
    const error = await refusal(pull());
    expect(error).toMatchObject({ code: "E_LOCKED", exit: "locked" });
    expect(error.message).toContain(`process ${child.pid ?? 0}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect((await pull()).fetchedFiles).toBe(4);
    expect(existsSync(lock)).toBe(false);
  });
});

test("of two pulls at once one does the work and the other says so", async () => {
  const key = putRound(1);
  const results = await Promise.allSettled([pull(), pull(), pull()]);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  for (const result of results) {
    if (result.status === "rejected")
      expect(result.reason).toMatchObject({ code: "E_LOCKED", exit: "locked" });
  }
  expect(here()).toEqual(KINDS.map((kind) => roundFileName(key, kind)).sort());
});

test("a data folder that cannot be written to is told", async () => {
  putRound(1);
  rmSync(data, { recursive: true });
  writeFileSync(data, "a file");
  const error = await refusal(pull());
  expect(error).toMatchObject({ code: "E_DATA_FOLDER", exit: "input" });
});
