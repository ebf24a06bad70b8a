/** Which value the engine ends up with, by cfg files that hold one trap each. */
import { describe, expect, test } from "vitest";

import { type Evaluation, evaluateCfgs, winnerOf } from "../../src/deploy/cfg-evaluation.ts";

/** Executes `main.cfg` of these files. */
function evaluate(files: Record<string, string>): Promise<Evaluation> {
  return evaluateCfgs(["main.cfg"], (name) => {
    const text = files[name];
    return Promise.resolve(text === undefined ? undefined : { path: `/g/${name}`, text });
  });
}

test.each([
  ["the last assignment wins", "set a 1\nset a 2", "2"],
  ["in any verb and case", "SETA a 1\nsetS A 2", "2"],
  ["words are joined by single spaces", 'set a  x   "y z"', "x y z"],
  ["a last `unsafe` is no part of the value", "set a x unsafe", "x"],
  ["but it is one when it stands alone", "set a unsafe", "unsafe"],
  ["a known variable's bare name sets it to one word", "set a 1\na 2 3", "2"],
  ["an unknown variable's bare name is some command", "a 2", undefined],
  ["a line with a name alone sets nothing", "set a", undefined],
  ["vstr runs a variable's commands", 'set v "set a 5"\nvstr v', "5"],
  ["vstr runs what the variable holds then", 'set v "set a 1"\nset v "set a 2"\nvstr v', "2"],
  ["vstr of nothing does nothing", "set a 1\nvstr nothing", "1"],
  ["what is set later than an exec wins", "exec other\nset a 9", "9"],
  ["what an exec sets wins over what came before", "set a 9\nexec other", "other"],
  ["exec takes a name with its ending too", "exec other.cfg", "other"],
  ["another ending is kept", "exec other.txt", undefined],
  ["execq is an exec", "execq other", "other"],
  ["a dot in a folder's name is no ending", "exec my.folder/deep", "deep"],
  ["a known variable's name alone sets nothing", "set a 1\na", "1"],
  ["only vstr runs a variable", 'set v "set a 5"\necho v', undefined],
])("%s", async (_name, text, value) => {
  const evaluation = await evaluate({
    "main.cfg": text,
    "other.cfg": "set a other",
    "my.folder/deep.cfg": "set a deep",
  });
  expect(winnerOf(evaluation, "a")?.value).toBe(value);
});

describe("what is not certain is said", () => {
  test.each([
    ["files that execute each other", { "main.cfg": "exec main" }, /executes main\.cfg in a circle/],
    ["a variable that runs itself", { "main.cfg": 'set v "vstr v"\nvstr v' }, /runs v in a circle/],
    ["a comment that never ends", { "main.cfg": "set a 1 /* open" }, /:1 opens a comment that never ends/],
    [
      "a command of 1023 characters",
      { "main.cfg": `set a ${"x".repeat(1100)}` },
      /longer than the engine reads/,
    ],
  ])("%s", async (_name, files, doubt) => {
    expect((await evaluate(files)).doubts.join("\n")).toMatch(doubt);
  });

  test.each([
    ["a command of 1022 characters", `set a ${"x".repeat(1016)}`],
    ["exec without a name", "exec"],
    ["vstr without a name", "vstr"],
    ["a comment that ends with the variable that holds it", 'set v "set a 1 /* open"\nvstr v'],
    ["files that execute each other a few times", "exec other\nexec other"],
  ])("not of %s", async (_name, text) => {
    const { doubts, missing } = await evaluate({ "main.cfg": text, "other.cfg": "set a 1" });
    expect({ doubts, missing }).toEqual({ doubts: [], missing: [] });
  });

  test("a file that is missing, with the place that executes it", async () => {
    const { files, missing } = await evaluate({ "main.cfg": "\nexec gone" });
    expect(missing).toEqual([{ path: "/g/main.cfg", line: 2, name: "gone.cfg" }]);
    expect(files.map(({ path }) => path)).toEqual(["/g/main.cfg"]);
  });
});

test.each([
  ["a verb of its own", "devmap supply", 1],
  ["a verb without a map", "map", 0],
])("%s loads a map", async (_name, text, loads) => {
  expect((await evaluate({ "main.cfg": text })).mapLoads).toHaveLength(loads);
});

test("a map's load is told with the assignments before it, and with the command that leads there", async () => {
  const { mapLoads } = await evaluate({
    "main.cfg": 'set v "map oasis"\nmap supply\nset b 1\nvstr v\nexec cycle',
    "cycle.cfg": 'set d1 "set x 1; map radar"\nvstr d1',
  });
  expect(mapLoads).toEqual([
    { path: "/g/main.cfg", line: 2, assignmentsBefore: 1, root: { path: "/g/main.cfg", start: 18 } },
    { path: "/g/main.cfg", line: 4, assignmentsBefore: 2, root: { path: "/g/main.cfg", start: 37 } },
    { path: "/g/cycle.cfg", line: 2, assignmentsBefore: 4, root: { path: "/g/main.cfg", start: 44 } },
  ]);
});
