import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { nameAndValue } from "../../cli/render/name-and-value.ts";
import { describeDatabaseStatus } from "../../cli/views/database-status.ts";
import { type DatabaseStatus, databaseStatus } from "../../db/status.ts";

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
    for (const line of nameAndValue(describeDatabaseStatus(status))) this.log(line);
    return status;
  }
}
