/** Pulls over FTP and FTPS, from ProFTPD. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { checkFtp } from "../../src/doctor/ftp.ts";
import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullOptions, type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { RateLimit } from "../../src/pull/rate-limit.ts";
import { withRemote } from "../../src/remote/connect-again.ts";
import { connect } from "../../src/remote/connect.ts";
import { type GameServer, gameSettings, makeGameServer } from "../support/game-server.ts";
import { type Proftpd, startProftpd } from "../support/proftpd.ts";
import { bytesOf, keyOf } from "../support/pulls.ts";
import { refusal } from "../support/refusal.ts";
import { serverSettings } from "../support/server-settings.ts";

let [withMlsd, withList]: Proftpd[] = [];
beforeAll(async () => {
  [withMlsd, withList] = await Promise.all([startProftpd(), startProftpd({ mlsd: false })]);
});
afterAll(async () => {
  await Promise.all([withMlsd?.stop(), withList?.stop()]);
});

const { signal } = new AbortController();
let folder: string;
let game: GameServer;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-ftp-pull-"));
  game = makeGameServer(folder, () => undefined);
  return () => {
    rmSync(folder, { recursive: true });
  };
});

const environment = { PROX_TEST_PASSWORD: "open sesame" };
const remote = (name: string): string => path.join(game.game, "gamestats", name);
const data = (): string => path.join(folder, "data");
const local = (name: string): string => path.join(pullPaths(data(), "test").rounds, name);

function put(name: string, bytes: Buffer, agoS = 60): void {
  game.write(`home/legacy/gamestats/${name}`, bytes.toString("latin1"));
  const time = Math.floor(Date.now() / 1000) - agoS;
  utimesSync(remote(name), time, time);
}

function putRound(minute: number): string {
  const key = keyOf(minute);
  for (const kind of KINDS) put(roundFileName(key, kind), bytesOf(kind, key));
  return key;
}

function settings(ftp: Proftpd | undefined, more: Partial<ServerSettings> = {}): ServerSettings {
  if (ftp === undefined) throw new Error("no server");
  const { fingerprint, port, user } = ftp;
  return serverSettings({
    ...{ protocol: "ftps", port, user, hostKey: fingerprint, timeoutS: 5 },
    ...gameSettings(game),
    ...more,
  });
}

/** One run of `prox pull`, with a connection of its own. */
function pull(server: ServerSettings, options: Partial<PullOptions> = {}): Promise<PullResult> {
  return withRemote(server, { environment, signal, isRepeatable: true }, ({ files }) =>
    pullServer(files, server, data(), { afterwards: "keep", abandonedS: 6 * 3600, signal, ...options }),
  );
}

for (const [name, ftp, more] of [
  ["FTPS with MLSD", () => withMlsd, {}],
  ["FTPS with LIST", () => withList, {}],
  ["plain FTP with MLSD", () => withMlsd, { protocol: "ftp" }],
] as const) {
  describe(name, () => {
    test("fetches whole rounds byte for byte, once, with their times; moves and deletes them", async () => {
      const server = settings(ftp(), more);
      expect(await pull(server)).toMatchObject({ listed: 0 });
      const keys = [putRound(1), putRound(2)];
      put("notes.txt", Buffer.from("no round"));
      const first = await pull(server);
      expect(first).toMatchObject({
        fetchedRounds: keys,
        fetchedFiles: 2 * KINDS.length,
        damaged: [],
        failed: [],
      });
      for (const file of readdirSync(pullPaths(data(), "test").rounds)) {
        expect(readFileSync(local(file)).equals(readFileSync(remote(file)))).toBe(true);
        expect(statSync(local(file)).mtimeMs).toBe(statSync(remote(file)).mtimeMs);
      }
      expect(await pull(server)).toMatchObject({ fetchedFiles: 0, listed: 2 * KINDS.length });
      const archived = await pull(server, { afterwards: "archive" });
      expect(archived).toMatchObject({ archivedFiles: 2 * KINDS.length, failed: [] });
      expect(readdirSync(path.join(game.game, "gamestats-archive")).length).toBe(2 * KINDS.length);
      const third = putRound(3);
      expect(await pull(server, { afterwards: "delete" })).toMatchObject({
        fetchedRounds: [third],
        deletedFiles: KINDS.length,
      });
      expect(readdirSync(path.join(game.game, "gamestats"))).toEqual(["notes.txt"]);
    });
  });
}

test("bytes that look like ends of lines arrive as they are, and a damaged file is kept apart", async () => {
  const key = putRound(4);
  const name = roundFileName(key, "combat");
  const bytes = bytesOf("combat", key);
  put(name, Buffer.concat([bytes.subarray(0, 40), Buffer.from("\r\n\n\r"), bytes.subarray(44)]));
  const { damaged, fetchedFiles } = await pull(settings(withMlsd));
  expect(damaged.map((fault) => fault.name)).toEqual([name]);
  expect(fetchedFiles).toBe(KINDS.length - 1);
  expect(readFileSync(path.join(pullPaths(data(), "test").damaged, name))).toEqual(
    readFileSync(remote(name)),
  );
});

test("goes on where a cut run stopped, no faster than its limit, and leaves another file of the archive alone", async () => {
  const server = settings(withMlsd);
  const name = `${roundFileName(keyOf(5), "positions")}.part`;
  const bytes = Buffer.alloc(900_000, "x");
  put(name, bytes, 24 * 3600);
  const stop = new AbortController();
  const rateLimit = new RateLimit(400_000);
  let asked = 0;
  const take = rateLimit.take.bind(rateLimit);
  rateLimit.take = (size, ...others) => {
    if ((asked += size) > 300_000) stop.abort(new Error("enough"));
    return take(size, ...others);
  };
  await expect(pull(server, { signal: stop.signal, rateLimit })).rejects.toThrow("enough");
  const { incoming } = pullPaths(data(), "test");
  const kept = statSync(path.join(incoming, readdirSync(incoming)[0] ?? "")).size;
  expect(kept).toBeGreaterThan(200_000);
  expect(kept).toBeLessThan(bytes.length);
  expect(await pull(server)).toMatchObject({ fetchedFiles: 1, fetchedBytes: bytes.length - kept });
  expect(readFileSync(local(name)).equals(bytes)).toBe(true);
  expect(withMlsd?.commands()).toContain(`REST ${kept}`);

  const key = putRound(6);
  const taken = roundFileName(key, "combat");
  game.write(`home/legacy/gamestats-archive/${taken}`, "another");
  const { archivedFiles, failed } = await pull(server, { afterwards: "archive" });
  expect(archivedFiles).toBe(KINDS.length - 1);
  expect(failed.map((fault) => fault.name)).toEqual([taken]);
  expect(readFileSync(path.join(game.game, "gamestats-archive", taken), "utf8")).toBe("another");
});

test("a certificate that nobody vouches for is refused with its fingerprint, another one than the pinned too", async () => {
  const { hostKey, ...unpinned } = settings(withMlsd);
  const before = withMlsd?.commands() ?? "";
  const unknown = await refusal(connect(unpinned, { environment }));
  expect(unknown.code).toBe("E_FTP_CERTIFICATE");
  expect(unknown.suggestions[0]).toContain(hostKey);
  const other = settings(withMlsd, { hostKey: `SHA256:${"A".repeat(43)}` });
  expect((await refusal(connect(other, { environment }))).code).toBe("E_FTP_CERTIFICATE");
  expect((withMlsd?.commands() ?? "").slice(before.length)).not.toContain("USER");
});

test("says what is wrong: no answer, no server, no password, no user", async () => {
  const silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as { port: number };
  const late = await refusal(connect(settings(withMlsd, { port, timeoutS: 1 }), { environment }));
  expect(late).toMatchObject({ code: "E_FTP_CONNECT" });
  expect(late.message).toContain("no answer in time");
  silent.close();
  expect((await refusal(connect(settings(withMlsd, { port }), { environment }))).code).toBe("E_FTP_CONNECT");
  const wrong = await refusal(connect(settings(withMlsd), { environment: {} }));
  expect(wrong.code).toBe("E_FTP_AUTH");
  expect(wrong.message).toContain("without a password");
  expect(wrong.suggestions[0]).toContain("PROX_TEST_PASSWORD");
  const { user, ...nobody } = settings(withMlsd);
  expect((await refusal(connect(nobody as ServerSettings, { environment }))).code).toBe("E_CONFIG");
  expect(user).toBe("player");
});

test("a server that dies fails what is under way and what comes after; no step waits without a limit", async () => {
  const own = await startProftpd();
  const server = settings(own);
  const { close, files } = await connect(server, { environment });
  expect(await files.stat(game.game)).toMatchObject({ kind: "folder" });
  expect(await files.stat(path.join(game.game, "missing"))).toBeUndefined();
  expect(await files.list(path.join(game.game, "missing"))).toBeUndefined();
  expect(await files.remove(path.join(game.game, "missing"))).toBe(false);
  put("x", Buffer.from("12345"));
  expect(await files.stat(remote("x"))).toMatchObject({ kind: "file", size: 5 });
  expect((await files.read(remote("x")))?.toString()).toBe("12345");
  expect((await refusal(files.readRange(remote("y"), 0, 5, () => undefined))).code).toBe("E_REMOTE_MISSING");
  expect((await refusal(files.write(remote("z"), Buffer.from("1"), { mode: 0o644 }))).code).toBe(
    "E_FTP_UNSAFE",
  );
  await own.stop();
  close();
  expect((await refusal(files.list(game.game))).code).toBe("E_REMOTE_LOST");
});

test("doctor tells the way there, the certificate and the folders", async () => {
  process.env["PROX_TEST_PASSWORD"] = environment.PROX_TEST_PASSWORD;
  try {
    const found = await checkFtp(settings(withMlsd, { protocol: "ftp" }), signal);
    expect(found.map(({ check, state }) => [check, state])).toEqual([
      ["connection", "ok"],
      ["certificate", "warn"],
      ["sign-in", "ok"],
      ["folders", "ok"],
    ]);
    const wrong = await checkFtp(settings(withMlsd, { game: "nowhere" }), signal);
    expect(wrong.at(-1)).toMatchObject({ check: "folders", state: "fail" });
  } finally {
    delete process.env["PROX_TEST_PASSWORD"];
  }
});
