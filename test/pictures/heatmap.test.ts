import { describe, expect, it } from "vitest";

import { renderHalfBlocks } from "../../src/cli/render/half-blocks.ts";
import { PAINT, sequential, toHex } from "../../src/pictures/colours.ts";
import { drawHeatmap, heatScale } from "../../src/pictures/heatmap.ts";
import type { HeatmapPicture } from "../../src/pictures/heatmap.ts";
import { niceStep, roundBounds } from "../../src/pictures/map-frame.ts";
import { renderPng } from "../../src/pictures/png.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { readPng } from "../support/png.ts";

const HEATMAP: HeatmapPicture = {
  caption: {
    title: "Kills on arena",
    subtitle: "where victims stood",
    notes: ["4 kills", "cells of 100 units"],
  },
  ground: {
    bounds: { minX: 0, minY: 0, maxX: 400, maxY: 200 },
    floor: [
      [0, 0],
      [3, 1],
    ],
    floorCellUnits: 100,
    image: undefined,
  },
  cellUnits: 100,
  measure: "kills per cell",
  scale: "counts",
  panels: [
    {
      label: "",
      cells: [
        { cellX: 0, cellY: 1, value: 4 },
        { cellX: 2, cellY: 0, value: 1 },
      ],
      marks: [{ x: 50, y: 150 }],
    },
  ],
};

const SMOOTH: HeatmapPicture = {
  ...HEATMAP,
  ground: { ...HEATMAP.ground, bounds: { minX: -640, minY: -640, maxX: 1280, maxY: 1280 } },
  smoothing: { sigmaUnits: 90, what: "kills" },
  panels: [
    {
      label: "",
      cells: [],
      marks: [],
      fineCells: [
        { cellX: 4, cellY: 10, value: 3 },
        { cellX: 12, cellY: 5, value: 1 },
        { cellX: 0, cellY: 5, value: 37 },
      ],
    },
  ],
};

/** The attributes of the rectangle with a cell's value. */
function cellRectangle(svg: string, value: number): Record<string, number> {
  const tag = new RegExp(`<rect[^>]*data-value="${value}"/>`, "u").exec(svg)?.[0] ?? "";
  return Object.fromEntries(
    Array.from(tag.matchAll(/ (x|y|width|height)="([\d.]+)"/gu), (match) => [
      match[1] ?? "",
      Number(match[2]),
    ]),
  );
}

describe("drawHeatmap", () => {
  it("puts cells where they lie in the world, north up, in the legend's colours", async () => {
    const svg = drawHeatmap(HEATMAP);
    const full = cellRectangle(svg, 4);
    const single = cellRectangle(svg, 1);
    expect((single["x"] ?? 0) - (full["x"] ?? 0)).toBeCloseTo(2 * ((full["width"] ?? 0) + 1.5), 0);
    expect(single["y"] ?? 0).toBeGreaterThan(full["y"] ?? 0);
    const { height, pixel, width } = readPng(await renderPng(svg));
    expect(width).toBe(1200);
    expect(height).toBeGreaterThan(400);
    const colourAt = (cell: Record<string, number>): string =>
      toHex(pixel(Math.round((cell["x"] ?? 0) + 12), Math.round((cell["y"] ?? 0) + 12)));
    const expected = (value: number): string => toHex(sequential(value / 4));
    expect(colourAt(full)).toBe(expected(4));
    expect(colourAt(single)).toBe(expected(1));
    expect(toHex(pixel(2, 2))).toBe(PAINT.background);
  });

  it("keeps the legend's colours over an image, which is darkened instead", async () => {
    const white =
      '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4" fill="#fff"/></svg>';
    const bytes = await renderPng(white);
    const image = { mediaType: "image/png", bytes } as const;
    for (const panels of [HEATMAP.panels, [...HEATMAP.panels, ...HEATMAP.panels]]) {
      const svg = drawHeatmap({ ...HEATMAP, panels, ground: { ...HEATMAP.ground, image } });
      expect(svg.match(/data:image/gu)).toHaveLength(1);
      const { pixel } = readPng(await renderPng(svg));
      const full = cellRectangle(svg, 4);
      const [x, y, width] = ["x", "y", "width"].map((key) => Math.round(full[key] ?? 0)) as [
        number,
        number,
        number,
      ];
      expect(toHex(pixel(x + 12, y + 12))).toBe(toHex(sequential(1)));
      // Right of the full cell there is none: the white image, half as bright.
      const [red] = pixel(x + Math.round(width * 1.5), y + 12);
      expect(red).toBeGreaterThan(110);
      expect(red).toBeLessThan(150);
    }
  });

  it("says what it shows: title, unit, legend values, axis, scale bar, sample", () => {
    const svg = drawHeatmap(HEATMAP);
    for (const words of ["Kills on arena", "where victims stood", "per cell", "50 units", "4 kills"]) {
      expect(svg).toContain(`>${words}<`);
    }
    expect(svg).toContain(">single event<");
    expect(svg).toContain(">400<");
  });

  it("writes nothing over the map, neither words nor the scale bar", () => {
    for (const heatmap of [HEATMAP, SMOOTH, { ...SMOOTH, panels: [...SMOOTH.panels, ...SMOOTH.panels] }]) {
      const svg = drawHeatmap(heatmap);
      const frames = Array.from(
        svg.matchAll(
          /<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"[^>]*class="frame"/gu,
        ),
        (match) => match.slice(1).map(Number) as [number, number, number, number],
      );
      expect(frames).toHaveLength(heatmap.panels.length);
      const words = Array.from(svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"/gu));
      const bars = Array.from(svg.matchAll(/d="M([\d.]+) ([\d.]+)v6[^>]*class="scale-bar"/gu));
      expect(bars).toHaveLength(heatmap.panels.length);
      for (const [, x, y] of [...words, ...bars]) {
        for (const [left, top, width, height] of frames) {
          const isOver =
            Number(x) > left && Number(x) < left + width && Number(y) > top && Number(y) < top + height;
          expect(isOver, `${x} ${y}`).toBe(false);
        }
      }
    }
  });

  it("never lets words run out of the picture, nor over the map beside it", async () => {
    const long = "Players of WWW and MMM in 2v1 of all rounds since 2026 ".repeat(3);
    const caption = { title: long, subtitle: long, notes: [long] };
    const panels = HEATMAP.panels.flatMap((panel) => [
      { ...panel, label: `${long}日本語のとても長い名前` },
      { ...panel, label: "", marks: [] },
    ]);
    const { height, pixel, width } = readPng(await renderPng(drawHeatmap({ ...HEATMAP, caption, panels })));
    const background = pixel(2, 2);
    const isBlank = (x: number, fromY: number, toY: number): boolean =>
      Array.from({ length: toY - fromY }, (_, index) => pixel(x, fromY + index)).every(
        (colour) => colour.join() === background.join(),
      );
    expect([width - 20, width - 10, width - 1].map((x) => isBlank(x, 0, height))).toEqual([true, true, true]);
    // The label of the left map ends where the right one begins.
    expect(isBlank(640, 120, 150)).toBe(true);
    expect(isBlank(300, 120, 150)).toBe(false);
    expect(isBlank(300, 20, 60)).toBe(false);
  });

  it("takes hostile text as text", async () => {
    for (const [key, name] of Object.entries(HOSTILE_NAMES)) {
      const caption = { title: name, subtitle: name, notes: [name] };
      const panels = HEATMAP.panels.map((panel) => ({ ...panel, label: name }));
      const svg = drawHeatmap({ ...HEATMAP, caption, panels });
      const tags = new Set(
        Array.from(svg.matchAll(/<([a-zA-Z!?/]+)/gu), (match) => match[1]?.replace("/", "")),
      );
      const drawn = "svg title rect clipPath g path line text linearGradient stop circle".split(" ");
      expect(
        [...tags].filter((tag) => tag !== undefined && !drawn.includes(tag)),
        key,
      ).toEqual([]);
      expect(svg).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    // A renderer that is strict about XML takes the worst of them together.
    const title = Object.values(HOSTILE_NAMES).join(" ");
    await expect(
      renderPng(drawHeatmap({ ...HEATMAP, caption: { title, subtitle: "", notes: [] } })),
    ).resolves.toBeDefined();
  });

  it("tells differences by hue: blue below zero, orange above", () => {
    const cells = [
      { cellX: 0, cellY: 1, value: -0.5 },
      { cellX: 1, cellY: 1, value: 0.25 },
    ];
    const difference: HeatmapPicture = {
      ...HEATMAP,
      scale: "difference",
      panels: [{ label: "", cells, marks: [] }],
    };
    const scale = heatScale(difference);
    const [red, , blue] = scale.colour(scale.position(-0.5));
    expect(blue).toBeGreaterThan(red);
    const [otherRed, , otherBlue] = scale.colour(scale.position(0.25));
    expect(otherRed).toBeGreaterThan(otherBlue);
    expect(drawHeatmap(difference)).toContain(">-0.5<");
    // Without colours the sign decides.
    const [line] = renderHalfBlocks(difference, { columns: 41, colourBits: 1, unicode: true });
    expect(line).toBe("~".repeat(10) + "+".repeat(10));
  });
});

describe("renderHalfBlocks", () => {
  it("shades without colour", () => {
    const lines = renderHalfBlocks(HEATMAP, { columns: 41, colourBits: 1, unicode: false });
    expect(lines[0]).toMatch(/^@{10}$/u);
    expect(lines[5]).toMatch(/^ {20}[^@ ]{10}$/u);
    expect(lines.at(-1)).toContain("kills per cell");
    expect(lines.join("")).not.toContain("\u001B");
  });

  it("paints two pixels a character in colour", () => {
    const lines = renderHalfBlocks(HEATMAP, { columns: 41, colourBits: 24, unicode: true });
    expect(lines).toHaveLength(11);
    const [red, green, blue] = sequential(1);
    expect(lines[0]).toContain(`\u001B[38;2;${red};${green};${blue}m\u001B[48;2;${red};${green};${blue}m▀`);
    expect(lines[0]?.replace(/\u001B\[[\d;]*m/gu, "")).toBe("▀".repeat(40));
  });
});

describe("the map's frame", () => {
  it("rounds steps and bounds", () => {
    expect([0.7, 1, 3, 49, 700].map(niceStep)).toEqual([0.5, 1, 2, 20, 500]);
    expect(roundBounds({ minX: -10, minY: 0, maxX: 99, maxY: 101 }, 100)).toEqual({
      minX: -150,
      minY: -50,
      maxX: 150,
      maxY: 250,
    });
  });
});
