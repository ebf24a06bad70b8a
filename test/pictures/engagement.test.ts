import { describe, expect, it } from "vitest";

import { drawEngagement } from "../../src/pictures/engagement.ts";
import type { EngagementPicture } from "../../src/pictures/engagement.ts";
import { LABEL_SIZE, placeLabels } from "../../src/pictures/labels.ts";
import { textWidth } from "../../src/pictures/svg.ts";

const FRAME = { x: 100, y: 100, width: 900, height: 600 };

describe("placeLabels", () => {
  it("keeps names apart from each other and inside the map, also at its edges", () => {
    // A crowd of six, and one in each corner.
    const crowd = Array.from({ length: 6 }, (_, index) => ({ x: 500 + index * 12, y: 400 + index * 9 }));
    const corners = [105, 995].flatMap((x) => [105, 695].map((y) => ({ x, y })));
    const points = [...crowd, ...corners].map((point, index) => ({ ...point, label: `Someone ${index}` }));
    const boxes = placeLabels(points, FRAME).map(({ width, x, y }) => ({
      left: x,
      right: x + width,
      top: y - LABEL_SIZE * 0.75,
      bottom: y + LABEL_SIZE * 0.25,
    }));
    for (const [index, box] of boxes.entries()) {
      expect(box.left).toBeGreaterThanOrEqual(FRAME.x);
      expect(box.right).toBeLessThanOrEqual(FRAME.x + FRAME.width);
      expect(box.top).toBeGreaterThanOrEqual(FRAME.y);
      expect(box.bottom).toBeLessThanOrEqual(FRAME.y + FRAME.height);
      for (const other of boxes.slice(0, index)) {
        const isApart =
          box.left >= other.right ||
          other.left >= box.right ||
          box.top >= other.bottom ||
          other.top >= box.bottom;
        expect(isApart, `label ${index}`).toBe(true);
      }
    }
  });

  it("leaves a lone name at its right, and gives a long one no more than its share", () => {
    const [short, long] = placeLabels(
      [
        { x: 300, y: 300, label: "Al" },
        { x: 300, y: 500, label: "W".repeat(500) },
      ],
      FRAME,
    );
    expect(short).toMatchObject({ x: 311, y: 291, width: textWidth("Al", LABEL_SIZE) });
    expect(long?.width).toBe(240);
  });
});

describe("drawEngagement", () => {
  const PICTURE: EngagementPicture = {
    caption: { title: "1v1 on arena", subtitle: "Allies won", notes: [] },
    ground: {
      bounds: { minX: 0, minY: 0, maxX: 1000, maxY: 500 },
      floor: [],
      floorCellUnits: 64,
      image: { mediaType: "image/png", bytes: Uint8Array.of(1, 2, 3) },
      imageBounds: { minX: -1000, minY: -1500, maxX: 3000, maxY: 2500 },
    },
    fighters: ["Anna", "Kurt"].map((label, index) => ({
      label,
      team: index + 1,
      tracks: [[0, 1].map((step) => ({ x: 200 + step * 500, y: 100 + index * 200 }))],
    })),
    strikes: [
      { team: 2, isKill: true, from: { x: 700, y: 300 }, to: { x: 650, y: 120 } },
      { team: 0, isKill: true, from: null, to: { x: 400, y: 400 } },
    ],
  };

  it("draws names above everything, and a cross for who fell without an enemy, too", () => {
    const svg = drawEngagement(PICTURE);
    const lastLine = Math.max(svg.lastIndexOf('class="track"'), svg.lastIndexOf('class="kill"'));
    for (const name of ["Anna", "Kurt"]) expect(svg.indexOf(`>${name}<`)).toBeGreaterThan(lastLine);
    expect(svg.match(/class="down"/gu)).toHaveLength(2);
    expect(svg.match(/class="kill"/gu)).toHaveLength(1);
  });

  it("shows the part of the command map where the fight was", () => {
    const image = /<image x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/u.exec(
      drawEngagement(PICTURE),
    );
    const frame = /<clipPath[^>]*><rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/u.exec(
      drawEngagement(PICTURE),
    );
    const [x = 0, y = 0, width = 0, height = 0] = (image ?? []).slice(1).map(Number);
    const [left = 0, top = 0, across = 0] = (frame ?? []).slice(1).map(Number);
    // The image shows 4,000 units each way, the picture 1,000 of them across, from a quarter on and 2,000 below its top.
    expect(width / across).toBeCloseTo(4, 2);
    expect(height / across).toBeCloseTo(4, 2);
    expect((left - x) / across).toBeCloseTo(1, 2);
    expect((top - y) / across).toBeCloseTo(2, 2);
  });
});
