import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { redactUrl } from "../../db/address/address.ts";
import { explainDatabaseError } from "../../db/driver/errors.ts";
import { requireFitDatabase } from "../../db/fitness.ts";
import { migrate, schemaStatus } from "../../db/migrations.ts";
import { openDatabase } from "../../db/open.ts";

export default class DbMigrate extends BaseCommand {
  static override summary = "create or upgrade the schema";
  static override description =
    "applies the migrations that the database does not have yet, each in a transaction of its own; the embedded " +
    "database is upgraded by every command that needs it, any other only by this one";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --database-url postgres://prox@db.example.org/prox",
  ];
  static override flags = { ...databaseFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbMigrate);
    const database = await openDatabase({
      databaseUrl: flags["database-url"],
      signal: this.interrupted,
    });
    try {
      await requireFitDatabase(database.sql, { toCreate: true });
      const applied = await migrate(database.sql);
      const { version } = await schemaStatus(database.sql);
      for (const name of applied) this.tell(`applied ${name}`);
      this.tell(
        applied.length === 0 ? `nothing to do: schema version ${version}` : `schema version ${version}`,
      );
      return { url: redactUrl(database.url), embedded: database.embedded, applied, version };
    } catch (error) {
      this.interrupted.throwIfAborted();
      throw explainDatabaseError(error, database.url);
    } finally {
      await database.close();
    }
  }
}
