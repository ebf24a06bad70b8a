/** Rounds that are left out, let count again, or deleted: what reports say is what they would say of a database that never had them. */
import { execFileSync } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import path from "node:path";

import { beforeEach, describe, expect, test } from "vitest";

import {
  chooseRounds,
  excludeRounds,
  forgetRounds,
  includeRounds,
  rehearseForgetting,
} from "../../src/care/rounds.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { resolveFilters } from "../../src/reports/filter-request.ts";
import { createTestDatabase } from "../support/database.ts";
import { readReports, readTables, readViews } from "../support/everything-read.ts";
import { importPaths, setUpImports } from "../support/import.ts";
import { DEFAULT_PLAYERS, writeRound } from "../support/round-files.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const imports = setUpImports();
const never = new AbortController().signal;
const chosen = (sql: Sql, ...round: string[]) => chooseRounds(sql, { round }, "with");

test("an excluded round is to all reports as if it were not there; included, as it was", async () => {
  const [one, other] = [await createTestDatabase(), await createTestDatabase()];
  const [kept, gone] = [await sharedRecording("objectives-12"), await sharedRecording("crash-10")];
  await importPaths(one.sql, [kept.folder]);
  await importPaths(other.sql, [kept.folder]);
  const without = { reports: await readReports(other.url), views: await readViews(other.sql) };
  await importPaths(one.sql, [gone.folder]);
  // What reports tell follows from the tables.
  const before = { tables: await readTables(one.sql), views: await readViews(one.sql) };
  expect(before.views).not.toEqual(without.views);
  const keys = (await importPaths(other.sql, [gone.folder])).rounds.map(({ roundKey }) => roundKey);
  await excludeRounds(one.sql, await chosen(one.sql, ...keys), "a crash");
  const strip = (text: string): string =>
    text.replaceAll(/the round [^"]*? is left out[^"]*|"did you mean[^"]*"/g, "");
  const { reports, views } = { reports: await readReports(one.url), views: await readViews(one.sql) };
  expect(views).toEqual(without.views);
  for (const [call, answer] of Object.entries(reports))
    expect([call, strip(answer)]).toEqual([call, strip(without.reports[call] ?? "")]);
  await includeRounds(one.sql, await chosen(one.sql, ...keys));
  expect({ tables: await readTables(one.sql), views: await readViews(one.sql) }).toEqual(before);
}, 900_000);

describe("an excluded round", () => {
  test("is named with its reason, and listed where it is asked for", async () => {
    const key = imports.newKey();
    await writeRound(imports.folder, key);
    await imports.run([imports.folder]);
    await excludeRounds(imports.sql, await chosen(imports.sql, key), "warm-up");
    await expect(resolveFilters(imports.sql, { round: [key] })).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      message: `the round ${key} is left out of reports: warm-up`,
    });
    const { filters } = await resolveFilters(imports.sql, { exclusion: "only", bots: true });
    expect(await listRounds(imports.sql, filters, 10)).toMatchObject([
      { roundKey: key, excludedReason: "warm-up" },
    ]);
    expect(await imports.sql`select action, subject, reason, undone_at from corrections`).toMatchObject([
      { action: "round exclude", subject: key, reason: "warm-up", undone_at: null },
    ]);
    await includeRounds(imports.sql, await chooseRounds(imports.sql, { round: [key] }, "only"));
    expect(await imports.sql`select from corrections where undone_at is null`).toHaveLength(0);
    await imports.sql`truncate corrections`;
  });

  test("stays so when a file of it comes, and does not give players their names", async () => {
    const key = imports.newKey();
    const players = [{ ...DEFAULT_PLAYERS[0], slot: 0, guid: "E".repeat(32), name: "latest" }];
    const early = imports.newKey();
    await writeRound(path.join(imports.folder, "early"), early, {
      all: {
        players: [{ slot: 0, guid: "E".repeat(32), name: "early" }],
        header: { started_at: "2025-01-01T00:00:00Z" },
      },
      combat: { rows: [] },
      engagements: { rows: [] },
      positions: { rows: [] },
      objectives: { rows: [] },
    });
    await writeRound(path.join(imports.folder, "late"), key, {
      all: { players, cutBytes: 0 },
      combat: { rows: [] },
      engagements: { rows: [] },
      positions: { rows: [] },
      objectives: { rows: [] },
    });
    await imports.run([imports.folder]);
    const named = () => imports.sql`select name from players where guid = ${"E".repeat(32)}`;
    expect(await named()).toMatchObject([{ name: "latest" }]);
    await excludeRounds(imports.sql, await chosen(imports.sql, key), "cut");
    expect(await named()).toMatchObject([{ name: "early" }]);
    await writeRound(path.join(imports.folder, "late"), key, {
      all: { players },
      combat: { rows: [] },
      engagements: { rows: [] },
      positions: { rows: [] },
      objectives: { rows: [] },
    });
    expect((await imports.run([imports.folder])).totals.rounds.replaced).toBe(1);
    expect(await named()).toMatchObject([{ name: "early" }]);
    expect(
      await imports.sql`select is_complete, excluded_reason from rounds where round_key = ${key}`,
    ).toEqual([{ is_complete: true, excluded_reason: "cut" }]);
  });
});

describe("a forgotten round", () => {
  let key: string;
  let other: string;
  beforeEach(async () => {
    await imports.sql`truncate rounds, players, import_files, known_paths, player_positions, combat_events, corrections,
      forgotten_rounds cascade`;
    [key, other] = [imports.newKey(), imports.newKey()];
    const guest = { slot: 3, guid: "C".repeat(32), name: "guest", team: 1, class: 0 };
    await writeRound(path.join(imports.folder, "one"), other);
    await writeRound(path.join(imports.folder, "two"), key, {
      all: {
        header: { started_at: "2026-02-01T19:05:00Z" },
        players: [
          { ...DEFAULT_PLAYERS[0], slot: 0, guid: "A".repeat(32), name: "renamed" },
          DEFAULT_PLAYERS[1],
          guest,
        ].filter((player) => player !== undefined),
      },
    });
    await imports.run([path.join(imports.folder, "one")]);
  });
  const forget = async (): Promise<void> => {
    await forgetRounds(imports.sql, await chosen(imports.sql, key), { reason: "tests", signal: never });
  };

  test("takes with it all that the database knew of it", async () => {
    const { sql } = imports;
    const before = await readTables(sql);
    await imports.run([path.join(imports.folder, "two")]);
    const rehearsed = await rehearseForgetting(sql, await chosen(sql, key));
    const done = await forgetRounds(sql, await chosen(sql, key), { reason: "tests", signal: never });
    expect(done).toEqual(rehearsed);
    expect(done).toMatchObject({ rounds: 1, players: 1 });
    expect(done.rows).toBeGreaterThan(15);
    expect(
      await sql`select status, round_id, count(*)::int from import_files where round_key = ${key} group by 1, 2`,
    ).toEqual([{ status: "forgotten", round_id: null, count: 5 }]);
    expect(await sql`select reason from forgotten_rounds`).toEqual([{ reason: "tests" }]);
    await sql`delete from import_files where round_key = ${key}`;
    await sql`truncate corrections, forgotten_rounds`;
    expect(await readTables(sql)).toEqual(before);
  });

  test("stays away under any name, in any archive and in pieces, and comes back when asked", async () => {
    const { contents, folder, run, sql } = imports;
    const files = path.join(folder, "two");
    await run([files]);
    const withoutIds = async () => JSON.stringify(await contents(key)).replaceAll(/player_id":\d+/g, "");
    const before = await withoutIds();
    await forget();
    const copy = path.join(folder, "copy", "deep");
    await mkdir(copy, { recursive: true });
    await cp(files, copy, { recursive: true });
    const archive = path.join(folder, "all.tar.gz");
    execFileSync("tar", ["czf", archive, "-C", files, "."]);
    const pieces = path.join(folder, "pieces");
    await writeRound(pieces, key, { all: { header: { piece: "2", began_ms: "4000" } } });
    for (const place of [files, copy, archive, pieces]) {
      const { files: reported, rounds, totals } = await run([place]);
      expect([place, totals.rounds, totals.forgotten]).toEqual([
        place,
        { imported: 0, replaced: 0, skipped: 1, rejected: 0 },
        1,
      ]);
      expect(rounds).toMatchObject([{ roundKey: key, status: "skipped" }]);
      expect(reported.every(({ fate }) => fate === "skipped")).toBe(true);
      expect(await sql`select from rounds where round_key = ${key}`).toHaveLength(0);
    }
    expect((await run([copy], { again: true, dryRun: true })).totals.rounds.imported).toBe(1);
    expect((await run([copy])).totals.forgotten).toBe(1);
    expect((await run([copy], { again: true })).totals.rounds.imported).toBe(1);
    expect(await withoutIds()).toEqual(before);
    expect(await sql`select from forgotten_rounds`).toHaveLength(0);
    expect(await sql`select undone_at is not null as undone from corrections`).toEqual([{ undone: true }]);
    expect((await run([files])).totals).toMatchObject({ forgotten: 0, rounds: { skipped: 1 } });
  });

  test("an abort before the end leaves everything as it was", async () => {
    const { sql } = imports;
    await imports.run([path.join(imports.folder, "two")]);
    const before = await readTables(sql);
    const abort = new AbortController();
    let asked = 0;
    const late = new Proxy(abort.signal, {
      get: (signal, name) =>
        name === "throwIfAborted"
          ? () => {
              if (++asked > 10) throw new Error("enough");
            }
          : (Reflect.get(signal, name) as unknown),
    });
    await expect(forgetRounds(sql, await chosen(sql, key), { reason: "", signal: late })).rejects.toThrow(
      "enough",
    );
    expect(await readTables(sql)).toEqual(before);
  });

  test("waits for an import of it, and then takes its round too", async () => {
    const { sql } = imports;
    await imports.run([path.join(imports.folder, "two")]);
    const rounds = await chosen(sql, key);
    const [forgotten, report] = await Promise.all([
      forgetRounds(sql, rounds, { reason: "", signal: never }),
      imports.run([path.join(imports.folder, "two")], { replace: true }),
    ]);
    expect(forgotten.rounds).toBe(1);
    expect(report.totals.rounds.rejected).toBe(0);
    expect(await sql`select from rounds where round_key = ${key}`).toHaveLength(0);
  });

  test("a player who has played elsewhere has the name from there", async () => {
    const { sql } = imports;
    await imports.run([path.join(imports.folder, "two")]);
    const named = () => sql`select name from players where guid = ${"A".repeat(32)}`;
    expect(await named()).toEqual([{ name: "renamed" }]);
    await forget();
    expect(await named()).toEqual([{ name: "^1alpha" }]);
  });
});

test("rounds by the filters of reports", async () => {
  const { sql } = imports;
  await sql`truncate rounds, players, import_files, known_paths, player_positions, combat_events cascade`;
  for (const [index, map] of ["supply", "oasis", "oasis"].entries())
    await writeRound(path.join(imports.folder, String(index)), `chosen-${index}`, {
      all: { header: { map, started_at: `2026-03-0${index + 1}T20:00:00Z` } },
    });
  await imports.run([imports.folder]);
  const keys = async (request: Parameters<typeof chooseRounds>[1]) =>
    (await chooseRounds(sql, request)).map(({ roundKey }) => roundKey);
  expect(await keys({ map: "oasis" })).toEqual(["chosen-1", "chosen-2"]);
  expect(await keys({ until: "2026-03-01" })).toEqual(["chosen-0"]);
  expect(await keys({ session: "2026-03-02" })).toEqual(["chosen-1"]);
  expect(await keys({ round: ["chosen-2", "chosen-0"] })).toEqual(["chosen-0", "chosen-2"]);
  await expect(keys({ map: "oasis", until: "2026-03-01" })).rejects.toMatchObject({
    code: "E_NOTHING_FOUND",
  });
  await expect(keys({ round: ["chosem-2"] })).rejects.toMatchObject({
    code: "E_NOT_FOUND",
    suggestions: [expect.stringContaining("did you mean chosen-2?"), expect.anything()],
  });
});
