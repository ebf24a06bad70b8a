import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { roundsView } from "../../cli/views/rounds.ts";
import { resolveFilters } from "../../reports/filter-request.ts";
import { countBotRounds, describeBotRounds, listRounds } from "../../reports/rounds.ts";

export default class ReportRounds extends ReportCommand {
  static override summary = "list recorded rounds and any gaps";
  static override description =
    "lists the rounds with at least one event that matches the filters, each with its totals; rounds without people, " +
    "and kills with a bot in them, are left out unless --bots is given, and the report says how many rounds those " +
    "are";
  static override examples = [
    "<%= config.bin %> <%= command.id %>",
    "<%= config.bin %> <%= command.id %> --map supply --since 7d",
    "<%= config.bin %> <%= command.id %> --player Bravo --weapon panzerfaust",
    "<%= config.bin %> <%= command.id %> --session latest --csv rounds.csv",
    "<%= config.bin %> <%= command.id %> --excluded",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    excluded: Flags.boolean({
      summary: "list the rounds that `prox round exclude` left out, and nothing else",
      helpGroup: "FILTER",
    }),
    limit: Flags.integer({ summary: "maximum number of rounds, the latest first", default: 50, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportRounds);
    const { botRounds, hasMore, rounds, words } = await this.withReports(flags, async (sql) => {
      const { filters, words } = await resolveFilters(sql, {
        ...readFilterFlags(flags),
        exclusion: flags.excluded ? "only" : undefined,
      });
      const [rounds, botRounds] = await Promise.all([
        listRounds(sql, filters, flags.limit + 1),
        countBotRounds(sql, filters),
      ]);
      return { rounds: rounds.slice(0, flags.limit), hasMore: rounds.length > flags.limit, botRounds, words };
    });
    const bots = describeBotRounds(flags.bots, botRounds);
    await this.present(roundsView({ rounds, hasMore, words, bots }), flags);
    return { rounds, botRounds };
  }
}
