import { Args } from "@oclif/core";

import { filterFlags, filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { engagementView } from "../../cli/views/engagement.ts";
import { engagementPicture } from "../../reports/engagement-picture.ts";
import { reportEngagement } from "../../reports/engagements.ts";

const REFUSED: RefusedFilters = Object.fromEntries(
  Object.keys(filterFlags).map((name) => [
    name,
    {
      reason: "ENGAGEMENT names one fight, and the report shows everything in it, bots included",
      instead: `\`prox report engagements --${name} …\` lists the fights that it chooses`,
    },
  ]),
);

export default class ReportEngagement extends ReportCommand {
  static override summary = "explain one fight: who, when, from where, and why it has its shape and its end";
  static override description =
    "ENGAGEMENT is a round and a number, as `report engagements` lists them; the round may be the start of its key, or latest";
  static override examples = [
    "<%= config.bin %> <%= command.id %> latest#3",
    "<%= config.bin %> <%= command.id %> latest#3 --png fight.png",
  ];
  static override args = { engagement: Args.string({ description: "round key, #, number", required: true }) };
  static override flags = {
    ...sourceFlags,
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ReportEngagement);
    readFilterFlags(flags, REFUSED);
    const { picture, report } = await this.withReports(flags, async (sql) => {
      const found = await reportEngagement(sql, args.engagement);
      return { report: found, picture: await engagementPicture(sql, found) };
    });
    await this.present(engagementView(report, picture), flags);
    return report;
  }
}
