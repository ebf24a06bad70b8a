/** The pictures of cards: maps without axes, momentum, and results by map. */
import { TEAM_NAMES } from "../engine/players.ts";
import { PAINT } from "../pictures/colours.ts";
import { drawFight } from "../pictures/engagement-panel.ts";
import { drawBareHeat } from "../pictures/heatmap.ts";
import { drawBareMap, type Ground, type Rectangle } from "../pictures/map-frame.ts";
import { element } from "../pictures/svg.ts";
import { formatClock } from "../clock.ts";
import type { CardPicture, CardResult } from "./card.ts";
import { type Letters, MUTED } from "./fit-text.ts";
import { plain } from "./words.ts";

/** What a picture is drawn with. */
export interface PictureTools {
  readonly letters: Letters;
  readonly box: Rectangle;
  /** Font size of its words, pixels. */
  readonly size: number;
  /** Whether an image of the map may be under it. */
  readonly hasImage: boolean;
}

const paintOf = (team: number | null): string =>
  team === 1 ? PAINT.axis : team === 2 ? PAINT.allies : MUTED;

function groundOf(ground: Ground, hasImage: boolean): Ground {
  return hasImage ? ground : { ...ground, image: undefined };
}

function drawMomentum(
  { endMs, steps }: Extract<CardPicture, { kind: "momentum" }>,
  { box, letters, size }: PictureTools,
): string {
  const middle = box.y + box.height / 2;
  const room = box.height / 2 - size * 2.2;
  const most = Math.max(1, ...steps.flatMap(({ alliesKills, axisKills }) => [axisKills, alliesKills]));
  const step = box.width / steps.length;
  const bar = (index: number, kills: number, isUp: boolean): string => {
    const height = (kills / most) * room;
    return kills === 0
      ? ""
      : element("rect", {
          x: box.x + index * step + step * 0.08,
          y: isUp ? middle - 2 - height : middle + 2,
          width: step * 0.84,
          height,
          rx: Math.min(3, step * 0.3),
          fill: isUp ? PAINT.axis : PAINT.allies,
        });
  };
  const total = (team: "axisKills" | "alliesKills"): number => steps.reduce((sum, one) => sum + one[team], 0);
  const style = { size, least: size, fill: MUTED } as const;
  const half = { width: box.width / 2 };
  return (
    element("rect", { ...box, rx: 10, fill: PAINT.panel }) +
    element("path", {
      d: `M${box.x} ${middle}H${box.x + box.width}`,
      stroke: PAINT.grid,
      "stroke-width": 2,
    }) +
    steps
      .map(({ alliesKills, axisKills }, at) => bar(at, axisKills, true) + bar(at, alliesKills, false))
      .join("") +
    letters.draw(
      [plain(`Axis ${total("axisKills")}`)],
      { x: box.x + 14, y: box.y + size + 8, ...half },
      {
        ...style,
        fill: PAINT.axis,
        bold: true,
      },
    ) +
    letters.draw(
      [plain(`Allies ${total("alliesKills")}`)],
      { x: box.x + 14, y: box.y + box.height - 16, ...half },
      { ...style, fill: PAINT.allies, bold: true },
    ) +
    letters.draw(
      [plain(formatClock(endMs))],
      { x: box.x + box.width - 14, y: box.y + box.height - 16, ...half },
      { ...style, anchor: "end" },
    )
  );
}

/** Two results stand in one line. */
const PILLS = 2;

function drawResults(maps: readonly CardResult[], { box, letters, size: least }: PictureTools): string {
  const lines = maps.flatMap(({ map, results }) =>
    Array.from({ length: Math.ceil(results.length / PILLS) }, (_, line) => ({
      map: line === 0 ? map : "",
      results: results.slice(line * PILLS, (line + 1) * PILLS),
    })),
  );
  // A few results are drawn larger, so that they fill their place.
  const widest = ((box.width * 0.6) / PILLS - 10) / 4.6;
  const size = Math.max(least, Math.min(least * 1.9, widest, box.height / (lines.length * 3.4)));
  const height = size * 2;
  const room = Math.floor(box.height / height);
  const shown = lines.length <= room ? lines : lines.slice(0, room - 1);
  const left = lines.slice(shown.length).reduce((sum, { results }) => sum + results.length, 0);
  const pill = { width: size * 4.6, height: size * 1.55 };
  const pitch = Math.min(height * 1.6, box.height / Math.max(1, lines.length <= room ? shown.length : room));
  const used = (shown.length - 1) * pitch + pill.height;
  const top = lines.length <= room ? box.y + (box.height - used) / 2 : box.y;
  const rows = shown.map(({ map, results }, row) => {
    const y = top + row * pitch;
    const pills = results.map(({ winnerTeam }, column) => {
      const x = box.x + box.width - (PILLS - column) * (pill.width + 10) + 10;
      return (
        element("rect", {
          x,
          y,
          ...pill,
          rx: 8,
          fill: PAINT.panel,
          stroke: paintOf(winnerTeam),
          "stroke-width": 2.5,
        }) +
        letters.draw(
          [plain(winnerTeam === null ? "–" : (TEAM_NAMES[winnerTeam] ?? "–"))],
          { x: x + pill.width / 2, y: y + size * 1.13, width: pill.width - 12 },
          { size, least: size, fill: paintOf(winnerTeam), anchor: "middle", bold: true },
        )
      );
    });
    const name = { x: box.x, y: y + size * 1.13, width: box.width - PILLS * (pill.width + 10) - 14 };
    return (
      letters.draw([plain(map)], name, { size: size + 4, least: size, fill: PAINT.text }) + pills.join("")
    );
  });
  const more = `and ${left} more`;
  return (
    rows.join("") +
    (left === 0
      ? ""
      : letters.draw(
          [plain(more)],
          { x: box.x, y: top + shown.length * pitch + size * 1.13, width: box.width },
          { size, least: size, fill: MUTED },
        ))
  );
}

/** Draws the picture of a card into a box. */
export function drawCardPicture(picture: CardPicture, tools: PictureTools): string {
  const { box, hasImage } = tools;
  if (picture.kind === "momentum") return drawMomentum(picture, tools);
  if (picture.kind === "results") return drawResults(picture.maps, tools);
  if (picture.kind === "fight") {
    const { fight } = picture;
    return drawBareMap(groundOf(fight.ground, hasImage), box, (place) =>
      drawFight(fight.whole, place, false),
    );
  }
  const heatmap = { ...picture.heatmap, ground: groundOf(picture.heatmap.ground, hasImage) };
  return drawBareMap(heatmap.ground, box, (place) => drawBareHeat(heatmap, place));
}
