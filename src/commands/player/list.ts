import { listCorrected } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { withDatabase } from "../../db/open.ts";
import { plainName } from "../../names.ts";

export default class PlayerList extends BaseCommand {
  static override summary = "list people who were merged, renamed or hidden";
  static override examples = ["<%= config.bin %> <%= command.id %>"];
  static override flags = databaseFlag;

  async run(): Promise<object> {
    const { flags } = await this.parse(PlayerList);
    return withDatabase({ databaseUrl: flags["database-url"], signal: this.interrupted }, async ({ sql }) => {
      const people = await listCorrected(sql);
      for (const { guids, isHidden, isRenamed, name } of people) {
        const what = isHidden ? "" : `${isRenamed ? ", renamed" : ""}: ${guids.join(", ")}`;
        this.log(`${plainName(name)}${what}`);
      }
      if (people.length === 0) this.tell("nobody was merged, renamed or hidden");
      return { people };
    });
  }
}
