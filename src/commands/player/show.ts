import { Args } from "@oclif/core";

import { showPlayer } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { withDatabase } from "../../db/open.ts";
import { plainName } from "../../names.ts";

export default class PlayerShow extends BaseCommand {
  static override summary = "show a person again who was hidden";
  static override examples = [
    '<%= config.bin %> <%= command.id %> "hidden player 3"',
    "<%= config.bin %> <%= command.id %> 3",
  ];
  static override args = {
    who: Args.string({ description: "the number, the name that people see, or the GUID", required: true }),
  };
  static override flags = databaseFlag;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PlayerShow);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const name = await showPlayer(sql, args.who);
        this.tell(`people see ${plainName(name)} again`);
        return { name };
      },
    );
  }
}
