/** What the rules find in stored facts, against what the tracker wrote on the server, row by row. */
import { beforeAll, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { RULES } from "../../src/rederive/rule-names.ts";
import { rederive } from "../../src/rederive/rederive.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";
import { loadRecording, playRecording } from "../support/simulations.ts";

const TABLES = [
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
  "proximity_heatmap",
] as const;

type Value = number | string | null;
type Row = Readonly<Record<string, Value>>;

/** A row without its number: where a bait less was found, the numbers of the rows behind it differ. */
const withoutNumber = (row: Row): Row => ({ ...row, row_number: null });

async function readRows(sql: Sql, table: (typeof TABLES)[number]): Promise<Row[]> {
  const key = {
    engagement_analysis: sql`engagement`,
    engagement_participants: sql`row_number`,
    proximity_events: sql`row_number`,
    proximity_heatmap: sql`cell_x, cell_y, team`,
  };
  const rows = await sql<{ row: Row }[]>`
    select to_jsonb(facts) - 'derived_by' as row from ${sql(table)} as facts order by round_id, ${key[table]}`;
  return rows.map(({ row }) => row);
}

const readAll = async (sql: Sql): Promise<Record<string, Row[]>> =>
  Object.fromEntries(
    await Promise.all(
      TABLES.map(async (table): Promise<[string, Row[]]> => [table, await readRows(sql, table)]),
    ),
  );

/** Lengths and angles are computed from places that files give in tenths of a unit. */
const IS_ROUNDED = /_units$|_deg$/;

/** In how many rows each column differs, and the most; a tenth in lengths and angles is no difference. */
function differences(before: readonly Row[], after: readonly Row[]): Record<string, number> {
  const most: Record<string, number> = {};
  expect(after.length).toBe(before.length);
  for (const [index, row] of before.entries()) {
    for (const [column, value] of Object.entries(row)) {
      const now = after[index]?.[column] ?? null;
      const distance = value === null || now === null ? Infinity : Math.abs(Number(value) - Number(now));
      if (value === now || (IS_ROUNDED.test(column) && distance < 0.11)) continue;
      most[column] = Math.max(most[column] ?? 0, Number.isNaN(distance) ? Infinity : distance);
    }
  }
  return most;
}

const RECORDINGS = ["objective-16", "stopwatch-12", "pause-8", "restart-10", "crash-10", "objectives-12"];
const LOAD = loadRecording();

async function applyToAll(folders: readonly string[]) {
  const { sql } = await createTestDatabase();
  await importPaths(sql, folders);
  const before = await readAll(sql);
  const report = await rederive(sql, { again: true });
  return { sql, before, after: await readAll(sql), report };
}

describe("positions at every tick", () => {
  let applied: Awaited<ReturnType<typeof applyToAll>>;
  beforeAll(async () => {
    const played = [];
    for (const name of [...RECORDINGS, ...(LOAD === undefined ? [] : [LOAD])])
      played.push(await playRecording(name, { prox_sample_ms: "100" }));
    applied = await applyToAll(played.map(({ folder }) => folder));
    for (const recording of played) recording.dispose();
  }, 600_000);

  test.each(TABLES)("all rows of %s are those of the tracker", (table) => {
    const { after, before } = applied;
    expect(before[table]?.length).toBeGreaterThan(0);
    expect(differences(before[table] ?? [], after[table] ?? [])).toEqual({});
  });

  test("the report says so", () => {
    expect(
      applied.report.rules.map(({ betweenPositions, cannot, rounds }) => ({
        betweenPositions,
        cannot,
        rounds,
      })),
    ).toEqual(RULES.map(() => ({ betweenPositions: 0, cannot: {}, rounds: applied.report.rounds })));
  });
});

describe("positions every second", () => {
  let applied: Awaited<ReturnType<typeof applyToAll>>;
  beforeAll(async () => {
    const folders = [];
    for (const name of [...RECORDINGS, ...(LOAD === undefined ? [] : [LOAD])])
      folders.push((await sharedRecording(name)).folder);
    applied = await applyToAll(folders);
  }, 600_000);

  test("fights are those of the tracker", () => {
    const { after, before } = applied;
    expect(differences(before["engagement_analysis"] ?? [], after["engagement_analysis"] ?? [])).toEqual({});
    const parts = (rows: readonly Row[] = []) => rows.map(withoutNumber);
    expect(
      differences(parts(before["engagement_participants"]), parts(after["engagement_participants"])),
    ).toEqual({});
  });

  test("crossfires, trades and the heatmap are those of the tracker", () => {
    const { after, before } = applied;
    const acts = (rows: readonly Row[] = []) =>
      rows.filter(({ record }) => record !== "bait").map(withoutNumber);
    expect(differences(acts(before["proximity_events"]), acts(after["proximity_events"]))).toEqual({});
    expect(after["proximity_heatmap"]).toEqual(before["proximity_heatmap"]);
  });

  test("most baits are found, and how far the one under fire went is known less well", () => {
    const { after, before } = applied;
    const baits = (rows: readonly Row[] = []) =>
      new Map(
        rows
          .filter(({ record }) => record === "bait")
          .map((row) => [
            ["round_id", "start_ms", "slot", "enemy_slot"].map((name) => row[name]).join(" "),
            row,
          ]),
      );
    const [own, servers] = [baits(after["proximity_events"]), baits(before["proximity_events"])];
    const both = [...servers.keys()].filter((key) => own.has(key));
    expect(both.length).toBeGreaterThanOrEqual(0.9 * Math.max(servers.size, own.size));
  });

  test("the report and round_rules say how far apart positions were", async () => {
    const { report, sql } = applied;
    const sampled = report.rules.filter(({ betweenPositions }) => betweenPositions > 0);
    expect(sampled.map(({ rule }) => rule)).toEqual(["bait"]);
    for (const { betweenPositions } of sampled) expect(betweenPositions).toBe(report.rounds);
    const stored = await sql`
      select rule::text, derived_by::text, positions_ms from round_rules group by 1, 2, 3 order by 1`;
    expect(stored.map((row) => ({ ...row }))).toEqual(
      [...RULES].sort().map((rule) => ({
        rule,
        derived_by: "prox",
        positions_ms: rule === "bait" ? 1000 : null,
      })),
    );
  });
});
