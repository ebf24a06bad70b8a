/**
 * The server's log as the tracker reads it (`prox_announce 1`): the engine prints what escapes from et_Print, and gives it to
 * et_Print again, until the server dies. So nothing may escape, whatever is printed and whatever breaks.
 */
import { beforeAll, describe, expect, test } from "vitest";

import { LIMITS } from "../../src/format/limits.ts";
import { RoundFileParser } from "../../src/parsers/round-file.ts";
import type { LuaModule } from "../../src/simulate/simulate.ts";
import { trackerModule } from "../support/simulations.ts";
import { createMemoryServer, type MemoryServer } from "./memory-server.ts";
import { expectHarmless, finishPlay, roundsOf, type Played } from "./played.ts";
import { beginPlay, createMatch } from "./small-match.ts";

const CVARS = { prox_announce: "1" };

let tracker: LuaModule;
beforeAll(async () => {
  tracker = await trackerModule();
});

/** Breaks what reads a text that holds BREAK, with an error that is no text either. */
const BROKEN = `
local string = setmetatable({ byte = function(text, ...)
  if text:find("BREAK", 1, true) then error({}) end
  return ("").byte(text, ...)
end }, { __index = string })
`;

/** The engine within et_Print: every function of it fails there. */
const DEAF = `
local isInside = false
local engine = et
local et = setmetatable({}, { __index = function(_, name)
  local value = engine[name]
  if type(value) ~= "function" then return value end
  return function(...)
    if isInside then error(name .. " in et_Print") end
    return value(...)
  end
end })
`;
const DEAF_CALLS = `
local run, wrapped = et_RunFrame, nil
function et_RunFrame(levelMs)
  run(levelMs)
  local own = et_Print
  if own == nil or own == wrapped then return end
  wrapped = function(text)
    isInside = true
    own(text)
    isInside = false
  end
  et_Print = wrapped
end
`;

/** A module that more can follow: it ends with a return. */
function chunk(lua: string): string {
  return `;(function(...) ${lua} end)(...)\n`;
}

async function serverOf(lua: string, cvars: Readonly<Record<string, string>> = CVARS): Promise<MemoryServer> {
  return createMemoryServer([{ ...tracker, lua }], cvars);
}

/** Plays a second with what is printed in it, and five more frames. */
function script(printed: readonly string[]): Uint8Array {
  const match = createMatch();
  beginPlay(match);
  match.print('legacy announce: "first"\n');
  match.frame();
  for (const text of printed) match.print(text);
  for (let frame = 0; frame < 20; frame += 1) match.frame();
  match.print('legacy announce: "last"\n');
  match.frame();
  match.finishRound(1, 1000);
  match.quit();
  return match.take();
}

const announced = ({ rounds }: Played): string[] =>
  (rounds[0]?.objectives.lines ?? []).flatMap((line) => {
    const [note, , text = ""] = line.split("\t");
    return note === "#announce" ? [text] : [];
  });
const stateOf = ({ rounds }: Played): string | undefined =>
  rounds[0]?.objectives.lines.findLast((line) => line.startsWith("#capture\tannounce\t"));

const BYTES = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("");
const HOSTILE = [
  "",
  "\0",
  "\n",
  "A",
  "Exit: ",
  "Item: ",
  "Item: 99999999999999999999 team_CTF_redflag\n",
  "Item: -1 team_CTF_redflag\n",
  "Item: 0 team_CTF_redflag\0\n",
  "Health_Pack: 0\n",
  "Health_Pack: 0 99999999999999999999999999\n",
  `Health_Pack: ${"9".repeat(100_000)} 1\n`,
  "Ammo_Pack: 0x1 1e5\n",
  "Ammo_Pack: 1 \0\n",
  "%s%d%n%1",
  "announce: %%",
  `${"x".repeat(100_000)} announce: "long mod"\n`,
  `legacy announce: "${"y".repeat(1_000_000)}"\n`,
  `legacy announce: "${BYTES.repeat(20)}"\n`,
  'legacy announce: "\0"\n',
  'legacy announce: "\xc3"\n',
  'legacy announce: "no end\n',
  'legacy announce: ""\n',
  'legacy announce: "\\t#trailer\t\n#rows\t5"\n',
];

test("no text does any harm, and the files stay such that a reader takes them", async () => {
  const server = await serverOf(tracker.lua);
  server.play(script(HOSTILE));
  for (const text of server.files("_objectives").values()) {
    const parser = new RoundFileParser();
    const faults = [...parser.push(Buffer.from(text, "utf8"))].filter(({ type }) => type === "fault");
    parser.end();
    expect(faults).toEqual([]);
  }
  const played = finishPlay(server);
  const notes = announced(played);
  expect([notes[0], notes.at(-1)]).toEqual(["first", "last"]);
  expect(notes).toContain("y".repeat(512));
  expect(notes).toContain("\\xc3");
  expect(played.rounds[0]?.objectives.rows.filter((row) => row[1]?.startsWith("pack_") === true)).toEqual([]);
  expect(stateOf(played)).toBe("#capture\tannounce\ton");
});

describe("an error in et_Print", () => {
  const lines = script(['legacy announce: "BREAK"\n', 'legacy announce: "after"\n']);

  test("goes no further: the capture has failed, and the files say so", async () => {
    const server = await serverOf(BROKEN + tracker.lua);
    server.play(lines);
    const played = finishPlay(server);
    expect(announced(played)).toContain("first");
    expect(announced(played)).not.toContain("last");
    expect(stateOf(played)).toBe("#capture\tannounce\tfailed");
    expect(played.rounds[0]?.positions.isSound).toBe(true);
    expect(played.rounds[0]?.positions.lines).toContain("#capture\tannounce\tfailed");
  });

  test("would be seen here if it escaped", async () => {
    const open = tracker.lua.replaceAll("pcall(keep, text)", "true, keep(text)");
    expect(open).not.toBe(tracker.lua);
    const server = await serverOf(BROKEN + open);
    server.play(lines);
    server.finish();
    expect(server.reports("error")).toHaveLength(1);
    server.close();
  });
});

test("nothing of the engine is called in et_Print", async () => {
  const server = await serverOf(`${DEAF}${chunk(tracker.lua)}${DEAF_CALLS}`);
  server.play(
    script(["Item: 1 team_CTF_redflag\n", "Health_Pack: 0 1\n", "Exit: Timelimit hit.\n", ...HOSTILE]),
  );
  const played = finishPlay(server);
  expect(announced(played)).toContain("last");
  expect(played.rounds[0]?.objectives.rows.filter((row) => row[1] === "pack_health")).toHaveLength(1);
  expect(stateOf(played)).toBe("#capture\tannounce\ton");
});

test("an error in what is made of the lines ends this capture alone", async () => {
  const broken = tracker.lua.replace("local function workOn(text)", "local function workOn(text) error({})");
  expect(broken).not.toBe(tracker.lua);
  const server = await serverOf(broken);
  server.play(script([]));
  server.finish();
  expectHarmless(server);
  const [round] = roundsOf(server);
  expect(round?.objectives.lines).toContain("#capture\tannounce\tfailed");
  expect(round?.objectives.value("capture\tobjectives")).toBe("on");
  expect(round?.objectives.rows.some((row) => row[1] === "exit")).toBe(true);
  server.close();
});

test("more lines in a frame than a game has are no game's: the capture ends", async () => {
  const server = await serverOf(tracker.lua);
  server.play(script(Array.from({ length: 100 }, (_, index) => `legacy announce: "flood ${index}"\n`)));
  const played = finishPlay(server);
  expect(announced(played)).toHaveLength(1 + 64);
  expect(stateOf(played)).toBe("#capture\tannounce\tfailed");
});

test("more announcements than a reader takes: the file keeps what it takes, and the capture ends", async () => {
  const limit = `announceNotes = ${LIMITS.announceNotes}`;
  const low = tracker.lua.replace(limit, "announceNotes = 5");
  expect(low).not.toBe(tracker.lua);
  const server = await serverOf(low);
  server.play(script(Array.from({ length: 10 }, (_, index) => `legacy announce: "number ${index}"\n`)));
  const played = finishPlay(server);
  expect(announced(played)).toEqual(["first", "number 0", "number 1", "number 2", "number 3"]);
  expect(stateOf(played)).toBe("#capture\tannounce\tfailed");
  expect(played.rounds[0]?.objectives.rows.some((row) => row[1] === "exit")).toBe(true);
});

test("what the tracker itself prints is nothing to it", async () => {
  // As the engine does: what a module prints comes to every et_Print.
  const echo = `local print = et.G_Print
    et.G_Print = function(text) print(text) if et_Print ~= nil then et_Print(text) end end\n`;
  const server = await serverOf(echo + tracker.lua, { ...CVARS, prox_debug: "1" });
  server.play(script([]));
  const played = finishPlay(server);
  expect(announced(played)).toEqual(["first", "last"]);
});

test("et_Print is there only while it is wanted", async () => {
  const probe = `
    local run = et_RunFrame
    function et_RunFrame(levelMs)
      run(levelMs)
      et.G_Print("et_Print: " .. type(et_Print) .. " in " .. et.trap_Cvar_Get("gamestate"))
    end`;
  const seen = async (cvars: Readonly<Record<string, string>>): Promise<string[]> => {
    const server = await serverOf(chunk(tracker.lua) + probe, cvars);
    server.play(script([]));
    const { console } = finishPlay(server);
    return [
      ...new Set(console.map((line) => line.trim()).filter((line) => line.startsWith("et_Print: "))),
    ].sort();
  };
  expect(await seen(CVARS)).toEqual(["et_Print: function in 0", "et_Print: nil in 3"]);
  expect(await seen({})).toEqual(["et_Print: nil in 0", "et_Print: nil in 3"]);
});
