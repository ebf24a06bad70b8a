import { Socket } from "node:net";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { createPool, type Sql, type Transaction } from "../../../src/db/driver/connect.ts";
import { inTransaction } from "../../../src/db/driver/transaction.ts";
import { copyFrom, copyInto, readCopy } from "../../../src/db/driver/copy.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";

/** How the packet of a client begins that ends a COPY because of a failure. */
const COPY_FAIL = "f".charCodeAt(0);

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase({ isEmpty: true });
  // One connection, so that a connection that was not given back would be missed at once.
  sql = createPool(database.url, { connections: 1 });
  await sql`create table copied (number integer primary key, word text)`;
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
});

const rows = (from: number, count: number): string =>
  Array.from({ length: count }, (_, index) => `${from + index}\tword ${from + index}\n`).join("");

async function copyText(...chunks: string[]): Promise<void> {
  await sql.begin((transaction) =>
    copyInto(
      transaction,
      "copied",
      ["number", "word"],
      chunks.map((chunk) => Buffer.from(chunk)),
    ),
  );
}

async function countRows(): Promise<number> {
  const [found] = await sql<{ count: number }[]>`select count(*) from copied`;
  return found?.count ?? -1;
}

describe("copyInto", () => {
  test("stores rows, whatever the chunks, and empty fields as null", async () => {
    await copyText("1\tone\n2", "\t\n", "3\tth", "ree\n");
    expect(await sql`select number, word from copied order by number`).toEqual([
      { number: 1, word: "one" },
      { number: 2, word: null },
      { number: 3, word: "three" },
    ]);
    await sql`truncate copied`;
  });

  test("stores more than any buffer holds", async () => {
    await copyText(...Array.from({ length: 100 }, (_, index) => rows(index * 5000, 5000)));
    expect(await countRows()).toBe(500_000);
    await sql`truncate copied`;
  });

  test("tells the server of a failure only where there was one", async () => {
    const sent = vi.spyOn(Socket.prototype, "write");
    const failures = (): number =>
      sent.mock.calls.filter(([packet]) => Buffer.isBuffer(packet) && packet[0] === COPY_FAIL).length;
    try {
      await copyText(rows(1, 10));
      await sql`truncate copied`;
      expect(failures()).toBe(0);
      const broken = (function* () {
        yield Buffer.from(rows(1, 10));
        throw new Error("no more rows");
      })();
      const copying = sql.begin((transaction) => copyInto(transaction, "copied", ["number", "word"], broken));
      await expect(copying).rejects.toThrow("no more rows");
      expect(failures()).toBe(1);
    } finally {
      sent.mockRestore();
    }
  });

  // Each of these errors hangs a plain pipeline into postgres.js 3.4.9, save the last.
  test.each([
    ["a duplicate key at the end", [rows(1, 10), "5\tagain\n"], "23505"],
    ["a duplicate key after megabytes", [rows(1, 200_000), "5\tagain\n"], "23505"],
    ["a bad value in a small copy", ["x\tone\n"], "22P02"],
    ["a row too short at the end", [rows(1, 10), "11\n"], "22P04"],
    [
      "a bad value before megabytes",
      ["x\tone\n", ...Array.from({ length: 50 }, () => rows(1, 20_000))],
      "22P02",
    ],
  ])("%s rejects, nothing is stored, the connection is usable", async (_, chunks, code) => {
    await expect(copyText(...chunks)).rejects.toMatchObject({ code });
    expect(await countRows()).toBe(0);
    await copyText("1\tone\n");
    expect(await countRows()).toBe(1);
    await sql`truncate copied`;
  });

  test("an error of the source rejects with that error, and nothing is stored", async () => {
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from(rows(1, 50_000));
      await Promise.resolve();
      throw new Error("the source broke");
    }
    const copy = sql.begin((transaction) => copyInto(transaction, "copied", ["number", "word"], source()));
    await expect(copy).rejects.toThrow("the source broke");
    expect(await countRows()).toBe(0);
  });

  test("the end of the connection rejects, and nothing is stored", async () => {
    const broken = createPool(database.url, { connections: 1 });
    const [backend] = await broken<{ pid: number }[]>`select pg_backend_pid() as pid`;
    async function* source(): AsyncGenerator<Buffer> {
      yield Buffer.from(rows(1, 10));
      await sql`select pg_terminate_backend(${backend?.pid ?? 0})`;
      for (let from = 0; from < 100; from += 1) yield Buffer.from(rows(1000 + from * 5000, 5000));
    }
    // In a transaction of prox's own: `begin` alone writes to the connection that is gone, see "Lost connections" in README.md.
    const copy = inTransaction(broken, (transaction) =>
      copyInto(transaction, "copied", ["number", "word"], source()),
    );
    await expect(copy).rejects.toThrow();
    expect(await countRows()).toBe(0);
    await broken.end({ timeout: 1 });
  });
});

test("copyFrom leaves the connection ready, wherever the last rows fill the stream", async () => {
  const sizes = Array.from({ length: 80 }, (_, index) => index);
  const found = await sql.begin(async (transaction) => {
    const lengths: number[] = [];
    for (const size of sizes) {
      const text = `copy (select repeat('x', 1023) from generate_series(1, ${size})) to stdout`;
      const rows = await copyFrom(transaction.unsafe(text));
      let length = 0;
      for await (const chunk of rows) length += (chunk as Buffer).length;
      lengths.push(length);
    }
    return lengths;
  });
  expect(found).toEqual(sizes.map((size) => size * 1024));
});

describe("readCopy", () => {
  const numbers = (count: number, value = "n"): string =>
    `copy (select ${value} from generate_series(1, ${count}) n order by n) to stdout`;

  /** What it hands on, as one text. */
  async function read(
    transaction: Transaction,
    query: string,
    signal = new AbortController().signal,
  ): Promise<string> {
    const pieces: string[] = [];
    await readCopy(transaction.unsafe(query), (bytes) => pieces.push(bytes.toString()), signal);
    return pieces.join("");
  }

  test.each([0, 1, 3000, 200_000])(
    "hands on all of %i rows, and leaves the connection ready",
    async (count) => {
      const expected = Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");
      await inTransaction(sql, async (transaction) => {
        expect(await read(transaction, numbers(count))).toBe(expected);
        expect(await transaction`select 1 as one`).toEqual([{ one: 1 }]);
      });
    },
  );

  test("rejects with the server's error, however many rows came before", async () => {
    for (const count of [1, 150_000]) {
      const failing = inTransaction(sql, async (transaction) =>
        read(transaction, numbers(count + 10, `1 / (${count} - n)`)),
      );
      await expect(failing).rejects.toMatchObject({ code: "22012" });
    }
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  test("ends when it is told to, or when its rows cannot be used", async () => {
    const stop = new AbortController();
    const stopping = inTransaction(sql, async (transaction) => {
      setTimeout(() => {
        stop.abort(new Error("stopped"));
      }, 5);
      return read(transaction, numbers(500_000), stop.signal);
    });
    await expect(stopping).rejects.toThrow("stopped");
    const failing = inTransaction(sql, async (transaction) =>
      readCopy(
        transaction.unsafe(numbers(100_000)),
        () => {
          throw new Error("no room");
        },
        new AbortController().signal,
      ),
    );
    await expect(failing).rejects.toThrow("no room");
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});
