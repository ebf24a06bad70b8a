/**
 * Databases for tests: one PostgreSQL server for the whole run, a fresh database with the schema for whoever asks.
 *
 *     const database = await createTestDatabase();
 *     afterAll(() => database.drop());
 */
import { randomUUID } from "node:crypto";

import { inject } from "vitest";

import { createPool, type Sql } from "../../src/db/connect.ts";
import { startCluster } from "../../src/db/embedded/cluster.ts";
import { migrate } from "../../src/db/migrations.ts";

/** A database of a test's own. */
export interface TestDatabase {
  /** For `--database-url` and `DATABASE_URL`. */
  readonly url: string;
  readonly sql: Sql;
  /** Closes the connections and deletes the database. */
  drop(): Promise<void>;
}

const TEMPLATE = "prox_template";
const TEMPLATE_LOCK = 1;

function replaceDatabase(url: string, name: string): string {
  return url.replace(/[^/]*$/, name);
}

/** The URL of the run's server, started at the first call; the database in it is nobody's. */
export async function testServerUrl(): Promise<string> {
  return startCluster({ folder: inject("clusterFolder"), isDurable: false });
}

/** Makes the template with the schema, once a run. */
async function makeTemplate(serverUrl: string, server: Sql): Promise<void> {
  await server`select pg_advisory_lock(${TEMPLATE_LOCK})`;
  const found = await server`select from pg_database where datname = ${TEMPLATE}`;
  if (found.length === 0) {
    const unfinished = `${TEMPLATE}_unfinished`;
    await server`create database ${server(unfinished)}`;
    const sql = createPool(replaceDatabase(serverUrl, unfinished), 1);
    await migrate(sql);
    await sql.end();
    await server`alter database ${server(unfinished)} rename to ${server(TEMPLATE)}`;
  }
  await server`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
}

/** Makes a fresh database: with the schema, or empty. */
export async function createTestDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const serverUrl = await testServerUrl();
  const server = createPool(serverUrl, 1);
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
  return {
    url,
    sql,
    drop: async () => {
      await sql.end({ timeout: 1 });
      const last = createPool(serverUrl, 1);
      await last`drop database ${last(name)} with (force)`;
      await last.end();
    },
  };
}
