import path from "node:path";

import { Args, Flags } from "@oclif/core";

import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { counted } from "../../counts.ts";
import { dumpName, dumpToFile, keepNewest } from "../../db/dump/dump-to-file.ts";
import { withDatabase } from "../../db/open.ts";

export default class DbDump extends BaseCommand {
  static override summary = "write everything in the database into a file";
  static override description =
    "writes all rows, as they are at one moment, into a compressed file that `prox db restore` puts into any PostgreSQL; imports may " +
    "go on. The file gets its name only when prox has read it again to its end. With --folder its name is the time, and --keep removes " +
    "older ones of that folder, for cron. Passwords and roles are not in it";
  static override examples = [
    "<%= config.bin %> <%= command.id %> before-upgrade.sql.gz",
    "<%= config.bin %> <%= command.id %> --folder /var/backups/prox --keep 14 --quiet",
  ];
  static override args = { file: Args.string({ description: "file to write; not with --folder" }) };
  static override flags = {
    ...databaseFlag,
    folder: Flags.string({ summary: "folder for a file that has the time as its name", helpValue: "FOLDER" }),
    keep: Flags.integer({
      summary: "how many of the folder's dumps to keep, this one included",
      min: 1,
      helpValue: "N",
      dependsOn: ["folder"],
    }),
    quiet: Flags.boolean({ default: false, char: "q", summary: "print nothing when all is well" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbDump);
    const folder = flags.folder ?? (args.file === undefined ? "." : undefined);
    const file = args.file ?? path.join(folder ?? ".", dumpName(new Date()));
    const { bytes, rows } = await withDatabase(
      { databaseUrl: flags["database-url"], signal: this.interrupted },
      ({ sql }) => dumpToFile(sql, file, { signal: this.interrupted }),
    );
    const removed =
      folder === undefined || flags.keep === undefined ? [] : await keepNewest(folder, flags.keep);
    const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
    if (!flags.quiet) {
      const gone = removed.length === 0 ? "" : `; removed ${counted(removed.length, "older one")}`;
      this.tell(`${file}: ${counted(all, "row")}, ${(bytes / 1e6).toFixed(1)} MB${gone}`);
    }
    return { file, bytes, rows, removed };
  }
}
