/** Reports of movement and presence that stand on sums, on samples, and on both. */
import { beforeAll, expect, test } from "vitest";

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
  // Two rounds of one map.
  await importPaths(database.sql, [(await playRecording("stopwatch-12")).folder]);
}, PLAYING_MS);

const read = async (): Promise<unknown[]> => {
  const { classes, flows, places } = await reportMovement(database.sql, request, undefined);
  const { populations } = await reportHeatmap(database.sql, { what: "presence", filters: request });
  // Sums of the same, in another order.
  const rounded = JSON.stringify([classes, flows, places, populations], (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toFixed(6)) : value,
  );
  return JSON.parse(rounded) as unknown[];
};

test("a round that was not summed up is read sample by sample, and added to the others", async () => {
  const { sql } = database;
  const before = await read();
  const [round] = await sql<{ id: number }[]>`
    update rounds set movement_cell_units = 512 where round_id = (select min(round_id) from rounds) returning round_id as id`;
  await sql`create table kept as select * from player_movement where round_id = ${round?.id ?? 0}`;
  await sql`delete from player_movement where round_id = ${round?.id ?? 0}`;
  expect(await read()).toEqual(before);
  await sql`update rounds set movement_cell_units = null where movement_cell_units = 512`;
  expect(await read()).toEqual(before);
  await sql`update rounds set movement_cell_units = 256`;
  expect(await read()).not.toEqual(before);
  await sql`insert into player_movement select * from kept`;
  expect(await read()).toEqual(before);
});

test("where players were and went is the same as before, but for parts of a round", async () => {
  const { sql } = database;
  const before = await read();
  const phase = { ...request, phase: "0:00-1:00" };
  expect((await reportMovement(sql, phase, undefined)).places.length).toBeGreaterThan(5);
  expect(await prunePositions(sql, new Date())).toMatchObject({ rounds: 2 });
  expect([...(await sql`select count(*) from player_positions`)]).toEqual([{ count: 0 }]);
  expect(await read()).toEqual(before);
  await expect(reportMovement(sql, phase, undefined)).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
  await expect(reportMovement(sql, request, 64)).rejects.toMatchObject({ code: "E_NOTHING_FOUND" });
});
