/** Disks that are really full: small file systems in memory, which only root may mount. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { startCluster, stopCluster } from "../../src/db/embedded/cluster.ts";
import { migrate } from "../../src/db/migrations.ts";
import { createPlainDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { putCluster } from "../support/made-cluster.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";
import { mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";

const ROUNDS = 6;
const ROWS = 20_000;

let files: string;
const probe = await mountSmallDisk(1);
await probe?.remove();
if (probe === undefined) {
  process.stderr.write("LEFT OUT: imports onto a full disk, because this user may not mount one; root may\n");
}

beforeAll(async () => {
  files = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  const rows = [
    ...SOME_ROWS.positions,
    ...Array.from({ length: ROWS }, (_, index) => ({ time_ms: 3000 + index, slot: index % 2 })),
  ];
  for (let round = 0; round < ROUNDS; round++)
    await writeRound(files, `round-${round}`, { positions: { rows } });
});
afterAll(() => rm(files, { recursive: true }));

/** How many rounds are stored; each must be whole. */
async function wholeRounds(sql: Sql): Promise<number> {
  const rounds = await sql<{ rows: number; positions: number; isComplete: boolean }[]>`
    select position_rows as rows, is_complete as "isComplete",
      (select count(*) from player_positions where round_id = r.round_id) as positions
    from rounds r`;
  for (const { isComplete, positions, rows } of rounds) {
    expect([isComplete, positions, rows]).toEqual([true, ROWS + 4, ROWS + 4]);
  }
  const [all] = await sql<{ count: number }[]>`select count(*) from player_positions`;
  expect(all?.count).toBe(rounds.length * (ROWS + 4));
  return rounds.length;
}

describe.skipIf(probe === undefined)("a full disk", () => {
  async function onDisk(megabytes: number, work: (disk: SmallDisk) => Promise<void>): Promise<void> {
    const disk = await mountSmallDisk(megabytes);
    if (disk === undefined) throw new Error("the disk cannot be mounted");
    try {
      await work(disk);
    } finally {
      await disk.remove();
    }
  }

  test("of the tables: the round that met it is undone, and comes when there is room", async () => {
    // Never Citus: the disks of its workers are others.
    const database = await createPlainDatabase();
    await onDisk(100, async ({ fill, folder, free }) => {
      fill(8);
      await database.sql.unsafe(`create tablespace small location '${folder}'`);
      await database.sql`alter table player_positions set tablespace small`;
      await expect(importPaths(database.sql, [files])).rejects.toMatchObject({ code: "53100" });
      const stored = await wholeRounds(database.sql);
      expect(stored).toBeGreaterThan(0);
      expect(stored).toBeLessThan(ROUNDS);
      free();
      expect((await importPaths(database.sql, [files])).totals.files.rejected).toBe(0);
      expect(await wholeRounds(database.sql)).toBe(ROUNDS);
      await database.sql`drop table player_positions`;
      await database.sql`drop tablespace small`;
    });
  }, 60_000);

  test("of the whole server, which dies of it: rounds are whole afterwards, and the rest comes when there is room", async () => {
    await onDisk(250, async ({ fill, folder, free }) => {
      const cluster = { folder: path.join(folder, "cluster"), isDurable: false };
      await putCluster(cluster.folder);
      const open = async (): Promise<Sql> => createPool(await startCluster(cluster));
      let sql = await open();
      await migrate(sql);
      let isFull = false;
      const work = importPaths(sql, [files], {
        progress: {
          surveyed: () => undefined,
          begin: () => undefined,
          rows: () => undefined,
          // One round fits, so that there is something to lose.
          round: () => {
            if (!isFull) fill(0);
            isFull = true;
          },
        },
      });
      await expect(work).rejects.toThrow();
      await sql.end({ timeout: 1 });
      free();
      await stopCluster(cluster);
      sql = await open();
      const stored = await wholeRounds(sql);
      expect(stored).toBeGreaterThan(0);
      expect(stored).toBeLessThan(ROUNDS);
      expect((await importPaths(sql, [files])).totals.files.rejected).toBe(0);
      expect(await wholeRounds(sql)).toBe(ROUNDS);
      await sql.end();
      await stopCluster(cluster);
    });
  }, 120_000);
});
