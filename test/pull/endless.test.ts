/** Servers that do not mean to end: whatever they send, a pull ends, and the disk stays as free as it was to be. */
import { existsSync, readFileSync, statfsSync } from "node:fs";

import { afterEach, describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import type { ServerSettings } from "../../src/config/settings.ts";
import { keyOf, setUpPulls } from "../support/pulls.ts";
import { refusal } from "../support/refusal.ts";
import { type SftpServer, type SftpServerOptions, startSftpServer } from "../support/sftp-server.ts";

const pulls = setUpPulls();
const { here, incoming, put, putRound, local, remote } = pulls;
const ENVIRONMENT = { environment: { PROX_TEST_PASSWORD: "secret" } };
let server: SftpServer | undefined;
let connection: RemoteConnection | undefined;

afterEach(async () => {
  connection?.close();
  await server?.stop();
});

/** Pulls from a server with these habits. */
async function pullFrom(
  options: SftpServerOptions,
  settings: Partial<ServerSettings> = {},
): Promise<PullResult> {
  server = await startSftpServer(options);
  const own = { ...pulls.server, port: server.port, hostKey: server.fingerprint, timeoutS: 1, ...settings };
  connection = await connect(own, ENVIRONMENT);
  return pullServer(connection.files, own, pulls.data, {
    afterwards: "keep",
    abandonedS: 3600,
    signal: new AbortController().signal,
  });
}

test("answers to a listing that hold no name, for ever", { timeout: 120_000 }, async () => {
  putRound(1);
  const error = await refusal(pullFrom({ endlessNames: 0, delayMs: 5 }));
  expect(error).toMatchObject({ code: "E_REMOTE_TIMEOUT", exit: "remote" });
  expect(error.message).toContain("has answered no request for 10 s");
});

test("a listing of names without end", { timeout: 300_000 }, async () => {
  putRound(1);
  const error = await refusal(pullFrom({ endlessNames: 400 }, { timeoutS: 60 }));
  expect(error.code).toBe("E_REMOTE_TIMEOUT");
  expect(error.message).toContain("does not end");
});

test("a server that says something all the time, and answers nothing", { timeout: 120_000 }, async () => {
  putRound(1);
  const error = await refusal(pullFrom({ silentOn: "opendir", chatterMs: 200 }));
  expect(error.message).toContain("has answered no request for 10 s");
});

test("a server that lets us in and never opens SFTP", async () => {
  const error = await refusal(pullFrom({ isWithoutSftp: true }));
  expect(error).toMatchObject({ exit: "remote" });
});

test("a claimed size of 9 PB is told, and nothing is asked for or set aside for it", async () => {
  putRound(1);
  const result = await pullFrom({ claimedSize: 9e15 });
  expect(result.fetchedFiles).toBe(0);
  expect(result.failed).toHaveLength(KINDS.length);
  expect(result.failed[0]?.message).toContain("9000000000 MB");
  expect(server?.requests.filter((request) => request.startsWith("open "))).toEqual([]);
  expect([...here(), ...incoming()]).toEqual([]);
});

test("a claimed size that is larger than the file ends with what there is", async () => {
  putRound(1);
  const result = await pullFrom({ claimedSize: 200e6 });
  expect(result.fetchedFiles).toBe(0);
  expect(result.damaged).toHaveLength(KINDS.length);
  expect(here()).toEqual([]);
});

test("a file in tiny pieces is given up, small answers are not", async () => {
  const key = putRound(1);
  const small = await pullFrom({ readBytes: 512 });
  expect(small).toMatchObject({ fetchedRounds: [key], failed: [] });
  const name = roundFileName(key, "combat");
  expect(readFileSync(local(name)).equals(readFileSync(remote(name)))).toBe(true);
});

test("a file that would take more than 1,000 answers beyond what its size needs", async () => {
  const key = putRound(1);
  pulls.put(roundFileName(key, "combat"), "x".repeat(5000));
  const result = await pullFrom({ readBytes: 1 }, { timeoutS: 10 });
  expect(result.failed.map(({ name }) => name)).toContain(roundFileName(key, "combat"));
  expect(result.failed[0]?.message).toContain("tiny pieces");
});

test("disk space that is to stay free stays free", async () => {
  putRound(1);
  const { bavail, bsize } = statfsSync(pulls.data);
  const keepFreeMb = Math.ceil((bavail * bsize) / 1e6) + 1000;
  const error = await refusal(pullFrom({}, { keepFreeMb }));
  expect(error).toMatchObject({ code: "E_DATA_FOLDER", exit: "input" });
  expect(error.message).toContain("disk space");
  expect(here()).toEqual([]);
  expect(pullPaths(pulls.data, pulls.server.name).rounds).toBeTruthy();
});

describe("a server that feeds a pull slowly", () => {
  test(
    "is given up when too little of the files arrives, and what has arrived is kept",
    { timeout: 120_000 },
    async () => {
      putRound(1);
      put(roundFileName(keyOf(1), "positions"), Buffer.alloc(100_000, "x"));
      const startedMs = performance.now();
      // Each answer comes in time, and the thousand that a file may take beyond its size would take ten minutes.
      const result = await pullFrom({ readBytes: 100, delayMs: 600 });
      expect(result.fetchedFiles).toBe(KINDS.length - 1);
      expect(result.failed).toEqual([
        {
          name: "1 file",
          message: expect.stringMatching(
            /^left for the next pull: the server has sent only \d+ bytes of files in 10 s$/,
          ) as string,
        },
      ]);
      expect(performance.now() - startedMs).toBeLessThan(40_000);
      expect(existsSync(pullPaths(pulls.data, pulls.server.name).lock)).toBe(false);
    },
  );

  test("is given up while it is only listed", { timeout: 120_000 }, async () => {
    for (let minute = 1; minute < 9; minute += 1) putRound(minute);
    const error = await refusal(pullFrom({ delayMs: 900 }, { pullMinutes: 1 / 120 }));
    expect(error).toMatchObject({ code: "E_REMOTE_TIMEOUT" });
    expect(error.message).toContain("the pull was stopped after");
  });

  test(
    "in a pull that has got some files ends it, and the next pull gets the rest",
    { timeout: 120_000 },
    async () => {
      for (let minute = 1; minute < 25; minute += 1) putRound(minute);
      const result = await pullFrom({ delayMs: 900 }, { pullMinutes: 0.15 });
      expect(result.fetchedFiles).toBeGreaterThan(0);
      expect(result.fetchedFiles).toBeLessThan(24 * KINDS.length);
      expect(result.failed).toEqual([
        {
          name: `${24 * KINDS.length - result.fetchedFiles} files`,
          message: "left for the next pull: the pull was stopped after 0.15 min",
        },
      ]);
      connection?.close();
      await server?.stop();
      expect((await pullFrom({})).fetchedFiles).toBe(24 * KINDS.length - result.fetchedFiles);
    },
  );
});
