import { readFileSync } from "node:fs";

import { describe, expect, it, test } from "vitest";

import { toHex } from "../../src/pictures/colours.ts";
import {
  contoursOf,
  DENSITY_CELL_UNITS,
  DENSITY_EXPONENT,
  DENSITY_REACH,
  DENSITY_SIGMA_UNITS,
  smoothCells,
} from "../../src/pictures/density.ts";
import type { Density } from "../../src/pictures/density.ts";
import { formatValue, makeScale, roundUp } from "../../src/pictures/heat-scale.ts";
import { drawHeatmap } from "../../src/pictures/heatmap.ts";
import type { HeatmapPicture } from "../../src/pictures/heatmap.ts";
import { renderPng } from "../../src/pictures/png.ts";
import { packagePath } from "../../src/package-root.ts";
import { readPng } from "../support/png.ts";

const CELLS = [
  { cellX: -3, cellY: 2, value: 4 },
  { cellX: 5, cellY: -1, value: 1 },
];

/** What the density is at a cell by definition: the sum of all bells there, per 256 × 256 units. */
function byDefinition(cellX: number, cellY: number, sigmaUnits: number): number {
  return CELLS.reduce((sum, cell) => {
    const [dx, dy] = [(cellX - cell.cellX) * 32, (cellY - cell.cellY) * 32];
    const bell = Math.exp(-(dx * dx + dy * dy) / (2 * sigmaUnits ** 2)) / (2 * Math.PI * sigmaUnits ** 2);
    return sum + cell.value * bell * 256 * 256;
  }, 0);
}

function at({ cellX, cellY, columns, values }: Density, x: number, y: number): number {
  return values[(y - cellY) * columns + x - cellX] ?? NaN;
}

describe("smoothCells", () => {
  it.each([64, 90])("puts a bell of %d units around what was counted, and keeps its sum", (sigmaUnits) => {
    const density = smoothCells(CELLS, sigmaUnits);
    if (density === undefined) throw new Error("cells have a density");
    for (const [x, y] of [
      [-3, 2],
      [5, -1],
      [0, 0],
      [-4, 5],
    ] as const) {
      // The bells end, which their definition here does not.
      expect(Math.abs(at(density, x, y) - byDefinition(x, y, sigmaUnits))).toBeLessThan(0.02);
    }
    const sum = density.values.reduce((a, b) => a + b, 0) * (32 / 256) ** 2;
    expect(sum).toBeGreaterThan(4.95);
    expect(sum).toBeLessThan(5.01);
  });

  it("has nothing to say of nothing", () => {
    expect(smoothCells([], 90)).toBeUndefined();
  });
});

describe("contoursOf", () => {
  const density = smoothCells(CELLS, 90);
  if (density === undefined) throw new Error("cells have a density");

  it("draws rings where the bells have fallen to a level", () => {
    const [contour] = contoursOf(density, [2.6]);
    expect(contour?.rings).toHaveLength(1);
    const points = contour?.rings.flat() ?? [];
    expect(points.length).toBeGreaterThan(10);
    // Straight lines through a grid of 32 units are not quite the bell.
    for (const [x, y] of points) {
      expect(Math.abs(byDefinition(x / 32 - 0.5, y / 32 - 0.5, 90) - 2.6)).toBeLessThan(0.05);
    }
  });

  it("finds what is below zero", () => {
    const negative = smoothCells([{ cellX: 0, cellY: 0, value: -1 }], 64);
    if (negative === undefined) throw new Error("cells have a density");
    expect(contoursOf(negative, [0.5])[0]?.rings).toHaveLength(0);
    expect(contoursOf(negative, [0.5], true)[0]?.rings).toHaveLength(1);
  });
});

test("the replay's page has the same bells", () => {
  const page = readFileSync(packagePath("src/replay/page/ground.ts"), "utf8");
  for (const line of [
    `HEAT_CELL_UNITS = ${DENSITY_CELL_UNITS};`,
    `HEAT_SIGMA_UNITS = { kills: ${DENSITY_SIGMA_UNITS.events}, deaths: ${DENSITY_SIGMA_UNITS.events}, presence: ${DENSITY_SIGMA_UNITS.presence} }`,
    `BELL_REACH = ${DENSITY_REACH};`,
    `HEAT_GAMMA = ${DENSITY_EXPONENT};`,
  ]) {
    expect(page).toContain(line);
  }
});

describe("a smooth heatmap", () => {
  const bounds = { minX: -600, minY: -500, maxX: 600, maxY: 500 };
  const heatmap: HeatmapPicture = {
    caption: { title: "Kills", subtitle: "", notes: [] },
    ground: { bounds, floor: [], floorCellUnits: 64, image: undefined },
    cellUnits: 256,
    measure: "kills per cell",
    scale: "counts",
    panels: [{ label: "", cells: [], marks: [], fineCells: CELLS }],
    smoothing: { sigmaUnits: 90, what: "kills" },
  };

  it("has the legend's colours and no others, where the bells are", async () => {
    const svg = drawHeatmap(heatmap);
    const bands = Array.from(svg.matchAll(/fill="(#\w+)" class="band"/gu), ([, colour]) => colour);
    const contours = Array.from(
      svg.matchAll(/fill="(#\w+)" fill-rule="evenodd" class="contour" data-level="([\d.]+)"/gu),
    );
    expect(contours.length).toBeGreaterThan(8);
    for (const [, colour] of contours) expect(bands).toContain(colour);
    const frame = /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+"[^>]*class="frame"/u.exec(
      svg,
    );
    const [left = 0, top = 0, width = 0] = (frame ?? []).slice(1).map(Number);
    const pixels = readPng(await renderPng(svg));
    for (const [cellX, cellY] of [
      [-3, 2],
      [5, -1],
      [-5, 2],
    ] as const) {
      const x = left + (((cellX + 0.5) * 32 - bounds.minX) * width) / 1200;
      const y = top + ((bounds.maxY - (cellY + 0.5) * 32) * width) / 1200;
      // The band of the highest level that the density reaches there.
      const value = byDefinition(cellX, cellY, 90);
      const reached = contours.filter(([, , level]) => Number(level) <= value).at(-1);
      expect(toHex(pixels.pixel(Math.round(x), Math.round(y)))).toBe(reached?.[1]);
    }
  });

  it("has no label of the legend over another where the map is low", () => {
    const low = { ...heatmap.ground, bounds: { minX: -3000, minY: -200, maxX: 3000, maxY: 200 } };
    const fineCells = [...CELLS, { cellX: 0, cellY: 0, value: 4000 }];
    const svg = drawHeatmap({
      ...heatmap,
      ground: low,
      panels: [{ label: "", cells: [], marks: [], fineCells }],
    });
    const labels = Array.from(svg.matchAll(/class="tick"><text[^>]* y="([\d.]+)"/gu), ([, y]) => Number(y));
    expect(labels.length).toBeGreaterThan(2);
    for (const [index, y] of labels.entries())
      expect((labels[index - 1] ?? Infinity) - y).toBeGreaterThanOrEqual(18);
  });

  it("is the same every time", () => {
    expect(drawHeatmap(heatmap)).toBe(drawHeatmap(heatmap));
  });
});

describe("the scale", () => {
  it.each([
    [0, 1],
    [0.013, 0.02],
    [5.2, 6],
    [6.1, 8],
    [37, 40],
    [678, 800],
    [1000, 1000],
  ])("ends at a round number: %d at %d", (value, end) => {
    expect(roundUp(value)).toBe(end);
  });

  it.each([
    [4, false, undefined, "1 2 3 4"],
    [37, false, undefined, "2 5 10 20 40"],
    [18, false, undefined, "2 4 6 8 10 12 14 16 18 20"],
    [4123, false, undefined, "50 200 500 1,000 2,000 5,000"],
    [27.3, false, 0.65, "0.5 2 5 10 20 30"],
    [0.37, true, undefined, "-0.4 -0.3 -0.2 -0.1 0 0.1 0.2 0.3 0.4"],
    [7.2, true, undefined, "-8 -6 -4 -2 0 2 4 6 8"],
  ] as const)("names round values up to %d", (largest, isDifference, exponent, ticks) => {
    const scale = makeScale(largest, isDifference, exponent);
    expect(scale.ticks.map(formatValue).join(" ")).toBe(ticks);
    expect(scale.position(scale.maximum)).toBe(1);
  });
});
