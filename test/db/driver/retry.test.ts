import { setTimeout as sleep } from "node:timers/promises";

import { beforeAll, describe, expect, test } from "vitest";

import { inTransaction } from "../../../src/db/driver/transaction.ts";
import { withRetries } from "../../../src/db/driver/retry.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";

/** Work that fails so often with an error, and then gives how often it was tried. */
function failing(times: number, error: Error): () => Promise<number> {
  let tries = 0;
  return () => (++tries > times ? Promise.resolve(tries) : Promise.reject(error));
}

const withCode = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`for reasons of ${code}`), { code, ...more });

describe("work is done again after", () => {
  test.each([
    "08006",
    "57P01",
    "57P02",
    "57P03",
    "40001",
    "40P01",
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ENOENT",
    "CONNECTION_CLOSED",
    "CONNECTION_ENDED",
    "CONNECT_TIMEOUT",
  ])("%s", async (code) => {
    expect(await withRetries(failing(1, withCode(code)))).toBe(2);
  });

  test("a second error of the connection, a moment later", async () => {
    const start = performance.now();
    expect(await withRetries(failing(2, withCode("CONNECTION_CLOSED")))).toBe(3);
    // The first pause is none, the second 200 ms; timers may be early by a millisecond.
    expect(performance.now() - start).toBeGreaterThan(190);
  });
});

describe("work is not done again after", () => {
  test.each([
    ["an error of the data", withCode("23505")],
    ["a disk that is full", withCode("53100")],
    ["an error without code", new Error("no code")],
    ["a missing file", withCode("ENOENT", { path: "/missing", syscall: "open" })],
  ])("%s", async (_, error) => {
    await expect(withRetries(failing(1, error))).rejects.toBe(error);
  });

  test("an abort, during a pause too", async () => {
    const abort = new AbortController();
    const work = withRetries(failing(9, withCode("57P03")), { signal: abort.signal });
    await sleep(50);
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(work).rejects.toBe(reason);
  });
});

describe("two transactions that lock the same rows in different order", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
  });

  test("both end well, though the server ends one of them as a deadlock", async () => {
    const { sql } = database;
    await sql`create table counted as select id, 0 as value from generate_series(1, 2) id`;
    let attempts = 0;
    let first = 0;
    const both = async (ids: readonly [number, number]): Promise<void> =>
      withRetries(() =>
        inTransaction(sql, async (transaction) => {
          attempts++;
          await transaction`update counted set value = value + 1 where id = ${ids[0]}`;
          first++;
          // Each holds its first row before it asks for the other one.
          while (first < 2) await sleep(5);
          await transaction`update counted set value = value + 1 where id = ${ids[1]}`;
        }),
      );
    await Promise.all([both([1, 2]), both([2, 1])]);
    // The one that was ended may ask again before the other has its row, and be ended again.
    expect(attempts).toBeGreaterThanOrEqual(3);
    expect(await sql`select value from counted order by id`).toEqual([{ value: 2 }, { value: 2 }]);
  });
});
