/** Cards as pictures: what can be read at 350 pixels, what stays free, and that names do no harm. */
import { describe, expect, it } from "vitest";

import type { Card, CardPicture } from "../../src/cards/card.ts";
import {
  type CardShape,
  drawCard,
  LEAST_PIXELS,
  MOST_BYTES,
  NARROWEST_PIXELS,
  renderCard,
} from "../../src/cards/draw-card.ts";
import { loadCardFonts } from "../../src/cards/fit-text.ts";
import { describeCard, joinNames, plain } from "../../src/cards/words.ts";
import { nameRuns } from "../../src/names.ts";
import { PAINT } from "../../src/pictures/colours.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { readPng } from "../support/png.ts";

const GROUND = {
  bounds: { minX: 0, minY: 0, maxX: 2000, maxY: 1000 },
  floor: [[1, 1]] as const,
  floorCellUnits: 64,
  image: undefined,
};
const CAPTION = { title: "", subtitle: "", notes: [] };
const PICTURES: readonly CardPicture[] = [
  {
    kind: "heatmap",
    heatmap: {
      caption: CAPTION,
      ground: GROUND,
      cellUnits: 256,
      measure: "kills per cell",
      scale: "counts",
      panels: [{ label: "", cells: [{ cellX: 1, cellY: 1, value: 3 }], marks: [] }],
    },
  },
  {
    kind: "fight",
    fight: {
      caption: CAPTION,
      ground: GROUND,
      panels: [],
      whole: {
        label: "",
        bounds: GROUND.bounds,
        fighters: [
          {
            label: "a",
            isUp: true,
            team: 1,
            tracks: [
              [
                { x: 100, y: 100 },
                { x: 300, y: 200 },
              ],
            ],
          },
        ],
        strikes: [
          {
            team: 1,
            relation: "enemy",
            from: { x: 300, y: 200 },
            to: { x: 900, y: 500 },
            down: { number: 1, label: "b" },
          },
        ],
      },
    },
  },
  {
    kind: "momentum",
    endMs: 61_000,
    steps: [{ fromMs: 0, axisKills: 3, alliesKills: 1, axisGains: 0, alliesGains: 0 }],
  },
  {
    kind: "results",
    maps: Array.from({ length: 9 }, (_, at) => ({
      map: `a_very_long_name_of_a_map_${at}`,
      results: [
        { winnerTeam: 1, lengthMs: 1000 },
        { winnerTeam: null, lengthMs: 1000 },
      ],
    })),
  },
];

function cardOf(name: string, picture?: CardPicture): Card {
  const fact = {
    value: "12,345,678",
    label: nameRuns(name),
    details: ["1.25–12.75, n=1,234,567", "others 1,234"],
  };
  return {
    kind: "duo",
    kicker: "Session · 2026-11-22 20:30 UTC",
    headline: joinNames([name, name], " + "),
    subline: [plain("1,234 fights side by side, "), ...nameRuns(name)],
    facts: [fact, fact, fact],
    picture,
    pictureWords: "where 12,345 kills were made from by everybody who ever played",
    sample: "1,234 rounds · 1,234 players · 2025-11-22 to 2026-11-22 · bots included and more words than fit",
  };
}

/** The lines of text of an SVG document. */
function textsOf(svg: string): { x: number; y: number; size: number; fills: string[]; content: string }[] {
  return Array.from(svg.matchAll(/<text ([^>]*)>(.*?)<\/text>/gsu), ([, attributes = "", inner = ""]) => {
    const of = (name: string, text = attributes): string =>
      new RegExp(`${name}="([^"]*)"`, "u").exec(text)?.[1] ?? "";
    const spans = Array.from(inner.matchAll(/<tspan([^>]*)>/gu), ([, span = ""]) => of("fill", span));
    return {
      x: Number(of(" ?x")),
      y: Number(of(" y")),
      size: Number(of("font-size")),
      fills: spans.map((fill) => (fill === "" ? of("fill") : fill)),
      content: inner.replace(/<[^>]*>/gu, ""),
    };
  });
}

/** Contrast as WCAG 2.2 defines it, computed here once more. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const fonts = loadCardFonts();
const SHAPES: readonly CardShape[] = ["wide", "square"];
/** All 32 colours of names, one letter each. */
const COLOURFUL = Array.from({ length: 32 }, (_, at) => `^${String.fromCodePoint(48 + at)}x`).join("");

describe.each(SHAPES)("a %s card", (shape) => {
  const names = ["Bravo", "W".repeat(60), COLOURFUL, ...Object.values(HOSTILE_NAMES)];

  it("can be read at 350 pixels, with contrast, and keeps its edges free", () => {
    for (const name of names) {
      for (const picture of [undefined, ...PICTURES]) {
        const { svg } = drawCard(cardOf(name, picture), shape, fonts);
        const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/u.exec(svg) ?? []).map(Number);
        const texts = textsOf(svg);
        expect(texts.length).toBeGreaterThan(12);
        for (const { content, fills, size, y } of texts) {
          expect([content, size * (NARROWEST_PIXELS / width) >= LEAST_PIXELS]).toEqual([content, true]);
          // Letters rise 0.76 em above the base line and hang 0.24 em below it.
          expect([content, y - 0.76 * size > 23, y + 0.24 * size < height - 23]).toEqual([
            content,
            true,
            true,
          ]);
          for (const fill of fills)
            for (const ground of [PAINT.background, PAINT.panel])
              expect([fill, contrast(fill, ground) >= 4.5]).toEqual([fill, true]);
        }
      }
    }
  });

  it("shows hostile names as text", () => {
    for (const name of Object.values(HOSTILE_NAMES)) {
      const { svg } = drawCard(cardOf(name), shape, fonts);
      expect(svg).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      const tags = new Set(Array.from(svg.matchAll(/<([a-zA-Z!?]\w*)/gu), ([, tag]) => tag));
      expect(
        [...tags].filter((tag) => !["svg", "title", "rect", "text", "tspan"].includes(tag ?? "")),
      ).toEqual([]);
    }
  });

  it("is the same PNG each time, of its size, and small", async () => {
    for (const picture of [PICTURES[0], PICTURES[3]]) {
      const card = cardOf("^1Br^7avo", picture);
      const [one, other] = [await renderCard(card, shape, fonts), await renderCard(card, shape, fonts)];
      expect(Buffer.compare(one, other)).toBe(0);
      expect(one.length).toBeLessThan(MOST_BYTES / 4);
      const { height, width } = readPng(one);
      expect([width, height]).toEqual(shape === "wide" ? [1200, 675] : [1080, 1080]);
    }
  });
});

it("leaves out an image of the map that would make the card too large", async () => {
  // Noise, which PNG cannot make small.
  const { PNG } = await import("pngjs");
  const image = new PNG({ width: 980, height: 490 });
  let seed = 1;
  for (let at = 0; at < image.data.length; at += 1) {
    seed = (seed * 48_271) % 2_147_483_647;
    image.data[at] = at % 4 === 3 ? 255 : seed % 256;
  }
  const bytes = PNG.sync.write(image);
  const [heat] = PICTURES;
  if (heat?.kind !== "heatmap") throw new Error("no heatmap");
  const ground = { ...GROUND, image: { mediaType: "image/png", bytes } as const };
  const card = cardOf("Bravo", { ...heat, heatmap: { ...heat.heatmap, ground } });
  expect(drawCard(card, "square", fonts).svg).toContain("<image");
  expect((await renderCard(card, "square", fonts)).length).toBeLessThan(MOST_BYTES);
});

it("says a card in words", () => {
  expect(describeCard(cardOf("^1Bravo"), 60)).toBe(
    "Bravo + Bravo, 1,234 fights side by side, Bravo. Bravo: 12,3",
  );
});
