/** Transactions whose connection is lost, at moments when the driver alone would end the process. */
import { setImmediate as nextTurn } from "node:timers/promises";

import { afterAll, beforeAll, expect, test } from "vitest";

import { createPool, type Sql, type Transaction } from "../../../src/db/driver/connect.ts";
import { inTransaction, rehearse } from "../../../src/db/driver/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";

let database: TestDatabase;
let own: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  own = createPool(`${database.url}?application_name=lost`, { connections: 1 });
});
afterAll(async () => {
  await own.end({ timeout: 1 });
});

/** In each turn of the event loop all sockets are read once; no loss takes more of them to be noticed. */
async function tenTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}

async function cut(): Promise<void> {
  const [ended] = await database.sql`
    select pg_terminate_backend(pid, 60000) as is_gone from pg_stat_activity where application_name = 'lost'`;
  expect(ended).toEqual({ is_gone: true });
  await tenTurns();
}

const LOST = { code: "CONNECTION_CLOSED" };

test.each<[string, (transaction: Transaction) => Promise<unknown>]>([
  ["asks on", (transaction) => transaction`select 1`],
  ["throws", () => Promise.reject(new Error("for reasons of its own"))],
  ["is content", () => Promise.resolve()],
])("lost between two queries, and then the work %s", async (_, then) => {
  const work = inTransaction(own, async (transaction) => {
    await transaction`select 1`;
    await cut();
    await then(transaction);
  });
  await expect(work).rejects.toMatchObject(LOST);
  // What the driver would do wrong, it would do in the next turn.
  await tenTurns();
  expect(await own`select 1 as one`).toMatchObject([{ one: 1 }]);
});

test("an error of the work undoes the transaction and comes out; a mode is kept", async () => {
  const work = inTransaction(own, () => Promise.reject(new Error("for reasons of its own")));
  await expect(work).rejects.toThrow("for reasons of its own");
  const write = inTransaction(
    own,
    (transaction) => transaction`create table never (one integer)`,
    "read only",
  );
  await expect(write).rejects.toMatchObject({ code: "25006" });
});

test("a rehearsal returns what the work found, and nothing of it stays", async () => {
  await own`create table rehearsed (one integer)`;
  const seen = await rehearse(own, async (transaction) => {
    await transaction`insert into rehearsed values (1)`;
    return transaction`select one from rehearsed`;
  });
  expect(seen).toEqual([{ one: 1 }]);
  expect(await own`select one from rehearsed`).toEqual([]);
  await expect(rehearse(own, () => Promise.reject(new Error("its own")))).rejects.toThrow("its own");
});
