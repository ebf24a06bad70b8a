import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { orderPairs, PAIR_ORDERS, synergyView } from "../../cli/views/synergy.ts";
import { reportTeamPlay } from "../../reports/team-play.ts";

export default class ReportSynergy extends ReportCommand {
  static override summary =
    "show what pairs of teammates do together: fights won, trades, crossfires, baits, time near";
  static override description =
    "counts fights in which both took part on one side; `deaths avenged` is how often an enemy killed one of the two while the " +
    "other was alive, and the other killed the killer in time; `near each other`, within the rounds' prox_near_units, is the share of the time in which both were alive, known of whole rounds only; rates " +
    "carry a 95 % interval and their sample";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --player Bravo --since 30d --map supply",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    order: Flags.option({ options: PAIR_ORDERS })({
      summary: "what comes first; wins by the lower end of the interval, so that few fights do not win",
      default: "fights",
    }),
    limit: Flags.integer({ summary: "most pairs to list", default: 20, min: 1 }),
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
