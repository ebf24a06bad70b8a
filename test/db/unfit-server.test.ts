/** Servers that no setting repairs: a standby and one that is too old are refused before a file is looked at. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect, test } from "vitest";

import { createPool } from "../../src/db/driver/connect.ts";
import { deleteCluster, startCluster } from "../../src/db/embedded/cluster.ts";
import { requireFitDatabase } from "../../src/db/fitness.ts";
import { withDatabase } from "../../src/db/open.ts";
import { createTestDatabase } from "../support/database.ts";
import { putCluster } from "../support/made-cluster.ts";

/** What `prox import` and `prox db migrate` do before they begin; the import's work would look at files. */
async function expectRefused(url: string, message: RegExp): Promise<void> {
  const refusal = {
    code: "E_DATABASE_UNFIT",
    exit: "database",
    message: expect.stringMatching(message) as string,
  };
  let hasLooked = false;
  const look = (): Promise<void> => {
    hasLooked = true;
    return Promise.resolve();
  };
  await expect(withDatabase({ databaseUrl: url, isWriter: true }, look)).rejects.toMatchObject(refusal);
  expect(hasLooked).toBe(false);
  const sql = createPool(url, { connections: 1 });
  try {
    await expect(requireFitDatabase(sql, { toCreate: true })).rejects.toMatchObject(refusal);
  } finally {
    await sql.end();
  }
}

test("a real standby", async () => {
  const home = await mkdtemp(path.join(tmpdir(), "prox-standby-"));
  await chmod(home, 0o711);
  const cluster = { folder: path.join(home, "postgres"), isDurable: false };
  try {
    await putCluster(cluster.folder);
    // With this file the server waits for what a primary sends, as a standby does, and is in recovery meanwhile.
    await writeFile(path.join(cluster.folder, "data", "standby.signal"), "");
    await expectRefused(await startCluster(cluster), /its server is a standby/);
  } finally {
    await deleteCluster(cluster);
    await rm(home, { recursive: true, force: true });
  }
});

// No server older than 14 can be installed beside the others: this one only says that it is one.
test("a server that says it is PostgreSQL 13", async () => {
  const { sql, url } = await createTestDatabase();
  await sql.unsafe(`
    create schema old;
    create function old.current_setting(name text) returns text language sql as $$
      select case name when 'server_version_num' then '130014' when 'server_version' then '13.14'
        else pg_catalog.current_setting(name) end $$;
    do $$ begin
      execute format('alter database %I set search_path = old, pg_catalog, public', current_database());
    end $$`);
  await expectRefused(url, /its server is PostgreSQL 13\.14, and prox needs 14 or newer/);
});
