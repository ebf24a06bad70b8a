import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { type DatabaseStatus, databaseStatus } from "../../db/status.ts";

/** The status as lines of name and value. */
function describe(status: DatabaseStatus): (readonly [string, string])[] {
  const { contents, folder, log, schema, server, url } = status;
  const lines: (readonly [string, string])[] = [
    ["database", status.embedded ? "embedded" : "by URL"],
    ["url", url],
    ["running", status.isRunning ? `yes, PostgreSQL ${server ?? ""}` : "no; started when needed"],
  ];
  if (folder !== undefined) lines.push(["folder", folder]);
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
      ["size", `${(contents.sizeBytes / 2 ** 20).toFixed(1)} MiB`],
    );
    if (firstRoundAt !== null && lastRoundAt !== null) {
      lines.push(["from", firstRoundAt.toISOString()], ["to", lastRoundAt.toISOString()]);
    }
  }
  return lines;
}

export default class DbStatus extends BaseCommand {
  static override summary = "show where the database is and what it holds";
  static override description =
    "shows address, server, schema version, and the numbers of rounds, players and rows; does not start the embedded " +
    "database";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --database-url postgres://prox@db.example.org/prox --json",
  ];
  static override flags = { ...databaseFlag };

  async run(): Promise<DatabaseStatus> {
    const { flags } = await this.parse(DbStatus);
    const status = await databaseStatus(flags["database-url"]);
    for (const [name, value] of describe(status)) this.log(`${name.padEnd(15)} ${value}`);
    return status;
  }
}
