import { Flags } from "@oclif/core";

import { filterFlags, parseFilterText, readFilterFlags } from "../../cli/filter-flags.ts";
import { cellFlag, formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { heatmapView } from "../../cli/views/heatmap.ts";
import { reportHeatmap } from "../../reports/heatmap.ts";
import { HEAT_SUBJECTS } from "../../reports/queries/heat-cells.ts";

export default class ReportHeatmap extends ReportCommand {
  static override summary =
    "draw where kills, deaths, shots, hits, presence or acts at objectives concentrate on a map";
  static override description =
    "draws in the terminal, and on request as PNG, SVG or CSV; --versus shows two populations side by side, " +
    "--difference the difference of their shares; the map underneath comes from `prox map add`, or else from the " +
    "places where players were seen";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply --png supply.png",
    "<%= config.bin %> <%= command.id %> --map supply --what deaths --team axis --phase 0:00-2:30",
    "<%= config.bin %> <%= command.id %> --map supply --versus team=allies --team axis --difference --svg -",
    "<%= config.bin %> <%= command.id %> --map supply --z=128..300 --png upper-floor.png",
    "<%= config.bin %> <%= command.id %> --round latest --what presence --player Bravo --cell 64",
  ];
  static override flags = {
    ...sourceFlags,
    what: Flags.option({ options: HEAT_SUBJECTS })({
      summary: "what to count",
      description:
        "deaths: all deaths; kills and hits: of living enemies; shots: without tools and packs; plants and defuses: of dynamite at an objective; drops: of what players carried; builds: of a stage of a construction; captures: of a spawn point",
      default: "kills",
    }),
    at: Flags.option({ options: ["attacker", "target"] as const })({
      summary: "whose position counts; by default the actor's, for deaths and hits the victim's",
    }),
    cell: cellFlag,
    cells: Flags.boolean({
      summary: "draw the cells, as they are counted, instead of smooth heat; --cell implies it",
    }),
    z: Flags.string({
      summary: "only these heights in units, where a player's middle is; write it with = before a minus sign",
      helpValue: "FROM..TO",
    }),
    floor: Flags.string({
      summary: "only the heights of this named area, all over the map",
      helpValue: "AREA",
      exclusive: ["z"],
    }),
    area: Flags.string({ summary: "only inside this named area, see `prox map area`", helpValue: "AREA" }),
    versus: Flags.string({
      summary: "a second population: the same filters with these overrides, such as team=allies,class=medic",
      helpValue: "FILTERS",
    }),
    difference: Flags.boolean({
      summary: "draw one map of the difference between the two, and list where it is largest",
      dependsOn: ["versus"],
    }),
    ...filterFlags,
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportHeatmap);
    const { area, at, cell, cells, difference, floor, html, png, svg, versus, what, z } = flags;
    // Smooth heat is read for a picture alone: a terminal shows cells.
    const hasPicture = [html, png, svg].some((file) => file !== undefined);
    const report = await this.withReports(flags, (sql) =>
      reportHeatmap(sql, {
        what,
        place: at,
        cellUnits: cell,
        filters: readFilterFlags(flags),
        versus: versus === undefined ? undefined : parseFilterText("versus", versus),
        difference,
        zone: { area, floor, z },
        cells: cells || cell !== undefined || !hasPicture,
      }),
    );
    await this.present(heatmapView(report), flags);
    const { cellUnits, differences, map, place, populations } = report;
    return { map, what, place, cellUnits, populations, differences };
  }
}
