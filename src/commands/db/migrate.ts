import { Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { redactUrl } from "../../db/address/address.ts";
import { distributePositions, requireCoordinator } from "../../db/citus.ts";
import { explainDatabaseError } from "../../db/driver/errors.ts";
import { requireFitDatabase } from "../../db/fitness.ts";
import { migrate, schemaStatus } from "../../db/migrations.ts";
import { openDatabase } from "../../db/open.ts";

export default class DbMigrate extends BaseCommand {
  static override summary = "create or upgrade the schema";
  static override description =
    "applies the migrations that the database does not have yet, each in a transaction of its own; the embedded " +
    "database is upgraded by every command that needs it, any other only by this one; --citus then spreads the positions over " +
    "the workers of a Citus cluster, with those that are stored (docs/scale.md)";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --database-url postgres://prox@db.example.org/prox",
    "<%= config.bin %> <%= command.id %> --citus --database-url postgres://prox@coordinator.example.org/prox",
  ];
  static override flags = {
    ...databaseFlag,
    citus: Flags.boolean({
      summary: "distribute the positions over a Citus cluster, whose coordinator this is",
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbMigrate);
    const database = await openDatabase({
      databaseUrl: flags["database-url"],
      signal: this.interrupted,
    });
    try {
      await requireFitDatabase(database.sql, { toCreate: true });
      if (flags.citus) await requireCoordinator(database.sql);
      const applied = await migrate(database.sql);
      const { version } = await schemaStatus(database.sql);
      for (const name of applied) this.tell(`applied ${name}`);
      this.tell(
        applied.length === 0 ? `nothing to do: schema version ${version}` : `schema version ${version}`,
      );
      const distribution = flags.citus ? await distributePositions(database.sql) : undefined;
      if (distribution !== undefined) {
        const { isNew, servers } = distribution;
        this.log(
          `positions ${isNew ? "distributed" : "were distributed already"}: servers that hold some: ${servers}`,
        );
      }
      const { embedded, url } = database;
      return {
        url: redactUrl(url),
        embedded,
        applied,
        version,
        ...(distribution === undefined ? {} : { distribution }),
      };
    } catch (error) {
      this.interrupted.throwIfAborted();
      throw explainDatabaseError(error, database.url);
    } finally {
      await database.close();
    }
  }
}
