import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { orderPairs, PAIR_ORDERS, synergyView } from "../../cli/views/synergy.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";

export default class ReportSynergy extends ReportCommand {
  static override summary =
    "show what pairs of teammates do together: fights won, trades, crossfires, baits, time near";
  static override description =
    "counts fights in which both took part on one side; `deaths avenged` is how often, when an enemy killed one of " +
    "the two while the other was alive, the other killed that enemy in time; `near each other` is the share of the " +
    "time with both alive in which they were within the rounds' prox_near_units, known for whole rounds only; rates " +
    "carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --player Bravo --since 30d --map supply",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    order: Flags.option({ options: PAIR_ORDERS })({
      summary:
        "sort order; wins sorts by the lower end of the interval, so that a few lucky fights do not come first",
      default: "fights",
    }),
    limit: Flags.integer({ summary: "maximum number of pairs", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportSynergy);
    const report = await this.withReports(flags, (sql) => reportTeamPlay(sql, readFilterFlags(flags)));
    const result = { ...report, pairs: orderPairs(report.pairs, flags.order) };
    await this.present(synergyView(result, flags.limit), flags);
    return result;
  }
}
