/** A heatmap. */
import { formatDuration, whole } from "../../counts.ts";
import { safeText } from "../../names.ts";
import { drawHeatmap } from "../../pictures/heatmap.ts";
import type { HeatCell } from "../../pictures/heatmap.ts";
import type { HeatDifference } from "../../reports/heat-differences.ts";
import type { HeatmapReport, HeatPopulation } from "../../reports/heatmap.ts";
import { pageOnly, picture as drawn, table, text } from "../render/blocks.ts";
import { renderHalfBlocks } from "../render/half-blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { placeText } from "./cells.ts";

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
  return [
    { key: "population", title: "who", value: (row) => row.population },
    { key: "place", title: "hotspot around", value: (row) => placeText(row.cellX, row.cellY, cellUnits) },
    { key: "value", title: measure, value: (row) => Math.round(row.value) },
    {
      key: "share",
      title: "share",
      value: (row) => row.share,
      show: (row) => `${(row.share * 100).toFixed(1)} %`,
    },
  ];
}

/** Differences that a terminal and a page list; JSON has all. */
const DIFFERENCES_LISTED = 12;

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;

function differenceColumns({
  cellUnits,
  populations: [first, second],
  what,
}: HeatmapReport): readonly TableColumn<HeatDifference>[] {
  const amount = (value: number): string =>
    what === "presence" ? formatDuration(value * 1000) : whole(value);
  const show = ({ share, value }: HeatDifference["first"]): string =>
    `${amount(value)} (${(share * 100).toFixed(1)} %)`;
  return [
    { key: "place", title: "around", value: (row) => placeText(row.cellX, row.cellY, cellUnits) },
    {
      key: "first",
      title: first?.label ?? "",
      value: (row) => row.first.value,
      show: (row) => show(row.first),
    },
    {
      key: "second",
      title: second?.label ?? "",
      value: (row) => row.second.value,
      show: (row) => show(row.second),
    },
    {
      key: "points",
      title: "difference in percentage points",
      value: (row) => row.points,
      show: ({ highPoints, lowPoints, points }) =>
        lowPoints === null || highPoints === null
          ? signed(points)
          : `${signed(points)} (${signed(lowPoints)} to ${signed(highPoints)})`,
      brief: ({ points }) => signed(points),
    },
  ];
}

/** The picture; on a page also the cells that hold most, as CSV all. */
export function heatmapView(report: HeatmapReport): View {
  const { cellUnits, differences, picture, populations } = report;
  const { notes, subtitle, title } = picture.caption;
  const svg = (): string => drawHeatmap(picture);
  const cells = populations.flatMap((each) => each.cells.map((row) => ({ population: each.label, ...row })));
  return {
    title,
    blocks: [
      text([`${safeText(title)}: ${safeText(subtitle)}`]),
      drawn(svg, (terminal) => renderHalfBlocks(picture, terminal)),
      text(notes.map(safeText)),
      table(differenceColumns(report), differences.slice(0, DIFFERENCES_LISTED), "Where they differ most"),
      pageOnly(
        table(
          hottestColumns(cellUnits, picture.measure),
          hottestCells(populations),
          "Where it happened most",
        ),
      ),
    ],
    svg,
    csv: () => renderCsv(COLUMNS, cells),
  };
}
