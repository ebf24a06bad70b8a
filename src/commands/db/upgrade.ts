import { BaseCommand } from "../../cli/base-command.ts";
import { counted } from "../../counts.ts";
import { upgradeCluster } from "../../db/embedded/upgrade.ts";

export default class DbUpgrade extends BaseCommand {
  static override summary = "bring the embedded database to the newest PostgreSQL of this machine";
  static override description =
    "copies the embedded database from the PostgreSQL that made it to the newest one that this machine or prox has, while nobody else " +
    "can write, compares the numbers of rows, and only then puts the new one in its place. The old data are kept in a folder. Whatever " +
    "stops it before that, the database is as it was";
  static override examples = ["<%= config.bin %> <%= command.id %>"];

  async run(): Promise<object> {
    await this.parse(DbUpgrade);
    const done = await upgradeCluster({
      onStep: (step) => {
        if (process.stderr.isTTY) this.logToStderr(step);
      },
    });
    if (done === undefined) {
      this.tell("nothing to do: there is no embedded database");
      return { from: null, to: null };
    }
    const { from, kept, left, rows, to } = done;
    if (kept === undefined) {
      this.tell(`nothing to do: PostgreSQL ${from} is the newest of this machine`);
      return done;
    }
    const all = Object.values(rows).reduce((sum, count) => sum + count, 0);
    this.tell(`from PostgreSQL ${from} to ${to}: ${counted(all, "row")}, as many as before`);
    if (left.length > 0)
      this.warn(
        `not copied, as no migration of prox makes them: ${left.join(", ")}; they are in the old data`,
      );
    this.tell(
      `the old data are in ${kept}, with your changes of postgresql.conf; delete them when you need them no longer`,
    );
    return done;
  }
}
