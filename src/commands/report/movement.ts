import { Flags } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { cellFlag, formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { movementView } from "../../cli/views/movement.ts";
import { reportMovement } from "../../reports/movement.ts";

const REFUSED: RefusedFilters = {
  means: {
    reason: "positions have no means of death, but the weapon in hand",
    instead: "use --weapon",
  },
};

export default class ReportMovement extends ReportCommand {
  static override summary =
    "show how players move on a map: hotspots, steps between them, standing still, speed by class";
  static override description =
    "draws presence and the busiest steps from cell to cell; --csv writes the places, --ways the steps";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply --png supply-ways.png",
    "<%= config.bin %> <%= command.id %> --round latest --team axis --phase 0:00-1:00",
    "<%= config.bin %> <%= command.id %> --map supply --player Bravo --cell 128 --ways ways.csv",
  ];
  static override flags = {
    ...sourceFlags,
    cell: cellFlag,
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html", "png", "svg"),
    ways: Flags.string({
      summary: "write the steps from cell to cell as CSV; - is standard output",
      helpValue: "FILE",
      helpGroup: "OUTPUT",
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportMovement);
    const report = await this.withReports(flags, (sql) =>
      reportMovement(sql, readFilterFlags(flags, REFUSED), flags.cell),
    );
    const view = movementView(report);
    await this.present(view, flags, [{ file: flags.ways, content: view.ways }]);
    const { cellUnits, classes, flows, map, places, sample, words } = report;
    return { map, cellUnits, sample, words, places, flows, classes };
  }
}
