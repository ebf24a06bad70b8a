/** Named areas: which one a place is in, which ones can be stored, and the files and commands they come from. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it, test } from "vitest";

import MapAreaAdd from "../../src/commands/map/area/add.ts";
import MapAreaExport from "../../src/commands/map/area/export.ts";
import MapAreaImport from "../../src/commands/map/area/import.ts";
import MapAreaList from "../../src/commands/map/area/list.ts";
import MapAreaRemove from "../../src/commands/map/area/remove.ts";
import { parseAreaFile, writeAreaFile } from "../../src/maps/area-file.ts";
import { areaFinder, labelPlaces, type Corner, type MapArea } from "../../src/maps/areas.ts";
import { checkArea, parseAreaName, parseFloor, parseOutline } from "../../src/maps/check-area.ts";
import { UNSAFE_CHARACTERS } from "../../src/names.ts";
import { HOSTILE_NAMES } from "../support/hostile-names.ts";
import { type Runnable, useReportCommands } from "../support/report-commands.ts";

const square = (name: string, x: number, y: number, side: number, floor?: [number, number]): MapArea => ({
  name,
  outline: [
    [x, y],
    [x + side, y],
    [x + side, y + side],
    [x, y + side],
  ],
  floor: floor === undefined ? undefined : { from: floor[0], to: floor[1] },
});

describe("the area of a place", () => {
  const find = areaFinder([
    square("yard", 0, 0, 1000),
    square("house", 100, 100, 200),
    square("attic", 100, 100, 200, [128, 256]),
    { name: "far tower", spots: [[3000, 0, 0]] },
    {
      name: "well",
      spots: [
        [-100, -100, 0],
        [-100, -100, 900],
      ],
    },
  ]);
  it.each([
    [500, 500, 0, "yard"],
    // The smallest outline wins, and of two of one size the lower floor.
    [200, 200, 0, "house"],
    [200, 200, 128, "attic"],
    [200, 200, 255.9, "attic"],
    [200, 200, 256, "house"],
    // A height that nobody recorded is on no floor.
    [200, 200, null, "house"],
    // Outlines go before spots, however near.
    [1, 1, 0, "yard"],
    [-1, -1, 0, "well"],
    [-1, -1, 1500, "well"],
    [-1, -1, 1950, undefined],
    [2000, 0, 0, "far tower"],
    [1976, 0, 0, "far tower"],
    [1975, 0, 0, undefined],
  ])("at %s, %s, %s is %s", (x, y, z, name) => {
    expect(find(x, y, z)?.name).toBe(name);
  });

  it("does not depend on the order of areas", () => {
    const same = [square("b", 0, 0, 10), square("a", 0, 0, 10)];
    expect(areaFinder(same)(5, 5, 0)?.name).toBe("a");
    expect(areaFinder(same.toReversed())(5, 5, 0)?.name).toBe("a");
  });

  it("knows the inside of a bent outline, as a count of squares does", () => {
    // A U of three arms, each 10 wide, in a square of 30; the gap is in the middle, at the top.
    const outline = parseOutline("0,0 30,0 30,30 20,30 20,10 10,10 10,30 0,30");
    const inside = areaFinder([{ name: "u", outline, floor: undefined }]);
    for (let x = 0.5; x < 30; x += 1) {
      for (let y = 0.5; y < 30; y += 1) {
        const isGap = x > 10 && x < 20 && y > 10;
        expect([x, y, inside(x, y, 0) !== undefined]).toEqual([x, y, !isGap]);
      }
    }
    // Its name stands on it.
    const u = { name: "u", outline, floor: undefined };
    const [[x, y] = [0, 0]] = labelPlaces(u, [u]);
    expect(inside(x, y, 0)).toBeDefined();
  });
});

test("a name does not stand in a smaller area within", () => {
  const [yard, house] = [square("yard", 0, 0, 1000), square("house", 300, 300, 400)];
  const [[x, y] = [0, 0]] = labelPlaces(yard, [yard, house]);
  expect(areaFinder([yard, house])(x, y, 0)?.name).toBe("yard");
  expect(labelPlaces(house, [yard, house])).toEqual([[500, 500]]);
  expect(labelPlaces({ name: "spots", spots: [[1, 2, 3]] }, [])).toEqual([[1, 2]]);
});

describe("an area that cannot be stored", () => {
  const outline = (text: string) => () =>
    checkArea({ name: "a", outline: parseOutline(text), floor: undefined });
  it.each([
    ["two corners", outline("0,0 1,1"), /3 to 64 corners/],
    ["a crossing", outline("0,0 10,10 10,0 0,10"), /crosses itself/],
    ["a corner twice", outline("0,0 10,0 10,0 0,10"), /crosses itself|no inside/],
    ["a way back over itself", outline("0,0 10,0 5,0 5,10"), /crosses itself/],
    ["a touching corner", outline("0,0 10,0 10,10 5,0 0,10"), /crosses itself/],
    ["no surface", outline("0,0 5,5 10,10"), /crosses itself|no inside/],
    ["a word", outline("0,0 10,x 10,10"), /no corner/],
    ["too far", outline("0,0 99999,0 0,10"), /outside the map/],
    ["turned heights", () => parseFloor("128..0"), /no range of heights/],
    ["no heights", () => parseFloor("up"), /no range of heights/],
    ["an empty name", () => parseAreaName(" ^1 "), /cannot be the name/],
    ["a long name", () => parseAreaName("W".repeat(61)), /cannot be the name/],
  ])("%s", (_, check, message) => {
    expect(check).toThrow(expect.objectContaining({ code: "E_AREA" }));
    expect(check).toThrow(message);
  });

  it("lies outside the bounds of its map", () => {
    const bounds = { minX: 0, minY: 0, maxX: 100, maxY: 100 };
    expect(() => checkArea(square("a", 50, 50, 51), bounds)).toThrow(/50,101|101,50/);
    expect(checkArea(square("a", 50, 50, 50), bounds)).toEqual(square("a", 50, 50, 50));
  });

  it("finds crossings as a try of all pairs of sides does", () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return Math.floor((seed / 2147483648) * 40);
    };
    const isCut = ([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner, [dx, dy]: Corner): boolean => {
      const det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx);
      if (det === 0) return false;
      const s = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det;
      const t = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / det;
      return s >= 0 && s <= 1 && t >= 0 && t <= 1;
    };
    let crossing = 0;
    for (let round = 0; round < 500; round += 1) {
      const corners = Array.from({ length: 5 }, (): Corner => [random(), random()]);
      const at = (index: number): Corner => corners[index % 5] ?? [0, 0];
      const truth = [0, 1, 2, 3, 4].some((one) =>
        [2, 3].some((more) => isCut(at(one), at(one + 1), at(one + more), at(one + more + 1))),
      );
      if (truth) {
        crossing += 1;
        expect(() => checkArea({ name: "a", outline: corners, floor: undefined })).toThrow(/crosses/);
      }
    }
    expect(crossing).toBeGreaterThan(100);
  });
});

describe("a file of areas", () => {
  const parse = (text: string) => parseAreaFile(Buffer.from(text), "a.dat");

  it("is the game's location file", () => {
    const text = [
      "/////////////////////////",
      "// Map name: arena",
      "/* old",
      '1 2 3 "not this" */',
      "",
      '100 -200 40 "^3Main ^7Gate"',
      "300 -200 40 @",
      '-64 0 0 "Depot"\r',
      "500 500 500 Main Gate",
      '0 0 0 "nowhere"',
    ].join("\n");
    expect(parse(text)).toEqual([
      {
        name: "Main Gate",
        spots: [
          [100, -200, 40],
          [300, -200, 40],
          [500, 500, 500],
        ],
      },
      { name: "Depot", spots: [[-64, 0, 0]] },
    ]);
  });

  it("is what was exported", () => {
    const areas: MapArea[] = [
      square("Ä <b>", 0, 0, 12.5, [-10, 20]),
      square("plain", 0, 0, 10),
      { name: "spot", spots: [[1, 2, 3]] },
    ];
    expect(parse(writeAreaFile("arena", areas))).toEqual(areas);
  });

  it.each([
    ["a line that is no spot", '1 2 "x"', /line 1/],
    ["@ at the beginning", "\n1 2 3 @", /line 2: @ repeats/],
    ["nothing in it", "// only words", /no area/],
    ["broken JSON", '{\n"areas": [', /line/],
    ["no list", "{}", /"areas"/],
    ["an area of both kinds", '{"areas":[{"name":"a","outline":[],"spots":[]}]}', /area 1: .*not both/],
    ["text for numbers", '{"areas":[{"name":"a","outline":[[1,"2"]]}]}', /area 1/],
    [
      "a name twice",
      '{"areas":[{"name":"a","spots":[[1,2,3]]},{"name":"^1a","spots":[[1,2,3]]}]}',
      /two areas/,
    ],
    ["zeros", "1 2 3 \0", /no text/],
  ])("has %s", (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: "E_AREA_FILE" }));
    expect(() => parse(text)).toThrow(message);
  });

  it("takes no name that acts on what shows it", () => {
    for (const name of Object.values(HOSTILE_NAMES)) {
      let area: MapArea | undefined;
      try {
        area = checkArea({ name, spots: [[1, 2, 3]] });
      } catch (error) {
        expect(error).toMatchObject({ code: "E_AREA" });
        continue;
      }
      expect(area.name).not.toMatch(new RegExp(UNSAFE_CHARACTERS, "u"));
      expect(area.name.trim()).not.toBe("");
    }
  });
});

describe("prox map area", () => {
  const commands = useReportCommands();

  it("adds, lists, exports, imports, and removes", async () => {
    const add = (...argv: string[]) => commands.run(MapAreaAdd, ...argv);
    expect(
      (await add("Arena", "^1Bridge", "--outline=0,0 512.5,0 512,256 -5,200", "--z=-8..128")).stdout,
    ).toContain("added Bridge on arena");
    expect((await add("arena", "Bridge", "--outline=0,0 512.5,0 512,256", "--z=-8..128")).stdout).toContain(
      "replaced",
    );
    const file = path.join(commands.folder, "arena_loc.dat");
    writeFileSync(file, '1 2 3 "Gate"\n-4 -5 -6 @\n');
    expect((await commands.run(MapAreaImport, "arena", file)).stdout).toContain("arena: added 1 area");
    const expected = [
      {
        map: "arena",
        name: "Bridge",
        outline: [
          [0, 0],
          [512.5, 0],
          [512, 256],
        ],
        floor: { from: -8, to: 128 },
      },
      {
        map: "arena",
        name: "Gate",
        spots: [
          [1, 2, 3],
          [-4, -5, -6],
        ],
      },
    ];
    expect(await commands.json(MapAreaList)).toEqual({ areas: expected });
    expect((await commands.run(MapAreaList, "ARENA")).stdout).toMatch(
      /arena\s+Bridge\s+3 corners\s+-8\.\.128/,
    );
    const written = path.join(commands.folder, "areas.json");
    await commands.run(MapAreaExport, "arena", written);
    expect((await commands.run(MapAreaExport, "arena")).stdout).toBe(readFileSync(written, "utf8"));
    expect(Object.values(await commands.run(MapAreaRemove, "arena", "bridge")).join("")).toContain(
      "removed Bridge",
    );
    const refuse = async (expected: string, command: Runnable, ...argv: string[]): Promise<void> => {
      expect((await commands.run(command, ...argv)).stderr).toContain(expected);
    };
    await refuse("did you mean Gate?", MapAreaRemove, "arena", "gaet", "gate");
    await refuse("E_USAGE", MapAreaRemove, "arena");
    await commands.run(MapAreaAdd, "arena", "Other", "--outline=0,0 5,0 5,5");
    expect((await commands.run(MapAreaImport, "arena", written, "--replace")).stdout).toContain(
      "arena: added 1 area, replaced 1, removed 1",
    );
    expect(await commands.json(MapAreaList)).toEqual({ areas: expected });
    expect(await commands.json(MapAreaRemove, "arena", "--all")).toEqual({
      map: "arena",
      removed: ["Bridge", "Gate"],
    });
    await refuse("E_NOT_FOUND", MapAreaExport, "arena");
    await refuse("E_AREA_FILE", MapAreaImport, "arena", "/nowhere");
    await refuse("E_AREA_FILE", MapAreaImport, "arena", "/dev/zero");
  });
});
