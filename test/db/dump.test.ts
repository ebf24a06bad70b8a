/** A dump holds every row of every table, and a restore gives them back, or nothing. */
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";

import { beforeAll, beforeEach, expect, test } from "vitest";

import { restore } from "../../src/db/dump/dump.ts";
import { dumpName, dumpToFile, keepNewest, readDump } from "../../src/db/dump/dump-to-file.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { migrate } from "../../src/db/migrations.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { refusal } from "../support/refusal.ts";
import { writeRound } from "../support/round-files.ts";

let sql: Sql;
let folder: string;
beforeAll(async () => {
  ({ sql } = await createTestDatabase());
  const rounds = await mkdtemp(path.join(tmpdir(), "prox-dump-"));
  for (const key of ["one", "two"]) await writeRound(rounds, key);
  await writeFile(path.join(rounds, "bad_combat.txt"), "no \\ header\n");
  await importPaths(sql, [rounds]);
  // Everything that COPY has an escape for.
  await sql`update players set name = ${"\\. \t\n\\N \u{1f600}"} where player_id = (select min(player_id) from players)`;
  await rm(rounds, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-dump-"));
  return () => rm(folder, { recursive: true });
});

/** Hash of all rows of each table. */
async function contents(of: Sql): Promise<Record<string, string>> {
  const tables = await of<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not relispartition and relname <> 'schema_migrations' order by 1`;
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await of<{ sum: string }[]>`
      select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${of(name)} t`;
    all[name] = row?.sum ?? "";
  }
  return all;
}

test("every row comes back, and new numbers go on behind the old ones", async () => {
  const file = path.join(folder, "all.sql.gz");
  const { rows } = await dumpToFile(sql, file);
  expect(rows["rounds"]).toBe(2);
  expect(rows["import_files"]).toBeGreaterThan(8);
  expect(await readdir(folder)).toEqual(["all.sql.gz"]);
  const { sql: fresh } = await createTestDatabase({ isEmpty: true });
  const restored = await restore(fresh, readDump(file), file);
  expect(restored).toEqual({ rows, left: [] });
  expect(await contents(fresh)).toEqual(await contents(sql));
  const other = path.join(folder, "again");
  await writeRound(other, "three");
  expect((await importPaths(fresh, [other])).totals.rounds.imported).toBe(1);
});

test("a dump of an older schema is brought up to date", async () => {
  const file = path.join(folder, "old.sql.gz");
  const { sql: old } = await createTestDatabase({ isEmpty: true });
  const { readMigrations } = await import("../../src/db/migrations.ts");
  const shipped = await readMigrations();
  await migrate(old, shipped.slice(0, 16));
  await dumpToFile(old, file);
  const { sql: fresh } = await createTestDatabase({ isEmpty: true });
  await restore(fresh, readDump(file), file);
  const [found] = await fresh<{ version: number }[]>`select max(version) as version from schema_migrations`;
  expect(found?.version).toBe(shipped.length);
});

test("a damaged dump, a cut one, one of another schema and what is none are refused, and no row stays", async () => {
  const file = path.join(folder, "good.sql.gz");
  await dumpToFile(sql, file);
  const text = gunzipSync(await readFile(file)).toString("latin1");
  const { sql: fresh } = await createTestDatabase({ isEmpty: true });
  const refused = async (name: string, bytes: Buffer): Promise<string> => {
    const bad = path.join(folder, name);
    await writeFile(bad, bytes);
    const error = await refusal(restore(fresh, readDump(bad), bad));
    expect(error.code).toBe("E_DUMP");
    const [exists] = await fresh<{ exists: boolean }[]>`select to_regclass('rounds') is not null as exists`;
    if (exists?.exists === true) expect((await fresh`select from rounds`).length).toBe(0);
    return error.message;
  };
  const pack = (changed: string): Buffer => gzipSync(Buffer.from(changed, "latin1"));
  expect(await refused("cut", pack(text.slice(0, -20)))).toContain("not whole");
  expect(await refused("row", pack(text.replace(/^(\d+)\tone\t/m, "$1\tuno\t")))).toContain(
    "damaged in table rounds",
  );
  expect(
    await refused(
      "strange",
      pack(
        text
          .replace("0001_rounds_and_facts", "0001_other")
          .replace(/"checksum":"[0-9a-f]{4}/, '"checksum":"0000'),
      ),
    ),
  ).toContain("does not have its migration");
  expect(await refused("text", pack("hello\n"))).toContain("no dump of prox");
  expect(await refused("format", pack(text.replace('"format":1', '"format":2')))).toContain("newer prox");
  const whole = await readFile(file);
  expect(await refused("gz", whole.subarray(0, whole.length - 30))).toContain("cannot use the dump");
  await truncate(file, 0);
  await appendFile(file, "plain");
  expect((await refusal(restore(fresh, readDump(file), file))).code).toBe("E_DUMP");
});

test("keeps the newest dumps of a folder, and every other file", async () => {
  const names = [1, 2, 3].map((day) => dumpName(new Date(Date.UTC(2026, 10, day, 4, 5, 6))));
  expect(names[0]).toBe("prox-20261101T040506Z.sql.gz");
  for (const name of [...names, "prox-mine.sql.gz", "prox-20261101T040506Z.sql.gz.part-1"])
    await writeFile(path.join(folder, name), "");
  expect(await keepNewest(folder, 2)).toEqual(names.slice(0, 1));
  expect((await readdir(folder)).length).toBe(4);
});
