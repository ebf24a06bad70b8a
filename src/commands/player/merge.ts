import { Flags } from "@oclif/core";

import { mergePlayers } from "../../care/players.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { PLAYER_FLAGS, whoArg } from "../../cli/player-flags.ts";
import { withDatabase } from "../../db/open.ts";
import { plainName } from "../../names.ts";
import { resolvePlayer } from "../../reports/players.ts";

export default class PlayerMerge extends BaseCommand {
  static override summary = "make one person of several players";
  static override description =
    "the game gives a new GUID with each installation: reports, views and pages count all of the named players as one person, " +
    "whose GUID is that of the first; what was recorded stays as it is, and `prox player split` undoes it; refused where two " +
    "of them were in a round at the same time";
  static override examples = [
    "<%= config.bin %> <%= command.id %> 48A148DE 7C01B2F3",
    '<%= config.bin %> <%= command.id %> Bravo "old Bravo" --reason "said so on Discord"',
  ];
  static override strict = false;
  static override args = { who: whoArg };
  static override flags = {
    ...PLAYER_FLAGS,
    force: Flags.boolean({
      default: false,
      summary: "merge players who were in a round at the same time, too",
    }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(PlayerMerge);
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const people = await Promise.all((argv as string[]).map((who) => resolvePlayer(sql, who)));
        await mergePlayers(sql, people, { isForced: flags.force, reason: flags.reason });
        const merged = await resolvePlayer(sql, people[0]?.guid ?? (argv[0] as string));
        this.tell(`one person: ${people.map(({ name }) => plainName(name)).join(", ")}`);
        return { person: merged };
      },
    );
  }
}
