import { Flags } from "@oclif/core";

import { filterFlags, readFilterFlags } from "../../cli/filter-flags.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { areasView } from "../../cli/views/areas.ts";
import { arrangeAreas } from "../../reports/area-picture.ts";
import { reportAreas } from "../../reports/areas.ts";

const helpGroup = "OUTPUT";

export default class ReportAreas extends ReportCommand {
  static override summary =
    "tell who was in the named areas of a map, who held them, and what happened there";
  static override description =
    "time alive, kills made from there and deaths there, by area, team and player; how long each team held an area, and which pair of " +
    "teammates did best in it; for one round also from when to when and with whom; `prox map area` names the areas";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply",
    "<%= config.bin %> <%= command.id %> --round latest --holds holds.csv",
    "<%= config.bin %> <%= command.id %> --map supply --player Bravo --side defence",
  ];
  static override flags = {
    ...sourceFlags,
    ...filterFlags,
    ...formFlagsFor("csv", "html", "png", "svg"),
    players: Flags.string({
      summary: "write areas by player as CSV; - is standard output",
      helpValue: "FILE",
      helpGroup,
    }),
    holds: Flags.string({
      summary: "write who held which area from when to when as CSV, of one round; - is standard output",
      helpValue: "FILE",
      helpGroup,
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportAreas);
    const { picture, report } = await this.withReports(flags, async (sql) => {
      const read = await reportAreas(sql, readFilterFlags(flags));
      return { report: read, picture: await arrangeAreas(sql, read) };
    });
    const view = areasView(report, picture);
    await this.present(view, flags, [
      { file: flags.players, content: view.players },
      { file: flags.holds, content: view.holds },
    ]);
    return report;
  }
}
