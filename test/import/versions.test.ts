/** Files of a round that is stored already: more of it, less of it, other versions of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { KINDS } from "../../src/format/columns.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths, roundContents, roundLedger } from "../support/import.ts";
import { SOME_ROWS, writeRound } from "../support/round-files.ts";

let database: TestDatabase;
let folder: string;
let rounds = 0;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  return () => rm(folder, { recursive: true });
});

/** A round key that no other test has. */
const newKey = (): string => `round-${++rounds}`;
const run = (...options: Parameters<typeof importPaths> extends [unknown, ...infer Rest] ? Rest : never) =>
  importPaths(database.sql, ...options);

const contents = (roundKey: string) => roundContents(database.sql, roundKey);
const ledger = (roundKey: string) => roundLedger(database.sql, roundKey);

describe("a round that grows", () => {
  test("cut files are stored as incomplete, and give way to the complete ones as if never stored", async () => {
    const [grown, fresh] = [newKey(), newKey()];
    await writeRound(folder, grown, { all: { cutBytes: 3 } });
    const cut = await run([folder]);
    expect(cut.rounds).toMatchObject([
      {
        status: "imported",
        complete: false,
        endReason: "cut",
        rows: { positions: 3, combat: 2, engagements: 3, heatmap: 1 },
      },
    ]);
    expect(cut.files.every(({ tornBytes }) => tornBytes > 0)).toBe(true);
    // The parts may lie there still.
    await writeRound(folder, grown);
    const whole = await run([folder]);
    expect(whole.rounds).toMatchObject([
      { status: "replaced", complete: true, endReason: "finished", rows: { positions: 4 } },
    ]);
    await writeRound(path.join(folder, "fresh"), fresh);
    await run([folder]);
    expect(await contents(grown)).toEqual(await contents(fresh));
    expect((await run([folder])).totals).toMatchObject({ rows: 0, rounds: { skipped: 2, replaced: 0 } });
    expect((await ledger(grown)).map(({ kind, status }) => [kind, status])).toEqual(
      KINDS.flatMap((kind) => [
        [kind, "superseded"],
        [kind, "imported"],
      ]),
    );
  });

  test("of two cut files the longer counts, in whatever order they come", async () => {
    const key = newKey();
    const [short, long] = [path.join(folder, "short"), path.join(folder, "long")];
    await writeRound(short, key, {
      positions: { rows: SOME_ROWS.positions.slice(0, 1) },
      all: { cutBytes: 0 },
    });
    await writeRound(long, key, { all: { cutBytes: 0 } });
    expect((await run([short])).rounds).toMatchObject([{ rows: { positions: 1 }, status: "imported" }]);
    expect((await run([long])).rounds).toMatchObject([{ rows: { positions: 4 }, status: "replaced" }]);
    expect((await run([short])).rounds).toMatchObject([{ rows: { positions: 4 }, status: "skipped" }]);
  });

  test("a cut file does not come back after the complete one", async () => {
    const key = newKey();
    await writeRound(path.join(folder, "whole"), key);
    await writeRound(path.join(folder, "cut"), key, { all: { cutBytes: 9 } });
    await run([path.join(folder, "whole")]);
    expect((await run([path.join(folder, "cut")])).rounds).toMatchObject([
      { status: "skipped", complete: true },
    ]);
    const both = newKey();
    await writeRound(path.join(folder, "both"), both);
    await writeRound(path.join(folder, "both"), both, { all: { cutBytes: 9 } });
    const report = await run([path.join(folder, "both")]);
    expect(report.rounds).toMatchObject([{ status: "imported", complete: true, rows: { positions: 4 } }]);
    expect(report.totals.files).toMatchObject({ imported: 4, skipped: 4 });
  });

  test("a round that was broken off says why", async () => {
    const key = newKey();
    await writeRound(folder, key, {
      all: { trailer: { end_reason: "map_restart", winner_team: undefined } },
    });
    expect((await run([folder])).rounds).toMatchObject([
      { complete: false, endReason: "map_restart", missing: [] },
    ]);
    const [row] =
      await database.sql`select is_complete, end_reason::text, winner_team from rounds where round_key = ${key}`;
    expect(row).toEqual({ is_complete: false, end_reason: "map_restart", winner_team: null });
  });

  test("files that are missing are named, and may come later", async () => {
    const key = newKey();
    const { combat, heatmap, positions } = await writeRound(folder, key, { engagements: null });
    expect((await run([positions, heatmap])).rounds).toMatchObject([
      {
        status: "imported",
        complete: false,
        endReason: "finished",
        missing: ["combat", "engagements"],
        rows: { combat: null },
      },
    ]);
    expect((await run([combat])).rounds).toMatchObject([
      { status: "replaced", complete: false, missing: ["engagements"] },
    ]);
    await writeRound(folder, key);
    expect((await run([folder])).rounds).toMatchObject([{ status: "replaced", complete: true, missing: [] }]);
    const fresh = newKey();
    await writeRound(path.join(folder, "fresh"), fresh);
    await run([path.join(folder, "fresh")]);
    expect(await contents(key)).toMatchObject({ ...(await contents(fresh)), round: { rows_lost: 0 } });
  });

  test("captures that failed in any file are failed in the round", async () => {
    const key = newKey();
    await writeRound(folder, key, { combat: { rows: [...SOME_ROWS.combat, "#capture\tfire\tfailed"] } });
    await run([folder]);
    const [row] = await database.sql`select captures from rounds where round_key = ${key}`;
    expect(row?.["captures"]).toEqual({ positions: "on", fire: "failed" });
  });
});

describe("two complete versions of a file", () => {
  test("are a conflict; what is stored stays, unless told otherwise", async () => {
    const key = newKey();
    const other = path.join(folder, "other");
    await writeRound(path.join(folder, "one"), key);
    await writeRound(other, key, { positions: { rows: SOME_ROWS.positions.slice(0, 2) } });
    await run([path.join(folder, "one")]);
    const before = await contents(key);
    const conflict = await run([other]);
    expect(conflict.rounds).toMatchObject([{ status: "rejected", complete: true, rows: { positions: 4 } }]);
    expect(conflict.files.filter(({ fate }) => fate === "rejected")).toMatchObject([
      { kind: "positions", error: { code: "E_CONFLICT" } },
    ]);
    expect(await contents(key)).toEqual(before);
    const replaced = await run([other], { replace: true });
    expect(replaced.rounds).toMatchObject([{ status: "replaced", complete: true, rows: { positions: 2 } }]);
    expect(
      (await ledger(key)).map(({ kind, status }) => [kind, status]).filter(([kind]) => kind === "positions"),
    ).toEqual(
      expect.arrayContaining([
        ["positions", "superseded"],
        ["positions", "imported"],
      ]),
    );
    // What was replaced is the conflict now.
    expect((await run([path.join(folder, "one")])).rounds).toMatchObject([
      { status: "rejected", rows: { positions: 2 } },
    ]);
  });

  test("leave nobody behind who played in the replaced one alone", async () => {
    const key = newKey();
    const players = [
      { slot: 0, guid: "A".repeat(32), name: "stays" },
      { slot: 1, guid: "", name: "nameless one" },
      { slot: 2, guid: "", name: "nameless two" },
    ];
    await writeRound(path.join(folder, "one"), key, { all: { players } });
    await run([path.join(folder, "one")]);
    await writeRound(path.join(folder, "two"), key, {
      all: { players: players.slice(0, 2) },
      heatmap: { rows: [] },
    });
    const { rounds: reported } = await run([path.join(folder, "two")], { replace: true });
    expect(reported).toMatchObject([{ status: "replaced", complete: true }]);
    expect(
      await database.sql`
        select slot, s.name from round_players s join rounds using (round_id) where round_key = ${key} order by slot`,
    ).toEqual([
      { slot: 0, name: "stays" },
      { slot: 1, name: "nameless one" },
    ]);
    expect(await database.sql`select name from players where name like 'nameless%'`).toEqual([
      { name: "nameless one" },
    ]);
  });
});
