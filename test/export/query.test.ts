import { spawnSync } from "node:child_process";
import { renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { filesOf } from "../../src/export/manifest.ts";
import { queryExport } from "../../src/export/query.ts";
import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { ask, exportTo, hashes, manifestOf, newFolder } from "../support/exports.ts";
import { addRound } from "../support/hand-made.ts";
import { refusal } from "../support/refusal.ts";

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const map of ["oasis", "supply"]) {
    const round = await addRound(database.sql, {
      key: map,
      map,
      players: [{ guid: "A", name: "^1=cmd()", team: 1 }],
    });
    await round.addPositions([{ timeMs: 1000, slot: 0, at: [1, 2, 3] }]);
  }
  // Brackets, a star and a quote in the name of the folder.
  folder = path.join(newFolder(), "the [export]* of 'all'?");
  await exportTo(database.sql, folder);
});

const firstFile = (): string => path.join(folder, filesOf(manifestOf(folder))[0]?.path ?? "");

describe("a query", () => {
  test("answers with numbers, texts, lists, times and null", async () => {
    expect(
      await ask(
        folder,
        `select count(*), sum(round_id) > 0, 1.50, 123456789012345678901234567890, [1, null], null, 'x', 'nan'::double,
           '2026-01-31 20:00:00.123456+00'::timestamptz from rounds`,
      ),
    ).toEqual([
      [
        2,
        true,
        1.5,
        "123456789012345678901234567890",
        [1, null],
        null,
        "x",
        "NaN",
        "2026-01-31 20:00:00.123456+00",
      ],
    ]);
  });

  test("finds every table of the database, its columns and their comments, also of a table without rows", async () => {
    expect((await ask(folder, "show tables")).map(([name]) => name)).toContain("combat_events");
    expect(await ask(folder, "select count(damage) from combat_events where map = 'oasis'")).toEqual([[0]]);
    expect(
      await ask(
        folder,
        "select comment from duckdb_columns() where table_name = 'player_positions' and column_name = 'yaw_deg'",
      ),
    ).toEqual([[expect.stringContaining("view angle")]]);
  });

  test.each([
    ["nothing", " ; ", "no query"],
    ["two statements", "select 1; select 2", "2 statements"],
    ["a write", "drop view rounds", "only"],
    ["a new table", "create table x (a int)", "does more than read"],
    ["a setting", "set memory_limit = '8GB'", ""],
    ["a write behind explain analyze", "explain analyze create table x (a int)", "only a query that reads"],
    [
      "a write behind a comment and explain",
      "/* */ explain analyze create table x (a int)",
      "in front of a query",
    ],
    ["another file", "select * from read_text('/etc/passwd')", "Permission Error"],
    ["a list of files", "select * from glob('/etc/*')", "Permission Error"],
    ["another database", "attach '/tmp/other.db'", ""],
    ["the network", "select * from 'https://example.org/x.parquet'", ""],
    ["an extension", "install httpfs", ""],
    ["an extension that is loaded", "load httpfs", ""],
    ["an error", "select rouns from rounds", "rouns"],
    ["no SQL", "seelct 1", "syntax error"],
  ])("is refused where it is %s", async (_, sql, reason) => {
    const before = hashes(folder);
    const error = await refusal(ask(folder, sql));
    expect(error.code).toBe("E_QUERY");
    if (reason !== "only") expect(error.message).toContain(reason);
    expect(hashes(folder)).toEqual(before);
  });

  test("cannot write over the export's own files", async () => {
    const before = hashes(folder);
    const file = firstFile().replaceAll("'", "''");
    for (const sql of [`copy (select 1) to '${file}'`, `explain analyze copy (select 1) to '${file}'`])
      expect((await refusal(ask(folder, sql))).code).toBe("E_QUERY");
    expect(hashes(folder)).toEqual(before);
  });

  test("is stopped when it takes too long, too much, or is interrupted", async () => {
    const large = "select count(*) from range(100000000000) a";
    const limits = { memoryMb: 256, timeoutS: 60, overflow: folder, signal: new AbortController().signal };
    const reader = { columns: () => undefined, rows: () => Promise.resolve(true) };
    const late = await refusal(
      queryExport(
        folder,
        `${large} join range(10) b on a.range % 7 = b.range`,
        { ...limits, timeoutS: 1 },
        reader,
      ),
    );
    expect([late.code, late.message]).toEqual([
      "E_QUERY_LIMIT",
      "the query was stopped: it took more than 1 s",
    ]);
    const full = await refusal(
      queryExport(folder, "select list(range) from range(100000000)", { ...limits, memoryMb: 64 }, reader),
    );
    expect([full.code, full.message]).toEqual([
      "E_QUERY_LIMIT",
      "the query was stopped: it needs more than 64 MB of memory",
    ]);
    const signal = AbortSignal.timeout(300);
    await expect(
      queryExport(
        folder,
        `${large} join range(10) b on a.range % 7 = b.range`,
        { ...limits, signal },
        reader,
      ),
    ).rejects.toMatchObject({ name: "TimeoutError" });
  }, 60_000);
});

test("a query that is stopped before it begins does not run", async () => {
  const limits = { memoryMb: 256, timeoutS: 60, overflow: folder, signal: AbortSignal.abort() };
  const seen: unknown[] = [];
  const reader = {
    columns: () => undefined,
    rows: (rows: readonly unknown[]) => Promise.resolve(seen.push(rows) > 0),
  };
  const endless = "select count(*) from range(100000000000) a join range(10) b on a.range % 7 = b.range";
  await expect(queryExport(folder, endless, limits, reader)).rejects.toMatchObject({ name: "AbortError" });
  expect(seen).toEqual([]);
}, 60_000);

describe("an export that cannot be trusted", () => {
  test("is refused: none, a manifest of other paths, a link, a file that is gone", async () => {
    expect((await refusal(ask(newFolder(), "select 1"))).message).toContain("there is none");
    const own = newFolder();
    await exportTo(database.sql, own);
    const manifest = manifestOf(own);
    const [first, ...others] = manifest.files;
    for (const file of ["../../etc/passwd", "/etc/passwd", "teams/../../x/0123456789abcdef.parquet"]) {
      writeFileSync(
        path.join(own, "manifest.json"),
        JSON.stringify({ ...manifest, files: [{ ...first, path: file }, ...others] }),
      );
      expect((await refusal(ask(own, "select 1"))).message).toContain("damaged");
    }
    writeFileSync(path.join(own, "manifest.json"), JSON.stringify({ ...manifest, format: 2 }));
    expect((await refusal(ask(own, "select 1"))).message).toContain("newer prox");
    writeFileSync(path.join(own, "manifest.json"), JSON.stringify(manifest));
    const file = path.join(own, first?.path ?? "");
    const elsewhere = path.join(newFolder(), "elsewhere");
    renameSync(file, elsewhere);
    symlinkSync(elsewhere, file);
    expect((await refusal(ask(own, "select 1"))).message).toContain("is a link");
    rmSync(file);
    const error = await refusal(ask(own, "select 1"));
    expect([error.code, error.message.includes("cannot be read")]).toEqual(["E_EXPORT", true]);
  });
});

describe("prox query", () => {
  const prox = (...parameters: string[]): { stdout: string; stderr: string; status: number | null } =>
    spawnSync(process.execPath, [packagePath("bin/run.js"), "query", ...parameters, "--from", folder], {
      encoding: "utf8",
      input: "select map from rounds order by map",
    });

  test("prints a table, CSV without formulas, and JSON; reads the query from standard input", () => {
    expect(prox("-").stdout.split("\n").slice(2)).toEqual(["oasis", "supply", ""]);
    expect(prox(`select name, 'a,b' as "x,y" from players`, "--csv", "-").stdout).toBe(
      `name,"x,y"\r\n^1=cmd(),"a,b"\r\n`,
    );
    expect(prox("select '=1+1' as a", "--csv", "-").stdout).toBe(`a\r\n"'=1+1"\r\n`);
    const { result } = JSON.parse(
      prox("select map from rounds order by 1", "--json", "--limit", "1").stdout,
    ) as {
      result: object;
    };
    expect(result).toEqual({ columns: [{ name: "map", type: "VARCHAR" }], rows: [["oasis"]], hasMore: true });
    expect(prox("drop view rounds")).toMatchObject({ status: 2, stdout: "" });
  });
});
