/** League configs as the engine reads them, and edits of their lists. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runLeagueConfig, winnersOf } from "../../src/deploy/league-config.ts";
import { editLeagueConfig } from "../../src/deploy/league-edits.ts";
import { LeagueReader } from "../../src/deploy/league-tokens.ts";
import { EditRefusal, type ListEnd, withItem, withoutItem } from "../../src/deploy/list-edits.ts";
import { isSameModule, listsModule } from "../../src/server/module-list.ts";

const MODULE = "proximity_tracker.lua";

function wordsOf(text: string): string[] {
  const reader = new LeagueReader(text);
  const words: string[] = [];
  for (let word = reader.next(); word !== undefined; word = reader.next()) words.push(word.text);
  return words;
}

describe("words:", () => {
  test.each<[title: string, text: string, words: string[]]>([
    ["names, numbers, texts, signs", 'set a_1 "x y" 0x1F 4.5 {', ["set", "a_1", "x y", "0x1F", "4.5", "{"]],
    ["a file's name without quotes is several", "set l a.lua", ["set", "l", "a", ".", "lua"]],
    ["a negative number without quotes is two", "set m -1", ["set", "m", "-", "1"]],
    [
      "a map's name with a number in front, and one with a sign",
      "map 1v1dm et-ice",
      ["map", "1", "v1dm", "et", "-", "ice"],
    ],
    ["comments go, also at the very end", "a // b\nc /* d\n */ e // f", ["a", "c", "e"]],
    ["a comment that never ends", "a /* b", ["a"]],
    ["texts behind each other are one", 'a "b" "c"\n// d\n"e" f', ["a", "bce", "f"]],
    ["escapes", String.raw`"a\"b\\c\x41\66\n"`, ['a"b\\cAB\n']],
    ["an unknown escape ends the text for the engine", String.raw`"a\qb" c`, ["a", "c"]],
    ["single quotes stay", "'a b' c", ["'a b'", "c"]],
    [
      "bytes above 127 are white space outside of texts",
      '\u00EF\u00BB\u00BFa\u00E4b "\u00E4"',
      ["a", "b", "\u00E4"],
    ],
    ["nothing behind a zero byte", "a\0b", ["a"]],
    ["nothing behind what no word can be", "a @ b", ["a"]],
    ["nothing behind a directive", "a\n#define b c\nd", ["a"]],
    ["a number's own ending is no part of it", "5l 5u 5x", ["5", "5", "5", "x"]],
  ])("%s", (_title, text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

/** `lua_modules` on a map, undefined for one without a block of its own. */
function listOn(text: string, map?: string): string | undefined {
  return runLeagueConfig(text, map).assignments.findLast(({ name }) => name === "lua_modules")?.value;
}

describe("lua_modules is", () => {
  const blocks = (...parts: string[]): string =>
    `configname "x"\nversion "1"\n${parts.join("\n")}\nsignature "ab"\n`;
  const set = (value: string, verb = "setl"): string => `{ ${verb} lua_modules "${value}" }`;
  test.each<[title: string, text: string, map: string | undefined, value: string | undefined]>([
    ["that of init", blocks(`init ${set("a")}`), undefined, "a"],
    ["the later one", blocks(`init ${set("a")}`, `init ${set("b", "set")}`), undefined, "b"],
    ["that of map default behind it", blocks(`init ${set("a")}`, `map default ${set("b")}`), "oasis", "b"],
    ["that of init behind map default", blocks(`map default ${set("b")}`, `init ${set("a")}`), "oasis", "a"],
    ["that of the map", blocks(`init ${set("a")}`, `map oasis ${set("c")}`), "oasis", "c"],
    ["not that of another map", blocks(`init ${set("a")}`, `map oasis ${set("c")}`), "radar", "a"],
    [
      "that of the map behind map default",
      blocks(`map default ${set("b")}`, `map oasis ${set("c")}`),
      "oasis",
      "c",
    ],
    [
      "that of map default behind the map's",
      blocks(`map oasis ${set("c")}`, `map default ${set("b")}`),
      "oasis",
      "b",
    ],
    [
      "whatever the letters' case",
      blocks('INIT { SETL LUA_MODULES "a" }', 'MAP "Oasis" { Set Lua_Modules "c" }'),
      "oasis",
      "c",
    ],
    ["the last one of a block", blocks('init { set lua_modules "a" set lua_modules "b" }'), undefined, "b"],
    ["empty where it says so", blocks(`init ${set("")}`), undefined, ""],
    [
      "only the first word of a list without quotes",
      blocks("init { setl lua_modules a.lua }"),
      undefined,
      "a",
    ],
    ["cut at 255 characters", blocks(`init ${set("a".repeat(300))}`), undefined, "a".repeat(255)],
    ["nothing where no block sets it", blocks("init { }"), undefined, undefined],
    ["nothing in a comment", blocks(`init { //setl lua_modules "a"\n}`), undefined, undefined],
    ["nothing outside of blocks", blocks('setl lua_modules "a"'), undefined, undefined],
    [
      "what was set before a word without meaning",
      blocks('init { setl m -1 setl lua_modules "b" }', `init ${set("c")}`),
      undefined,
      undefined,
    ],
    [
      "what was set before, of an earlier block",
      blocks(`init ${set("a")}`, "init { foo } ", `init ${set("c")}`),
      undefined,
      "a",
    ],
    [
      "not stopped by what another map's block holds",
      blocks("map radar { foo -1 }", `init ${set("c")}`),
      "oasis",
      "c",
    ],
    ["stopped by it on that map", blocks("map radar { foo -1 }", `init ${set("c")}`), "radar", undefined],
    [
      "not stopped by commands and hashes",
      blocks(`init { command "x" }`, `map oasis { mapscripthash "y" }`, `init ${set("c")}`),
      "oasis",
      "c",
    ],
    ["read though a block's brace is missing", blocks('init foo setl lua_modules "a" }'), undefined, "a"],
    ["read though the last brace is missing", 'init { setl lua_modules "a"', undefined, "a"],
    [
      "stopped by a text that does not end",
      'init { setl lua_modules "a\n setl lua_modules "b" }',
      undefined,
      undefined,
    ],
    ["read in a file with public", `public\ninit ${set("a")}`, undefined, "a"],
  ])("%s", (_title, text, map, value) => {
    expect(listOn(text, map)).toBe(value);
  });
});

test("a run tells its commands, its maps, and where the engine or prox stops", () => {
  const text =
    'init { command "exec x" }\nmap One { command "y" }\nmap 2v2 { }\nmap "default" { command "z" }';
  expect(runLeagueConfig(text, undefined)).toEqual({
    assignments: [],
    commands: [
      { text: "exec x", line: 1 },
      { text: "z", line: 4 },
    ],
    maps: ["one", "2"],
    stoppedLine: undefined,
    directiveLine: undefined,
  });
  expect(runLeagueConfig("init {\n set m\n-1 }", undefined)).toMatchObject({ stoppedLine: 3 });
  expect(runLeagueConfig('init { }\n#include "x"', undefined)).toMatchObject({ directiveLine: 2 });
});

test("winners are told once, with the maps that they count on", () => {
  const text = `init { setl lua_modules "a" }
map one { setl sv_fps "20" }
map two { set lua_modules "b" }`;
  const found = winnersOf(text, "lua_modules");
  expect(
    found.map(({ assignment, isGeneral, maps }) => [assignment.value, assignment.isLocked, isGeneral, maps]),
  ).toEqual([
    ["a", true, true, ["one"]],
    ["b", false, false, ["two"]],
  ]);
  expect(winnersOf(text, "lua_allowedmodules")).toEqual([]);
});

function added(text: string, listEnd: ListEnd = "first"): string {
  return editLeagueConfig(text, "lua_modules", (value) =>
    listsModule(value, MODULE) ? value : withItem(value, MODULE, listEnd),
  );
}

function removed(text: string): string {
  return editLeagueConfig(text, "lua_modules", (value) =>
    withoutItem(value, (item) => isSameModule(item, MODULE)),
  );
}

describe("adding the tracker", () => {
  test.each<[title: string, before: string, after: string]>([
    ["to an empty list", 'init { setl lua_modules "" }', `init { setl lua_modules "${MODULE}" }`],
    [
      "to others",
      'init {\r\n\tsetl lua_modules "a.lua b"\r\n}\r\n',
      `init {\r\n\tsetl lua_modules "${MODULE} a.lua b"\r\n}\r\n`,
    ],
    [
      "in the list's own style",
      'init { setl lua_modules "a.lua,b" }',
      `init { setl lua_modules "${MODULE},a.lua,b" }`,
    ],
    [
      "only where it counts",
      'init { set lua_modules "a" set lua_modules "b" }',
      `init { set lua_modules "a" set lua_modules "${MODULE} b" }`,
    ],
    [
      "for all maps",
      'init { set lua_modules "a" } map m { set lua_modules "b" }',
      `init { set lua_modules "${MODULE} a" } map m { set lua_modules "${MODULE} b" }`,
    ],
    [
      "not twice",
      `init { setl lua_modules "a proximity_tracker" }`,
      `init { setl lua_modules "a proximity_tracker" }`,
    ],
    ["not where nothing is set", 'init { //setl lua_modules ""\n }', 'init { //setl lua_modules ""\n }'],
  ])("%s", (_title, before, after) => {
    expect(added(before)).toBe(after);
    expect(added(after)).toBe(after);
    if (after !== before) expect(removed(after)).toBe(before);
  });

  test.each([
    [
      "without quotes",
      "init {\n setl lua_modules a.lua }",
      /^2 holds a value that prox cannot edit: write "a" as one text in double quotes/,
    ],
    ["of two texts", 'init { setl lua_modules "a" "b" }', /^1 holds a value/],
    ["with an escape", String.raw`init { setl lua_modules "a\x41" }`, /^1 holds a value/],
    ["that ends in a separator", 'init { setl lua_modules "a.lua " }', /^1 ends in a separator/],
    ["without room", `init { setl lua_modules "${"a".repeat(240)}" }`, /^1 would hold 262 characters/],
  ])("is refused for a value %s", (_title, text, message) => {
    expect(() => added(text)).toThrow(EditRefusal);
    expect(() => added(text)).toThrow(message);
  });

  test("and removing it is the identity, whatever the config", () => {
    const good = fc.constantFrom('""', '"a.lua"', '"a.lua b.lua"', '"a,b"', '"a; b"', '" a"');
    const odd = fc.constantFrom('"a" "b"', "x", "-1", "'a'", '"\\x41"', '"a');
    const value = fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd });
    const name = fc.constantFrom("lua_modules", "LUA_MODULES", "sv_fps", "lua_allowedModules");
    const assignment = fc
      .tuple(fc.constantFrom("set", "setl", "SetL", "// set"), name, value)
      .map((parts) => parts.join(" "));
    const noise = fc.constantFrom(
      'command "set lua_modules x"',
      'mapscripthash "a"',
      "foo",
      "}",
      "{",
      "/*",
      "*/",
      '"',
      "\\",
      "\r\n",
      "\u00E4",
      "\0",
    );
    const statement = fc.oneof({ weight: 12, arbitrary: assignment }, { weight: 1, arbitrary: noise });
    const block = fc
      .tuple(
        fc.constantFrom("init", "map default", "map one", 'map "Two"', "map 3v3", "bad"),
        fc.array(statement, { maxLength: 5 }),
        fc.constantFrom("\n", "\r\n", "\t"),
      )
      .map(([head, statements, end]) => `${head}${end}{${end}${statements.join(end)}${end}}${end}`);
    const config = fc.array(block, { maxLength: 5 }).map((parts) => `configname "x"\n${parts.join("")}`);
    let edited = 0;
    fc.assert(
      fc.property(config, fc.constantFrom<ListEnd>("first", "last"), (text, listEnd) => {
        let after: string;
        try {
          after = added(text, listEnd);
        } catch (error) {
          if (error instanceof EditRefusal) return;
          throw error;
        }
        if (after !== text) edited += 1;
        expect(removed(after)).toBe(text);
        expect(added(after, listEnd)).toBe(after);
        for (const map of [undefined, "one", "two", "three"]) {
          const [list, other] = [listOn(after, map), listOn(text, map)];
          expect(list === undefined).toBe(other === undefined);
          if (list !== undefined) expect(listsModule(list, MODULE)).toBe(true);
        }
      }),
      { numRuns: 3000, seed: 7 },
    );
    // The generator must not drift into configs that set nothing.
    expect(edited).toBeGreaterThan(500);
  });
});
