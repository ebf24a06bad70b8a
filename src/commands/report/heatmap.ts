import { Flags } from "@oclif/core";

import { filterFlags, parseFilterText, readFilterFlags } from "../../cli/filter-flags.ts";
import { renderHalfBlocks } from "../../cli/render/half-blocks.ts";
import { pageOnly, picture as drawn, table, text } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import type { HeatCell } from "../../pictures/heatmap.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import { reportHeatmap } from "../../reports/heatmap.ts";
import type { HeatPopulation } from "../../reports/heatmap.ts";
import { HEAT_SUBJECTS } from "../../reports/queries/heat-cells.ts";
import { safeText } from "../../names.ts";

interface CellRow extends HeatCell {
  readonly population: string;
}

const COLUMNS: readonly TableColumn<CellRow>[] = [
  { key: "population", title: "population", value: (row) => row.population },
  { key: "cell_x", title: "cell x", value: (row) => row.cellX },
  { key: "cell_y", title: "cell y", value: (row) => row.cellY },
  { key: "value", title: "value", value: (row) => row.value },
];

/** Cells of each population that a page lists. */
const CELLS_LISTED = 15;

interface HotCell extends CellRow {
  /** Of its population. */
  readonly share: number;
}

/** The cells of each population that hold most. */
function hottestCells(populations: readonly HeatPopulation[]): HotCell[] {
  return populations.flatMap(({ cells, label, total }) =>
    [...cells]
      .sort((a, b) => b.value - a.value)
      .slice(0, CELLS_LISTED)
      .map((cell) => ({ ...cell, population: label, share: cell.value / total })),
  );
}

function hottestColumns(cellUnits: number, measure: string): readonly TableColumn<HotCell>[] {
  const centre = (cell: number): string => String(Math.round((cell + 0.5) * cellUnits));
  return [
    { key: "population", title: "who", value: (row) => row.population },
    { key: "place", title: "most around", value: (row) => `${centre(row.cellX)} ${centre(row.cellY)}` },
    { key: "value", title: measure, value: (row) => Math.round(row.value) },
    {
      key: "share",
      title: "of all",
      value: (row) => row.share,
      show: (row) => `${(row.share * 100).toFixed(1)} %`,
    },
  ];
}

export default class ReportHeatmap extends ReportCommand {
  static override summary = "draw where kills, deaths, shots, hits or presence concentrate on a map";
  static override description =
    "draws in the terminal, and as PNG, SVG or CSV where asked for; with --versus two populations side by side, or " +
    "with --difference the difference of their shares; the map underneath comes from `prox map add`, or else from " +
    "where players were seen";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply --png supply.png",
    "<%= config.bin %> <%= command.id %> --map supply --what deaths --team axis --phase 0:00-2:30",
    "<%= config.bin %> <%= command.id %> --map supply --versus team=allies --team axis --difference --svg -",
    "<%= config.bin %> <%= command.id %> --round latest --what presence --player Bravo --cell 64",
  ];
  static override flags = {
    ...sourceFlags,
    what: Flags.option({ options: HEAT_SUBJECTS })({
      summary: "what to count",
      description:
        "deaths are all deaths; kills and hits are those of living enemies; shots leave out tools and packs",
      default: "kills",
    }),
    at: Flags.option({ options: ["attacker", "target"] as const })({
      summary:
        "whose place counts: by default the one of who did it, of deaths and hits the one of who suffered it",
    }),
    cell: Flags.integer({
      summary: "side of a cell in units; by default as the rounds were recorded",
      helpValue: "UNITS",
      min: 8,
      max: 8192,
    }),
    versus: Flags.string({
      summary: "a second population: the same filters, but these, like team=allies,class=medic",
      helpValue: "FILTERS",
    }),
    difference: Flags.boolean({ summary: "one map of the difference of both", dependsOn: ["versus"] }),
    ...filterFlags,
    ...formFlagsFor("csv", "html", "png", "svg"),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportHeatmap);
    const { at, cell, difference, versus, what } = flags;
    const report = await this.withReports(flags, (sql) =>
      reportHeatmap(sql, {
        what,
        place: at,
        cellUnits: cell,
        filters: readFilterFlags(flags),
        versus: versus === undefined ? undefined : parseFilterText("versus", versus),
        difference,
      }),
    );
    const { picture, populations, ...rest } = report;
    const { notes, subtitle, title } = picture.caption;
    const svg = (): string => drawHeatmap(picture);
    const blocks = [
      text([`${safeText(title)}: ${safeText(subtitle)}`]),
      drawn(svg, (terminal) => renderHalfBlocks(picture, terminal)),
      text(notes.map(safeText)),
      pageOnly(table(hottestColumns(report.cellUnits, picture.measure), hottestCells(populations))),
    ];
    await this.present(title, blocks, flags, {
      svg,
      csv: () =>
        renderCsv(
          COLUMNS,
          populations.flatMap(({ cells, label }) => cells.map((row) => ({ population: label, ...row }))),
        ),
    });
    return { ...rest, populations };
  }
}
