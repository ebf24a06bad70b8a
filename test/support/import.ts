/** Runs imports for tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, beforeEach } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { importRounds, type ImportOptions } from "../../src/import/import-rounds.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { findPaths, foldersOf } from "../../src/import/find-paths.ts";
import type { Sql } from "../../src/db/driver/connect.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** Imports with the command's defaults. */
export async function importPaths(
  sql: Sql,
  paths: readonly string[],
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const defaults = { badRows: "reject-file", replace: false, dryRun: false } as const;
  const folders = await foldersOf(paths);
  const report = await importRounds(sql, findPaths(paths), { ...defaults, folders, ...options });
  for (const { error } of report.files) if (error !== null) globalThis.seenErrors.add(error.code);
  return report;
}

const TABLES = [
  "player_positions",
  "combat_events",
  "engagement_analysis",
  "engagement_participants",
  "proximity_events",
  "proximity_heatmap",
  "objective_events",
  "objectives",
  "announcements",
  "objective_phases",
  "round_players",
  "player_totals",
  "player_weapon_totals",
  "player_lives",
  "player_movement",
  "team_shapes",
  "team_moves",
  "moving_pairs",
  "teammate_distances",
  "teammate_synergy",
  "combat_counts",
  "downs",
  "trade_chances",
  "trade_counts",
  "last_stands",
  "life_results",
  "player_engagement_stats",
] as const;

/** Everything that the database holds of a round, without its id. */
export async function roundContents(sql: Sql, roundKey: string): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES) {
    tables[table] = await sql`
      select to_jsonb(facts) - 'round_id' as facts from ${sql(table)} as facts
      where round_id = (select round_id from rounds where round_key = ${roundKey})
      order by (to_jsonb(facts) - 'round_id')::text`;
  }
  const [round] = await sql`
    select to_jsonb(rounds) - 'round_id' - 'imported_at' - 'round_key' - 'match_key' as round
    from rounds where round_key = ${roundKey}`;
  return { ...tables, round: round?.["round"] };
}

/** The files of a round in the ledger. */
export const roundLedger = (sql: Sql, roundKey: string) =>
  sql<{ kind: Kind; status: string }[]>`
    select kind::text, status::text, is_complete, rows, error_code, error_line, error_column, error_text,
      round_id is not null as is_stored
    from import_files where round_key = ${roundKey} order by import_files.kind, decided_at, size_bytes`;

/** What tests of imports work with. */
interface ImportBench {
  readonly sql: Sql;
  /** An empty folder, another one for each test. */
  readonly folder: string;
  /** A round key that no other test of the file has. */
  readonly newKey: () => string;
  readonly run: (paths: readonly string[], options?: Partial<ImportOptions>) => Promise<ImportReport>;
  readonly contents: (roundKey: string) => ReturnType<typeof roundContents>;
  readonly ledger: (roundKey: string) => ReturnType<typeof roundLedger>;
}

/** Gives a file of tests a database, and each of its tests a folder; to be called at the top of the file. */
export function setUpImports(): ImportBench {
  let database: TestDatabase;
  let folder: string;
  let keys = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
    return () => rm(folder, { recursive: true });
  });
  return {
    get sql() {
      return database.sql;
    },
    get folder() {
      return folder;
    },
    newKey: () => `round-${++keys}`,
    run: (paths, options) => importPaths(database.sql, paths, options),
    contents: (roundKey) => roundContents(database.sql, roundKey),
    ledger: (roundKey) => roundLedger(database.sql, roundKey),
  };
}
