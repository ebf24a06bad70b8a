import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { counted } from "../../counts.ts";
import { restore } from "../../db/dump/dump.ts";
import { readDump } from "../../db/dump/dump-to-file.ts";
import { restoreCluster } from "../../db/embedded/upgrade.ts";
import { configuredUrl, openDatabase } from "../../db/open.ts";
import { schemaStatus } from "../../db/migrations.ts";
import { ProxError } from "../../errors.ts";

export default class DbRestore extends BaseCommand {
  static override summary = "fill an empty database from a dump";
  static override description =
    "makes the schema of the dump, copies all its rows in one transaction, compares their numbers, and brings the schema up to date. The " +
    "database must be empty; the embedded one is made beside the one that is there, and takes its place with --replace, which keeps " +
    "the old data in a folder. Roles for readers are to be made again with `prox db reader`";
  static override examples = [
    "<%= config.bin %> <%= command.id %> before-upgrade.sql.gz --replace",
    "<%= config.bin %> <%= command.id %> prox-20261130T040000Z.sql.gz --database-url postgres://prox@db/prox2",
  ];
  static override args = { file: Args.string({ description: "dump to read", required: true }) };
  static override flags = {
    ...databaseFlag,
    replace: Flags.boolean({
      default: false,
      summary: "put it in the place of an embedded database that has data",
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbRestore);
    const url = await configuredUrl(flags["database-url"]);
    const done =
      url === undefined
        ? await restoreCluster(readDump(args.file), args.file, { isReplaced: flags.replace })
        : await this.#into(args.file, url);
    const all = Object.values(done.rows).reduce((sum, count) => sum + count, 0);
    this.tell(`restored ${counted(all, "row")}, as many as the dump says`);
    if (done.left.length > 0)
      this.warn(`left in the dump, as no migration of prox makes them: ${done.left.join(", ")}`);
    if (done.kept !== undefined)
      this.tell(`the old data are in ${done.kept}; delete them when you need them no longer`);
    return done;
  }

  async #into(file: string, databaseUrl: string): ReturnType<typeof restoreCluster> {
    const database = await openDatabase({ databaseUrl, isWriter: true });
    try {
      if ((await schemaStatus(database.sql)).version > 0) {
        throw new ProxError("E_RESTORE_TARGET", "the database has a schema of prox already", {
          suggestions: ["make an empty one, for example: createdb prox2, and name it with --database-url"],
        });
      }
      return { ...(await restore(database.sql, readDump(file), file)), kept: undefined };
    } finally {
      await database.close();
    }
  }
}
