/** Draws what lies below the data of a map: its image, darkened, or the floor plan that the data knows. */
import { createHash } from "node:crypto";

import { PAINT } from "./colours.ts";
import type { Bounds, Ground, MapImage, Place, Rectangle } from "./map-frame.ts";
import { element } from "./svg.ts";

/** Where a rectangle of the world lies in the picture. */
export function rectangleOf({ maxX, maxY, minX, minY }: Bounds, place: Place): Rectangle {
  const [x, y] = [place.x(minX), place.y(maxY)];
  return { x, y, width: place.x(maxX) - x, height: place.y(minY) - y };
}

/** How much an image is darkened, so that opaque data stand out from it in the colours of their legend. */
const DARKENING = 0.5;
/** Side of the square that a shared image is defined as. */
const SHARED_SIDE = 1000;

const addressOf = ({ bytes, mediaType }: MapImage): string =>
  `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;

/** The same for the same image, so that pictures on one page do not take each other's. */
const idOf = ({ bytes }: MapImage): string =>
  `image-${createHash("sha1").update(bytes).digest("hex").slice(0, 12)}`;

/** The image of a ground once, for all maps of a picture that show it; nothing without an image. */
export function defineImage({ image }: Ground): string {
  if (image === undefined) return "";
  const attributes = {
    id: idOf(image),
    width: SHARED_SIDE,
    height: SHARED_SIDE,
    preserveAspectRatio: "none",
  };
  return element("defs", {}, element("image", { ...attributes, href: addressOf(image) }));
}

function drawImage(image: MapImage, shown: Rectangle, isShared = false): string {
  if (!isShared) {
    return element("image", { ...shown, preserveAspectRatio: "none", href: addressOf(image) });
  }
  const scale = `${shown.width / SHARED_SIDE} ${shown.height / SHARED_SIDE}`;
  return element("use", {
    href: `#${idOf(image)}`,
    transform: `translate(${shown.x} ${shown.y}) scale(${scale})`,
  });
}

/**
 * Draws the ground of one map.
 * @param isShared whether {@link defineImage} wrote its image already.
 */
export function drawGround(ground: Ground, place: Place, isShared = false): string {
  const { bounds, floor, floorCellUnits, image, imageBounds } = ground;
  const { height, width, x: left, y: top } = rectangleOf(bounds, place);
  if (image !== undefined) {
    return (
      drawImage(image, rectangleOf(imageBounds ?? bounds, place), isShared) +
      element("rect", { x: left, y: top, width, height, fill: PAINT.background, opacity: DARKENING })
    );
  }
  const path = mergeRows(floor)
    .map(([row, from, to]) => {
      // Cut to the map by hand: the frame's colour and the floor stay apart also where nothing clips.
      const x = Math.max(left, place.x(from * floorCellUnits));
      const y = Math.max(top, place.y((row + 1) * floorCellUnits));
      const right = Math.min(left + width, place.x(to * floorCellUnits));
      const bottom = Math.min(top + height, place.y(row * floorCellUnits));
      return right <= x || bottom <= y
        ? ""
        : `M${x.toFixed(1)} ${y.toFixed(1)}H${right.toFixed(1)}V${bottom.toFixed(1)}H${x.toFixed(1)}z`;
    })
    .join("");
  return path === "" ? "" : element("path", { d: path, fill: PAINT.floor, class: "floor" });
}

/** Neighbouring cells of a row as one: row, first column, and the column after the last. */
function mergeRows(cells: Ground["floor"]): [row: number, from: number, to: number][] {
  const runs: [row: number, from: number, to: number][] = [];
  for (const [x, y] of [...cells].sort((a, b) => a[1] - b[1] || a[0] - b[0])) {
    const last = runs.at(-1);
    if (last?.[0] === y && last[2] === x) last[2] = x + 1;
    else runs.push([y, x, x + 1]);
  }
  return runs;
}
