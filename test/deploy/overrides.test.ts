/** Which files of a server change its module lists later, and which of them do harm. */
import { describe, expect, test } from "vitest";

import { evaluateCfgs, winnerOf } from "../../src/deploy/cfg-evaluation.ts";
import type { GameFiles } from "../../src/deploy/game-files.ts";
import { LeagueWorkspace, findLeagueConfigs } from "../../src/deploy/league-workspace.ts";
import { type Override, findMapOverrides, isHarmless } from "../../src/deploy/overrides.ts";

/** The overrides of a server with these files, started with this cfg. */
async function overridesOf(cfg: string, files: Record<string, string>): Promise<Override[]> {
  const evaluation = await evaluateCfgs(["main.cfg"], () =>
    Promise.resolve({ path: "/g/main.cfg", text: cfg }),
  );
  const game: Pick<GameFiles, "find" | "list"> = {
    find: (name) => {
      const text = files[name];
      const file = {
        path: `/g/${name}`,
        bytes: Buffer.from(text ?? ""),
        mode: 0o644,
        group: 0,
        isAside: false,
        shadowed: [],
      };
      return Promise.resolve(text === undefined ? undefined : file);
    },
    list: (folder, suffix) => {
      const names = Object.keys(files).filter(
        (name) => name.startsWith(`${folder}/`) && name.endsWith(suffix),
      );
      return Promise.resolve(names.map((name) => name.slice(folder.length + 1)));
    },
  };
  const active = winnerOf(evaluation, "g_customConfig")?.value;
  const listFile = winnerOf(evaluation, "g_luaModuleList")?.value ?? "";
  const configs = await findLeagueConfigs(game as GameFiles, active);
  const leagues = new LeagueWorkspace(game as GameFiles, configs, listFile !== "");
  return [...(await leagues.overrides()), ...(await findMapOverrides(game as GameFiles, evaluation))];
}

const CONFIG = 'init\n{\n  set lua_modules "a.lua"\n  setl lua_allowedModules "AA"\n  set sv_fps 20\n}\n';

test("a config sets lists when it is voted in, and on every map where g_customConfig names it", async () => {
  const found = await overridesOf('set g_customConfig "LEGACY6"', {
    "configs/legacy6.config": CONFIG,
    "configs/other.config":
      "// set lua_modules commented\ninit { /* set lua_modules too */ set g_luaModuleList x }",
  });
  const common = { isLocked: false, league: { path: "/g/configs/legacy6.config", isLoose: true } };
  expect(found).toEqual([
    {
      ...common,
      place: "/g/configs/legacy6.config:3",
      name: "lua_modules",
      value: "a.lua",
      isActive: true,
      when: "at each map, as g_customConfig names this file",
    },
    {
      ...common,
      place: "/g/configs/legacy6.config:4",
      name: "lua_allowedmodules",
      value: "AA",
      isActive: true,
      isLocked: true,
      when: "at each map, as g_customConfig names this file, and locks it",
    },
    {
      place: "/g/configs/other.config:2",
      name: "g_luamodulelist",
      value: "x",
      isActive: false,
      isLocked: false,
      when: "when this config is voted in",
      league: { path: "/g/configs/other.config", isLoose: true },
    },
  ]);
});

test("an assignment for single maps is not active, and is told with their names", async () => {
  const text = `init { set lua_modules "a.lua" }
map one { set lua_modules "b.lua" }
map two { set lua_modules "c.lua" }
map default { set lua_modules "d.lua" }
map THREE { setl lua_modules "e.lua" }`;
  const files = { "configs/cup.config": text };
  const active = await overridesOf("set g_customConfig cup", files);
  expect(active.map(({ isActive, value, when }) => [value, isActive, when])).toEqual([
    ["d.lua", true, "at each map, as g_customConfig names this file"],
    ["e.lua", false, "on the map three, as g_customConfig names this file, and locks it"],
  ]);
  const others = await overridesOf("", { "configs/cup.config": text.replace("map default", "map four") });
  expect(others.map(({ value, when }) => [value, when])).toEqual([
    ["a.lua", "when this config is voted in"],
    ["b.lua", "on the map one when this config is voted in"],
    ["c.lua", "on the map two when this config is voted in"],
    ["d.lua", "on the map four when this config is voted in"],
    ["e.lua", "on the map three when this config is voted in, and locks it"],
  ]);
});

test("commands of a config set lists too, through files that they execute", async () => {
  const files = {
    "configs/cup.config": 'init\n{\n  command "exec cup"\n}\nmap oasis {\n command "set lua_modules b.lua" }',
    "cup.cfg": 'set x 1\nset lua_modules "c.lua"',
  };
  const found = await overridesOf("set g_customConfig cup", files);
  expect(found.map(({ isActive, place, value, when }) => [place, value, isActive, when])).toEqual([
    ["/g/cup.cfg:2", "c.lua", true, "by a command of cup.config, at each map"],
    ["/g/configs/cup.config:6", "b.lua", false, "by a command of cup.config, at each map"],
  ]);
  expect(found.every(({ league }) => league === undefined)).toBe(true);
});

test("lua_modules of a config does not count where g_luaModuleList names a file", async () => {
  const files = {
    "configs/a.config": CONFIG,
    "configs/b.config": 'init { set g_luaModuleList "" set lua_modules "b.lua" }',
  };
  const found = await overridesOf('set g_luaModuleList "mods.txt"', files);
  expect(found.map(({ name, value }) => [name, value])).toEqual([
    ["lua_allowedmodules", "AA"],
    ["lua_modules", "b.lua"],
    ["g_luamodulelist", ""],
  ]);
});

test("the config that g_customConfig names may lie in a further folder", async () => {
  const found = await overridesOf('set g_customConfig "cups/six"', { "configs/cups/six.config": CONFIG });
  expect(found.map(({ isActive }) => isActive)).toEqual([true, true]);
});

test("without g_customConfig the default config is active", async () => {
  const found = await overridesOf("", { "configs/defaultpublic.config": CONFIG });
  expect(found.map(({ isActive }) => isActive)).toEqual([true, true]);
});

test("a map's config counts only where g_mapConfigs names its folder; default.cfg is for each map", async () => {
  const files = {
    "mapconfigs/default.cfg": "set lua_modules x.lua",
    "mapconfigs/supply.cfg": 'seta lua_modules "y.lua z.lua"\necho set lua_modules no',
  };
  expect(await overridesOf("", files)).toEqual([]);
  const found = await overridesOf("set g_mapConfigs mapconfigs", files);
  expect(found).toMatchObject([
    { place: "/g/mapconfigs/default.cfg:1", value: "x.lua", isActive: true },
    { place: "/g/mapconfigs/supply.cfg:1", value: "y.lua z.lua", isActive: false },
  ]);
  expect(found[1]?.when).toBe("after the map supply has started, as g_mapConfigs says");
});

describe("is no override:", () => {
  test.each([
    ["another verb in a config", 'init { unset lua_modules "x.lua" }'],
    ["another variable in a config", 'init { set lua_other "x.lua" }'],
    ["a comment that never ends", 'init { /* set lua_modules "x.lua" }'],
    ["what stands in no block", 'set lua_modules "x.lua"'],
  ])("%s", async (_name, text) => {
    expect(await overridesOf("", { "configs/a.config": text })).toEqual([]);
  });

  test.each([
    ["another verb in a map's config", "reset lua_modules x.lua"],
    ["a verb that only begins as one", "setting lua_modules x.lua"],
    ["a name without a value", "set lua_modules"],
    ["another variable in a map's config", "set sv_fps 20"],
  ])("%s", async (_name, text) => {
    expect(await overridesOf("set g_mapConfigs maps", { "maps/supply.cfg": text })).toEqual([]);
  });

  test("a file of another kind beside the configs", async () => {
    const files = { "configs/a.config.old": CONFIG, "maps/supply.cfg.old": "set lua_modules x.lua" };
    expect(await overridesOf("set g_mapConfigs maps", files)).toEqual([]);
  });
});

describe("an override is harmless", () => {
  const sha1 = "ab".repeat(20);
  test.each([
    ["lua_modules", "a.lua m", true],
    ["lua_modules", "a.lua", false],
    ["lua_modules", "", false],
    ["lua_allowedmodules", "", true],
    ["lua_allowedmodules", sha1.toUpperCase(), true],
    ["lua_allowedmodules", "CD".repeat(20), false],
    ["g_luamodulelist", "", true],
    ["g_luamodulelist", "list.txt", false],
  ])("%s = %j: %s", (name, value, harmless) => {
    const override = { place: "", name, value, isActive: true, isLocked: false, when: "" };
    expect(isHarmless(override, "m.lua", sha1)).toBe(harmless);
  });
});
