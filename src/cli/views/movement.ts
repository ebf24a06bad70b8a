/** How players move on a map. */
import { formatDuration } from "../../counts.ts";
import { CLASS_NAMES } from "../../engine/players.ts";
import { safeText } from "../../names.ts";
import { drawMovement } from "../../pictures/movement.ts";
import { compassDirection } from "../../reports/compass.ts";
import type { ClassMovement, MovementReport } from "../../reports/movement.ts";
import type { FlowRow, PlaceRow } from "../../reports/queries/movement.ts";
import { picture as drawn, table, text } from "../render/blocks.ts";
import type { Block } from "../render/blocks.ts";
import { renderHalfBlocks } from "../render/half-blocks.ts";
import { renderCsv } from "../render/table.ts";
import type { TableColumn } from "../render/table.ts";
import type { View } from "../render/view.ts";
import { placeText } from "./cells.ts";
import { formatEstimate, formatShare } from "./estimates.ts";

/** Lines of each table on the terminal; CSV and JSON have all. */
const LINES_SHOWN = 10;

const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((part / whole) * 100).toFixed(0)} %`;

function placeColumns(cellUnits: number): readonly TableColumn<PlaceRow>[] {
  return [
    { key: "place", title: "hotspot around", value: (row) => placeText(row.cellX, row.cellY, cellUnits) },
    { key: "cell_x", title: "cell x", value: (row) => row.cellX, csvOnly: true },
    { key: "cell_y", title: "cell y", value: (row) => row.cellY, csvOnly: true },
    {
      key: "presence_s",
      title: "presence",
      value: (row) => row.presenceS,
      show: (row) => formatDuration(row.presenceS * 1000),
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
      show: (row) => `${row.meanSpeedUps.toFixed(0)} units/s`,
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
    show: (row) => formatDuration(row.aliveS * 1000),
  },
  {
    key: "mean_speed_ups",
    title: "mean speed (units/s)",
    value: (row) => row.speedUps.value,
    show: (row) => formatEstimate(row.speedUps, false),
  },
  {
    key: "units_per_minute",
    title: "distance (units/min)",
    detail: 2,
    value: (row) => row.unitsPerMinute.value,
    show: (row) => formatEstimate(row.unitsPerMinute, false),
  },
  shareColumn("stationary", "standing still", 1),
  shareColumn("sprinting", "sprinting", 3),
  shareColumn("crouching", "crouching", 4),
  shareColumn("prone", "prone", 5),
];

function flowColumns(cellUnits: number): readonly TableColumn<FlowRow>[] {
  return [
    { key: "from", title: "step from", value: (row) => placeText(row.fromX, row.fromY, cellUnits) },
    { key: "to", title: "to", value: (row) => placeText(row.toX, row.toY, cellUnits) },
    ...(["fromX", "fromY", "toX", "toY"] as const).map((key): TableColumn<FlowRow> => ({
      key: key.replace("X", "_cell_x").replace("Y", "_cell_y"),
      title: key,
      value: (row) => row[key],
      csvOnly: true,
    })),
    {
      key: "direction",
      title: "",
      value: (row) => compassDirection(row.toX - row.fromX, row.toY - row.fromY),
    },
    { key: "times", title: "times", value: (row) => row.times },
    { key: "players", title: "players", value: (row) => row.players },
  ];
}

/** Tables of places, ways and classes. */
export function movementTables({ cellUnits, classes, flows, places }: MovementReport): Block[] {
  return [
    table(placeColumns(cellUnits), places.slice(0, LINES_SHOWN), "Hotspots"),
    table(flowColumns(cellUnits), flows.slice(0, LINES_SHOWN), "Steps from cell to cell"),
    table(CLASSES, classes, "Classes"),
  ];
}

/** The picture of presence and ways, and tables of places, ways and classes; `ways` are the ways as CSV. */
export function movementView(report: MovementReport): View & { readonly ways: () => string } {
  const { cellUnits, flows, picture, places } = report;
  const { notes, subtitle, title } = picture.caption;
  const svg = (): string => drawMovement(picture, flows);
  return {
    title,
    blocks: [
      text([`${safeText(title)}: ${safeText(subtitle)}`]),
      drawn(svg, (terminal) => renderHalfBlocks(picture, terminal)),
      ...movementTables(report),
      text(notes.map(safeText)),
    ],
    svg,
    csv: () => renderCsv(placeColumns(cellUnits), places),
    ways: () => renderCsv(flowColumns(cellUnits), flows),
  };
}
