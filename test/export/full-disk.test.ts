/** A disk that is full while an export is written: a small file system in memory, which only root may mount. */
import { existsSync } from "node:fs";
import path from "node:path";

import { afterAll, expect, test } from "vitest";

import { createTestDatabase } from "../support/database.ts";
import { ask, expectWhole, exportTo, hashes } from "../support/exports.ts";
import { addRound } from "../support/hand-made.ts";
import { refusal } from "../support/refusal.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

const POSITIONS = 60_000;

const disk = await mountSmallDisk(4);
afterAll(() => disk?.remove());
if (disk === undefined)
  process.stderr.write("LEFT OUT: exports onto a full disk, because this user may not mount one; root may\n");

test.skipIf(disk === undefined)("what is there stays whole, and the next run goes on", async () => {
  if (disk === undefined) return;
  const folder = path.join(disk.folder, "export");
  const { sql } = await createTestDatabase();
  const round = await addRound(sql, { key: "one", players: [{ guid: "A", name: "A", team: 1 }] });
  await round.addPositions([{ timeMs: 1, slot: 0, at: [0, 0, 0] }]);
  await exportTo(sql, folder);
  const before = hashes(folder);
  // Numbers that nothing packs.
  await sql`
    insert into player_positions (round_id, time_ms, player_id, life, x, y, z, slot, team)
    select round_id, step, player_id, life, random(), random(), random(), slot, team
    from player_positions, generate_series(2, ${POSITIONS}::integer) step`;
  await sql`update rounds set imported_at = now()`;

  disk.fill(0.2);
  const error = await refusal(exportTo(sql, folder));
  expect(error.code).toBe("E_WRITE");
  expect(error.suggestions).toEqual(["the disk is full: make room on it, then run the command again"]);
  expectWhole(folder);
  expect(hashes(folder)).toEqual(before);
  expect(existsSync(path.join(folder, ".unfinished"))).toBe(false);

  disk.free();
  expect((await exportTo(sql, folder)).rounds).toMatchObject({ changed: 1 });
  expectWhole(folder);
  expect(await ask(folder, "select count(*) from player_positions")).toEqual([[POSITIONS]]);
});
