/**
 * Round files of every version of the format, as the tracker of their time wrote them: they import for ever. Beside the
 * files of a version, `expected.json` says what is in them; it was counted from their bytes, without any code of prox.
 * Where a crossfire, bait or trade names a fight that has no row (it became part of another, or the file ends before it), the
 * fight counts that its first player was in then, if any.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { ENGAGEMENT_RECORD_TABLES, type FactTable } from "../../src/db/tables.ts";
import { KINDS, type Kind } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { KIND_TABLES } from "../../src/import/copy-rows.ts";
import type { ImportReport } from "../../src/import/report.ts";
import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";

/** Of a number: how many rows have it, and the sum with one decimal. Of a word: how many rows say it. */
type ExpectedColumn = { values: number; sum: string } | Readonly<Record<string, number>>;

interface Expected {
  rounds: Readonly<
    Record<
      string,
      {
        end_reason: string;
        /** Of the kinds that the version has. */
        rows: Readonly<Partial<Record<Kind, number>>>;
        /** `#config` lines. */
        settings: number;
        /** Slots in which someone ever played for a team. */
        players: number;
      }
    >
  >;
  /** Of the kinds that the version has. */
  columns: Readonly<Partial<Record<Kind, Readonly<Record<string, ExpectedColumn>>>>>;
}

/** What the import says of the rows of a round without files. */
const NO_FILES = Object.fromEntries(KINDS.map((kind) => [kind, null]));

const FOLDER = packagePath("test/fixtures/format");

/** What the tables that have the column hold of it, as {@link ExpectedColumn}. */
async function readColumn(
  { sql }: TestDatabase,
  tables: readonly FactTable[],
  column: string,
  expected: ExpectedColumn,
): Promise<ExpectedColumn> {
  const holders = tables.filter(({ fields }) => fields.includes(column)).map(({ table }) => table);
  const texts: string[] = [];
  for (const table of holders) {
    const rows = await sql<{ text: string }[]>`
      select ${sql(column)}::text as text from ${sql(table)} where ${sql(column)} is not null`;
    texts.push(...rows.map(({ text }) => text));
  }
  if (!("sum" in expected)) {
    const words: Record<string, number> = {};
    for (const text of texts) words[text] = (words[text] ?? 0) + 1;
    return words;
  }
  // In whole tenths, as decimals do not add up exactly.
  const tenths = (text: string): number =>
    text === "true" ? 10 : text === "false" ? 0 : Math.round(Number(text) * 10);
  const sum = texts.reduce((total, text) => total + tenths(text), 0);
  return { values: texts.length, sum: (sum / 10).toFixed(1) };
}

test("every version of the format up to the present one has its files", () => {
  const versions = Array.from({ length: FORMAT_VERSION }, (_, index) => `v${index + 1}`);
  expect(readdirSync(FOLDER).sort()).toEqual(versions.sort());
});

describe.each(readdirSync(FOLDER))("files of format %s", (version) => {
  const folder = path.join(FOLDER, version);
  const expected = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as Expected;
  let database: TestDatabase;
  let report: ImportReport;

  beforeAll(async () => {
    database = await createTestDatabase();
    report = await importPaths(database.sql, [folder]);
  });

  test("are all taken, each round with its rows and the reason of its end", () => {
    expect(report.files.filter(({ error }) => error !== null)).toEqual([]);
    const rounds = report.rounds.map(({ roundKey, status, endReason, rows }) => [
      roundKey,
      { status, endReason, rows },
    ]);
    expect(Object.fromEntries(rounds)).toEqual(
      Object.fromEntries(
        Object.entries(expected.rounds).map(([key, { end_reason: endReason, rows }]) => [
          key,
          { status: "imported", endReason, rows: { ...NO_FILES, ...rows } },
        ]),
      ),
    );
  });

  test("leave their settings and players in the database", async () => {
    const rounds = await database.sql<{ roundKey: string; settings: number; players: number }[]>`
      select round_key as "roundKey",
        (select count(*) from jsonb_object_keys(configuration))::integer as settings,
        (select count(distinct slot) from round_players
          where round_players.round_id = rounds.round_id and team in (1, 2))::integer as players
      from rounds order by round_key`;
    expect(rounds).toEqual(
      Object.entries(expected.rounds).map(([roundKey, { players, settings }]) => ({
        roundKey,
        settings,
        players,
      })),
    );
  });

  test.each(KINDS)("leave every value of %s in the database", async (kind) => {
    const found: Record<string, ExpectedColumn> = {};
    for (const [column, sums] of Object.entries(expected.columns[kind] ?? {})) {
      found[column] = await readColumn(database, KIND_TABLES[kind], column, sums);
    }
    // The record of engagements and participants is the table that they are in.
    const wanted = Object.entries(expected.columns[kind] ?? {}).map(([column, sums]) => {
      if (column !== "record") return [column, sums];
      const fields = Object.entries(sums).filter(([record]) =>
        ENGAGEMENT_RECORD_TABLES[record as keyof typeof ENGAGEMENT_RECORD_TABLES].fields.includes(column),
      );
      return [column, Object.fromEntries(fields)];
    });
    expect(found).toEqual(Object.fromEntries(wanted));
  });
});
