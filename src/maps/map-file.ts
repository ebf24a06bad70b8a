/**
 * What prox knows of a map beyond the rounds: the rectangle of the world that its command map shows, and an image of
 * that rectangle. Kept in the user's data folder, one folder a map: `map.json` and `image.png` or `image.jpg`.
 *
 * A map states its rectangle itself, in the entity `worldspawn`: `mapcoordsmins` is the upper left corner of the command
 * map, `mapcoordsmaxs` the lower right one.
 */
import { lstat, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { writingAdvice } from "../disk-advice.ts";
import { errorCodeOf, messageOf, ProxError } from "../errors.ts";
import { WORLD_LIMIT_UNITS } from "../format/column.ts";
import { makeFolder } from "../make-folder.ts";
import { safeText } from "../names.ts";
import type { Bounds, MapImage } from "../pictures/map-frame.ts";
import { userFolder } from "../user-folders.ts";
import { readMapImage, type SizedImage } from "./map-image.ts";

/** A map file as it is read. */
export interface MapFile {
  readonly name: string;
  readonly bounds: Bounds;
  readonly image: MapImage | undefined;
}

const IMAGE_NAMES = { "image/png": "image.png", "image/jpeg": "image.jpg" } as const;

/** Names of maps are file names of the game; nothing else becomes a folder here. */
const MAP_NAME = /^[\w][\w.\-+]{0,63}$/u;
/** An image that is wider or higher by more than this, compared with its bounds, shows something else. */
const MOST_STRETCH = 1.05;
const LARGE_IMAGE_MB = 2;

/** Where the map files lie: `PROX_MAPS_FOLDER`, else below the user's data folder (XDG). */
export function mapsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { PROX_MAPS_FOLDER } = environment;
  if (PROX_MAPS_FOLDER !== undefined && PROX_MAPS_FOLDER !== "") return PROX_MAPS_FOLDER;
  return path.join(userFolder("XDG_DATA_HOME", environment), "maps");
}

/** Four numbers: two opposite corners, `x,y,x,y`. Throws `E_MAP_BOUNDS`. */
export function parseBounds(text: string): Bounds {
  const numbers = text
    .trim()
    .split(/[\s,]+/u)
    .map(Number);
  const [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = numbers;
  const bounds = {
    minX: Math.min(x1, x2),
    minY: Math.min(y1, y2),
    maxX: Math.max(x1, x2),
    maxY: Math.max(y1, y2),
  };
  const isSane =
    numbers.length === 4 &&
    numbers.every((value) => Math.abs(value) <= WORLD_LIMIT_UNITS) &&
    bounds.maxX - bounds.minX >= 1 &&
    bounds.maxY - bounds.minY >= 1;
  if (!isSane) {
    throw new ProxError("E_MAP_BOUNDS", `these are not the bounds of a map: ${safeText(text)}`, {
      suggestions: [
        "write the two corners that the map's worldspawn has as mapcoordsmins and mapcoordsmaxs: --bounds=-4096,4096,4096,-4096",
      ],
    });
  }
  return bounds;
}

/** The name of a map, in lower case. Throws `E_MAP_NAME`. */
export function requireMapName(name: string): string {
  if (MAP_NAME.test(name)) return name.toLowerCase();
  throw new ProxError("E_MAP_NAME", `this is not the name of a map: ${safeText(name)}`, {
    suggestions: ["write it as the game does, without folder and ending: supply, te_escape2"],
  });
}

/** What is strange about an image for these bounds. */
function doubt({ bytes, height, width }: SizedImage, { maxX, maxY, minX, minY }: Bounds): string[] {
  const units = [maxX - minX, maxY - minY] as const;
  const stretch = width / height / (units[0] / units[1]);
  const megabytes = bytes.length / 1e6;
  return [
    ...(Math.max(stretch, 1 / stretch) > MOST_STRETCH
      ? [
          `the image is ${width} × ${height} pixels and the bounds are ${units.join(" × ")} units: it will be ` +
            "stretched; check that it is the command map, and that these are its bounds",
        ]
      : []),
    ...(megabytes > LARGE_IMAGE_MB
      ? [
          `the image has ${megabytes.toFixed(1)} MB, and every page and SVG of the map contains it: ` +
            "a JPEG of 1024 pixels is enough",
        ]
      : []),
  ];
}

/** Writes a map file; one of that name is replaced. Tells what is strange about the image, if anything. */
export async function addMap(
  name: string,
  bounds: Bounds,
  imageFile: string | undefined,
  folder = mapsFolder(),
): Promise<{ folder: string; doubts: string[] }> {
  const target = path.join(folder, requireMapName(name));
  const image = imageFile === undefined ? undefined : await readMapImage(imageFile);
  const draft = `${target}.${process.pid}.part`;
  try {
    makeFolder(draft);
    await writeFile(path.join(draft, "map.json"), `${JSON.stringify({ bounds }, undefined, 2)}\n`);
    if (image !== undefined) {
      await writeFile(path.join(draft, IMAGE_NAMES[image.mediaType]), image.bytes);
    }
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw new ProxError("E_WRITE", `cannot write the map file ${target}: ${messageOf(cause)}`, {
      suggestions: writingAdvice(cause, [`give yourself the right to write to ${folder}`]),
      cause,
    });
  }
  return { folder: target, doubts: image === undefined ? [] : doubt(image, bounds) };
}

/** Removes a map file, also a broken one; whether there was one. */
export async function removeMap(name: string, folder = mapsFolder()): Promise<boolean> {
  const target = path.join(folder, requireMapName(name));
  const existed = (await lstat(target).catch(() => undefined)) !== undefined;
  await rm(target, { recursive: true, force: true });
  return existed;
}

async function readOptional(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The map file of a map; undefined where there is none. Throws `E_MAP_FILE` for a broken one. */
export async function loadMap(name: string, folder = mapsFolder()): Promise<MapFile | undefined> {
  if (!MAP_NAME.test(name)) return undefined;
  const place = path.join(folder, name.toLowerCase());
  try {
    const text = await readOptional(path.join(place, "map.json"));
    if (text === undefined) return undefined;
    const { bounds: read } = JSON.parse(text.toString()) as { bounds: Bounds };
    const bounds = parseBounds([read.minX, read.minY, read.maxX, read.maxY].join(","));
    for (const mediaType of ["image/png", "image/jpeg"] as const) {
      const bytes = await readOptional(path.join(place, IMAGE_NAMES[mediaType]));
      if (bytes !== undefined) return { name, bounds, image: { mediaType, bytes } };
    }
    return { name, bounds, image: undefined };
  } catch (error) {
    throw new ProxError("E_MAP_FILE", `the map file is broken: ${place}`, {
      suggestions: [
        `write it again with \`prox map add ${name} --bounds …\`, or remove it with \`prox map remove ${name}\``,
      ],
      cause: error,
    });
  }
}

/** Names of all maps with a map file. */
export async function listMaps(folder = mapsFolder()): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.endsWith(".part"))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errorCodeOf(error) === "ENOENT") return [];
    throw error;
  }
}
