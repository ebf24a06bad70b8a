/**
 * Databases for tests: one PostgreSQL server for the whole run, a fresh database with the schema for whoever asks.
 *
 *     const database = await createTestDatabase();
 *
 * It is gone when the tests of the file are through, whatever became of their set-up.
 * What takes long to fill and is only read is shared: see {@link readTestDatabase}.
 *
 * With `PROX_CITUS=all`, fresh databases are made on the Citus cluster of `PROX_CITUS_URL` instead: see citus.ts.
 */
import { randomUUID } from "node:crypto";

import { inject } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { startCluster } from "../../src/db/embedded/cluster.ts";
import { migrate } from "../../src/db/migrations.ts";
import { createCitusDatabase, IS_CITUS } from "./citus.ts";
import { afterFile } from "./clean-ups.ts";

/** A database of a test's own. */
export interface TestDatabase {
  /** For `--database-url` and `DATABASE_URL`. */
  readonly url: string;
  readonly sql: Sql;
}

const TEMPLATE = "prox_template";

function replaceDatabase(url: string, name: string): string {
  return url.replace(/[^/]*$/, name);
}

/** The URL of the run's server, started at the first call; the database in it is nobody's. */
export async function testServerUrl(): Promise<string> {
  return startCluster({ folder: inject("clusterFolder"), isDurable: false });
}

/** Makes a database and fills it, once a run: whoever comes while another does it waits, and finds it done. */
async function makeOnce(
  serverUrl: string,
  server: Sql,
  name: string,
  { fill, template = "template1" }: { fill: (sql: Sql) => Promise<unknown>; template?: string },
): Promise<void> {
  await server`select pg_advisory_lock(hashtext(${name}))`;
  const found = await server`select from pg_database where datname = ${name}`;
  if (found.length === 0) {
    const unfinished = `${name}_unfinished`;
    await server`drop database if exists ${server(unfinished)} with (force)`;
    await server`create database ${server(unfinished)} template ${server(template)}`;
    const sql = createPool(replaceDatabase(serverUrl, unfinished));
    await fill(sql).finally(() => sql.end());
    await server`alter database ${server(unfinished)} rename to ${server(name)}`;
  }
  await server`select pg_advisory_unlock(hashtext(${name}))`;
}

const makeTemplate = (serverUrl: string, server: Sql): Promise<void> =>
  makeOnce(serverUrl, server, TEMPLATE, { fill: migrate });

/**
 * A database that is filled once a run and then only read, by every test file that asks for it by this name.
 * @param fill must not need a database of this kind itself.
 */
export async function readTestDatabase(
  name: string,
  fill: (sql: Sql) => Promise<unknown>,
): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  const server = createPool(serverUrl, { connections: 1 });
  try {
    await makeTemplate(serverUrl, server);
    await makeOnce(serverUrl, server, name, { fill, template: TEMPLATE });
  } finally {
    await server.end();
  }
  const url = `${replaceDatabase(serverUrl, name)}?default_transaction_read_only=on`;
  const sql = createPool(url);
  afterFile(() => sql.end({ timeout: 1 }));
  return { url, sql };
}

/** Makes a fresh database: with the schema, or empty. */
export const createTestDatabase = (options?: { readonly isEmpty?: boolean }): Promise<TestDatabase> =>
  IS_CITUS ? createCitusDatabase(options) : createPlainDatabase(options);

/** {@link createTestDatabase}, never on Citus. */
export async function createPlainDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  const server = createPool(serverUrl, { connections: 1 });
  const name = `test_${randomUUID()}`;
  try {
    if (isEmpty) {
      await server`create database ${server(name)}`;
    } else {
      await makeTemplate(serverUrl, server);
      await server`create database ${server(name)} template ${server(TEMPLATE)}`;
    }
  } finally {
    await server.end();
  }
  const url = replaceDatabase(serverUrl, name);
  const sql = createPool(url);
  afterFile(async () => {
    await sql.end({ timeout: 1 });
    const last = createPool(serverUrl, { connections: 1 });
    await last`drop database if exists ${last(name)} with (force)`;
    await last.end();
  });
  return { url, sql };
}
