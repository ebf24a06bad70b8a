import { Flags } from "@oclif/core";

import { chooseRounds, excludeRounds } from "../../care/rounds.ts";
import { BaseCommand } from "../../cli/base-command.ts";
import { describeRounds, readRoundChoice, ROUND_ARGS, ROUND_FLAGS } from "../../cli/round-flags.ts";
import { withDatabase } from "../../db/open.ts";

export default class RoundExclude extends BaseCommand {
  static override summary = "leave rounds out of all reports";
  static override description =
    "the rounds stay in the database, and imports may add files to them; reports, views, sessions and profiles are as if they " +
    "were not there, until `prox round include`; `prox report rounds --excluded` lists them with the reason";
  static override examples = [
    '<%= config.bin %> <%= command.id %> latest --reason "warm-up with strangers"',
    '<%= config.bin %> <%= command.id %> --map test_map --until 2026-01-31 --reason "tests" --dry-run',
  ];
  static override strict = false;
  static override args = ROUND_ARGS;
  static override flags = {
    ...ROUND_FLAGS,
    reason: Flags.string({ summary: "why, for those who look later", helpValue: "TEXT", required: true }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(RoundExclude);
    const isDryRun = flags["dry-run"];
    return withDatabase(
      { databaseUrl: flags["database-url"], isWriter: !isDryRun, signal: this.interrupted },
      async ({ sql }) => {
        const rounds = await chooseRounds(sql, readRoundChoice(argv as string[], flags));
        if (!isDryRun) await excludeRounds(sql, rounds, flags.reason);
        const { lines, words } = describeRounds(rounds);
        this.tell(isDryRun ? `would leave out ${words}` : `left out ${words}`);
        for (const line of lines) this.tell(line);
        return { rounds, reason: flags.reason, dryRun: isDryRun };
      },
    );
  }
}
