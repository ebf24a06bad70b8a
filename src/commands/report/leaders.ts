import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { leadersView } from "../../cli/views/leaders.ts";
import { LEADER_ORDERS, LEAST_MINUTES, reportLeaders } from "../../reports/leaders.ts";

export default class ReportLeaders extends ReportCommand {
  static override summary = "compare all players: kills, damage, accuracy, fights won, revives";
  static override description =
    "one line a player, with the numbers of `prox report player`; rates carry a 95 % interval and their sample, and are sorted by the " +
    "lower end of it, so that a few lucky minutes do not come first; who was alive for less than --least-minutes is left out, and so is " +
    "who is hidden; --csv has all lines";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --tag season-3 --least-minutes 60 --sort damage",
    "<%= config.bin %> <%= command.id %> --since 30d --map supply --csv leaders.csv",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    sort: Flags.option({ options: LEADER_ORDERS })({
      summary: "what comes first: the highest of this",
      default: "kills-per-death",
    }),
    "least-minutes": Flags.integer({
      summary: "leave out who was alive for less than so many minutes",
      helpValue: "MINUTES",
      default: LEAST_MINUTES,
      min: 0,
    }),
    limit: Flags.integer({ summary: "maximum number of players", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportLeaders);
    const options = { order: flags.sort, leastMinutes: flags["least-minutes"] };
    const report = await this.withReports(flags, (sql) =>
      reportLeaders(sql, readFilterFlags(flags), options),
    );
    await this.present(leadersView(report, flags.limit), flags);
    return report;
  }
}
