import { createServer, type Socket } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ARRAY_TYPES } from "../../../src/db/driver/arrays.ts";
import { createPool } from "../../../src/db/driver/connect.ts";
import { createTestDatabase, type TestDatabase } from "../../support/database.ts";

describe("arrays", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
  });

  test("go to the server and come back as they were, whatever is in them", async () => {
    const { sql } = database;
    const texts = [
      "plain",
      "",
      "NULL",
      'a "quote"',
      String.raw`back\slash`,
      "{brace}, comma",
      " blank ",
      "Zoë\n",
      null,
    ];
    expect(await sql`select ${texts}::text[] as texts`).toEqual([{ texts }]);
    expect(
      await sql`select ${[3, -1, null]}::integer[] as a, ${[7]}::smallint[] as b, ${[]}::integer[] as c,
      ${[2 ** 40]}::bigint[] as d, ${[0.5, -1e-9]}::float8[] as e, ${[0.25]}::real[] as f`,
    ).toEqual([{ a: [3, -1, null], b: [7], c: [], d: [2 ** 40], e: [0.5, -1e-9], f: [0.25] }]);
    expect(
      await sql`select ${[
        [1, 2],
        [3, 4],
      ]}::integer[] as grid`,
    ).toEqual([
      {
        grid: [
          [1, 2],
          [3, 4],
        ],
      },
    ]);
  });

  test("have the numbers that the server gives them", async () => {
    const rows = await database.sql`
      select array_type.oid::integer as number from pg_catalog.pg_type element
      join pg_catalog.pg_type array_type on array_type.oid = element.typarray
      where element.typname in ('int2', 'int4', 'text', 'int8', 'float4', 'float8') order by 1`;
    expect(rows.map(({ number }) => number as number)).toEqual(
      Object.values(ARRAY_TYPES).map(({ to }) => to),
    );
  });

  test("cover every array of the schema and of the reports", async () => {
    const whole = await createTestDatabase();
    const rows = await whole.sql`
      select distinct attribute.atttypid::integer as number from pg_catalog.pg_attribute attribute
      join pg_catalog.pg_type type on type.oid = attribute.atttypid and type.typcategory = 'A'
      join pg_catalog.pg_class class on class.oid = attribute.attrelid
      where class.relnamespace = 'public'::regnamespace and not attribute.attisdropped`;
    expect(rows.length).toBeGreaterThan(0);
    const known = new Set<number>(Object.values(ARRAY_TYPES).map(({ to }) => to));
    expect(rows.filter(({ number }) => !known.has(number as number))).toEqual([]);
  });
});

describe("a server that goes away as soon as it has let someone in", () => {
  const sockets = new Set<Socket>();
  /** Lets everybody in, and hangs up once anything is asked. */
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("data", () => {
      const letIn = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);
      const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
      socket.write(Buffer.concat([letIn, ready]));
      socket.once("data", () => {
        server.close();
        socket.destroy();
      });
    });
  });
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });

  test("fails the query, and nothing else", async () => {
    const unhandled: unknown[] = [];
    const remember = (error: unknown): void => {
      unhandled.push(error);
    };
    process.on("unhandledRejection", remember);
    const sql = createPool(`postgres://prox@127.0.0.1:${port}/prox`, { connections: 1 });
    await expect(sql`select 1`).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sql.end({ timeout: 1 });
    process.off("unhandledRejection", remember);
    expect(unhandled).toEqual([]);
  });
});
