import { beforeAll, expect, it } from "vitest";

import { groundReader, readGround } from "../../src/reports/ground.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  const players = [
    { guid: "AAAA", name: "Al", team: 1 },
    { guid: "BBBB", name: "Bo", team: 2 },
  ] as const;
  const walk = await addRound(sql, { key: "walk", map: "walk", players });
  await walk.addPositions([
    // 320 units east; 960 units to the north are no walk; a new life begins elsewhere; Bo is someone else.
    { timeMs: 1000, slot: 0, at: [32, 32, 0] },
    { timeMs: 2000, slot: 0, at: [352, 32, 0] },
    { timeMs: 3000, slot: 0, at: [352, 992, 0] },
    { timeMs: 4000, slot: 0, life: 2, at: [352, 672, 0] },
    { timeMs: 2500, slot: 1, at: [32, 352, 0] },
  ]);
  for (const [key, startedAt, x] of [
    ["old", "2026-11-20T20:00:00Z", 32],
    ["large", "2026-11-21T20:00:00Z", 96],
    ["latest", "2026-11-22T20:00:00Z", 160],
  ] as const) {
    const round = await addRound(sql, { key, map: "often", players, startedAt });
    await round.addPositions([{ timeMs: 1000, slot: 0, at: [x, 32, 0] }]);
  }
  await sql`update rounds set position_rows = 24000 where round_key = 'large'`;
});

const floorOf = async (map: string): Promise<string[]> =>
  (await readGround(database.sql, map)).floor.map(([x, y]) => `${x},${y}`).sort();

it("the floor is where players were, and the ways that they walked between", async () => {
  expect(await floorOf("walk")).toEqual(["0,0", "0,5", "1,0", "2,0", "3,0", "4,0", "5,0", "5,10", "5,15"]);
});

it("the floor is that of the latest rounds, as many as show where players walk", async () => {
  expect(await floorOf("often")).toEqual(["1,0", "2,0"]);
  expect(await floorOf("nowhere")).toEqual([]);
});

it("pictures of several rounds of one map have the floor of theirs", async () => {
  const { sql } = database;
  const rounds = await sql<{ round_id: number }[]>`
    select round_id from rounds where map = 'often' order by round_key`;
  const ground = groundReader(sql);
  const read = async (roundIds?: readonly number[]): Promise<readonly (readonly [number, number])[]> =>
    (await ground("often", roundIds)).floor;
  const [large, latest, old] = rounds.map((row) => row.round_id);
  expect(await read([latest ?? 0])).toEqual([[2, 0]]);
  expect(await read([old ?? 0])).toEqual([[0, 0]]);
  expect(await read([latest ?? 0, large ?? 0])).toEqual([
    [1, 0],
    [2, 0],
  ]);
  expect(await read()).toEqual((await readGround(sql, "often")).floor);
  expect(await read([])).toEqual([]);
});
