/** Rounds that were recorded in pieces, because the modules were reloaded in the middle: they are one round. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { showBlocks } from "../../src/cli/render/blocks.ts";
import { roundView } from "../../src/cli/views/round.ts";
import { KINDS } from "../../src/format/columns.ts";
import { reportRound } from "../../src/reports/round.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { roundFile, type RoundFileValues } from "../support/round-files.ts";

const KEY = "2026-01-31-190500-supply-round-1-00000001";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-pieces-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const position = (time_ms: number, life = 1) => ({ time_ms, slot: 0, life });
const cell = (kills: number, deaths: number, cell_x = 0) => ({ cell_x, cell_y: 0, team: 1, kills, deaths });
const HEADER = { round_key: KEY, match_key: KEY };

/** Writes the files of a piece; returns their paths. */
function writePiece(
  name: string,
  piece: number,
  beganMs: number,
  more: Record<string, RoundFileValues>,
): string[] {
  return KINDS.map((kind) => {
    const file = path.join(folder, `${name}_${piece}_${kind}.txt`);
    const header = { ...HEADER, piece: String(piece), began_ms: String(beganMs) };
    writeFileSync(file, roundFile(kind, { header, ...more["all"], ...more[kind] }));
    return file;
  });
}

describe("two pieces", () => {
  let database: TestDatabase;
  let first: string[];
  let second: string[];
  beforeAll(async () => {
    database = await createTestDatabase();
    const unloaded = { end_reason: "module_unloaded", end_ms: "100000", winner_team: undefined };
    first = writePiece("whole", 1, 50, {
      all: { trailer: unloaded },
      positions: { rows: [position(1000), position(2000)], trailer: unloaded },
      heatmap: { rows: [cell(1, 0), cell(2, 1, 1)], trailer: unloaded },
    });
    second = writePiece("whole", 2, 100_200, {
      positions: { rows: [position(101_000), position(102_000, 2)] },
      heatmap: { rows: [cell(3, 4)] },
    });
  });

  const state = async (): Promise<unknown> => {
    const [round] = await database.sql`
      select round_key, is_complete, end_reason, began_ms, pieces, position_rows, heatmap_rows, end_ms from rounds`;
    const positions = await database.sql`select time_ms, life from player_positions order by time_ms`;
    const cells = await database.sql`select cell_x, kills, deaths from proximity_heatmap order by cell_x`;
    return {
      round,
      positions: [...positions],
      cells: [...cells],
    };
  };
  const WHOLE = {
    round: {
      round_key: KEY,
      is_complete: false,
      end_reason: "module_unloaded",
      began_ms: 50,
      pieces: 2,
      position_rows: 4,
      heatmap_rows: 2,
      end_ms: 600_000,
    },
    positions: [
      { time_ms: 1000, life: 1 },
      { time_ms: 2000, life: 1 },
      { time_ms: 101_000, life: 1 },
      { time_ms: 102_000, life: 2 },
    ],
    cells: [
      { cell_x: 0, kills: 4, deaths: 4 },
      { cell_x: 1, kills: 2, deaths: 1 },
    ],
  };

  test("are one round, in order, whichever was named first; again nothing changes", async () => {
    const report = await importPaths(database.sql, [...second, ...first]);
    expect(report.rounds.map(({ status, missing }) => ({ status, missing }))).toEqual([
      { status: "imported", missing: [] },
    ]);
    expect(report.totals.files).toMatchObject({ imported: 10, rejected: 0 });
    expect(await state()).toEqual(WHOLE);
    const again = await importPaths(database.sql, [...first, ...second]);
    expect(again.totals.files).toMatchObject({ imported: 0, skipped: 10, rejected: 0 });
    expect(await state()).toEqual(WHOLE);
  });

  test("come one after the other: the later one is taken with the earlier one, and refused by name without it", async () => {
    database = await createTestDatabase();
    await importPaths(database.sql, first);
    const alone = await importPaths(database.sql, second);
    expect(alone.files.map(({ error, fate }) => [fate, error?.code])).toEqual(
      KINDS.map(() => ["rejected", "E_PIECES"]),
    );
    expect(alone.files[0]?.error?.message).toContain("piece 1");
    const both = await importPaths(database.sql, [...first, ...second]);
    expect(both.totals.files).toMatchObject({ imported: 5, skipped: 5, rejected: 0 });
    expect(await state()).toEqual(WHOLE);
  });

  test("that tell of the same player at the same moment are not stored twice: the later one is refused", async () => {
    database = await createTestDatabase();
    const late = writePiece("overlapping", 2, 100_200, {
      positions: { rows: [position(2000), position(102_000, 2)] },
    });
    const report = await importPaths(database.sql, [...first, ...late]);
    expect(report.files.filter(({ fate }) => fate === "rejected")).toMatchObject([
      {
        kind: "positions",
        label: late[0],
        error: {
          code: "E_DUPLICATE_ROW",
          message: "two pieces of the round have a position of slot 0 at 2000 ms",
        },
      },
    ]);
    expect([...(await database.sql`select time_ms from player_positions order by 1`)]).toEqual([
      { time_ms: 1000 },
      { time_ms: 2000 },
    ]);
  });

  test("without the first, the round is known to have begun late", async () => {
    database = await createTestDatabase();
    await importPaths(database.sql, second);
    expect(await state()).toMatchObject({
      round: { is_complete: false, end_reason: "began_late", began_ms: 100_200, pieces: 1 },
    });
  });

  test("a report says when the recording began; of files of the first format it says that this is not recorded", async () => {
    const told = async (files: readonly string[]): Promise<string> => {
      const { sql } = await createTestDatabase();
      await importPaths(sql, files);
      const { blocks } = roundView(await reportRound(sql, KEY, { bots: true }), undefined);
      return showBlocks(blocks, { columns: Infinity, colourBits: 1, unicode: true }).join("\n");
    };
    expect(await told([...first, ...second])).toContain("recorded from: 0:00, in 2 pieces");
    expect(await told(second)).toContain("recorded from: 1:40");
    const old = writePiece("old", 1, 0, { all: { version: 1 } });
    expect(await told(old)).toContain("recorded from: unknown");
  });
});
