import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  truncateSync,
} from "node:fs";
import path from "node:path";

import { describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { pullPaths, pullServer } from "../../src/pull/pull.ts";
import { RateLimit } from "../../src/pull/rate-limit.ts";
import { connect } from "../../src/remote/connect.ts";
import { bytesOf, keyOf, setUpPulls } from "../support/pulls.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";
import { startSftpServer } from "../support/sftp-server.ts";

const pulls = setUpPulls();
const { here, local, pull, put, putRound, remote } = pulls;

describe("a pull", () => {
  test("fetches whole rounds byte for byte, once; also when they are moved away here", async () => {
    const keys = [putRound(1), putRound(2)];
    const first = await pull();
    expect(first.fetchedRounds).toEqual(keys);
    expect(first.fetchedFiles).toBe(2 * KINDS.length);
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

  test("comes no faster than its limit", async () => {
    const names = [1, 2].map((minute) => `${roundFileName(keyOf(minute), "combat")}.part`);
    // Nobody has written to them for long, so that they are fetched as they are.
    for (const name of names) put(name, "x".repeat(300_000), 24 * 3600);
    const startedMs = performance.now();
    const { fetchedBytes } = await pull({ rateLimit: new RateLimit(500_000) });
    const tookMs = performance.now() - startedMs;
    expect(fetchedBytes).toBe(600_000);
    // But for the last request and what may be caught up with.
    expect(tookMs).toBeGreaterThan(1000);
    expect(tookMs).toBeLessThan(4000);
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
    expect(here().filter((name) => name.endsWith(".part"))).toHaveLength(KINDS.length);

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

  test("from a server that has recorded nothing yet is no error; a wrong folder is", async () => {
    expect(await pull()).toMatchObject({ fetchedFiles: 0, waiting: [] });
    const wrong = { ...pulls.server, homepath: `${pulls.game.homepath}-none` };
    const { files } = pulls.connection;
    const signal = new AbortController().signal;
    const error = await refusal(
      pullServer(files, wrong, pulls.data, { afterwards: "keep", abandonedS: 60, signal }),
    );
    expect(error.code).toBe("E_PULL_FOLDER");
    expect(error.message).toContain(`${wrong.homepath}/legacy`);
  });
});

describe("a file", () => {
  test("that does not fit its checksum is fetched again, kept under another name, and told once", async () => {
    const key = putRound(1);
    const name = roundFileName(key, "positions");
    put(name, bytesOf("positions", key).toString("latin1").replace("100.5", "200.5"));
    const first = await pull();
    expect(first.damaged).toHaveLength(1);
    expect(first.damaged[0]?.message).toMatch(/has the checksum [0-9a-f]{16}, and its last line says/);
    expect(readdirSync(pullPaths(pulls.data, pulls.server.name).damaged)).toEqual([name]);
    expect(here()).not.toContain(name);
    const requests = await pull();
    expect(requests).toMatchObject({ damaged: [], fetchedFiles: 0, fetchedBytes: 0 });
    // Fixed there, it is fetched.
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
    expect(result.fetchedFiles).toBe(KINDS.length - 1);
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
    expect(readdirSync(path.join(pulls.game.game, "gamestats")).sort()).toEqual([...hostile].sort());
  });

  test("with a hostile name never leaves the folder, and links and folders are passed over", async () => {
    const outside = path.join(pulls.data, "outside");
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
    expect(result.archivedFiles).toBe(KINDS.length - 1);
    expect(readdirSync(path.join(pulls.game.game, "gamestats-archive")).sort()).toEqual(
      KINDS.filter((kind) => kind !== "combat")
        .map((kind) => roundFileName(key, kind))
        .sort(),
    );
    expect(readdirSync(path.join(pulls.game.game, "gamestats"))).toEqual([damaged]);
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
    expect(result.deletedFiles).toBe(KINDS.length - 2);
    expect(readdirSync(path.join(pulls.game.game, "gamestats")).sort()).toEqual([
      roundFileName(key, "combat"),
      roundFileName(key, "heatmap"),
    ]);
    expect(result.failed[0]?.message).toContain("stays on the server");
  });

  test("--archive passes over one file that the server refuses to move, and says so", async () => {
    const key = putRound(1);
    const name = roundFileName(key, "combat");
    pulls.game.write(`home/legacy/gamestats-archive/${name}`, "something else");
    const result = await pull({ afterwards: "archive" });
    expect(result).toMatchObject({ archivedFiles: KINDS.length - 1, failed: [{ name }] });
  });

  test.each([
    ["archive", "rename"],
    ["delete", "remove"],
  ] as const)("--%s ends where the server no longer answers", async (afterwards, silentOn) => {
    process.env["PROX_TEST_PASSWORD"] = "secret";
    putRound(1);
    const silent = await startSftpServer({ silentOn });
    const { port, fingerprint } = silent;
    const connection = await connect(serverSettings({ port, hostKey: fingerprint, timeoutS: 2 }));
    const error = await refusal(pull({ afterwards }, connection.files));
    expect(error).toMatchObject({ code: "E_REMOTE_TIMEOUT", exit: "remote" });
    expect(here()).toHaveLength(KINDS.length);
    connection.close();
    await silent.stop();
  });

  test.each(["archive", "delete"] as const)(
    "--%s never touches a part, however old the server's clock makes it",
    async (afterwards) => {
      const cut = keyOf(1);
      const part = `${roundFileName(cut, "combat")}.part`;
      put(part, bytesOf("combat", cut, 7), 7 * 3600);
      // The server's clock is a day behind: this one is being written at this moment.
      const live = keyOf(2);
      const open = `${roundFileName(live, "combat")}.part`;
      put(open, bytesOf("combat", live, 7), 24 * 3600);
      const next = putRound(3, 24 * 3600);
      const result = await pull({ afterwards });
      expect(result.archivedFiles + result.deletedFiles).toBe(KINDS.length);
      expect(result.fetchedRounds).toEqual([cut, live, next]);
      expect(readdirSync(path.join(pulls.game.game, "gamestats")).sort()).toEqual([part, open].sort());
      // Ended after all, it is fetched and put away.
      rmSync(remote(open));
      for (const kind of KINDS) put(roundFileName(live, kind), bytesOf(kind, live), 24 * 3600 - 60);
      expect(await pull({ afterwards })).toMatchObject({ fetchedRounds: [live], fetchedFiles: KINDS.length });
      expect(readdirSync(path.join(pulls.game.game, "gamestats"))).toEqual([part]);
    },
  );
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
  rmSync(pulls.data, { recursive: true });
  writeFileSync(pulls.data, "a file");
  const error = await refusal(pull());
  expect(error).toMatchObject({ code: "E_DATA_FOLDER", exit: "input" });
});
