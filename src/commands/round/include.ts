import { chooseRounds, includeRounds } from "../../care/rounds.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { describeRounds, readRoundChoice, ROUND_ARGS, EXCLUDED_ROUND_FLAGS } from "../../cli/round-flags.ts";
import { withDatabase } from "../../db/open.ts";

export default class RoundInclude extends BaseCommand {
  static override summary = "let rounds count again that were left out of reports";
  static override description =
    "undoes `prox round exclude`; keys and filters choose among the rounds that are left out, which belong to no session";
  static override examples = [
    "<%= config.bin %> <%= command.id %> 2026-11-22-15",
    "<%= config.bin %> <%= command.id %> --map test_map",
  ];
  static override strict = false;
  static override args = ROUND_ARGS;
  static override flags = EXCLUDED_ROUND_FLAGS;

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(RoundInclude);
    const isDryRun = flags["dry-run"];
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: !isDryRun, signal: this.interrupted },
      async ({ sql }) => {
        const rounds = await chooseRounds(sql, readRoundChoice(argv as string[], flags), "only");
        if (!isDryRun) await includeRounds(sql, rounds);
        const { lines, words } = describeRounds(rounds);
        this.tell(isDryRun ? `would let ${words} count again` : `${words} will count again`);
        for (const line of lines) this.tell(line);
        return { rounds, dryRun: isDryRun };
      },
    );
  }
}
