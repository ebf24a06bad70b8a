import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { crossfireView } from "../../cli/views/crossfire.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";

export default class ReportCrossfire extends ReportCommand {
  static override summary =
    "show which pairs of teammates catch enemies in a crossfire, and how often they could have";
  static override description =
    "a crossfire is two teammates hitting one enemy within a short time from clearly different directions; an " +
    "opportunity is a fight in which both took part, and `in shared fights` is the share of these that had a " +
    "crossfire of the two; rates carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --player Bravo --map supply --csv crossfires.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    limit: Flags.integer({ summary: "maximum number of pairs", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportCrossfire);
    const report = await this.withReports(flags, (sql) => reportTeamPlay(sql, readFilterFlags(flags)));
    // Two who only could have avenged each other had no opportunity of a crossfire.
    const pairs = report.pairs.filter(({ crossfires, sharedFights }) => sharedFights > 0 || crossfires > 0);
    const result = { ...report, pairs };
    await this.present(crossfireView(result, flags.limit), flags);
    return result;
  }
}
