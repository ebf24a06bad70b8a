import { Args, Flags } from "@oclif/core";

import { renamePlayer } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { PLAYER_FLAGS, whoArg } from "../../cli/player-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { ProxError } from "../../errors.ts";
import { plainName } from "../../names.ts";
import { resolvePlayer } from "../../reports/players.ts";

export default class PlayerRename extends BaseCommand {
  static override summary = "choose the name that reports show for a person";
  static override description =
    "it stands in place of every name that the person used, but for the list of these in their profile; --clear takes it away";
  static override examples = [
    '<%= config.bin %> <%= command.id %> 48A148DE "^1Bravo"',
    "<%= config.bin %> <%= command.id %> Bravo --clear",
  ];
  static override args = { who: whoArg, name: Args.string({ description: "the name, with colour codes" }) };
  static override flags = {
    ...PLAYER_FLAGS,
    clear: Flags.boolean({ default: false, summary: "show the latest name again" }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PlayerRename);
    if ((args.name === undefined) !== flags.clear) {
      throw new ProxError("E_USAGE", "which name?", { suggestions: ["write a name, or --clear"] });
    }
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const person = await resolvePlayer(sql, args.who);
        await renamePlayer(sql, person, args.name, flags.reason);
        this.tell(
          args.name === undefined
            ? `${plainName(person.name)} has the latest name again`
            : `${plainName(person.name)} is now ${plainName(args.name)}`,
        );
        return { playerId: person.playerId, name: args.name ?? null };
      },
    );
  }
}
