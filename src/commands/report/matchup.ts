import { Args, Flags } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { byMapFlag, REFUSED_OF_MATCHUPS } from "../../cli/team-flags.ts";
import { MATCHUP_TABLES, matchupView } from "../../cli/views/matchup.ts";
import { reportMatchup } from "../../reports/matchup.ts";

export default class ReportMatchup extends ReportCommand {
  static override summary =
    "compare two clans in the rounds in which they met: results, facts, spacing, who kills whom";
  static override description =
    "FIRST and SECOND are tags in names, or names in the roster. Both sides of a line are on the same side and map, each in its own rounds; spacing is " +
    "told at equal numbers of living players. The difference is FIRST less SECOND, with its 95 % interval. " +
    "`prox report team` shows one clan in all of its rounds";
  static override examples = [
    "<%= config.bin %> <%= command.id %> SaT AG",
    "<%= config.bin %> <%= command.id %> SaT AG --by map --table spacing",
    "<%= config.bin %> <%= command.id %> SaT AG --tag season-3 --csv matchup.csv",
  ];
  static override args = {
    first: Args.string({ description: "tag or name of a clan", required: true }),
    second: Args.string({ description: "tag or name of the other clan", required: true }),
  };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED_OF_MATCHUPS),
    by: byMapFlag,
    table: Flags.option({ options: MATCHUP_TABLES })({
      summary: "show this table alone; CSV is of facts unless another is named",
    }),
    limit: Flags.integer({ summary: "maximum number of pairs and rounds", default: 10, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportMatchup);
    const request = readFilterFlags(flags, REFUSED_OF_MATCHUPS);
    const report = await this.withReports(flags, (sql) =>
      reportMatchup(sql, [args.first, args.second], request, flags.by === "map"),
    );
    await this.present(matchupView(report, flags.limit, flags.table), flags);
    return report;
  }
}
