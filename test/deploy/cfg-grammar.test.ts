import path from "node:path";

import { describe, expect, test } from "vitest";

import { evaluateCfgs, winnerOf } from "../../src/deploy/cfg-evaluation.ts";
import { parseCfg } from "../../src/deploy/cfg-grammar.ts";

function words(text: string): string[][] {
  return parseCfg(text).commands.map((command) => command.words.map((word) => word.text));
}

describe("the engine's grammar", () => {
  test("commands end at line ends and at semicolons outside of quotes", () => {
    expect(words('set a 1;set b "2;3"\r\nset c "4\nset d 5')).toEqual([
      ["set", "a", "1"],
      ["set", "b", "2;3"],
      ["set", "c", "4"],
      ["set", "d", "5"],
    ]);
  });

  test("comments end words, but addresses stay whole", () => {
    expect(words("set url http://x.example/y // rest\na//b\n// all\nset s 1// end; set t 2")).toEqual([
      ["set", "url", "http://x.example/y"],
      ["a"],
      ["set", "s", "1"],
    ]);
  });

  test("a star comment ends the command, and runs over lines", () => {
    expect(words("set a 1 /* x\n; set no 2 */ set b 3\n/* open\nset c 4")).toEqual([
      ["set", "a", "1"],
      ["set", "b", "3"],
    ]);
    expect(parseCfg("\n/* open\nset c 4").openCommentLine).toBe(2);
  });

  test("a quote inside a comment counts, as in the engine", () => {
    expect(words('/* don"t */ set a 1\nset b 2\n')).toEqual([["set", "a", "1", "set", "b", "2"]]);
    expect(words('set a 1 // don"t ; set x 2\nset b 2\n')).toEqual([
      ["set", "a", "1"],
      ["set", "b", "2"],
    ]);
  });

  test("tabs and bytes above 127 separate words outside of quotes; a byte order mark is passed over", () => {
    expect(words('\u00EF\u00BB\u00BFset\tname\t"J\u00FCrgen"')).toEqual([["set", "name", "J\u00FCrgen"]]);
  });

  test("a command longer than the engine reads is cut as the engine cuts it", () => {
    const long = `set a ${"x".repeat(2000)}`;
    const [first, second] = words(long);
    expect(first?.[2]).toHaveLength(1023 - 6);
    expect(second).toEqual(["x".repeat(2006 - 1024)]);
  });
});

describe("evaluation", () => {
  const evaluate = async (files: Record<string, string>, ...names: string[]) =>
    evaluateCfgs(names, (name) =>
      Promise.resolve(files[name] === undefined ? undefined : { path: `/s/${name}`, text: files[name] }),
    );

  test("the last executed assignment wins, through exec and vstr", async () => {
    const evaluation = await evaluate(
      {
        "main.cfg":
          'set lua_modules "a.lua"\nexec sub\nset d1 "set lua_modules c.lua; map oasis"\nvstr d1\nLUA_MODULES d.lua\n',
        "sub.cfg": "SETA Lua_Modules b.lua b2.lua unsafe\nexec none.cfg\n",
      },
      "main.cfg",
    );
    expect(
      evaluation.assignments
        .filter(({ name }) => name === "lua_modules")
        .map(({ value, file, line, verb }) => [value, path.basename(file.path), line, verb]),
    ).toEqual([
      ["a.lua", "main.cfg", 1, "set"],
      ["b.lua b2.lua", "sub.cfg", 1, "seta"],
      ["c.lua", "main.cfg", 4, "set"],
      ["d.lua", "main.cfg", 5, ""],
    ]);
    expect(winnerOf(evaluation, "lua_modules")?.value).toBe("d.lua");
    expect(evaluation.missing).toEqual([{ path: "/s/sub.cfg", line: 2, name: "none.cfg" }]);
    expect(evaluation.mapLoads).toMatchObject([{ path: "/s/main.cfg", line: 4 }]);
  });

  test("a bare name counts only where the variable is there already", async () => {
    const evaluation = await evaluate({ "main.cfg": "lua_modules early.lua\nset x 1\nset x\n" }, "main.cfg");
    expect(evaluation.assignments.map(({ name, value }) => [name, value])).toEqual([["x", "1"]]);
  });

  test("files that execute each other are told", async () => {
    const evaluation = await evaluate({ "a.cfg": "exec b\n", "b.cfg": "exec a\n" }, "a.cfg");
    expect(evaluation.doubts[0]).toContain("in a circle");
  });
});
