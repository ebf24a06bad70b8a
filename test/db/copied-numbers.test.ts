import { expect, test } from "vitest";

import { readCopiedNumbers } from "../../src/db/copied-numbers.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { createTestDatabase } from "../support/database.ts";

test("numbers come as they are, null as NaN, whatever pieces the rows arrive in", async () => {
  const { sql } = await createTestDatabase();
  const rows: number[][] = [];
  await inTransaction(sql, (transaction) =>
    readCopiedNumbers(
      transaction.unsafe(
        "copy (select n, -n / 8::float8, case when n % 3 = 0 then n end, n * 1e-9::float8 from generate_series(1, 40000) n order by n) to stdout",
      ),
      4,
      (values) => rows.push([...values]),
    ),
  );
  expect(rows).toEqual(
    Array.from({ length: 40_000 }, (_, index) => {
      const n = index + 1;
      return [n, -n / 8, n % 3 === 0 ? n : NaN, n * 1e-9];
    }),
  );
});

test("a row of another width is no such row", async () => {
  const { sql } = await createTestDatabase();
  const reading = inTransaction(sql, (transaction) =>
    readCopiedNumbers(transaction.unsafe("copy (select 1, 2) to stdout"), 3, () => undefined),
  );
  await expect(reading).rejects.toThrow("a row has 2 columns, not 3");
});
