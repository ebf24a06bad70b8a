/**
 * Databases on a real Citus cluster: `PROX_CITUS_URL` names a database of its coordinator, as a superuser who may connect to the
 * workers too. Citus is in no package registry that the tests could take it from, so without one they are left out.
 *
 *     PROX_CITUS_URL=postgres://postgres@127.0.0.1:5432/postgres npx vitest run test/db/citus.test.ts
 */
import { randomUUID } from "node:crypto";

import { distributePositions } from "../../src/db/citus.ts";
import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { migrate } from "../../src/db/migrations.ts";
import { afterFile } from "./clean-ups.ts";

/** A database of the coordinator; undefined where the tests have none. */
export const CITUS_URL = process.env["PROX_CITUS_URL"];

/** Whether the fresh databases of all tests are made there. */
export const IS_CITUS = process.env["PROX_CITUS"] === "all";

interface Node {
  readonly host: string;
  readonly port: number;
}

function urlOf(name: string, node?: Node): string {
  const url = new URL(CITUS_URL ?? "");
  url.pathname = `/${name}`;
  if (node !== undefined) Object.assign(url, { hostname: node.host, port: String(node.port) });
  return url.href;
}

async function onNode<Result>(url: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const sql = createPool(url, { connections: 1 });
  return work(sql).finally(() => sql.end());
}

/** Lets each server make and drop databases of its own: a new one does not know the nodes. Citus 13.0 does nothing else. */
async function keepHere(sql: Sql): Promise<void> {
  await sql`
    select set_config(name, 'off', false) from pg_settings where name = 'citus.enable_create_database_propagation'`;
}

/** Makes a database on every server of the cluster; gone when the tests of the file are through. With the schema, distributed, or empty. */
export async function createCitusDatabase({ isEmpty = false } = {}): Promise<{ url: string; sql: Sql }> {
  const name = `test_${randomUUID()}`;
  const base = CITUS_URL ?? "";
  const nodes = await onNode(
    base,
    (sql) => sql<(Node & { isWorker: boolean })[]>`
    select nodename as host, nodeport as port, groupid > 0 as "isWorker" from pg_dist_node where isactive order by groupid`,
  );
  const workers = nodes.filter(({ isWorker }) => isWorker);
  for (const node of [undefined, ...workers]) {
    const server = node === undefined ? base : urlOf(new URL(base).pathname.slice(1), node);
    await onNode(server, async (sql) => {
      await keepHere(sql);
      await sql`create database ${sql(name)}`;
    });
    await onNode(urlOf(name, node), (sql) => sql`create extension citus`);
    afterFile(() =>
      onNode(server, async (sql) => {
        await keepHere(sql);
        await sql`drop database if exists ${sql(name)} with (force)`;
      }),
    );
  }
  const url = urlOf(name);
  const sql = createPool(url);
  const { hostname, port } = new URL(url);
  await sql`select citus_set_coordinator_host(${hostname}, ${Number(port)})`;
  for (const { host, port } of workers) await sql`select citus_add_node(${host}, ${port})`;
  afterFile(() => sql.end({ timeout: 1 }));
  if (!isEmpty) {
    await migrate(sql);
    await distributePositions(sql);
  }
  return { url, sql };
}
