import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { objectivesView } from "../../cli/views/objectives.ts";
import { reportObjectives } from "../../reports/objectives.ts";

export default class ReportObjectives extends ReportCommand {
  static override summary = "show how often objectives are reached, when, and by whom";
  static override description =
    "lists the objectives of each map: in how many rounds each was destroyed, built, secured or captured, when that " +
    "happened first in a round (the median) and how long after the first fight, what else happened to it, and who did it; of " +
    "constructions, which part each player built; near which objectives attackers died; rounds without recorded " +
    "objectives are left out";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map goldrush",
    "<%= config.bin %> <%= command.id %> --session latest --team allies --csv objectives.csv",
  ];
  static override flags = { ...sourceFlags, ...filterFlags, ...formFlagsFor("csv", "html") };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportObjectives);
    const report = await this.withReports(flags, (sql) => reportObjectives(sql, readFilterFlags(flags)));
    await this.present(objectivesView(report), flags);
    return report;
  }
}
