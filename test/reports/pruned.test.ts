/** What reports still know of rounds whose positions were pruned. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { prunePositions } from "../../src/db/prune.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { playRecording } from "../support/simulations.ts";

const PLAYING_MS = 120_000;
const request = { bots: true };

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await importPaths(database.sql, [(await playRecording("pause-8")).folder]);
}, PLAYING_MS);
afterAll(() => database.drop());

test("where players were and went is the same as before, but for parts of a round", async () => {
  const { sql } = database;
  const read = async (): Promise<unknown[]> => {
    const { classes, flows, places } = await reportMovement(sql, request, undefined);
    const { populations } = await reportHeatmap(sql, { what: "presence", filters: request });
    return [classes, flows, places, populations];
  };
  const before = await read();
  const phase = { ...request, phase: "0:00-1:00" };
  expect((await reportMovement(sql, phase, undefined)).places.length).toBeGreaterThan(5);
  expect(await prunePositions(sql, new Date())).toMatchObject({ rounds: 1 });
  expect([...(await sql`select count(*) from player_positions`)]).toEqual([{ count: 0 }]);
  expect(await read()).toEqual(before);
  await expect(reportMovement(sql, phase, undefined)).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
  await expect(reportMovement(sql, request, 64)).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
});
