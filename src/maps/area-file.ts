/**
 * Files of named areas: the game's own location files, and JSON that `prox map area export` writes.
 *
 * A location file (`maps/NAME_loc.dat`, `NAME_loc_override.dat`, `NAME_loc_local.dat`) is text: a spot a line, `x y z "name"`, whole
 * numbers; the name `@` repeats the one before; comments as in C. It holds less than 32,768 bytes. Source: `CG_LoadLocations`
 * and `CG_LocationsSave` in ET:Legacy's `src/cgame/cg_locations.c`.
 */
import { ProxError } from "../errors.ts";
import { parseJsonText, placeAt, valueOf } from "../json-text.ts";
import type { Bounds } from "../pictures/map-frame.ts";
import type { Corner, MapArea, Spot } from "./areas.ts";
import { isOutlined } from "./areas.ts";
import { checkArea, MOST_AREAS, parseAreaName } from "./check-area.ts";

/** Larger files are no files of areas. */
export const LARGEST_AREA_FILE_BYTES = 1_000_000;

function refuse(place: string, message: string): ProxError {
  return new ProxError("E_AREA_FILE", `${place}: ${message}`, {
    suggestions: [
      'a file of areas is a location file of the game (maps/NAME_loc.dat: x y z "name" on each line), or JSON as `prox map area export` writes it',
    ],
  });
}

const SPOT_LINE = /^\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s+(.*?)\s*$/u;

/** The areas of a location file: spots of one name are one area. */
function parseLocations(text: string, file: string): MapArea[] {
  // A comment goes, the ends of its lines stay, so that lines keep their numbers.
  const bare = text.replaceAll(/^[^\S\n]*(?:\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|(?![\s\S])))/gmu, (comment) =>
    comment.replaceAll(/[^\n]/gu, ""),
  );
  const spots = new Map<string, Spot[]>();
  let name: string | undefined;
  for (const [index, line] of bare.split(/\r\n|[\n\r]/u).entries()) {
    if (line.trim() === "") continue;
    const [, x = "", y = "", z = "", written = ""] = SPOT_LINE.exec(line) ?? [];
    if (x === "") throw refuse(`${file}, line ${index + 1}`, 'this line is no spot: x y z "name"');
    const label = written.replaceAll('"', "").trim();
    if (label === "@" && name === undefined)
      throw refuse(`${file}, line ${index + 1}`, "@ repeats a name, and none stands before it");
    // Spots without a name, and the one at the origin, name nothing in the game.
    if (label !== "@") name = label;
    if (name === undefined || name === "" || [x, y, z].every((value) => Number(value) === 0)) continue;
    const known = parseAreaName(name);
    spots.set(known, [...(spots.get(known) ?? []), [Number(x), Number(y), Number(z)]]);
  }
  return [...spots].map(([one, at]) => ({ name: one, spots: at }));
}

const isNumbers = (value: unknown, count: number): value is number[] =>
  Array.isArray(value) && value.length === count && value.every((one) => typeof one === "number");

function toArea(value: unknown, place: string): MapArea {
  const { name, outline, spots, z } = (typeof value === "object" && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (typeof name !== "string") throw refuse(place, 'each area has a "name"');
  if ((outline === undefined) === (spots === undefined))
    throw refuse(place, 'each area has an "outline" or "spots", and not both');
  if (spots !== undefined) {
    if (!Array.isArray(spots) || !spots.every((spot) => isNumbers(spot, 3)))
      throw refuse(place, '"spots" is a list of [x, y, z]');
    return { name, spots: spots.map(([x = 0, y = 0, height = 0]): Spot => [x, y, height]) };
  }
  if (!Array.isArray(outline) || !outline.every((corner) => isNumbers(corner, 2)))
    throw refuse(place, '"outline" is a list of [x, y]');
  if (z !== undefined && !isNumbers(z, 2)) throw refuse(place, '"z" is [from, to]');
  return {
    name,
    outline: outline.map(([x = 0, y = 0]): Corner => [x, y]),
    floor: z === undefined ? undefined : { from: z[0] ?? 0, to: z[1] ?? 0 },
  };
}

function parseJsonAreas(text: string, file: string): MapArea[] {
  const parsed = parseJsonText(text);
  if ("fault" in parsed) {
    const { message, place } = parsed.fault;
    throw refuse(`${file}, line ${place.line}`, message);
  }
  const { areas } = valueOf(parsed.tree) as { areas?: unknown };
  if (!Array.isArray(areas)) throw refuse(file, 'no list "areas" is in it');
  return areas.map((value, index) => toArea(value, `${file}, area ${index + 1}`));
}

/**
 * The areas of a file, checked. What it is, its content says. Throws `E_AREA_FILE` for a file that cannot be read as
 * either, `E_AREA` for an area that cannot be.
 */
export function parseAreaFile(bytes: Uint8Array, file: string, bounds?: Bounds): MapArea[] {
  if (bytes.length > LARGEST_AREA_FILE_BYTES)
    throw refuse(file, `it has more than ${LARGEST_AREA_FILE_BYTES / 1e6} MB`);
  // Old location files are no UTF-8; their names are then what Windows had.
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("windows-1252").decode(bytes);
  }
  if (text.includes("\0"))
    throw refuse(file, `it is no text, see line ${placeAt(text, text.indexOf("\0")).line}`);
  const areas = (text.trimStart().startsWith("{") ? parseJsonAreas : parseLocations)(text, file).map((area) =>
    checkArea(area, bounds),
  );
  if (areas.length === 0) throw refuse(file, "no area is in it");
  if (areas.length > MOST_AREAS) throw refuse(file, `it has more than ${MOST_AREAS} areas`);
  const names = new Set<string>();
  for (const { name } of areas) {
    if (names.has(name)) throw refuse(file, `two areas are named ${name}`);
    names.add(name);
  }
  return areas;
}

/** The areas of a map as JSON, which {@link parseAreaFile} reads again. */
export function writeAreaFile(map: string, areas: readonly MapArea[]): string {
  const lines = areas.map((area) =>
    JSON.stringify(
      isOutlined(area)
        ? {
            name: area.name,
            outline: area.outline,
            ...(area.floor === undefined ? {} : { z: [area.floor.from, area.floor.to] }),
          }
        : { name: area.name, spots: area.spots },
    ),
  );
  return `{\n  "map": ${JSON.stringify(map)},\n  "areas": [\n${lines.map((line) => `    ${line}`).join(",\n")}\n  ]\n}\n`;
}
