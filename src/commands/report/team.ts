import { Args, Flags } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { REFUSED_OF_TEAMS, byMapFlag } from "../../cli/team-flags.ts";
import { TEAM_TABLES, teamView } from "../../cli/views/team.ts";
import { reportTeam } from "../../reports/team.ts";

export default class ReportTeam extends ReportCommand {
  static override summary =
    "show a clan as a team: roster, results, openings, trades, man advantage, spacing; attack and defence apart";
  static override description =
    "CLAN is a tag in names, or a name in the roster. It plays a round as a team where at least three members are on one side, and fewer on the " +
    "other; numbers are of everybody on that side. Spacing is told by the number of living players, as only equal numbers can be compared. " +
    "Shares and means carry a 95 % interval and their sample; docs/metrics.md defines each";
  static override examples = [
    "<%= config.bin %> <%= command.id %> SaT --since 30d",
    "<%= config.bin %> <%= command.id %> SaT --by map --table spacing",
    "<%= config.bin %> <%= command.id %> SaT --tag season-3 --csv team.csv",
  ];
  static override args = { clan: Args.string({ description: "tag or name of a clan", required: true }) };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED_OF_TEAMS),
    by: byMapFlag,
    table: Flags.option({ options: TEAM_TABLES })({
      summary: "show this table alone; CSV is of facts unless another is named",
    }),
    limit: Flags.integer({
      summary: "maximum number of rounds, members, pairs and areas",
      default: 10,
      min: 1,
    }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportTeam);
    const request = readFilterFlags(flags, REFUSED_OF_TEAMS);
    const report = await this.withReports(flags, (sql) =>
      reportTeam(sql, args.clan, request, flags.by === "map"),
    );
    await this.present(teamView(report, flags.limit, flags.table), flags);
    return report;
  }
}
