import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { routesView } from "../../cli/views/routes.ts";
import { arrangeRoutes } from "../../reports/route-picture.ts";
import { reportRoutes } from "../../reports/routes.ts";

export default class ReportRoutes extends ReportCommand {
  static override summary =
    "show the ways from the spawn to the first contact on a map, and what came of them";
  static override description =
    "puts ways that run close together into routes, for each team: how often they were taken, how long it took until the first hit of " +
    "or by an enemy, who downed whom then, and who won the fight; --png draws them";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply --png routes.png",
    "<%= config.bin %> <%= command.id %> --map supply --team axis --phase 0:00-1:00",
    "<%= config.bin %> <%= command.id %> --map supply --side attack --player Bravo",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportRoutes);
    const { picture, report } = await this.withReports(flags, async (sql) => {
      const read = await reportRoutes(sql, readFilterFlags(flags));
      return { report: read, picture: await arrangeRoutes(sql, read) };
    });
    await this.present(routesView(report, picture), flags);
    return report;
  }
}
