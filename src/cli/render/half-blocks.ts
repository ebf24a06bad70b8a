/** The heatmap on a terminal: two pixels a character, as upper half blocks in two colours. */
import { PAINT } from "../../pictures/colours.ts";
import { formatValue } from "../../pictures/heat-scale.ts";
import type { HeatScale } from "../../pictures/heat-scale.ts";
import { heatScale } from "../../pictures/heatmap.ts";
import type { HeatmapPicture, HeatPanel } from "../../pictures/heatmap.ts";
import type { Rgb } from "../../names.ts";
import { colourSequence, hexColour, RESET } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

const COLUMNS_WITHOUT_TERMINAL = 80;
const MAXIMUM_ROWS = 36;
const UNICODE_SHADES = " ░▒▓█";
const ASCII_SHADES = " .:-=+*#%@";
/** Of differences: above and below zero. */
const SIGNED_SHADES = { above: " .+*#", below: " .-=~" } as const;

const FLOOR = hexColour(PAINT.floor);
const VOID = hexColour(PAINT.background);

/** Samples the panel on a raster: the value of the cell at each pixel, 0 for floor, undefined beyond. */
function raster(
  heatmap: HeatmapPicture,
  panel: HeatPanel,
  width: number,
  height: number,
): readonly (readonly (number | undefined)[])[] {
  const { bounds, floor, floorCellUnits } = heatmap.ground;
  const key = (x: number, y: number, side: number): string =>
    `${Math.floor(x / side)} ${Math.floor(y / side)}`;
  const values = new Map(panel.cells.map((cell) => [`${cell.cellX} ${cell.cellY}`, cell.value]));
  const walked = new Set(floor.map(([x, y]) => `${x} ${y}`));
  return Array.from({ length: height }, (_row, row) => {
    const y = bounds.maxY - ((row + 0.5) / height) * (bounds.maxY - bounds.minY);
    return Array.from({ length: width }, (_column, column) => {
      const x = bounds.minX + ((column + 0.5) / width) * (bounds.maxX - bounds.minX);
      const value = values.get(key(x, y, heatmap.cellUnits));
      return value ?? (walked.has(key(x, y, floorCellUnits)) ? 0 : undefined);
    });
  });
}

/** Picks the shade of a value without colours. */
type Shader = (value: number | undefined) => string;

/** Shades by amount; of a difference, other signs above zero than below. */
function createShader({ scale: kind }: HeatmapPicture, scale: HeatScale, unicode: boolean): Shader {
  return (value) => {
    if (value === undefined || value === 0) return " ";
    const counted = unicode ? UNICODE_SHADES : ASCII_SHADES;
    const shades = kind === "counts" ? counted : value > 0 ? SIGNED_SHADES.above : SIGNED_SHADES.below;
    return shades[Math.max(1, Math.round(Math.abs(scale.position(value)) * (shades.length - 1)))] ?? "";
  };
}

/** The lines of a heatmap for a terminal, panel below panel, each with its legend. */
export function renderHalfBlocks(heatmap: HeatmapPicture, terminal: Terminal): string[] {
  const scale = heatScale(heatmap);
  const { maxX, maxY, minX, minY } = heatmap.ground.bounds;
  const available = Number.isFinite(terminal.columns) ? terminal.columns : COLUMNS_WITHOUT_TERMINAL;
  const aspect = (maxY - minY) / (maxX - minX);
  const width = Math.max(8, Math.floor(Math.min(available - 1, (MAXIMUM_ROWS * 2) / aspect)));
  const height = Math.max(2, Math.round((width * aspect) / 2) * 2);
  const hasColour = terminal.colourBits >= 8;
  const paint = (value: number | undefined): Rgb =>
    value === undefined ? VOID : value === 0 ? FLOOR : scale.colour(scale.position(value));
  const isDifference = heatmap.scale === "difference";
  const shade = createShader(heatmap, scale, terminal.unicode);
  const sample = (value: number): string =>
    hasColour
      ? `${colourSequence(paint(value), "ground", terminal.colourBits)}  ${RESET}`
      : shade(value).repeat(2);
  const ends = isDifference ? [-scale.maximum, scale.maximum] : [Math.min(1, scale.maximum), scale.maximum];
  const legend = ends
    .map((value) => `${sample(value)} ${formatValue(value)}`)
    .join(isDifference ? "  to  " : " … ");

  const blocks = heatmap.panels.flatMap((panel) => {
    const label = panel.label === "" ? [] : [panel.label];
    if (!hasColour) {
      // A character is twice as high as wide, so a line of shades is two pixels high.
      const rows = raster(heatmap, panel, width, height / 2);
      return [...label, ...rows.map((row) => row.map(shade).join("").trimEnd())];
    }
    const rows = raster(heatmap, panel, width, height);
    const lines = Array.from({ length: height / 2 }, (_, index) => {
      const lower = rows[index * 2 + 1];
      let line = "";
      let last = "";
      for (const [column, upper] of (rows[index * 2] ?? []).entries()) {
        const style =
          colourSequence(paint(upper), "text", terminal.colourBits) +
          colourSequence(paint(lower?.[column]), "ground", terminal.colourBits);
        line += style === last ? "▀" : `${style}▀`;
        last = style;
      }
      return line + RESET;
    });
    return [...label, ...lines];
  });
  return [...blocks, `${heatmap.measure}: ${legend}`];
}
