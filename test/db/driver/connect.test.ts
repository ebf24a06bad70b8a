import { connect, createServer, type AddressInfo, type Socket } from "node:net";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { parseAddress } from "../../../src/db/address/address.ts";
import { createPool } from "../../../src/db/driver/connect.ts";
import { explainDatabaseError } from "../../../src/db/driver/errors.ts";
import { copyInto } from "../../../src/db/driver/copy.ts";
import { ProxError } from "../../../src/errors.ts";
import { createPlainDatabase, type TestDatabase } from "../../support/database.ts";

describe("a pool over TCP", () => {
  let database: TestDatabase;
  let socketPath: string;
  let port: number;
  const clients: { client: Socket; upstream: Socket }[] = [];
  const proxy = createServer();
  beforeAll(async () => {
    database = await createPlainDatabase({ isEmpty: true });
    await database.sql`create table copied (number integer primary key)`;
    // The test's server has no port: a relay gives it one.
    socketPath = `${parseAddress(database.url).host}/.s.PGSQL.5432`;
    proxy.on("connection", (client) => {
      const upstream = connect(socketPath);
      clients.push({ client, upstream });
      client.pipe(upstream).pipe(client);
      for (const socket of [client, upstream]) socket.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => {
    proxy.close();
    for (const { client, upstream } of clients) {
      client.destroy();
      upstream.destroy();
    }
  });

  test("asks, copies and reports like one over a unix socket", async () => {
    const name = new URL(database.url).pathname;
    const sql = createPool(`postgres://prox@127.0.0.1:${port}${name}`, { connections: 2 });
    await sql.begin((transaction) => copyInto(transaction, "copied", ["number"], [Buffer.from("1\n2\n3\n")]));
    expect(await sql`select count(*), sum(number) from copied`).toEqual([{ count: 3, sum: 6 }]);
    const copy = sql.begin((transaction) =>
      copyInto(transaction, "copied", ["number"], [Buffer.from("4\n1\n")]),
    );
    await expect(copy).rejects.toMatchObject({ code: "23505" });
    await sql.end({ timeout: 1 });
  });

  test("a failed attempt costs the pool no connection: it answers as soon as the server is there", async () => {
    const gate = createServer((client) => {
      client.pipe(connect(socketPath)).pipe(client);
      client.on("error", () => undefined);
    });
    await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
    const { port: gatePort } = gate.address() as AddressInfo;
    await new Promise((resolve) => gate.close(resolve));
    const sql = createPool(`postgres://prox@127.0.0.1:${gatePort}${new URL(database.url).pathname}`, {
      connections: 1,
    });
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(sql`select 1`).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await new Promise<void>((resolve) => gate.listen(gatePort, "127.0.0.1", resolve));
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end({ timeout: 1 });
    gate.close();
  }, 20_000);

  test("a server that goes away is an error with advice", async () => {
    const name = new URL(database.url).pathname;
    const url = `postgres://prox@127.0.0.1:${port}${name}`;
    const sql = createPool(url, { connections: 1 });
    await sql`select 1`;
    const sleeping = sql`select pg_sleep(30)`.catch((error: unknown) => explainDatabaseError(error, url));
    const underWay = (): Promise<{ length: number }> =>
      database.sql`select from pg_stat_activity where state = 'active' and query = 'select pg_sleep(30)'`;
    while ((await underWay()).length === 0);
    for (const { client, upstream } of clients) {
      upstream.destroy();
      client.destroy();
    }
    const error = await sleeping;
    expect(error).toBeInstanceOf(ProxError);
    expect(error).toMatchObject({ code: "E_DATABASE", exit: "database" });
    expect((error as ProxError).suggestions).toHaveLength(1);
    await sql.end({ timeout: 1 });
  });
});
