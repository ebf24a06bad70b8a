import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { engagementsView } from "../../cli/views/engagements.ts";
import { engagementId, reportEngagements } from "../../reports/engagements.ts";
import { ENGAGEMENT_ORDERS } from "../../reports/queries/engagements.ts";

export default class ReportEngagements extends ReportCommand {
  static override summary = "list the fights of a round, a session or a map";
  static override description =
    "shape, kills and damage are told from the side of those asked for (a player, a team, a side, a class, a weapon): 1v2 is one of " +
    "them against two; where nobody is asked for, or people of both sides are, from the side that opened the fight; " +
    "`report engagement` explains one of them";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --round latest",
    "<%= config.bin %> <%= command.id %> --session latest --order size --limit 10",
    "<%= config.bin %> <%= command.id %> --map supply --player Bravo --engagement 2v1 --csv fights.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    order: Flags.option({ options: ENGAGEMENT_ORDERS })({ summary: "sort order", default: "time" }),
    limit: Flags.integer({ summary: "maximum number of fights", default: 100, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportEngagements);
    const list = await this.withReports(flags, (sql) =>
      reportEngagements(sql, readFilterFlags(flags), flags.order, flags.limit),
    );
    await this.present(engagementsView(list, flags.bots), flags);
    return {
      mixed: list.mixed,
      engagements: list.engagements.map((row) => ({ id: engagementId(row), ...row })),
    };
  }
}
