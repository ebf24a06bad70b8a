/** Servers that do not mean to end: whatever they send, a pull ends, and the disk stays as free as it was to be. */
import { existsSync, readFileSync, statfsSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { connect } from "../../src/remote/connect.ts";
import type { ServerSettings } from "../../src/config/settings.ts";
import { keyOf, makePulls, type Pulls, useConnection } from "../support/pulls.ts";
import { refusal } from "../support/refusal.ts";
import { type SftpServerOptions, startSftpServer } from "../support/sftp-server.ts";
import { useSshd } from "../support/use-sshd.ts";

const sshd = useSshd();
const connection = useConnection(sshd);
const ENVIRONMENT = { environment: { PROX_TEST_PASSWORD: "secret" } };

interface Trial extends Pulls {
  /** Pulls from a server with these habits. */
  readonly pullFrom: (options: SftpServerOptions, settings?: Partial<ServerSettings>) => Promise<PullResult>;
  /** What the latest of these servers was asked. */
  readonly requests: () => readonly string[];
}

/** A test with folders of its own: most of its time is waiting, so that all of them wait together. */
function trial(name: string, attempt: (own: Trial) => Promise<void>): void {
  test.concurrent(name, { timeout: 300_000 }, async () => {
    const pulls = makePulls(sshd, connection());
    let requests: readonly string[] = [];
    const pullFrom: Trial["pullFrom"] = async (options, settings = {}) => {
      const server = await startSftpServer(options);
      ({ requests } = server);
      const own = {
        ...pulls.server,
        port: server.port,
        hostKey: server.fingerprint,
        timeoutS: 1,
        ...settings,
      };
      const opened = await connect(own, ENVIRONMENT).catch(async (error: unknown) => {
        await server.stop();
        throw error;
      });
      try {
        return await pullServer(opened.files, own, pulls.data, {
          afterwards: "keep",
          abandonedS: 3600,
          signal: new AbortController().signal,
        });
      } finally {
        opened.close();
        await server.stop();
      }
    };
    try {
      await attempt({ ...pulls, pullFrom, requests: () => requests });
    } finally {
      pulls.remove();
    }
  });
}

trial("answers to a listing that hold no name, for ever", async (own) => {
  own.putRound(1);
  const error = await refusal(own.pullFrom({ endlessNames: 0, delayMs: 5 }));
  expect(error).toMatchObject({ code: "E_REMOTE_TIMEOUT", exit: "remote" });
  expect(error.message).toContain("has answered no request for 10 s");
});

trial("a listing of names without end", async (own) => {
  own.putRound(1);
  const error = await refusal(own.pullFrom({ endlessNames: 400 }, { timeoutS: 60 }));
  expect(error.code).toBe("E_REMOTE_TIMEOUT");
  expect(error.message).toContain("does not end");
});

trial("a server that says something all the time, and answers nothing", async (own) => {
  own.putRound(1);
  const error = await refusal(own.pullFrom({ silentOn: "opendir", chatterMs: 200 }));
  expect(error.message).toContain("has answered no request for 10 s");
});

trial("a server that lets us in and never opens SFTP", async (own) => {
  const error = await refusal(own.pullFrom({ isWithoutSftp: true }));
  expect(error).toMatchObject({ exit: "remote" });
});

trial("a claimed size of 9 PB is told, and nothing is asked for or set aside for it", async (own) => {
  own.putRound(1);
  const result = await own.pullFrom({ claimedSize: 9e15 });
  expect(result.fetchedFiles).toBe(0);
  expect(result.failed).toHaveLength(KINDS.length);
  expect(result.failed[0]?.message).toContain("9000000000 MB");
  expect(own.requests().filter((request) => request.startsWith("open "))).toEqual([]);
  expect([...own.here(), ...own.incoming()]).toEqual([]);
});

trial("a claimed size that is larger than the file ends with what there is", async (own) => {
  own.putRound(1);
  const result = await own.pullFrom({ claimedSize: 200e6 });
  expect(result.fetchedFiles).toBe(0);
  expect(result.damaged).toHaveLength(KINDS.length);
  expect(own.here()).toEqual([]);
});

trial("a file in tiny pieces is given up, small answers are not", async (own) => {
  const key = own.putRound(1);
  const small = await own.pullFrom({ readBytes: 512 });
  expect(small).toMatchObject({ fetchedRounds: [key], failed: [] });
  const name = roundFileName(key, "combat");
  expect(readFileSync(own.local(name)).equals(readFileSync(own.remote(name)))).toBe(true);
});

trial("a file that would take more than 1,000 answers beyond what its size needs", async (own) => {
  const key = own.putRound(1);
  own.put(roundFileName(key, "combat"), "x".repeat(5000));
  const result = await own.pullFrom({ readBytes: 1 }, { timeoutS: 10 });
  expect(result.failed.map(({ name }) => name)).toContain(roundFileName(key, "combat"));
  expect(result.failed[0]?.message).toContain("tiny pieces");
});

trial("disk space that is to stay free stays free", async (own) => {
  own.putRound(1);
  const { bavail, bsize } = statfsSync(own.data);
  const keepFreeMb = Math.ceil((bavail * bsize) / 1e6) + 1000;
  const error = await refusal(own.pullFrom({}, { keepFreeMb }));
  expect(error).toMatchObject({ code: "E_DATA_FOLDER", exit: "input" });
  expect(error.message).toContain("disk space");
  expect(own.here()).toEqual([]);
  expect(pullPaths(own.data, own.server.name).rounds).toBeTruthy();
});

describe.concurrent("a server that feeds a pull slowly", () => {
  trial("is given up when too little of the files arrives, and what has arrived is kept", async (own) => {
    own.putRound(1);
    own.put(roundFileName(keyOf(1), "positions"), Buffer.alloc(100_000, "x"));
    const startedMs = performance.now();
    // Each answer comes in time, and the thousand that a file may take beyond its size would take ten minutes.
    const result = await own.pullFrom({ readBytes: 250, delayMs: 600 });
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
    expect(existsSync(pullPaths(own.data, own.server.name).lock)).toBe(false);
  });

  trial("is given up while it is only listed", async (own) => {
    for (let minute = 1; minute < 9; minute += 1) own.putRound(minute);
    const error = await refusal(own.pullFrom({ delayMs: 900 }, { pullMinutes: 1 / 120 }));
    expect(error).toMatchObject({ code: "E_REMOTE_TIMEOUT" });
    expect(error.message).toContain("the pull was stopped after");
  });

  trial("in a pull that has got some files ends it, and the next pull gets the rest", async (own) => {
    for (let minute = 1; minute < 25; minute += 1) own.putRound(minute);
    const result = await own.pullFrom({ delayMs: 900 }, { pullMinutes: 0.15 });
    expect(result.fetchedFiles).toBeGreaterThan(0);
    expect(result.fetchedFiles).toBeLessThan(24 * KINDS.length);
    expect(result.failed).toEqual([
      {
        name: `${24 * KINDS.length - result.fetchedFiles} files`,
        message: "left for the next pull: the pull was stopped after 0.15 min",
      },
    ]);
    expect((await own.pullFrom({})).fetchedFiles).toBe(24 * KINDS.length - result.fetchedFiles);
  });
});
