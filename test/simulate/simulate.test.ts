import { createHash } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type Simulation, simulate } from "../../src/simulate/simulate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-simulate-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const FUNCTIONS = [
  "FindMod",
  "FindSelf",
  "G_Print",
  "Info_ValueForKey",
  "RegisterModname",
  "gentity_get",
  "trap_Cvar_Get",
  "trap_Cvar_Set",
  "trap_FS_FCloseFile",
  "trap_FS_FOpenFile",
  "trap_FS_Read",
  "trap_FS_Rename",
  "trap_FS_Write",
  "trap_GetConfigstring",
  "trap_GetUserinfo",
  "trap_Milliseconds",
  "trap_Trace",
];

/** The beginning of a VM: 2 January 2026, 03:04:05 UTC, 1,000 ms after the engine's start. */
const VM = [
  "# et-recording 1\tLua 5.4\t1767323045",
  "K\tFS_WRITE\t1",
  ["N", ...FUNCTIONS].join("\t"),
  "V\tsv_maxclients\t20",
  "V\tmapname\toasis",
];
const INIT = "C\tet_InitGame\t1000\t5000\t77\t0";
const QUIT = "C\tet_Quit\t9000";

async function play(lua: string | string[], lines: readonly (string | Buffer)[]): Promise<Simulation> {
  const recording = lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from("\n")]));
  const modules = [lua].flat().map((text, index) => ({ name: `module${index}.lua`, lua: text }));
  return simulate({ modules, recording, outputFolder: folder });
}

/** What the modules printed with `et.G_Print`. */
function printed(simulation: Simulation): string[] {
  return simulation.console.filter((line) => !line.includes(" API: ")).map((line) => line.trimEnd());
}

/** A module that prints the value of a Lua expression at et_InitGame. */
function probe(expression: string): string {
  return `function et_InitGame(...) et.G_Print(tostring(${expression}) .. "\\n") end`;
}

function written(name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}

describe("gentity_get", () => {
  const state = [
    "S\t3\thealth\t80",
    "S\t3\tps.leanf\t2",
    "S\t3\tps.origin\t1,2.5,-3",
    "S\t3\tps.eFlags\t16",
    "S\t3\tps.stats[8]\t12000",
    "S\t3\tpers.netname\tA\\\\b\\tc",
    "S\t66\ts.eType\t41",
    "S\t66\tactivator\tnil",
    "!\tsess.prestige\t\tno such field here",
  ];

  test.each([
    ["a whole number", 'et.gentity_get(3, "health")', "80"],
    ["a float, even where it is whole", 'et.gentity_get(3, "ps.leanf")', "2.0"],
    ["a vector of floats from index 1", 'table.concat(et.gentity_get(3, "ps.origin"), " ")', "1.0 2.5 -3.0"],
    ["a new vector each time", 'et.gentity_get(3, "ps.origin") == et.gentity_get(3, "ps.origin")', "false"],
    ["an element of an array", 'et.gentity_get(3, "ps.stats", 8)', "12000"],
    ["text without escapes", 'et.gentity_get(3, "pers.netname")', "A\\b\tc"],
    ["names in any case", 'et.gentity_get(3, "PS.EFLAGS")', "16"],
    ["entities that are no clients", 'et.gentity_get(66, "s.eType")', "41"],
    ["nil", 'et.gentity_get(66, "activator")', "nil"],
    ["origin as ps.origin of a client", 'et.gentity_get(3, "origin")[2]', "2.5"],
    ["an empty slot", 'et.gentity_get(7, "pers.connected")', "0"],
  ])("gives %s", async (_name, expression, value) => {
    expect(printed(await play(probe(expression), [...VM, ...state, INIT, QUIT]))).toEqual([value]);
  });

  test.each([
    [
      "a field that nobody knows",
      3,
      "pers.cl_guid",
      /^\[string "module0.lua"\]:1: tried to get invalid gentity field "pers.cl_guid"$/,
    ],
    [
      "a client's field of another entity",
      66,
      "ps.origin",
      /:1: tried to get invalid gentity field "ps.origin"$/,
    ],
    ["a field that the recorded engine lacks", 3, "sess.prestige", /:1: no such field here$/],
  ])("raises the engine's error for %s, which pcall catches", async (_name, entity, field, message) => {
    const lua = `function et_InitGame() local ok, m = pcall(function() local v = et.gentity_get(${entity}, "${field}") end) et.G_Print(m) end`;
    const result = await play(lua, [...VM, ...state, INIT, QUIT]);
    expect(printed(result)).toEqual([expect.stringMatching(message)]);
    expect(result.moduleErrors).toEqual([]);
  });

  test("counts reads of fields that the recording does not hold", async () => {
    const lua = 'function et_InitGame() et.gentity_get(3, "sess.kills") et.gentity_get(4, "sess.kills") end';
    const result = await play(lua, [...VM, ...state, INIT, QUIT]);
    expect(result.unrecordedFields).toEqual({ "sess.kills": 2 });
  });
});

test("state, cvars, configstrings and userinfo change when the recording says so", async () => {
  const lua = `function et_RunFrame(t) et.G_Print(table.concat({ t, et.gentity_get(1, "health"), et.trap_Cvar_Get("GameState"),
    et.trap_GetConfigstring(11), et.Info_ValueForKey(et.trap_GetUserinfo(1), "cl_guid"), et.FS_WRITE, et.trap_Milliseconds() }, " ")) end`;
  const frames = [
    ...["S\t1\thealth\t100", "V\tgamestate\t2", "G\t11\t500", "U\t1\t\\\\name\\\\x\\\\CL_GUID\\\\AB"],
    "C\tet_RunFrame\t1000\t5050",
    ...["S\t1\thealth\t-7", "V\tgamestate\t0", "G\t11\t550", "U\t1\t"],
    "C\tet_RunFrame\t1050\t5100",
  ];
  expect(printed(await play(lua, [...VM, ...frames, QUIT]))).toEqual([
    "5050 100 2 500 AB 1 1000",
    "5100 -7 0 550  1 1050",
  ]);
});

test("the clock of the module is the recording's", async () => {
  const lua = `
    function et_RunFrame() et.G_Print(os.time() .. " " .. os.date("!%Y-%m-%d %H:%M:%S") .. " " .. os.clock()) end`;
  const lines = [...VM, "T\t1767323050", INIT, "C\tet_RunFrame\t62750\t5000", QUIT];
  expect(printed(await play(lua, lines))).toEqual(["1767323111 2026-01-02 03:05:11 61.75"]);
});

test("a module finds itself once its chunk has run, with its SHA-1", async () => {
  const lua = `et.RegisterModname("early") local atLoad = tostring(et.FindSelf())
    function et_InitGame() local name, sha = et.FindMod(0) et.RegisterModname("late")
    et.G_Print(atLoad .. et.FindSelf() .. "[" .. name .. "]" .. et.FindMod(0) .. #sha .. sha:match("^%x+$")) end`;
  const sha1 = createHash("sha1").update(lua).digest("hex").toUpperCase();
  expect(printed(await play(lua, [...VM, INIT, QUIT]))).toEqual([`nil0[]late40${sha1}`]);
});

test("a chunk reads the cvars of its VM, though a recording tells of them after what was printed at first", async () => {
  const lua = `local map = et.trap_Cvar_Get("mapname") function et_Print(text) et.G_Print(map .. text) end`;
  const [start = "", ...rest] = VM;
  const lines = [start, rest[1] ?? "", "C\tet_Print\t900\tloading", ...rest, INIT, QUIT];
  expect(printed(await play(lua, lines))).toEqual(["oasisloading"]);
});

test("cvars that a module sets survive its VM, variables do not; recorded cvars win", async () => {
  const lua = `count = (count or 0) + 1
    function et_InitGame() et.G_Print(count .. et.trap_Cvar_Get("prox_x") .. et.trap_Cvar_Get("mapname"))
    et.trap_Cvar_Set("PROX_x", 5) et.trap_Cvar_Set("mapname", "battery") end`;
  const result = await play(lua, [...VM, INIT, QUIT, ...VM, INIT, QUIT]);
  expect(printed(result)).toEqual(["1oasis", "15oasis"]);
  expect(result.vms).toHaveLength(2);
  expect(result.strangeGlobals).toEqual(["module0.lua: count", "module0.lua: count"]);
});

/** The files that this process has open, where the system tells. */
function openFiles(): string[] {
  const folderOfAll = "/proc/self/fd";
  if (!existsSync(folderOfAll)) return [];
  return readdirSync(folderOfAll).map((descriptor) => {
    try {
      return readlinkSync(path.join(folderOfAll, descriptor));
    } catch {
      // The descriptor with which the folder was read is closed by now.
      return "";
    }
  });
}

describe("files", () => {
  const open = (name: string, mode: number): string => `et.trap_FS_FOpenFile("${name}", ${mode})`;

  test("folders are made, writing truncates, appending appends, renaming replaces", async () => {
    const lua = `local function put(name, mode, text) local fd, len = et.trap_FS_FOpenFile(name, mode)
        et.G_Print(fd .. " " .. len) et.trap_FS_Write(text, #text, fd) et.trap_FS_FCloseFile(fd) end
      function et_InitGame() put("a/b/c.txt", 1, "long old") put("a/b/c.txt", 1, "new") put("a/b/c.txt", 2, "+")
        put("d.txt", 1, "gone") et.trap_FS_Rename("a/b/c.txt", "d.txt") end`;
    const result = await play(lua, [...VM, INIT, QUIT]);
    expect(printed(result)).toEqual(["1 0", "1 0", "1 0", "1 0"]);
    expect(result.files).toEqual([{ name: "d.txt", bytes: 4 }]);
    expect(written("d.txt")).toBe("new+");
  });

  test("names that leave the folder are refused", async () => {
    const lua = `function et_InitGame() et.G_Print(table.concat({ ${open("../x.txt", 1)} }, " ")) end`;
    expect(printed(await play(lua, [...VM, INIT, QUIT]))).toEqual(["0 -1"]);
  });

  test("a file that does not exist cannot be read, one that does gives its bytes", async () => {
    writeFileSync(path.join(folder, "in.txt"), "some text");
    const lua = `function et_InitGame() local a, b = ${open("no.txt", 0)} local fd, len = ${open("in.txt", 0)}
      et.G_Print(a .. b .. " " .. len .. et.trap_FS_Read(fd, len)) et.trap_FS_FCloseFile(fd) end`;
    expect(printed(await play(lua, [...VM, INIT, QUIT]))).toEqual(["0-1 9some text"]);
  });

  test("bytes that are no UTF-8 go through unchanged", async () => {
    const lua = `function et_InitGame() local text = et.gentity_get(1, "pers.netname")
      local fd = ${open("x.txt", 1)} et.trap_FS_Write(text, #text, fd) et.trap_FS_FCloseFile(fd) end`;
    const name = Buffer.from([
      0x53,
      0x09,
      0x31,
      0x09,
      ...Buffer.from("pers.netname"),
      0x09,
      0xff,
      0x41,
      0x80,
    ]);
    await play(lua, [...VM, name, INIT, QUIT]);
    expect([...readFileSync(path.join(folder, "x.txt"))]).toEqual([0xff, 0x41, 0x80]);
  });

  test("a crash loses what the C library had not written, unless the file is synchronous", async () => {
    const lua = `function et_InitGame() for mode = 1, 3 do local fd = et.trap_FS_FOpenFile(mode .. ".txt", mode)
      local text = string.rep("x", 5000) et.trap_FS_Write(text, #text, fd) end end`;
    const result = await play(lua, [...VM, INIT]);
    expect(result.isCrash).toBe(true);
    expect(result.files.map(({ bytes }) => bytes)).toEqual([4096, 4096, 5000]);
    expect(result.leakedFiles).toEqual([]);
  });

  test("a file that is never closed is reported", async () => {
    const result = await play(`function et_InitGame() ${open("leak.txt", 1)} end`, [...VM, INIT, QUIT]);
    expect(result.leakedFiles).toEqual(["leak.txt"]);
    expect(openFiles()).not.toContain(path.join(folder, "leak.txt"));
  });

  test("the 64th open file ends the map, and pcall does not help", async () => {
    const lua = `local n = 0 function et_RunFrame() n = n + 1 pcall(et.trap_FS_FOpenFile, n .. ".txt", 1) end`;
    const frames = Array.from({ length: 70 }, () => "C\tet_RunFrame\t1000\t5000");
    const result = await play(lua, [...VM, ...frames, QUIT]);
    expect(result.drop).toBe("FS_HandleForFile: none free");
    expect(result.files).toHaveLength(63);
  });
});

test.each([
  ["an entity out of range", 'et.gentity_get(1024, "health")', "gentity_get of entity 1024"],
  ["a userinfo out of range", "et.trap_GetUserinfo(20)", "SV_GetUserinfo: bad index 20"],
  ["a configstring out of range", "et.trap_GetConfigstring(-1)", "SV_GetConfigstring: bad index -1"],
  ["a closed handle", 'et.trap_FS_Write("x", 1, 9)', "FS_FileForHandle: NULL for handle 9"],
  [
    "more bytes than there are",
    'et.trap_FS_Write("x", 2, et.trap_FS_FOpenFile("x", 1))',
    "trap_FS_Write of 2 bytes from a string of 1",
  ],
])("%s ends the map", async (_name, expression, message) => {
  const lua = `function et_InitGame() pcall(function() local value = ${expression} end) et.G_Print("on") end
    function et_Quit() et.G_Print("quit") end`;
  const result = await play(lua, [...VM, INIT, QUIT]);
  expect(result.drop).toBe(message);
  expect(printed(result)).not.toContain("quit");
});

test.each([
  ["raises it", "et.trap_GetConfigstring(-1)"],
  ["hides it with pcall", "pcall(et.trap_GetConfigstring, -1)"],
])("a chunk that %s ends the map while it is loaded, and no module runs on", async (_name, chunk) => {
  const next = 'et.G_Print("loaded") function et_Print() et.G_Print("called") end et_InitGame = et_Print';
  for (const lua of [chunk, [chunk, next], [next, chunk]]) {
    const result = await play(lua, [...VM, "C\tet_Print\t900\tloading", INIT, QUIT]);
    expect(result.drop).toBe("SV_GetConfigstring: bad index -1");
    expect(result.moduleErrors).toEqual([]);
    expect(result.isCrash).toBe(false);
    expect(printed(result)).toEqual(lua[0] === next ? ["loaded"] : []);
  }
});

test("what was printed early is not played on once it ended the map", async () => {
  const lua = "function et_Print(text) et.G_Print(text) et.trap_GetConfigstring(-1) end";
  const early = ["C\tet_Print\t900\tone", "C\tet_Print\t900\ttwo"];
  const result = await play(lua, [...VM, ...early, INIT, QUIT]);
  expect(result.drop).toBe("SV_GetConfigstring: bad index -1");
  expect(printed(result)).toEqual(["one"]);
});

test("an error in a callback is printed and counted, and the module goes on", async () => {
  const lua = `local n = 0 function et_RunFrame() n = n + 1 error("bad") end function et_Quit() et.G_Print(n) end`;
  const frame = "C\tet_RunFrame\t1000\t5000";
  const result = await play(lua, [...VM, INIT, frame, frame, frame, QUIT]);
  const message = '[string "module0.lua"]:1: bad';
  expect(result.moduleErrors).toEqual([{ callback: "et_RunFrame", message, count: 3 }]);
  expect(result.console).toContain(`Lua 5.4 API: ^$et_RunFrame error running lua script: '${message}'\n`);
  expect(printed(result)).toEqual(["3"]);
});

test.each([
  ["does not parse", "local = 1", /syntax error during pre-compilation/],
  ["fails while it is loaded", "error('no')", /Lua VM start failed \( module0.lua \)/],
])("a module that %s is left out, the next one loads", async (_name, lua, line) => {
  const result = await play([lua, probe("et.FindSelf()")], [...VM, INIT, QUIT]);
  expect(result.console).toContainEqual(expect.stringMatching(line));
  expect(result.moduleErrors).toHaveLength(1);
  expect(printed(result)).toEqual(["0"]);
});

describe("several modules", () => {
  const listener = `for _, name in ipairs({ "et_Obituary", "et_Damage", "et_ClientConnect", "et_RunFrame" }) do
    _G[name] = function() et.G_Print(name) end end`;
  const events = [
    "C\tet_Obituary\t1000\t1\t2\t8",
    "C\tet_Damage\t1000\t1\t2\t18\t64\t8",
    "C\tet_ClientConnect\t1000\t1\t1\t0",
    "C\tet_RunFrame\t1000\t5000",
  ];

  test.each([
    ["nothing", "", ["et_Obituary", "et_Damage", "et_ClientConnect", "et_RunFrame"]],
    ["0", "return 0", ["et_Damage", "et_RunFrame"]],
    ["1", "return 1", ["et_RunFrame"]],
  ])("an answer of %s lets through what the engine lets through", async (_name, answer, heard) => {
    const first = listener.replace("et.G_Print(name)", answer);
    expect(printed(await play([first, listener], [...VM, ...events, QUIT]))).toEqual(heard);
  });

  test("have globals of their own", async () => {
    const lua =
      "x = (x or 0) + 1 string.mine = (string.mine or 0) + 1 function et_Quit() et.G_Print(x .. string.mine) end";
    expect(printed(await play([lua, lua], [...VM, INIT, QUIT]))).toEqual(["11", "11"]);
  });
});

test("what has no answer in a recording is counted", async () => {
  const result = await play("function et_InitGame() et.trap_Trace() end", [...VM, INIT, QUIT]);
  expect(result.unsupportedFunctions).toEqual({ trap_Trace: 1 });
});

test("callbacks are counted whether or not the module defines them", async () => {
  const result = await play("function et_Quit() end", [...VM, INIT, "C\tet_Print\t1000\thello\\n", QUIT]);
  expect(result.vms[0]?.callbacks).toEqual({ et_InitGame: 1, et_Print: 1, et_Quit: 1 });
});

test("callbacks get numbers, except where they get text", async () => {
  const lua = `function et_WeaponFire(...) et.G_Print(select("#", ...) .. math.type((...)) .. select(2, ...)) end
    function et_Print(text) et.G_Print("<" .. text .. ">") end
    function et_ClientCommand(slot, text) et.G_Print(slot + 1 .. text) end`;
  const lines = [
    "C\tet_WeaponFire\t1000\t4\t8",
    "C\tet_Print\t1000\ta\\tb",
    "C\tet_ClientCommand\t1000\t1\tsay",
  ];
  expect(printed(await play(lua, [...VM, ...lines, QUIT]))).toEqual(["2integer8", "<a\tb>", "2say"]);
});

test.each([
  ["no recording", ["hello"], /line 1: a recording begins with/],
  [
    "another version",
    ["# et-recording 2\tLua 5.4\t1"],
    /line 1: this is no recording of a version that is known/,
  ],
  ["an unknown record", [...VM, "X\t1"], /line 6: unknown kind of record 'X'/],
  ["a record without a value", [...VM, "S\t1\thealth"], /line 6: a record S needs/],
])("%s is refused with the number of the line", async (_name, lines, message) => {
  await expect(play("function et_Quit() end", lines)).rejects.toMatchObject({
    code: "E_RECORDING",
    message: expect.stringMatching(message) as unknown,
  });
});
