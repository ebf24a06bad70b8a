import { beforeAll, expect, test } from "vitest";

import { pipeline } from "../../../src/db/driver/pipeline.ts";
import { inTransaction } from "../../../src/db/driver/transaction.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  await database.sql`create table steps (number integer primary key)`;
});

test("each query sees what those before it did; the rows come in the order of the queries", async () => {
  const results = await inTransaction(database.sql, (transaction) => {
    const count = () => transaction<{ count: number }[]>`select count(*) from steps`;
    const add = (number: number) => transaction`insert into steps values (${number}) returning number`;
    const slow = transaction`select 'slow' as word from pg_sleep(0.1)`;
    return pipeline([count(), add(1), slow, count(), add(2), count()]);
  });
  expect(results.map(([row]) => row)).toEqual([
    { count: 0 },
    { number: 1 },
    { word: "slow" },
    { count: 1 },
    { number: 2 },
    { count: 2 },
  ]);
});

test("the error of the first query that fails comes out", async () => {
  const work = inTransaction(database.sql, (transaction) =>
    pipeline([
      transaction`insert into steps values (3)`,
      transaction`insert into steps values (3)`,
      transaction`select 1`,
    ]),
  );
  await expect(work).rejects.toMatchObject({ code: "23505" });
  expect(await database.sql`select from steps where number = 3`).toHaveLength(0);
});

test("promises, which may have sent their queries at any time, do not compile", () => {
  const query = async (): Promise<unknown[]> => Promise.resolve([]);
  // @ts-expect-error: a promise is no query.
  const attempt = (): unknown => pipeline([query()]);
  expect(attempt).toBeTypeOf("function");
});
