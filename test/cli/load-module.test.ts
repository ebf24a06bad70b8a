/** `--file` takes what `prox build` would have written, and nothing else. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { loadModule } from "../../src/cli/load-module.ts";
import { makeModule } from "../support/game-server.ts";
import { refusal } from "../support/refusal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string | Buffer): ReturnType<typeof loadModule> {
  const file = path.join(folder, "module.lua");
  await writeFile(file, text);
  return loadModule(file);
}

const HEADER = 'local PROX_BUILD = { version = "1.2.3", settings = {} }\n';

test("a module that was built is taken as it is, with its version", async () => {
  const module = makeModule("1.2.3");
  expect(await load(module.bytes)).toEqual(module);
});

test.each([
  ["an empty file", "", /is no tracker that `prox build` wrote/],
  ["a module of someone else", "function et_Quit() end\n", /is no tracker/],
  ["a cfg", 'set lua_modules "x"\n', /is no tracker/],
  ["a tracker that was cut off", `${HEADER}function et_Quit( `, /does not load/],
  [
    "a tracker with an error at load",
    `${HEADER}function et_Quit() end error("no")`,
    /does not load: .*:2: no$/,
  ],
  ["a header alone", HEADER, /defines no callback/],
  ["a tracker that leaves globals", `${HEADER}function et_Quit() end x = 1`, /not callbacks: x number/],
  ["compiled Lua", Buffer.from(`\u001BLua\n${HEADER}`, "latin1"), /does not load/],
])("%s is refused", async (_name, text, message) => {
  const error = await refusal(load(text));
  expect([error.code, error.exit]).toEqual(["E_BUILD_VERIFY", "build"]);
  expect(error.message).toMatch(message);
});

test("a file that cannot be read is refused by name", async () => {
  const error = await refusal(loadModule(path.join(folder, "none.lua")));
  expect([error.code, error.exit]).toEqual(["E_MODULE_FILE", "input"]);
  expect(error.message).toContain("none.lua");
});
