import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import MapAdd from "../../src/commands/map/add.ts";
import MapList from "../../src/commands/map/list.ts";
import MapRemove from "../../src/commands/map/remove.ts";
import { addMap, listMaps, loadMap, mapsFolder, parseBounds, removeMap } from "../../src/maps/map-file.ts";
import { drawHeatmap } from "../../src/pictures/heatmap.ts";
import { renderPng } from "../../src/pictures/png.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { createTestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";
import { readPng } from "../support/png.ts";

const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(tmpdir(), "prox-maps-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A picture of one colour, made by the renderer. */
async function greenImage(): Promise<string> {
  const file = path.join(folder, "green.png");
  writeFileSync(
    file,
    await renderPng(
      '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#00ff00"/></svg>',
    ),
  );
  return file;
}

/** What a JPEG states of itself, without a picture: a comment, the frame with its size, the end. */
function jpegHeader(width: number, height: number): Buffer {
  const frame = Buffer.alloc(19);
  frame.writeUInt16BE(0xffc2, 0);
  frame.writeUInt16BE(17, 2);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  const comment = Buffer.from([0xff, 0xfe, 0, 6, 0xff, 0xc0, 0, 0]);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), comment, frame, Buffer.from([0xff, 0xd9])]);
}

describe("map files", () => {
  it("take two corners in any order", () => {
    const bounds = { minX: -100, minY: -300, maxX: 200, maxY: 400 };
    expect(parseBounds("-100,400,200,-300")).toEqual(bounds);
    expect(parseBounds("200 -300 -100 400")).toEqual(bounds);
    for (const text of ["1,2,3", "a,b,c,d", "1,1,1,5", "0,0,999999,1", ""]) {
      expect(() => parseBounds(text), text).toThrow(
        expect.objectContaining({ code: "E_MAP_BOUNDS" }) as Error,
      );
    }
  });

  it("are written, replaced, read whatever the case, listed and removed", async () => {
    const maps = path.join(folder, "maps");
    await addMap("Supply", parseBounds("0,0,10,10"), await greenImage(), maps);
    expect(await loadMap("supply", maps)).toMatchObject({
      bounds: { maxX: 10 },
      image: { mediaType: "image/png" },
    });
    await addMap("supply", parseBounds("0,0,20,20"), undefined, maps);
    expect(await loadMap("SUPPLY", maps)).toMatchObject({ bounds: { maxX: 20 }, image: undefined });
    expect(await listMaps(maps)).toEqual(["supply"]);
    expect(readdirSync(maps)).toEqual(["supply"]);
    expect(await removeMap("supply", maps)).toBe(true);
    expect(await removeMap("supply", maps)).toBe(false);
    expect(await loadMap("supply", maps)).toBeUndefined();
  });

  it("that are broken are told, and can be removed while the others are used", async () => {
    const maps = path.join(folder, "broken");
    await addMap("good", parseBounds("0,0,10,10"), undefined, maps);
    mkdirSync(path.join(maps, "nothing"));
    mkdirSync(path.join(maps, "torn"));
    writeFileSync(path.join(maps, "torn", "map.json"), '{"bounds"');
    mkdirSync(path.join(maps, "folder", "map.json"), { recursive: true });
    writeFileSync(path.join(maps, "file"), "");
    mkdirSync(path.join(maps, "image", "image.png"), { recursive: true });
    writeFileSync(path.join(maps, "image", "map.json"), readFileSync(path.join(maps, "good", "map.json")));
    for (const name of ["torn", "folder", "file", "image"]) {
      await expect(loadMap(name, maps), name).rejects.toMatchObject({ code: "E_MAP_FILE" });
    }
    vi.stubEnv("PROX_MAPS_FOLDER", maps);
    const { stderr, stdout } = await captureOutput(() => MapList.run([], { root }));
    expect(stdout).toContain("good");
    expect(stderr.match(/^warning: the map file is broken: .*prox map remove \w+/gm)).toHaveLength(3);
    for (const name of ["nothing", "torn", "folder", "file", "image"]) {
      await captureOutput(() => MapRemove.run([name], { root }));
      expect(existsSync(path.join(maps, name)), name).toBe(false);
      expect(await removeMap(name, maps), name).toBe(false);
    }
    vi.unstubAllEnvs();
    expect(await listMaps(maps)).toEqual(["good"]);
  });

  it("tell apart images, and say of a bad one what to do", async () => {
    const maps = path.join(folder, "images");
    const bounds = parseBounds("0,0,1000,1000");
    const png = readFileSync(await greenImage());
    const write = (name: string, bytes: Uint8Array): string => {
      const file = path.join(folder, name);
      writeFileSync(file, bytes);
      return file;
    };
    // The name does not matter, the content does.
    await addMap("photo", bounds, write("photo.png", jpegHeader(640, 640)), maps);
    expect(await loadMap("photo", maps)).toMatchObject({ image: { mediaType: "image/jpeg" } });
    expect(readdirSync(path.join(maps, "photo"))).toEqual(["image.jpg", "map.json"]);
    for (const [file, message] of [
      [path.join(folder, "none.png"), /cannot be read.*ENOENT/u],
      [write("cut.png", png.subarray(0, png.length - 20)), /damaged or cut off/u],
      [write("cut.jpg", jpegHeader(640, 640).subarray(0, 30)), /damaged or cut off/u],
      [write("levelshot.tga", Buffer.alloc(64)), /neither PNG nor JPEG/u],
    ] as const) {
      const refused = addMap("photo", bounds, file, maps);
      await expect(refused, file).rejects.toMatchObject({
        code: "E_MAP_IMAGE",
        message: expect.stringMatching(message) as string,
        suggestions: [expect.any(String)],
      });
    }
    expect(await loadMap("photo", maps)).toMatchObject({ image: { mediaType: "image/jpeg" } });
  });

  it("doubt an image of another shape than its bounds, and a very large one", async () => {
    const maps = path.join(folder, "doubts");
    const doubts = async (bounds: string, image: Uint8Array) => {
      const file = path.join(folder, "doubtful");
      writeFileSync(file, image);
      return (await addMap("doubtful", parseBounds(bounds), file, maps)).doubts;
    };
    expect(await doubts("0,0,1000,1000", jpegHeader(512, 512))).toEqual([]);
    expect(await doubts("0,0,2000,1000", jpegHeader(1024, 512))).toEqual([]);
    expect(await doubts("0,0,2000,1000", jpegHeader(512, 512))).toEqual([
      expect.stringContaining("512 × 512 pixels and the bounds are 2000 × 1000 units"),
    ]);
    const large = Buffer.concat([jpegHeader(512, 512), Buffer.alloc(3_000_000)]);
    expect(await doubts("0,0,1000,1000", large)).toEqual([expect.stringContaining("3.0 MB")]);
  });

  it("are refused when their file is broken, with the way to write it again", async () => {
    await addMap("broken", parseBounds("0,0,1,1"), undefined, folder);
    for (const text of ["{", "{}", '{"bounds": {"minX": 1, "minY": 0, "maxX": 1, "maxY": 1}}']) {
      writeFileSync(path.join(folder, "broken/map.json"), text);
      await expect(loadMap("broken", folder), text).rejects.toMatchObject({
        code: "E_MAP_FILE",
        suggestions: [expect.stringContaining("prox map add broken")],
      });
    }
    await addMap("broken", parseBounds("0,0,1,1"), undefined, folder);
    expect((await loadMap("broken", folder))?.bounds).toEqual({ minX: 0, minY: 0, maxX: 1, maxY: 1 });
    await removeMap("broken", folder);
  });

  it("never leave their folder, and refuse what is no image", async () => {
    for (const name of ["../x", "a/b", "", ".", "..", "a\0b"]) {
      await expect(addMap(name, parseBounds("0,0,1,1"), undefined, folder)).rejects.toMatchObject({
        code: "E_MAP_NAME",
      });
      expect(await loadMap(name, folder)).toBeUndefined();
    }
    const text = path.join(folder, "text.png");
    writeFileSync(text, "<svg/>");
    await expect(addMap("supply", parseBounds("0,0,1,1"), text, folder)).rejects.toMatchObject({
      code: "E_MAP_IMAGE",
    });
    expect(mapsFolder({ PROX_MAPS_FOLDER: "/m" })).toBe("/m");
    expect(mapsFolder({ XDG_DATA_HOME: "/d" })).toBe("/d/prox/maps");
  });
});

describe("prox map", () => {
  const before = process.env["PROX_MAPS_FOLDER"];
  beforeEach(() => {
    process.env["PROX_MAPS_FOLDER"] = path.join(folder, "command");
  });
  afterEach(() => {
    if (before === undefined) delete process.env["PROX_MAPS_FOLDER"];
    else process.env["PROX_MAPS_FOLDER"] = before;
  });

  it("puts an image under the heatmap, at its bounds", async () => {
    const image = await greenImage();
    await captureOutput(() =>
      MapAdd.run(["arena", "--bounds=-1000,1000,1000,-1000", "--image", image], { root }),
    );
    const { stdout } = await captureOutput(() => MapList.run([], { root }));
    expect(stdout).toContain("arena");
    const database = await createTestDatabase();
    const players = [
      { guid: "A", name: "a", team: 1 },
      { guid: "B", name: "b", team: 2 },
    ] as const;
    const round = await addRound(database.sql, { key: "one", players });
    await round.addEvents([
      { event: "kill", timeMs: 1, attacker: 0, target: 1, from: [0, 0, 0], to: [1, 1, 1] },
    ]);
    const { picture } = await reportHeatmap(database.sql, { what: "kills", filters: { map: "arena" } });
    expect(picture.ground.bounds).toEqual({ minX: -1000, minY: -1000, maxX: 1000, maxY: 1000 });
    const { pixel } = readPng(await renderPng(drawHeatmap(picture)));
    // In the middle of the left half of the map there is nothing but the image, darkened.
    const [red, green, blue] = pixel(250, 400);
    expect(green).toBeGreaterThan(100);
    expect(Math.max(red, blue)).toBeLessThan(40);
    await captureOutput(() => MapRemove.run(["arena"], { root }));
    expect(await listMaps()).toEqual([]);
  });
});
