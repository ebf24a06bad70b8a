import { hidePlayer } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { PLAYER_FLAGS, whoArg } from "../../cli/player-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { resolvePlayer } from "../../reports/players.ts";

export default class PlayerHide extends BaseCommand {
  static override summary = "hide a person: no name, no GUID, no profile";
  static override description =
    'reports, pages and views show "hidden player" and a number instead; all sums stay right, and imports do not bring the name back; ' +
    "the database still has what was recorded, and `prox player show` undoes it";
  static override examples = ['<%= config.bin %> <%= command.id %> 48A148DE --reason "asked for it"'];
  static override args = { who: whoArg };
  static override flags = PLAYER_FLAGS;

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PlayerHide);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const person = await resolvePlayer(sql, args.who);
        const name = await hidePlayer(sql, person, flags.reason);
        this.tell(`people see ${name} now`);
        return { name };
      },
    );
  }
}
