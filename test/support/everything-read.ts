/** What a database shows to those who ask: every report, every view that sums up, every sample query. */
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
