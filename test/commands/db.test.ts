/** `prox db …`, on the embedded database and on one by URL. */
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { captureOutput } from "@oclif/test";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import type { BaseCommand } from "../../src/cli/base-command.ts";
import DbMigrate from "../../src/commands/db/migrate.ts";
import DbPrune from "../../src/commands/db/prune.ts";
import DbReader from "../../src/commands/db/reader.ts";
import DbReset from "../../src/commands/db/reset.ts";
import DbStart from "../../src/commands/db/start.ts";
import DbStatus from "../../src/commands/db/status.ts";
import DbStop from "../../src/commands/db/stop.ts";
import DbUrl from "../../src/commands/db/url.ts";
import { createPool } from "../../src/db/driver/connect.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fight, storeRound } from "../support/facts.ts";

interface Output {
  exitCode: number;
  text: string;
  json: { ok: boolean; result?: Record<string, unknown>; error?: Record<string, unknown> };
}

/** Runs a command twice: as people see it, and as programs do. Only for commands that may run twice. */
async function prox(command: typeof BaseCommand, ...args: string[]): Promise<Output> {
  const runnable = command as unknown as { run(argv: string[], options: object): Promise<unknown> };
  const capture = async (argv: string[]): Promise<string> => {
    const { stdout } = await captureOutput(async () => runnable.run(argv, { root: packagePath(".") }));
    return stdout;
  };
  const text = await capture(args);
  const json = JSON.parse(await capture([...args, "--json"])) as Output["json"];
  const exitCode = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { exitCode, text, json };
}

let dataHome: string;
let savedDataHome: string | undefined;
let savedUrl: string | undefined;
beforeAll(() => {
  savedDataHome = process.env["XDG_DATA_HOME"];
  savedUrl = process.env["DATABASE_URL"];
  dataHome = mkdtempSync(path.join(tmpdir(), "prox-db-"));
  chmodSync(dataHome, 0o711);
  process.env["XDG_DATA_HOME"] = dataHome;
  delete process.env["DATABASE_URL"];
});
afterAll(async () => {
  await DbStop.run([], { root: packagePath(".") });
  rmSync(dataHome, { recursive: true, force: true });
  if (savedDataHome === undefined) delete process.env["XDG_DATA_HOME"];
  else process.env["XDG_DATA_HOME"] = savedDataHome;
  if (savedUrl !== undefined) process.env["DATABASE_URL"] = savedUrl;
});
afterEach(() => {
  process.exitCode = undefined;
});

test("the embedded database from nothing to nothing", async () => {
  const folder = path.join(dataHome, "prox", "postgres");
  const before = await prox(DbStatus);
  expect(before.text).toMatch(/^running +no; started when needed$/m);
  expect(before.json.result).toMatchObject({ embedded: true, isRunning: false, folder });
  // Looking starts nothing.
  expect(existsSync(folder)).toBe(false);

  const url = await prox(DbUrl);
  expect(url.text.trim()).toBe(url.json.result?.["url"]);
  // The address stands for itself, as in psql "$(prox db url)", and the schema is there.
  const sql = createPool(url.text.trim(), { connections: 1 });
  expect(await sql`select count(*) from rounds`).toEqual([{ count: 0 }]);
  await sql.end();
  if (existsSync("/usr/bin/psql")) {
    const { stdout } = await promisify(execFile)("psql", [
      url.text.trim(),
      "-Atc",
      "select count(*) from weapons",
    ]);
    expect(Number(stdout)).toBeGreaterThan(50);
  }

  expect((await prox(DbStart)).text).toContain(url.text.trim());
  expect((await prox(DbMigrate)).json.result).toMatchObject({ embedded: true, applied: [] });
  const status = await prox(DbStatus);
  expect(status.text).toMatch(/^rounds +0, 0 of them incomplete$/m);
  expect(status.json.result).toMatchObject({
    isRunning: true,
    contents: { rounds: 0, positionRows: 0 },
    schema: { pending: [] },
  });

  const refused = await prox(DbReset);
  expect(refused).toMatchObject({
    exitCode: EXIT_CODES.usage,
    json: { ok: false, error: { code: "E_CONFIRM" } },
  });
  expect(existsSync(folder)).toBe(true);

  // Of two stops the second has nothing to do.
  expect(await prox(DbStop)).toMatchObject({ text: "stopped\n", json: { result: { wasRunning: false } } });
  expect((await prox(DbReset, "--confirm", "embedded")).text).toContain(folder);
  expect(existsSync(folder)).toBe(false);
});

describe("a database by URL", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
  });

  test("is upgraded by db migrate only, and pruned", async () => {
    const by = ["--database-url", database.url];
    const early = await prox(DbPrune, "--before", "2026-06-01", ...by);
    expect(early).toMatchObject({
      exitCode: EXIT_CODES.database,
      json: { error: { code: "E_SCHEMA_MISSING", suggestions: ["run: prox db migrate"] } },
    });

    expect((await prox(DbStatus, ...by)).text).toMatch(
      /^schema +version 0 of \d+, \d+ to apply: prox db migrate$/m,
    );
    const migrated = await prox(DbMigrate, ...by);
    expect(migrated.text).toContain("applied 0001_rounds_and_facts");
    expect(migrated.json.result).toMatchObject({ embedded: false, applied: [] });

    await storeRound(database.sql, fight("one", { started_at: "2026-01-01T20:00:00Z" }));
    const dry = await prox(DbPrune, "--before", "2026-06-01", "--dry-run", ...by);
    expect(dry.json.result).toMatchObject({ rounds: 1, rows: 61, dryRun: true });
    const pruned = await prox(DbPrune, "--before", "2026-06-01", ...by);
    expect(pruned.text).toContain("deleted 61 positions of 1 rounds");
    expect(pruned.json.result).toMatchObject({ rounds: 0, rows: 0 });
    expect((await prox(DbPrune, "--before", "soon", ...by)).exitCode).toBe(EXIT_CODES.usage);
  });

  test("gives a reader its password from a file", async () => {
    const file = path.join(dataHome, "secret");
    writeFileSync(file, "secret one\n");
    const { json } = await prox(
      DbReader,
      "test_reader",
      "--password-file",
      file,
      "--database-url",
      database.url,
    );
    expect(json.result).toEqual({ role: "test_reader", isNew: false, schema: "public" });
    const [found] = await database.sql`
      select rolpassword like 'SCRAM%' as has_password from pg_authid where rolname = 'test_reader'`;
    expect(found).toEqual({ has_password: true });
    writeFileSync(file, "\n");
    for (const [secret, fault] of [
      [file, "empty"],
      [`${file}.none`, "ENOENT"],
    ] as const) {
      const refused = await prox(
        DbReader,
        "test_reader",
        "--password-file",
        secret,
        "--database-url",
        database.url,
      );
      expect(refused).toMatchObject({ exitCode: EXIT_CODES.input, json: { error: { code: "E_SECRET" } } });
      expect(refused.json.error?.["message"]).toContain(fault);
    }
    await database.sql`drop owned by test_reader`;
    await database.sql`drop role test_reader`;
  });

  test("that cannot be reached is an error without the password", async () => {
    const { exitCode, json } = await prox(DbMigrate, "--database-url", "postgres://me:hidden@127.0.0.1:1/x");
    expect(exitCode).toBe(EXIT_CODES.database);
    expect(json.error).toMatchObject({
      code: "E_DATABASE",
      suggestions: ["start the server, or check host and port"],
    });
    expect(JSON.stringify(json)).not.toContain("hidden");
  });

  test("that is no URL is a mistake of the command line", async () => {
    for (const url of ["nonsense", "mysql://host/db"]) {
      expect(await prox(DbMigrate, "--database-url", url)).toMatchObject({
        exitCode: EXIT_CODES.usage,
        json: { error: { code: "E_CONFIG" } },
      });
    }
  });
});

test("DATABASE_URL names the database, and the flag goes before it", async () => {
  process.env["DATABASE_URL"] = "postgres://from-environment@127.0.0.1:1/x";
  try {
    const byVariable = await prox(DbMigrate);
    expect(byVariable.json.error?.["message"]).toContain("from-environment");
    const byFlag = await prox(DbMigrate, "--database-url", "postgres://from-flag@127.0.0.1:1/x");
    expect(byFlag.json.error?.["message"]).toContain("from-flag");
  } finally {
    delete process.env["DATABASE_URL"];
  }
});
