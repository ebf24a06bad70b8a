import { Flags } from "@oclif/core";

import { chooseRounds, forgetRounds, rehearseForgetting } from "../../care/rounds.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { confirm } from "../../cli/confirm.ts";
import { describeRounds, readRoundChoice, ROUND_ARGS, ROUND_FLAGS } from "../../cli/round-flags.ts";
import { counted } from "../../counts.ts";
import { withDatabase } from "../../db/open.ts";

export default class RoundForget extends BaseCommand {
  static override summary = "delete rounds with everything that follows from them";
  static override description =
    "deletes the rounds, their facts and all that was computed from them, and players who were in no other round: all " +
    "of it, or nothing; imports leave the files of these rounds out from now on, under any name and in any archive, until " +
    "`prox import --again`; round files are not touched; `prox round exclude` deletes nothing";
  static override examples = [
    "<%= config.bin %> <%= command.id %> 2026-11-22-151842 --dry-run",
    '<%= config.bin %> <%= command.id %> --map test_map --reason "tests of the server" --yes',
  ];
  static override strict = false;
  static override args = ROUND_ARGS;
  static override flags = {
    ...ROUND_FLAGS,
    reason: Flags.string({ summary: "why, for those who look later", helpValue: "TEXT", default: "" }),
    yes: Flags.boolean({ char: "y", summary: "do it without asking; needed without a terminal" }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(RoundForget);
    const isDryRun = flags["dry-run"];
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: true, signal: this.interrupted },
      async ({ sql }) => {
        const rounds = await chooseRounds(sql, readRoundChoice(argv as string[], flags), "with");
        const { lines, words } = describeRounds(rounds);
        if (!isDryRun && !flags.yes) {
          for (const line of lines) this.logToStderr(line);
          await confirm(`delete ${words} for good?`, {
            canAsk: !this.jsonEnabled(),
            signal: this.interrupted,
          });
        }
        const { reason } = flags;
        const forgotten = isDryRun
          ? await rehearseForgetting(sql, rounds)
          : await forgetRounds(sql, rounds, { reason, signal: this.interrupted });
        const verb = isDryRun ? "would delete" : "deleted";
        const and = forgotten.players === 0 ? "" : `, and ${counted(forgotten.players, "player")}`;
        this.tell(`${verb} ${words} with ${counted(forgotten.rows, "row")}${and}`);
        for (const line of lines) this.tell(line);
        return { ...forgotten, keys: rounds.map(({ roundKey }) => roundKey), reason, dryRun: isDryRun };
      },
    );
  }
}
