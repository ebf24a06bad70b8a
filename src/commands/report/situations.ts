import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { SITUATION_TABLES, situationsView } from "../../cli/views/situations.ts";
import { reportSituations } from "../../reports/situations.ts";

export default class ReportSituations extends ReportCommand {
  static override summary =
    "show who makes the first down, who avenges whom, what a man more is worth, and the last one alive";
  static override description =
    "an opening down is the first one of a fight, told with how often the side won after it; trades are told by direction, with " +
    "the median time and distance; the advantage is the difference of living players right before a down; the last one " +
    "alive is told until a teammate is back; docs/metrics.md defines each; rates carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --table trades --player Bravo --since 30d",
    "<%= config.bin %> <%= command.id %> --table first-deaths --csv first-deaths.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    table: Flags.option({ options: SITUATION_TABLES })({
      summary: "show this table alone; CSV is of openings unless another is named",
    }),
    limit: Flags.integer({ summary: "maximum number of rows of a table", default: 10, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportSituations);
    const report = await this.withReports(flags, (sql) => reportSituations(sql, readFilterFlags(flags)));
    await this.present(situationsView(report, flags.limit, flags.table), flags);
    return report;
  }
}
