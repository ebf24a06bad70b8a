/** What a database shows to those who ask: every report, every view that sums up, every sample query; and what it holds. */
import { readdir, readFile } from "node:fs/promises";

import type { Sql } from "../../src/db/driver/connect.ts";
import { packagePath } from "../../src/package-root.ts";
import { answerOf, reportCalls } from "./report-calls.ts";

/** Views over rounds; the others have a row for each row of facts. */
const VIEWS = [
  "player_names",
  "sessions",
  "player_profiles",
  "head_to_head",
  "teammate_duos",
  "map_hotspots",
  "session_engagements",
] as const;

/** The answers of all reports, by what a person would type. */
export async function readReports(url: string): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const call of reportCalls()) answers[call.text] = await answerOf(call, url);
  return answers;
}

/** The rows of all views, and the answers of all sample queries. */
export async function readViews(sql: Sql): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const view of VIEWS) {
    const rows = await sql<{ row: unknown }[]>`
      select to_jsonb(v) as row from ${sql(view)} v order by to_jsonb(v)::text`;
    answers[view] = rows.map(({ row }) => row);
  }
  for (const file of await readdir(packagePath("sql/samples")))
    answers[file] = [...(await sql.unsafe(await readFile(packagePath(`sql/samples/${file}`), "utf8")))];
  return answers;
}

/** The rows of each table, but for the times of imports; what was put right by hand only where it still is, not the list of it. */
export async function readTables(sql: Sql): Promise<Record<string, unknown>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
      and relname not in ('schema_migrations', 'known_paths', 'corrections') order by 1`;
  return Object.fromEntries(
    await Promise.all(
      tables.map(async ({ name }) => [
        name,
        [
          ...(await sql`select to_jsonb(t) - 'imported_at' as row from ${sql(name)} t order by to_jsonb(t)::text`),
        ],
      ]),
    ),
  ) as Record<string, unknown>;
}
