/** The questions of docs/analysis.md have an answer over the recordings, and it is PostgreSQL's. */
import { readFileSync } from "node:fs";

import { beforeAll, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { exportTables } from "../../src/export/tables.ts";
import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase } from "../support/database.ts";
import { ask, exportTo, newFolder } from "../support/exports.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const TEXT = readFileSync(packagePath("docs/analysis.md"), "utf8");
const QUESTIONS = [...TEXT.matchAll(/^### (.+)\n(?:(?!^###? |^```)[^\n]*\n)*^```sql\n([\s\S]*?)^```$/gm)].map(
  ([, title = "", sql = ""]) => [title, sql] as const,
);

let sql: Sql;
let folder: string;
let map: string;

/** Tables of rounds as an export has them: with the columns of its folders. */
async function addFolderColumns(): Promise<void> {
  await sql`create schema exported`;
  for (const { columns, name, ofRounds } of await exportTables(sql)) {
    if (!ofRounds || columns.some((column) => column.name === "map")) continue;
    await sql.unsafe(
      `create view exported.${name} as select t.*, r.map, to_char(r.started_at at time zone 'UTC', 'YYYY-MM') as month
       from public.${name} t join public.rounds r using (round_id)`,
    );
  }
}

beforeAll(async () => {
  ({ sql } = await createTestDatabase());
  const names = ["objective-16", "stopwatch-12", "objectives-12"];
  const recordings = await Promise.all(names.map((name) => sharedRecording(name)));
  await importPaths(
    sql,
    recordings.map((recording) => recording.folder),
  );
  // The players of the recordings are bots: people are asked for here.
  await sql`update players set is_bot = false`;
  const [most] = await sql<{ map: string }[]>`
    select map from rounds group by map order by sum(combat_rows) desc limit 1`;
  map = most?.map ?? "";
  folder = newFolder();
  await exportTo(sql, folder);
  await addFolderColumns();
}, 240_000);

/** A cell as both give it: numbers as numbers, to what a decimal of each can differ by. */
const cell = (value: unknown): unknown =>
  value !== null && value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;

test("there are ten", () => {
  expect(QUESTIONS.map(([title]) => title)).toHaveLength(10);
});

test.each(QUESTIONS)("%s", async (_, question) => {
  const asked = question.replaceAll("'supply'", `'${map}'`);
  const answer = await ask(folder, asked);
  expect(answer.length).toBeGreaterThan(0);
  const stored = await sql.begin(async (transaction) => {
    await transaction`set local search_path = exported, public`;
    return transaction.unsafe(asked).values();
  });
  const inOrder = (rows: readonly (readonly unknown[])[]): unknown[][] =>
    rows.map((row) => row.map(cell)).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  expect(inOrder(answer)).toEqual(inOrder(stored));
});
