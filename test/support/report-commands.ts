/** Report commands as users run them, in this process: against a database and with a folder of the test file's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, beforeAll, expect, vi } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";

/** A command, as far as tests know. */
export interface Runnable {
  run: (argv: string[], options: { root: string }) => Promise<unknown>;
}

interface ReportCommands {
  readonly sql: Sql;
  /** For what commands write; gone after the tests. */
  readonly folder: string;
  /** Runs a command against the database: what it printed. Throws what it threw. */
  readonly run: (command: Runnable, ...argv: string[]) => Promise<{ stdout: string; stderr: string }>;
  /** The `result` of a command's JSON. */
  readonly json: <Result>(command: Runnable, ...argv: string[]) => Promise<Result>;
}

/** The folder of the package, where commands find themselves. */
export const ROOT = path.resolve(import.meta.dirname, "../..");

/** Makes database and folder before all tests of the file. Output is as in a plain pipe, whatever runs the tests. */
export function useReportCommands(): ReportCommands {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    vi.stubEnv("FORCE_COLOR", "");
    vi.stubEnv("COLUMNS", "");
    database = await createTestDatabase();
    folder = mkdtempSync(path.join(tmpdir(), "prox-report-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    vi.unstubAllEnvs();
  });
  const run: ReportCommands["run"] = async (command, ...argv) => {
    const { error, stderr, stdout } = await captureOutput(
      () => command.run([...argv, "--database-url", database.url], { root: ROOT }),
      { stripAnsi: false },
    );
    if (error !== undefined) throw error;
    return { stdout, stderr };
  };
  return {
    get sql() {
      return database.sql;
    },
    get folder() {
      return folder;
    },
    run,
    json: async <Result>(command: Runnable, ...argv: string[]) => {
      const { stdout } = await run(command, ...argv, "--json");
      const { ok, result } = JSON.parse(stdout) as { ok: boolean; result: Result };
      expect(ok, stdout).toBe(true);
      return result;
    },
  };
}
