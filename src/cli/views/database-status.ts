/** How the database stands, as lines. */
import { describeMixedRules } from "../../db/rule-versions.ts";
import type { DatabaseStatus } from "../../db/status.ts";

/** The status as lines of name and value. */
export function describeDatabaseStatus(status: DatabaseStatus): (readonly [string, string])[] {
  const { contents, folder, log, schema, server, url } = status;
  const lines: (readonly [string, string])[] = [
    ["database", status.embedded ? "embedded" : "by URL"],
    ["url", url],
    ["running", status.isRunning ? `yes, PostgreSQL ${server ?? ""}` : "no; started when needed"],
  ];
  if (folder !== undefined) lines.push(["folder", folder]);
  for (const other of status.others) lines.push(["other data", other]);
  if (log !== undefined) lines.push(["log", log]);
  if (schema !== undefined) {
    const pending = schema.pending.length === 0 ? "" : `, ${schema.pending.length} to apply: prox db migrate`;
    lines.push(["schema", `version ${schema.version} of ${schema.latest}${pending}`]);
  }
  if (contents !== undefined) {
    const { firstRoundAt, lastRoundAt } = contents;
    lines.push(
      ["rounds", `${contents.rounds}, ${contents.incompleteRounds} of them incomplete`],
      ["players", String(contents.players)],
      ["positions", `${contents.positionRows} rows`],
      ["rejected files", String(contents.rejectedFiles)],
      ...describeMixedRules(contents.mixedRules).map((words) => ["mixed rules", words] as const),
      ["size", `${(contents.sizeBytes / 2 ** 20).toFixed(1)} MiB`],
    );
    if (firstRoundAt !== null && lastRoundAt !== null) {
      lines.push(["from", firstRoundAt.toISOString()], ["to", lastRoundAt.toISOString()]);
    }
  }
  return lines;
}
