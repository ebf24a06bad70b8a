import { splitPlayer } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { databaseFlag } from "../../cli/database-flag.ts";
import { whoArg } from "../../cli/player-flags.ts";
import { counted } from "../../counts.ts";
import { withDatabase } from "../../db/open.ts";
import { plainName } from "../../names.ts";
import { resolvePlayer } from "../../reports/players.ts";

export default class PlayerSplit extends BaseCommand {
  static override summary = "undo the merge of players";
  static override description =
    "all players who were merged into this person are people of their own again, or those alone whose GUIDs follow";
  static override examples = [
    "<%= config.bin %> <%= command.id %> Bravo",
    "<%= config.bin %> <%= command.id %> Bravo 7C01B2F3",
  ];
  static override strict = false;
  static override args = { who: whoArg };
  static override flags = databaseFlag;

  async run(): Promise<object> {
    const { args, argv, flags } = await this.parse(PlayerSplit);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const person = await resolvePlayer(sql, args.who);
        const players = await splitPlayer(sql, person, (argv as string[]).slice(1));
        this.tell(`${counted(players, "player")} split from ${plainName(person.name)}`);
        return { players };
      },
    );
  }
}
