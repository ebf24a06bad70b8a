/** A real PgBouncer in each of its modes: prox works through it, or says why it does not. Nothing waits for ever. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { connectPool } from "../../src/db/driver/pooler.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { openDatabase, withDatabase } from "../../src/db/open.ts";
import { createPlainDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { answerOf, reportCalls, SMALL_RECORDINGS } from "../support/report-calls.ts";
import { PGBOUNCER, startPgbouncer, type Pooler } from "../support/pgbouncer.ts";
import { writeRound } from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;
let poolers: Pooler[] = [];

beforeEach(async () => {
  database = await createPlainDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
});
afterEach(async () => {
  await Promise.all(poolers.map((pooler) => pooler.stop()));
  poolers = [];
  await rm(folder, { recursive: true });
});

async function before(settings: Readonly<Record<string, string>>): Promise<string> {
  const pooler = await startPgbouncer(database.url, settings);
  poolers.push(pooler);
  return pooler.url;
}

const isComplete = () => database.sql`select count(*) from rounds where is_complete`;

describe.skipIf(PGBOUNCER === undefined)("PgBouncer", () => {
  const MODES = [
    ["transaction", { pool_mode: "transaction", default_pool_size: "3" }],
    ["transaction, one connection for all", { pool_mode: "transaction", default_pool_size: "1" }],
    [
      "transaction, that ignores settings",
      { pool_mode: "transaction", ignore_startup_parameters: "jit,extra_float_digits" },
    ],
    ["session", { pool_mode: "session", default_pool_size: "12" }],
  ] as const;

  test.each(MODES)("mode %s: two imports at once store every round", async (_, settings) => {
    const url = await before(settings);
    const keys = Array.from({ length: 6 }, (__, index) => `pooled-${index}`);
    for (const key of keys) await writeRound(folder, key);
    const reports = await Promise.all(
      [1, 2].map(() =>
        withDatabase({ databaseUrl: url, isWriter: true }, ({ sql }) => importPaths(sql, [folder])),
      ),
    );
    expect(reports.map(({ totals }) => totals.files.rejected)).toEqual([0, 0]);
    expect(await isComplete()).toEqual([{ count: keys.length }]);
  });

  test.each([MODES[1], MODES[3]])(
    "mode %s: reports while an import runs, and after it as without a pooler",
    async (_, settings) => {
      const url = await before(settings);
      const { folder: recorded } = await sharedRecording(SMALL_RECORDINGS[0]);
      const calls = reportCalls().filter(({ text }, index) => index % 4 === 0 && text.includes("--json"));
      expect(calls.length).toBeGreaterThan(20);
      const over = new AbortController();
      const importing = withDatabase({ databaseUrl: url, isWriter: true }, ({ sql }) =>
        importPaths(sql, [recorded]),
      ).finally(() => {
        over.abort();
      });
      let asked = 0;
      for (; !over.signal.aborted; asked++) {
        const call = calls[asked % calls.length];
        if (call !== undefined)
          expect(await answerOf(call, url)).toMatch(/"ok": true|"code": "E_(?!DATABASE)/);
      }
      expect((await importing).totals.files.rejected).toBe(0);
      expect(asked).toBeGreaterThan(1);
      for (const call of calls) {
        const answer = await answerOf(call, database.url);
        expect([call.text, await answerOf(call, url)]).toEqual([call.text, answer]);
      }
    },
  );

  test("mode transaction: more questions at once than connections, between transactions, are all answered", async () => {
    const sql = await connectPool(await before({ pool_mode: "transaction", default_pool_size: "3" }), {});
    const ask = (index: number) =>
      index % 6 === 0
        ? inTransaction(
            sql,
            async (transaction) => transaction`select ${index}::int as a, count(*) from rounds`,
          )
        : index % 2 === 0
          ? sql`select ${index}::int as a, count(*) from rounds`
          : sql.unsafe(`select ${index} as a, count(*) from rounds`);
    const numbers = Array.from({ length: 24 }, (_, index) => index);
    for (let turn = 0; turn < 100; turn++) {
      const answers = await Promise.all(numbers.map(ask));
      expect(answers.map(([row]) => row?.["a"] as number)).toEqual(numbers);
    }
    await sql.end();
  }, 60_000);

  test("mode session: questions and transactions share few connections", async () => {
    const sql = await connectPool(await before({ pool_mode: "session", default_pool_size: "2" }), {});
    for (let turn = 0; turn < 3; turn++) {
      await Promise.all([sql`select 1`, sql`select 2`, sql`select 3`, sql`select 4`]);
      await inTransaction(sql, (transaction) => transaction`select 5`);
    }
    await sql.end();
  }, 60_000);

  test("mode statement is refused, with the reason", async () => {
    const url = await before({ pool_mode: "statement" });
    await expect(openDatabase({ databaseUrl: url })).rejects.toMatchObject({
      code: "E_DATABASE_UNFIT",
      message: expect.stringContaining("statement mode") as string,
    });
  });

  test("no connection is free: the command says so after its time, and ends at once on a signal", async () => {
    const url = await before({ pool_mode: "session", default_pool_size: "1", query_wait_timeout: "0" });
    const holder = await connectPool(url, { connections: 1 });
    await new Promise<void>((resolve, reject) => {
      inTransaction(holder, async (transaction) => {
        await transaction`select 1`;
        resolve();
        await sleep(60_000);
      }).catch(reject);
    });
    const logins = poolers[0]?.logins();
    const bin = path.join(import.meta.dirname, "../../bin/run.js");
    const child = spawn(process.execPath, [bin, "import", folder, "--database-url", url], { stdio: "pipe" });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
    // It has signed in, and waits for its turn.
    while (poolers[0]?.logins() === logins) await sleep(50);
    await sleep(500);
    expect(child.exitCode).toBe(null);
    const signalled = Date.now();
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    await holder.end({ timeout: 0 });
    expect({ code, said }).toMatchObject({
      code: 130,
      said: expect.stringContaining("E_INTERRUPTED") as string,
    });
    expect(Date.now() - signalled).toBeLessThan(10_000);
  });
});

test("an error of the protocol that leaves the connection open ends the transaction, and is no lost connection", async () => {
  await expect(
    inTransaction(database.sql, async (transaction) => {
      await transaction.unsafe(
        "do $$ begin raise exception 'no such statement' using errcode = '08P01'; end $$",
      );
    }),
  ).rejects.toMatchObject({ code: "08P01" });
}, 10_000);

test("a server that takes the connection and stays silent", async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `postgres://x@127.0.0.1:${port}/x?connect_timeout=1`;
  const started = Date.now();
  await expect(openDatabase({ databaseUrl: url })).rejects.toMatchObject({ code: "E_DATABASE" });
  expect(Date.now() - started).toBeLessThan(8000);
  const end = new AbortController();
  const waiting = openDatabase({ databaseUrl: url.replace("=1", "=60"), signal: end.signal });
  await sleep(300);
  end.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  for (const socket of sockets) socket.destroy();
  server.close();
}, 30_000);

test("a wait for another session's lock ends with the signal", async () => {
  const key = "locked-out";
  await writeRound(folder, key);
  const end = new AbortController();
  let release: (() => void) | undefined;
  let held: Promise<unknown> | undefined;
  await new Promise<void>((isHeld) => {
    held = database.sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(${0x70727869}, hashtext(${key}))`;
      isHeld();
      await new Promise<void>((resolve) => (release = resolve));
    });
  });
  const work = withDatabase({ databaseUrl: database.url, signal: end.signal }, ({ sql }) =>
    importPaths(sql, [folder], { signal: end.signal }),
  );
  await sleep(1500);
  end.abort(new Error("enough"));
  await expect(work).rejects.toThrow("enough");
  release?.();
  await held;
}, 30_000);
