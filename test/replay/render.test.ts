import { describe, expect, it } from "vitest";

import { packReplay } from "../../src/replay/pack.ts";
import { unpackSamples } from "../../src/replay/page/unpack.ts";
import { renderReplay } from "../../src/replay/render.ts";
import { generateRound } from "../support/generated-round.ts";
import { KNOWN_ROUND, makeSample } from "../support/known-round.ts";

const LARGEST_PAGE_BYTES = 5_000_000;

describe("packReplay", () => {
  it("keeps every sample of a slow sampling, rounded to whole units and degrees", () => {
    const samples = [
      makeSample(0, 0, { x: 1.4, y: -2.6, yawDeg: 359.6 }),
      makeSample(0, 1000, { x: -700.2, y: 12, yawDeg: -0.4, health: 55 }),
    ];
    const packed = packReplay({ ...KNOWN_ROUND, samples });
    const [actor] = packed.actors;
    expect(actor === undefined ? [] : unpackSamples(actor.samples)).toEqual([
      makeUnpacked({ timeMs: 0, x: 1, y: -3, yawDeg: 360 }),
      makeUnpacked({ timeMs: 1000, x: -700, y: 12, yawDeg: 0, health: 55 }),
    ]);
    expect(packed.round.sampleIntervalMs).toBe(1000);
  });

  it("thins a fast sampling, and never the first sample of a life", () => {
    const samples = Array.from({ length: 41 }, (_, index) =>
      makeSample(0, index * 50, { x: index, life: index < 21 ? 1 : 2 }),
    );
    const packed = packReplay({ ...KNOWN_ROUND, samples });
    const [actor] = packed.actors;
    const times = actor === undefined ? [] : unpackSamples(actor.samples).map(({ timeMs }) => timeMs);
    expect(times).toEqual([0, 200, 400, 600, 800, 1000, 1050, 1250, 1450, 1650, 1850]);
    expect(packed.round.sampleIntervalMs).toBe(200);
  });
});

describe("renderReplay", () => {
  it.each([
    ["ten minutes, sampled once a second", 600, 1000],
    ["two minutes, sampled 20 times a second", 120, 50],
  ])("of 32 players, %s, takes less than 500 kB a minute", (_, seconds, sampleIntervalMs) => {
    const page = renderReplay(generateRound({ players: 32, seconds, sampleIntervalMs, seed: 3 }));
    expect(Buffer.byteLength(page)).toBeLessThan((LARGEST_PAGE_BYTES * seconds) / 600);
  });

  it("refers to nothing outside itself", () => {
    const page = renderReplay(KNOWN_ROUND);
    expect(page.match(/<[a-z][^>]*\s(?:src|href)=|https?:|@import|url\(/gu)).toBeNull();
    expect(page).toContain("default-src 'none'");
  });

  it("keeps a picture of the map inside the page", () => {
    const image = { mediaType: "image/png", bytes: Uint8Array.of(1, 2, 3) } as const;
    const bounds = { minX: 0, minY: 0, maxX: 1, maxY: 1 };
    expect(renderReplay({ ...KNOWN_ROUND, ground: { bounds, image } })).toContain(
      "data:image/png;base64,AQID",
    );
  });
});

function makeUnpacked(fields: object): object {
  return { life: 1, x: 0, y: 0, z: 24, yawDeg: 0, health: 100, stance: 0, class: 0, weapon: 3, ...fields };
}
