import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { showSecrets } from "../../cli/output.ts";
import { openDatabase, requireSchema } from "../../db/open.ts";

export default class DbUrl extends BaseCommand {
  static override summary = "print the database's address, for psql and other programs";
  static override description =
    "starts the embedded database if it is not running, brings its schema up to date, and prints the URL, with the " +
    "password if it has one";
  static override examples = ['psql "$(<%= config.bin %> <%= command.id %>)"'];
  static override flags = { ...databaseFlag };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbUrl);
    const database = await openDatabase({ databaseUrl: flags["database-url"] });
    try {
      if (database.embedded) await requireSchema(database);
    } finally {
      await database.close();
    }
    showSecrets();
    this.log(database.url);
    return { url: database.url, embedded: database.embedded };
  }
}
