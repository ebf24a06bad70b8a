/** A real sshd behind a line that is late, slow, still, or breaks. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import type { ServerSettings } from "../../src/config/settings.ts";
import { planDeploy } from "../../src/deploy/plan-deploy.ts";
import { KINDS } from "../../src/format/columns.ts";
import { roundFileName } from "../../src/format/file.ts";
import { type PullResult, pullPaths, pullServer } from "../../src/pull/pull.ts";
import { type RemoteConnection, connect } from "../../src/remote/connect.ts";
import { carryOut } from "../support/carry-out.ts";
import { gameSettings, makeGameServer, makeModule } from "../support/game-server.ts";
import { SOME_ROWS, roundFile } from "../support/round-files.ts";
import { serverSettings } from "../support/server-settings.ts";
import { type SlowLine, startSlowLine } from "../support/slow-line.ts";
import { useSshd } from "../support/use-sshd.ts";

/** Short enough to wait for, and long enough for sshd to let someone in on a busy machine. */
const TIMEOUT_S = 4;

const sshd = useSshd();

interface Trial {
  readonly line: SlowLine;
  readonly settings: (more?: Partial<ServerSettings>) => ServerSettings;
  readonly open: (more?: Partial<ServerSettings>) => Promise<RemoteConnection>;
}

/** A test with a line of its own: most of its time is waiting, so that all of them wait together. */
function trial(name: string, attempt: (own: Trial) => Promise<void>): void {
  test.concurrent(name, async () => {
    const line = await startSlowLine(sshd.port);
    const connections: RemoteConnection[] = [];
    const { user, keyFile, fingerprint } = sshd;
    const settings = (more: Partial<ServerSettings> = {}): ServerSettings =>
      serverSettings({ port: line.port, user, key: keyFile, hostKey: fingerprint, ...more });
    const open = async (more: Partial<ServerSettings> = {}): Promise<RemoteConnection> => {
      const connection = await connect(settings(more));
      connections.push(connection);
      return connection;
    };
    try {
      await attempt({ line, settings, open });
    } finally {
      for (const connection of connections) connection.close();
      await line.stop();
    }
  });
}

trial("a deploy over a line that is late and slow ends as any other", async ({ line, open, settings }) => {
  const game = makeGameServer(sshd.folder, sshd.own);
  const server = settings(gameSettings(game));
  const module = makeModule("1.0.0", "-- filling\n".repeat(5000));
  const { files } = await open();
  line.latencyMs = 15;
  line.bytesPerS = 100_000;
  await carryOut(files, server, (own) => planDeploy(own, server, module));
  expect(game.read("home/legacy/proximity_tracker.lua")).toBe(module.bytes.toString("latin1"));
  expect(game.leftOvers()).toEqual([]);
});

trial(
  "as long as something arrives, a request may take longer than the time limit",
  async ({ line, open }) => {
    const { files } = await open({ timeoutS: TIMEOUT_S });
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251));
    writeFileSync(path.join(sshd.folder, "large"), bytes);
    line.bytesPerS = bytes.length / (1.25 * TIMEOUT_S);
    expect((await files.read(path.join(sshd.folder, "large")))?.equals(bytes)).toBe(true);
    await files.write(path.join(sshd.folder, "copy"), bytes, { mode: 0o644 });
    expect(readFileSync(path.join(sshd.folder, "copy")).equals(bytes)).toBe(true);
  },
);

trial("a line that stands still ends in a time-out", async ({ line, open }) => {
  const { files } = await open({ timeoutS: TIMEOUT_S });
  line.isStill = true;
  const start = performance.now();
  await expect(files.list(sshd.folder)).rejects.toMatchObject({ code: "E_REMOTE_TIMEOUT", exit: "remote" });
  expect(performance.now() - start).toBeGreaterThanOrEqual(TIMEOUT_S * 1000);
});

for (const fault of ["breaks", "stands still"]) {
  trial(
    `a pull whose line ${fault} goes on where it was, and reads no byte twice`,
    async ({ line, open, settings }) => {
      const game = makeGameServer(sshd.folder, sshd.own);
      const server = settings(gameSettings(game));
      const data = mkdtempSync(path.join(tmpdir(), "prox-slow-"));
      const key = "2026-01-31-190100-supply-round-1-0123abcd";
      const rows = Array.from({ length: 20_000 }, (_, index) => ({
        ...SOME_ROWS.positions[0],
        time_ms: index * 50,
      }));
      for (const kind of KINDS) {
        const own =
          kind === "positions" ? { rows, trailer: { end_ms: "1000000" } } : { rows: SOME_ROWS[kind] };
        const bytes = roundFile(kind, { header: { round_key: key }, ...own });
        game.write(`home/legacy/gamestats/${roundFileName(key, kind)}`, bytes.toString("latin1"));
      }
      const name = roundFileName(key, "positions");
      const { size } = statSync(path.join(game.game, "gamestats", name));
      expect(size).toBeGreaterThan(1_000_000);
      const pull = async (): Promise<PullResult> =>
        pullServer((await open({ timeoutS: TIMEOUT_S })).files, server, data, {
          afterwards: "keep",
          abandonedS: 3600,
          signal: new AbortController().signal,
        });
      line.bytesPerS = 2_000_000;
      // The line holds 64 KiB, and this looks at it in each turn in which something comes: far from the file's end.
      const trigger = setInterval(() => {
        if (line.received < 500_000) return;
        if (fault === "breaks") line.cut();
        else line.isStill = true;
      }, 5);
      const outcome = pull().catch((error: unknown) => error);
      expect(await outcome).toMatchObject({
        code: fault === "breaks" ? "E_REMOTE_LOST" : "E_REMOTE_TIMEOUT",
      });
      clearInterval(trigger);
      const { incoming, rounds } = pullPaths(data, server.name);
      const begun = readdirSync(incoming).find((each) => each.startsWith(name));
      const kept = statSync(path.join(incoming, begun ?? "")).size;
      expect(kept).toBeGreaterThan(0);
      line.isStill = false;
      line.bytesPerS = 1e9;
      const second = await pull();
      expect(second.fetchedBytes).toBeLessThan(size - kept + 20_000);
      expect(
        readFileSync(path.join(rounds, name)).equals(readFileSync(path.join(game.game, "gamestats", name))),
      ).toBe(true);
      rmSync(data, { recursive: true });
    },
  );
}
