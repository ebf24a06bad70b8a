import { Flags } from "@oclif/core";

import { filterFlagsFor, readFilterFlags } from "../../cli/filter-flags.ts";
import type { RefusedFilters } from "../../cli/filter-flags.ts";
import { renderHalfBlocks } from "../../cli/render/half-blocks.ts";
import { picture as drawn, table, text } from "../../cli/render/blocks.ts";
import { formFlagsFor, ReportCommand, sourceFlags } from "../../cli/report-command.ts";
import { renderCsv } from "../../cli/render/table.ts";
import type { TableColumn } from "../../cli/render/table.ts";
import { CLASS_NAMES } from "../../engine/players.ts";
import { safeText } from "../../names.ts";
import { drawMovement } from "../../pictures/movement.ts";
import { formatClock } from "../../reports/filter-request.ts";
import { reportMovement } from "../../reports/movement.ts";
import type { ClassMovement } from "../../reports/movement.ts";
import { formatEstimate, formatShare } from "../../reports/statistics.ts";
import type { FlowRow, PlaceRow } from "../../reports/queries/movement.ts";

/** Lines of each table on the terminal; CSV and JSON have all. */
const LINES_SHOWN = 10;

const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(0)} %`;

function placeColumns(cellUnits: number): readonly TableColumn<PlaceRow>[] {
  const centre = (cell: number): string => String(Math.round((cell + 0.5) * cellUnits));
  return [
    { key: "place", title: "hotspot around", value: (row) => `${centre(row.cellX)} ${centre(row.cellY)}` },
    { key: "cell_x", title: "cell x", value: (row) => row.cellX, csvOnly: true },
    { key: "cell_y", title: "cell y", value: (row) => row.cellY, csvOnly: true },
    {
      key: "presence_s",
      title: "presence",
      value: (row) => row.presenceS,
      show: (row) => formatClock(row.presenceS * 1000),
    },
    {
      key: "stationary_s",
      title: "standing still",
      value: (row) => row.stationaryS,
      show: (row) => share(row.stationaryS, row.presenceS),
    },
    {
      key: "mean_speed_ups",
      title: "mean speed",
      value: (row) => row.meanSpeedUps,
      show: (row) => `${row.meanSpeedUps.toFixed(0)} ups`,
    },
  ];
}

const shareColumn = (
  key: "stationary" | "sprinting" | "crouching" | "prone",
  title: string,
  detail: number,
): TableColumn<ClassMovement> => ({
  key: `${key}_share`,
  title,
  detail,
  value: (row) => row[key].value,
  show: (row) => formatShare(row[key], false),
});

const CLASSES: readonly TableColumn<ClassMovement>[] = [
  { key: "class", title: "class", value: (row) => CLASS_NAMES[row.class] ?? String(row.class) },
  { key: "players", title: "players", value: (row) => row.players, detail: 6 },
  { key: "lives", title: "lives", value: (row) => row.lives },
  {
    key: "alive_s",
    title: "alive",
    value: (row) => row.aliveS,
    show: (row) => formatClock(row.aliveS * 1000),
  },
  {
    key: "mean_speed_ups",
    title: "mean speed, ups",
    value: (row) => row.speedUps.value,
    show: (row) => formatEstimate(row.speedUps, false),
  },
  {
    key: "units_per_minute",
    title: "units a minute",
    detail: 2,
    value: (row) => row.unitsPerMinute.value,
    show: (row) => formatEstimate(row.unitsPerMinute, false),
  },
  shareColumn("stationary", "standing still", 1),
  shareColumn("sprinting", "sprinting", 3),
  shareColumn("crouching", "crouching", 4),
  shareColumn("prone", "prone", 5),
];

const DIRECTIONS = ["east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east"];

function flowColumns(cellUnits: number): readonly TableColumn<FlowRow>[] {
  const centre = (cell: number): string => String(Math.round((cell + 0.5) * cellUnits));
  return [
    { key: "from", title: "way from", value: (row) => `${centre(row.fromX)} ${centre(row.fromY)}` },
    { key: "to", title: "to", value: (row) => `${centre(row.toX)} ${centre(row.toY)}` },
    ...(["fromX", "fromY", "toX", "toY"] as const).map((key): TableColumn<FlowRow> => ({
      key: key.replace("X", "_cell_x").replace("Y", "_cell_y"),
      title: key,
      value: (row) => row[key],
      csvOnly: true,
    })),
    {
      key: "direction",
      title: "",
      value: (row) => {
        const turn = Math.round((Math.atan2(row.toY - row.fromY, row.toX - row.fromX) / Math.PI) * 4);
        return DIRECTIONS[(turn + 8) % 8] ?? "";
      },
    },
    { key: "times", title: "times", value: (row) => row.times },
    { key: "players", title: "players", value: (row) => row.players },
  ];
}

const REFUSED: RefusedFilters = {
  means: {
    reason: "nobody moves by a means of death; a position knows the weapon in hand",
    instead: "use --weapon",
  },
};

export default class ReportMovement extends ReportCommand {
  static override summary = "show how players move on a map: hotspots, ways, standing still, speed by class";
  static override description =
    "draws presence and the ways taken most; --csv writes the places, --ways the ways between cells";
  static override examples = [
    "<%= config.bin %> <%= command.id %> --map supply --png supply-ways.png",
    "<%= config.bin %> <%= command.id %> --round latest --team axis --phase 0:00-1:00",
    "<%= config.bin %> <%= command.id %> --map supply --player Bravo --cell 128 --ways ways.csv",
  ];
  static override flags = {
    ...sourceFlags,
    cell: Flags.integer({
      summary: "side of a cell in units; by default as the rounds were recorded",
      helpValue: "UNITS",
      min: 8,
      max: 8192,
    }),
    ...filterFlagsFor(REFUSED),
    ...formFlagsFor("csv", "html", "png", "svg"),
    ways: Flags.string({
      summary: "write the ways between cells as CSV; - is standard output",
      helpValue: "FILE",
      helpGroup: "OUTPUT",
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(ReportMovement);
    const report = await this.withReports(flags, (sql) =>
      reportMovement(sql, readFilterFlags(flags, REFUSED), flags.cell),
    );
    const { cellUnits, classes, flows, map, picture, places, sample, words } = report;
    const { notes, subtitle, title } = picture.caption;
    const svg = (): string => drawMovement(picture, flows);
    await this.present(
      title,
      [
        text([`${safeText(title)}: ${safeText(subtitle)}`]),
        drawn(svg, (terminal) => renderHalfBlocks(picture, terminal)),
        table(placeColumns(cellUnits), places.slice(0, LINES_SHOWN)),
        table(flowColumns(cellUnits), flows.slice(0, LINES_SHOWN)),
        table(CLASSES, classes),
        text(notes.map(safeText)),
      ],
      flags,
      {
        svg,
        csv: () => renderCsv(placeColumns(cellUnits), places),
        ways: () => renderCsv(flowColumns(cellUnits), flows),
      },
    );
    return { map, cellUnits, sample, words, places, flows, classes };
  }
}
