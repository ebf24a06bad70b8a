/** A database that cannot hold the data is refused before a file is looked at, with the line that repairs it. */
import { randomUUID } from "node:crypto";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import { requireFitDatabase } from "../../src/db/fitness.ts";
import { withDatabase } from "../../src/db/open.ts";
import { WRITTEN_TABLES } from "../../src/db/tables.ts";
import { createPlainDatabase, testServerUrl, type TestDatabase } from "../support/database.ts";

const ROLE = "prox_unfit";
let database: TestDatabase;
let server: Sql;
let urlAsRole: string;
const made: string[] = [];

beforeEach(async () => {
  database = await createPlainDatabase();
  server = createPool(await testServerUrl(), { connections: 1 });
  await server.unsafe(
    `do $$ begin create role ${ROLE} login; exception when duplicate_object then null; end $$`,
  );
  urlAsRole = database.url.replace("//prox@", `//${ROLE}@`);
});
afterEach(async () => {
  await database.sql.unsafe(`drop owned by ${ROLE}`);
  await server.unsafe(`alter role ${ROLE} reset all`);
  for (const name of made.splice(0)) await server`drop database ${server(name)} with (force)`;
  await server.end();
});

const open = (url: string): Promise<string> =>
  withDatabase({ databaseUrl: url, isWriter: true }, () => Promise.resolve("fit"));

async function grantAll(): Promise<void> {
  await database.sql.unsafe(`
    grant select, insert, update, delete on all tables in schema public to ${ROLE};
    grant usage on all sequences in schema public to ${ROLE}`);
}

test.each(["SQL_ASCII", "LATIN1"])("another encoding: %s", async (encoding) => {
  const name = `test_${randomUUID()}`;
  await server.unsafe(
    `create database "${name}" template template0 encoding '${encoding}' lc_collate 'C' lc_ctype 'C'`,
  );
  made.push(name);
  await expect(open(database.url.replace(/[^/]*$/, name))).rejects.toMatchObject({
    code: "E_DATABASE_UNFIT",
    exit: "database",
    message: expect.stringContaining(`its encoding is ${encoding}`) as string,
    suggestions: [expect.stringContaining("template template0 encoding 'UTF8'") as string],
  });
});

test("the owner's database is fit", async () => {
  expect(await open(database.url)).toBe("fit");
});

test("a role without rights, and with them", async () => {
  await expect(open(urlAsRole)).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) as string });
  await database.sql.unsafe(`grant select on all tables in schema public to ${ROLE}`);
  await expect(open(urlAsRole)).rejects.toMatchObject({
    code: "E_DATABASE_UNFIT",
    message: expect.stringContaining("may not write to rounds") as string,
    suggestions: [expect.stringContaining(`grant "prox" to "${ROLE}"`) as string],
  });
  await grantAll();
  expect(await open(urlAsRole)).toBe("fit");
});

test("read-only by the role, by the database, by the URL", async () => {
  await grantAll();
  const refusal = { code: "E_DATABASE_UNFIT", message: expect.stringContaining("read-only") as string };
  await server.unsafe(`alter role ${ROLE} set default_transaction_read_only = on`);
  await expect(open(urlAsRole)).rejects.toMatchObject(refusal);
  await server.unsafe(`alter role ${ROLE} reset default_transaction_read_only`);
  await expect(open(`${database.url}?default_transaction_read_only=on`)).rejects.toMatchObject(refusal);
});

test("migrate is refused where the role may not create tables", async () => {
  await database.sql.unsafe("revoke create on schema public from public");
  const sql = createPool(urlAsRole, { connections: 1 });
  await expect(requireFitDatabase(sql, { toCreate: true })).rejects.toMatchObject({
    code: "E_DATABASE_UNFIT",
    suggestions: [expect.stringContaining(`grant create on schema "public" to "${ROLE}"`) as string],
  });
  await sql.end();
});

test("limits and settings of the role do not reach into prox's transactions", async () => {
  await grantAll();
  const settings = {
    statement_timeout: "2s",
    lock_timeout: "1s",
    idle_in_transaction_session_timeout: "1s",
    jit: "on",
    jit_above_cost: "0",
    default_transaction_isolation: "serializable",
    datestyle: "German, DMY",
  };
  for (const [name, value] of Object.entries(settings))
    await server.unsafe(`alter role ${ROLE} set ${name} = '${value}'`);
  await withDatabase({ databaseUrl: urlAsRole, isWriter: true }, async ({ sql }) => {
    const [found] = await inTransaction(
      sql,
      (transaction) => transaction<Record<string, string>[]>`
        select current_setting('jit') as jit, current_setting('statement_timeout') as statement,
          current_setting('lock_timeout') as lock, current_setting('transaction_isolation') as isolation,
          current_setting('idle_in_transaction_session_timeout') as idle,
          current_setting('datestyle') as dates, current_setting('standard_conforming_strings') as strings`,
    );
    expect(found).toEqual({
      jit: "off",
      statement: "1h",
      lock: "10min",
      isolation: "read committed",
      idle: "10min",
      dates: expect.stringMatching(/^ISO/) as string,
      strings: "on",
    });
    // Outside of transactions dates are still understood.
    expect(await sql`select timestamptz '2026-01-31 19:05:00Z' as at`).toEqual([
      { at: new Date("2026-01-31T19:05:00Z") },
    ]);
  });
});

test("a limit that ends even the first question is told as what it is", async () => {
  await grantAll();
  await server.unsafe(`alter role ${ROLE} set statement_timeout = '1ms'`);
  // Whether the question takes a millisecond depends on the machine.
  const outcome = await open(urlAsRole).catch((error: unknown) => error);
  if (outcome !== "fit") expect(outcome).toMatchObject({ exit: "database" });
});

test("every table that prox writes is asked for", async () => {
  const tables = await database.sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and relname not in ('weapons', 'means_of_death', 'weapon_bins', 'classes', 'teams', 'schema_migrations')`;
  expect([...WRITTEN_TABLES].sort()).toEqual(tables.map(({ name }) => name).sort());
});
