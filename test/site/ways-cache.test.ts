/** What a site remembers of ways: rounds that have not changed are not read again. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, expect, it } from "vitest";

import { readWays } from "../../src/reports/queries/ways.ts";
import { WaysCache } from "../../src/site/ways-cache.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { storePlantedWays } from "../support/planted-ways.ts";

let database: TestDatabase;
let folder: string;
let stamps: Map<number, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  await storePlantedWays(database.sql);
  const rounds = await database.sql<{ round_id: number }[]>`select round_id from rounds order by round_key`;
  stamps = new Map(rounds.map(({ round_id }) => [round_id, "first"]));
  folder = mkdtempSync(path.join(tmpdir(), "prox-ways-"));
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}, 60_000);

const file = (): string => path.join(folder, "site.cache.json");
const cacheOf = (isFull = false): WaysCache =>
  new WaysCache(database.sql, file(), { bots: "without", isFull, stamps });

it("keeps ways of rounds as they were read, and reads those that have changed", async () => {
  const { sql } = database;
  const read = await readWays(sql, { map: "lanes", bots: "without" });
  const first = cacheOf();
  expect(await first.waysOf("lanes")).toEqual(read);
  first.save(new Set(["lanes"]));
  expect(readFileSync(path.join(folder, "site.cache.ways.json"), "utf8")).toMatch(/^"\S+ lanes"\t\{/u);
  // Nothing is left to read: what is known still is.
  await sql`delete from player_positions`;
  await sql`update rounds set positions_pruned_at = now()`;
  expect(await cacheOf().waysOf("lanes")).toEqual(read);
  const [changed = -1] = stamps.keys();
  stamps.set(changed, "second");
  const second = cacheOf();
  const known = await second.waysOf("lanes");
  expect(known).toEqual(new Map([...read].filter(([id]) => id !== changed)));
  second.save(new Set(["lanes"]));
  expect(await cacheOf().waysOf("lanes")).toEqual(known);
  expect(await cacheOf(true).waysOf("lanes")).toEqual(new Map());
  // A round that is left out goes, and of a map that nobody asked for all stays.
  const lines = (): number =>
    readFileSync(path.join(folder, "site.cache.ways.json"), "utf8").split("\n").length - 1;
  expect(lines()).toBe(stamps.size);
  cacheOf().save(new Set(["lanes"]));
  expect(lines()).toBe(stamps.size);
  await sql`update rounds set excluded_at = now(), excluded_reason = 'a warm-up' where round_id = ${changed}`;
  const third = cacheOf();
  await third.waysOf("lanes");
  third.save(new Set(["lanes"]));
  expect(lines()).toBe(stamps.size - 1);
  // A map without rounds is forgotten.
  cacheOf().save(new Set());
  expect(await cacheOf().waysOf("lanes")).toEqual(new Map());
});

it("takes a damaged file for none", async () => {
  writeFileSync(path.join(folder, "site.cache.ways.json"), '"x lanes"\t{"made": \nrubbish');
  expect(await cacheOf().waysOf("lanes")).toEqual(new Map());
});
