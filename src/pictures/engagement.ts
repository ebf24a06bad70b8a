/** One engagement as SVG: a short one on one map, a longer one as small maps in the order of time. */
import { PAINT } from "./colours.ts";
import { drawFight, drawSigns } from "./engagement-panel.ts";
import type { FightPanel } from "./engagement-panel.ts";
import { defineImage } from "./ground.ts";
import {
  drawMap,
  drawMapPicture,
  drawPage,
  drawScaleBar,
  FONT_FAMILY,
  HEADING_HEIGHT,
  MARGIN,
  PICTURE_WIDTH,
  placeMap,
} from "./map-frame.ts";
import type { Bounds, Caption, Ground } from "./map-frame.ts";
import { element, escapeMarkup, fittedText } from "./svg.ts";

/** What {@link drawEngagement} draws; the bounds of the ground are those of the whole fight, each panel has its own. */
export interface EngagementPicture {
  readonly caption: Caption;
  readonly ground: Ground;
  /** All of it at once, for a picture that has room for one map and none for names. */
  readonly whole: FightPanel;
  /** Its stretches in order: one for a short fight. */
  readonly panels: readonly FightPanel[];
}

const GAP = 24;
const COLUMNS = 2;
const PANEL_WIDTH = (PICTURE_WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
const LABEL_HEIGHT = 28;
const MAP_HEIGHT = PANEL_WIDTH * 0.75;
/** Room for the scale bar, and what keeps it apart from the next label. */
const BELOW_MAP = 44;
const PANEL_HEIGHT = LABEL_HEIGHT + MAP_HEIGHT + BELOW_MAP;
const SIGNS_HEIGHT = 40;

/** The rectangle around what a panel shows: never smaller than a room, as wide to its height as the panel. */
export function fightBounds({ fighters, strikes }: Pick<FightPanel, "fighters" | "strikes">): Bounds {
  const points = [
    ...fighters.flatMap(({ tracks }) => tracks.flat()),
    ...strikes.flatMap(({ from, to }) => (from === null ? [to] : [from, to])),
  ];
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, right, bottom, top] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const halfX = Math.max((right - left) / 2, ((top - bottom) / 2) * (PANEL_WIDTH / MAP_HEIGHT), 300) * 1.14;
  const halfY = halfX * (MAP_HEIGHT / PANEL_WIDTH);
  const [centreX, centreY] = [(left + right) / 2, (bottom + top) / 2];
  return { minX: centreX - halfX, maxX: centreX + halfX, minY: centreY - halfY, maxY: centreY + halfY };
}

function drawPanel(panel: FightPanel, ground: Ground, isImageShared: boolean, x: number, y: number): string {
  const { bounds, label } = panel;
  const place = placeMap(bounds, x, y + LABEL_HEIGHT, PANEL_WIDTH / (bounds.maxX - bounds.minX));
  const style = { size: 18, fill: PAINT.text, bold: true } as const;
  return element(
    "g",
    { class: "panel" },
    fittedText(x, y + 18, label, style, PANEL_WIDTH) +
      drawMap({ ...ground, bounds }, place, isImageShared, drawFight(panel, place), "") +
      drawScaleBar(bounds, place, y + LABEL_HEIGHT + MAP_HEIGHT + 18, 15),
  );
}

/** The map as a whole is what the image shows, unless said otherwise. */
const withImage = (ground: Ground): Ground => ({
  ...ground,
  imageBounds: ground.imageBounds ?? ground.bounds,
});

/** Draws an engagement as one SVG document. */
export function drawEngagement({ caption, ground: known, panels }: EngagementPicture): string {
  const ground = withImage(known);
  const [only] = panels;
  if (panels.length === 1 && only !== undefined) {
    const content = { label: "", content: drawFight.bind(undefined, only) };
    return drawMapPicture({ ...ground, bounds: only.bounds }, caption, [content], (x, y) =>
      drawSigns(x, y, "column"),
    );
  }
  const rows = Math.ceil(panels.length / COLUMNS);
  const drawn = panels.map((panel, index) =>
    drawPanel(
      panel,
      ground,
      true,
      MARGIN + (index % COLUMNS) * (PANEL_WIDTH + GAP),
      HEADING_HEIGHT + Math.floor(index / COLUMNS) * PANEL_HEIGHT,
    ),
  );
  const below = HEADING_HEIGHT + rows * PANEL_HEIGHT;
  return drawPage(
    caption,
    defineImage(ground) + drawn.join("") + drawSigns(MARGIN, below + 6, "row"),
    below + SIGNS_HEIGHT + 26,
  );
}

/** The panels of an engagement as documents of their own, for a page that has its own place for each; the legend last. */
export function drawEngagementPanels({ ground: known, panels }: EngagementPicture): string[] {
  const ground = withImage(known);
  const document = (title: string, width: number, height: number, content: string): string =>
    element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        "font-family": FONT_FAMILY,
        role: "img",
      },
      element("title", {}, escapeMarkup(title)) +
        element("rect", { width, height, fill: PAINT.background }) +
        content,
    );
  return [
    ...panels.map((panel) =>
      document(panel.label, PANEL_WIDTH, PANEL_HEIGHT, drawPanel(panel, ground, false, 0, 0)),
    ),
    document("legend", PANEL_WIDTH, 6 * 30, drawSigns(12, 6, "column")),
  ];
}
