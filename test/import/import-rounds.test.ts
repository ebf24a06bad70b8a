import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  return () => rm(folder, { recursive: true });
});

test("a round of four files is imported whole, and the second time skipped", async () => {
  await writeRound(folder, "first");
  const report = await importPaths(database.sql, [folder]);
  expect(report.files.map(({ error }) => error)).toEqual([null, null, null, null]);
  expect(report.rounds).toMatchObject([
    {
      roundKey: "first",
      map: "supply",
      round: 1,
      status: "imported",
      complete: true,
      endReason: "finished",
      missing: [],
      rows: { positions: 4, combat: 3, engagements: 4, heatmap: 2 },
    },
  ]);
  const again = await importPaths(database.sql, [folder]);
  expect(again.rounds).toMatchObject([{ status: "skipped", complete: true, rows: { positions: 4 } }]);
  expect(again.totals).toMatchObject({ rows: 0, files: { skipped: 4 } });
});
