import { readdirSync } from "node:fs";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { PROJECTS, testFiles } from "../support/projects.ts";

test("every test file is in exactly one project, and every project has some", () => {
  const files = testFiles();
  const all = readdirSync(packagePath("test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`);
  expect(Object.values(files).flat().sort()).toEqual(all.sort());
  expect(Object.keys(files)).toEqual(PROJECTS);
  for (const project of PROJECTS) expect(files[project], project).not.toEqual([]);
});

test("a file is in the project of what it imports, however far away", () => {
  const files = testFiles();
  expect(files.fast).toContain("test/docs/projects.test.ts");
  expect(files.lua).toContain("test/lua/tracker.test.ts");
  // Through test/support/recorded-rounds.ts.
  expect(files.database).toContain("test/reports/recordings-fights.test.ts");
  expect(files.ssh).toContain("test/deploy/deploy.test.ts");
  // Uses a database, too.
  expect(files.browser).toContain("test/replay/load-replay.test.ts");
});

// What is imported by name would put this file into another project.
const LUA_VM = packagePath("src/build/lua-vm.ts");
const { connect } = process.getBuiltinModule("node:net");
const { spawn } = process.getBuiltinModule("node:child_process");

test.each<[string, () => unknown]>([
  ["a process", () => spawn("true")],
  ["a connection", () => connect(9)],
  ["a Lua VM", async () => ((await import(LUA_VM)) as { createLuaVm: () => unknown }).createLuaVm()],
])("%s in the project fast is refused", async (_name, start) => {
  await expect(Promise.resolve().then(start)).rejects.toThrow(
    /^the project fast has no .*: name what this file needs/,
  );
});
