import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags, type RefusedFilters } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { leadersView } from "../../cli/views/leaders.ts";
import { ratingsView } from "../../cli/views/ratings.ts";
import { reportRatings } from "../../models/report-ratings.ts";
import { LEADER_ORDERS, LEAST_MINUTES, reportLeaders } from "../../reports/leaders.ts";

const OF_CONTESTS = {
  reason: "ratings are of whole rounds and all who played in them",
  instead: "choose rounds by --map, --since, --session or --tag",
};
const NOT_WITH_RATINGS: RefusedFilters = {
  player: OF_CONTESTS,
  clan: OF_CONTESTS,
  team: OF_CONTESTS,
  side: OF_CONTESTS,
  class: OF_CONTESTS,
  weapon: OF_CONTESTS,
  means: OF_CONTESTS,
  phase: OF_CONTESTS,
  engagement: OF_CONTESTS,
};

export default class ReportLeaders extends ReportCommand {
  static override summary = "compare all players: kills, damage, accuracy, fights won, revives";
  static override description =
    "one line a player, with the numbers of `prox report player`; rates carry a 95 % interval and their sample, and are sorted by the " +
    "lower end of it, so that a few lucky minutes do not come first; who was alive for less than --least-minutes is left out, and so is " +
    "who is hidden; --csv has all lines. With --rating, who makes their team win: what each player adds to its chance, from the results of whole " +
    "rounds, shown where it was proved to foresee results, and of whom at least half of the doubt is gone; see docs/metrics.md";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --session latest",
    "<%= config.bin %> <%= command.id %> --tag season-3 --least-minutes 60 --sort damage",
    "<%= config.bin %> <%= command.id %> --since 30d --map supply --csv leaders.csv",
    "<%= config.bin %> <%= command.id %> --rating --tag season-3",
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
    rating: Flags.boolean({
      summary: "compare ratings instead: what players add to their team's chance, from who won",
      exclusive: ["sort", "least-minutes"],
    }),
    limit: Flags.integer({ summary: "maximum number of players", default: 20, min: 1 }),
    ...formFlagsFor("csv", "html"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportLeaders);
    if (flags.rating) {
      const request = readFilterFlags(flags, NOT_WITH_RATINGS);
      const report = await this.withReports(flags, (sql) => reportRatings(sql, request));
      await this.present(ratingsView(report, flags.limit), flags);
      return report;
    }
    const options = { order: flags.sort, leastMinutes: flags["least-minutes"] };
    const report = await this.withReports(flags, (sql) =>
      reportLeaders(sql, readFilterFlags(flags), options),
    );
    await this.present(leadersView(report, flags.limit), flags);
    return report;
  }
}
