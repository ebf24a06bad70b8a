/** Runs imports for tests. */
import { importRounds, type ImportOptions } from "../../src/import/import-rounds.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { findPaths } from "../../src/import/sources.ts";
import type { Sql } from "../../src/db/connect.ts";

/** Imports with the command's defaults. */
export function importPaths(
  sql: Sql,
  paths: readonly string[],
  options: Partial<ImportOptions> = {},
): Promise<ImportReport> {
  const defaults = { badRows: "reject-file", replace: false, dryRun: false } as const;
  return importRounds(sql, findPaths(paths), { ...defaults, ...options });
}
