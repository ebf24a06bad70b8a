import { describe, expect, it } from "vitest";

import { drawEngagement, drawEngagementPanels, fightBounds } from "../../src/pictures/engagement.ts";
import type { EngagementPicture } from "../../src/pictures/engagement.ts";
import type { FightPanel } from "../../src/pictures/engagement-panel.ts";
import type { Bounds } from "../../src/pictures/map-frame.ts";
import { LABEL_SIZE, placeLabels } from "../../src/pictures/labels.ts";
import { textWidth } from "../../src/pictures/svg.ts";

const FRAME = { x: 100, y: 100, width: 900, height: 600 };

/** Left, top and width of the maps in a picture. */
function frames(svg: string): number[][] {
  return Array.from(
    svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"[^>]*class="frame"/gu),
    (match) => match.slice(1).map(Number),
  );
}

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
  const panel = (label: string, strikes: FightPanel["strikes"], bounds: Bounds): FightPanel => ({
    label,
    bounds,
    fighters: ["Anna", "Kurt"].map((name, index) => ({
      label: name,
      team: index + 1,
      isUp: true,
      tracks: [[0, 1].map((step) => ({ x: 200 + step * 500, y: 100 + index * 200 }))],
    })),
    strikes,
  });
  const BOUNDS = { minX: 0, minY: 0, maxX: 1000, maxY: 750 };
  const AWAY = { minX: 2000, minY: 1000, maxX: 2600, maxY: 1450 };
  const FIRST: FightPanel["strikes"] = [
    {
      team: 2,
      relation: "enemy",
      from: { x: 700, y: 300 },
      to: { x: 650, y: 120 },
      down: { number: 1, label: "Anna" },
    },
    { team: 0, relation: "world", from: null, to: { x: 400, y: 400 }, down: { number: 2, label: "Kurt" } },
    { team: 1, relation: "team", from: { x: 100, y: 100 }, to: { x: 200, y: 200 }, down: null },
  ];
  const SECOND: FightPanel["strikes"] = [
    {
      team: 1,
      relation: "team",
      from: { x: 2100, y: 1100 },
      to: { x: 2500, y: 1400 },
      down: { number: 3, label: "Eva" },
    },
  ];
  const PICTURE: EngagementPicture = {
    caption: { title: "1v1 on arena", subtitle: "Allies won", notes: [] },
    ground: {
      bounds: { minX: -1000, minY: -1500, maxX: 3000, maxY: 2500 },
      floor: [],
      floorCellUnits: 64,
      image: { mediaType: "image/png", bytes: Uint8Array.of(1, 2, 3) },
    },
    whole: panel("", FIRST, BOUNDS),
    panels: [panel("0:10 to 0:14", FIRST, BOUNDS)],
  };
  const LONG = { ...PICTURE, panels: [...PICTURE.panels, panel("0:20 to 0:24", SECOND, AWAY)] };

  it("draws names above everything, and a numbered cross for who fell without an enemy, too", () => {
    const svg = drawEngagement(PICTURE);
    const lastLine = Math.max(svg.lastIndexOf('class="track"'), svg.lastIndexOf('class="kill'));
    for (const name of ["Anna", "Kurt", "1 Anna", "2 Kurt"]) {
      expect(svg.indexOf(`>${name}<`)).toBeGreaterThan(lastLine);
    }
    expect(svg.match(/class="down /gu)).toHaveLength(2);
    expect(svg.match(/class="kill /gu)).toHaveLength(1);
    expect(svg.match(/<line [^>]*stroke-dasharray[^>]*class="hit team"/gu)).toHaveLength(1);
  });

  it("shows the part of the command map where the fight was", () => {
    const image = /<image x="([-\d.]+)" y="([-\d.]+)" width="([\d.]+)" height="([\d.]+)"/u.exec(
      drawEngagement(PICTURE),
    );
    const [x = 0, y = 0, width = 0, height = 0] = (image ?? []).slice(1).map(Number);
    const [[left, top, across]] = frames(drawEngagement(PICTURE)) as [number[]] as [[number, number, number]];
    // The image shows 4,000 units each way, the picture 1,000 of them across, from a quarter on and 1,750 below its top.
    expect(width / across).toBeCloseTo(4, 2);
    expect(height / across).toBeCloseTo(4, 2);
    expect((left - x) / across).toBeCloseTo(1, 2);
    expect((top - y) / across).toBeCloseTo(1.75, 2);
  });

  it("draws a long fight as panels in order, each with its own part of the map, and the image once", () => {
    const svg = drawEngagement(LONG);
    expect(svg.match(/<g class="panel">/gu)).toHaveLength(2);
    expect(svg.indexOf("0:10 to 0:14")).toBeLessThan(svg.indexOf("0:20 to 0:24"));
    expect(svg.match(/data:image/gu)).toHaveLength(1);
    expect(svg.match(/<use /gu)).toHaveLength(2);
    expect(svg).toBe(drawEngagement(LONG));
    // Where each cross lies in its frame is where the player went down in the panel's part of the world.
    const downs = Array.from(
      svg.matchAll(/d="M([\d.]+) ([\d.]+)l16[^>]*data-down="(\d+)" data-x="(\d+)" data-y="(\d+)"/gu),
      (match) => match.slice(1).map(Number) as [number, number, number, number, number],
    );
    expect(downs.map(([, , number]) => number)).toEqual([1, 2, 3]);
    for (const [crossX, crossY, number, worldX, worldY] of downs) {
      const [index, bounds] = number === 3 ? [1, AWAY] : [0, BOUNDS];
      const [left = 0, top = 0, width = 0] = frames(svg)[index] ?? [];
      const scale = (bounds.maxX - bounds.minX) / width;
      expect(bounds.minX + (crossX + 8 - left) * scale).toBeCloseTo(worldX, -1);
      expect(bounds.maxY - (crossY + 8 - top) * scale).toBeCloseTo(worldY, -1);
    }
  });

  it("gives a page each panel by itself, and the legend", () => {
    const documents = drawEngagementPanels(LONG);
    expect(documents).toHaveLength(3);
    for (const document of documents) expect(document).toMatch(/^<svg [^]*<\/svg>$/u);
    expect(documents.map((document) => document.match(/class="down /gu)?.length ?? 0)).toEqual([2, 1, 0]);
  });

  it("keeps what it shows inside, as wide as a panel", () => {
    const bounds = fightBounds(panel("", SECOND, AWAY));
    expect(bounds.minX).toBeLessThan(200);
    expect(bounds.maxX).toBeGreaterThan(2500);
    expect(bounds.minY).toBeLessThan(100);
    expect(bounds.maxY).toBeGreaterThan(1400);
    expect((bounds.maxX - bounds.minX) / (bounds.maxY - bounds.minY)).toBeCloseTo(4 / 3, 6);
  });
});
