/** A rehearsal of an import says what the import then does, and leaves the database as it was. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { KINDS } from "../../src/format/columns.ts";
import type { ImportOptions } from "../../src/import/import-rounds.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { DEFAULT_PLAYERS, roundFile, SOME_ROWS, writeRound } from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Every row of every table, as PostgreSQL writes it. */
async function wholeDatabase(sql: Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`;
  const contents: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await sql<{ row: string }[]>`select t::text as row from ${sql(name)} t order by 1`;
    contents[name] = rows.map(({ row }) => row);
  }
  return contents;
}

/** Rehearses, then imports: compares the two reports, and the database before and after the rehearsal. */
async function rehearseAndImport(options: Partial<ImportOptions> = {}) {
  const { sql } = database;
  const before = await wholeDatabase(sql);
  const rehearsed = await importPaths(sql, [folder], { ...options, dryRun: true });
  expect(await wholeDatabase(sql)).toEqual(before);
  const imported = await importPaths(sql, [folder], options);
  expect({ ...rehearsed, dryRun: false }).toEqual(imported);
  expect(rehearsed.dryRun).toBe(true);
  return imported;
}

/** Rounds of all fates. Those named `stored` are to be imported before, from a folder of their own. */
async function writeRounds(): Promise<void> {
  const rubbish = { rows: [{ cell_x: 1, kills: "x" }] };
  const nameless = [
    { slot: 0, guid: "", name: "nameless" },
    { slot: 1, guid: "C".repeat(32), name: "new here" },
  ];
  await writeRound(folder, "good");
  await writeRound(folder, "new-players", { all: { players: nameless } });
  await writeRound(folder, "bad-rows", { heatmap: rubbish });
  await writeRound(folder, "all-bad", { all: { rows: ["rubbish"] } });
  await writeRound(folder, "files-missing", { combat: null, engagements: null });
  await writeRound(folder, "cut", { all: { cutBytes: 7 } });
  // Each file is good; together they contradict each other, or are more than the database can hold.
  await writeRound(folder, "disagreeing", { combat: { header: { map: "other" } } });
  await writeRound(folder, "too-much", {
    positions: {
      rows: [
        { time_ms: 0, slot: 0, life: 1 },
        { time_ms: 1, slot: 0, life: 2 },
        { time_ms: 2_147_483_646, slot: 0, life: 1 },
        { time_ms: 2_147_483_647, slot: 0, life: 2 },
      ],
      trailer: { end_ms: "2147483647" },
    },
  });
  await writeRound(path.join(folder, "one"), "twice");
  await writeRound(path.join(folder, "two"), "twice", { positions: { rows: [] } });
  await writeRound(folder, "stored-same");
  await writeRound(folder, "stored-cut");
  await writeRound(folder, "stored-whole", { all: { cutBytes: 3 } });
  await writeRound(folder, "stored-other", { combat: { rows: [] } });
  await writeRound(folder, "stored-elsewhere", { combat: { header: { map: "other" } } });
  await writeFile(path.join(folder, "garbage_positions.txt"), Buffer.alloc(500, 0x9f));
  await writeFile(path.join(folder, "readme.md"), "hello");
}

async function storeRounds(): Promise<void> {
  const stored = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  await writeRound(stored, "stored-same");
  await writeRound(stored, "stored-cut", { all: { cutBytes: 5 } });
  await writeRound(stored, "stored-whole");
  await writeRound(stored, "stored-other");
  await writeRound(stored, "stored-elsewhere", { combat: null });
  await importPaths(database.sql, [stored]);
  await rm(stored, { recursive: true });
}

describe("a rehearsal reports what the import does, and writes nothing", () => {
  test("of rounds whose files disagree, the file that the import rejects", async () => {
    await writeRound(folder, "round", { combat: { header: { map: "other" } } });
    const report = await rehearseAndImport();
    expect(report.files.map(({ error, fate }) => [fate, error?.code])).toEqual([
      ["imported", undefined],
      ["rejected", "E_ROUND_DISAGREES"],
      ["imported", undefined],
      ["imported", undefined],
      ["imported", undefined],
    ]);
  });

  test.each<Partial<ImportOptions>>([{}, { replace: true }, { badRows: "skip" }])(
    "of good, bad, cut and contradictory rounds with %o",
    async (options) => {
      await storeRounds();
      await writeRounds();
      const { rounds, totals } = await rehearseAndImport(options);
      expect(rounds).toHaveLength(14);
      for (const status of ["imported", "replaced", "skipped", "rejected"] as const) {
        expect([status, totals.rounds[status]]).not.toEqual([status, 0]);
      }
      // What is stored now, a rehearsal finds.
      await rehearseAndImport(options);
    },
  );

  test("of rounds that are damaged at random places", async () => {
    let state = 1;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const codes = new Set<string | undefined>();
    for (let round = 0; round < 40; round++) {
      for (const kind of KINDS) {
        const header = { round_key: `random-${round}`, ...(random(9) === 0 ? { map: "other" } : {}) };
        const players = random(4) === 0 ? DEFAULT_PLAYERS.slice(0, 1) : DEFAULT_PLAYERS;
        const cut = random(3) === 0 ? { cutBytes: random(60) } : {};
        const bytes = roundFile(kind, { header, players, rows: SOME_ROWS[kind], ...cut });
        if (random(5) === 0) bytes[random(bytes.length)] = 32 + random(95);
        if (random(12) > 0) await writeFile(path.join(folder, `${round}_${kind}.txt`), bytes);
      }
    }
    const { files } = await rehearseAndImport({ badRows: "skip" });
    for (const { error } of files) codes.add(error?.code);
    expect(codes.size).toBeGreaterThan(4);
    expect(codes).toContain("E_ROUND_DISAGREES");
  });
});
