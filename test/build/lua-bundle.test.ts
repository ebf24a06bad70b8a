import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import ts from "typescript";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { buildTracker, trackerModule, TRACKER_PROJECT } from "../../src/build/build-tracker.ts";
import { HOST_PROJECT } from "../../src/build/host-project.ts";
import { luaBundle, shipBundle, type LuaProject } from "../../src/build/lua-bundle.ts";
import { packagePath } from "../../src/package-root.ts";
import { RULES_PROJECT } from "../rules/rules-project.ts";

const compileLua = vi.hoisted(() => vi.fn<(tsconfig: string) => string>());
vi.mock("../../src/build/compile-lua.ts", async (original) => {
  const { compileLua: real } = await original<{ compileLua: (tsconfig: string) => string }>();
  // Only the projects of prox itself are compiled for real here.
  compileLua.mockImplementation((tsconfig) =>
    tsconfig.includes("fixtures") ? "return 1 -- ä\n" : real(tsconfig),
  );
  return { compileLua };
});

const SOURCE = "test/fixtures/lua-projects/good";
let folder: string;
let cache: string;
let shipped: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-bundle-"));
  cache = path.join(folder, "cache");
  shipped = path.join(folder, "shipped");
  vi.stubEnv("XDG_CACHE_HOME", cache);
  compileLua.mockClear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Another process's view of a project: nothing is remembered. */
const project = (more: Partial<LuaProject> = {}): LuaProject => ({
  name: "good",
  tsconfig: `${SOURCE}/tsconfig.json`,
  sources: [SOURCE],
  ...more,
});
const kept = (): string[] => readdirSync(path.join(cache, "prox/bundles"));
const keptFile = (): string => path.join(cache, "prox/bundles", kept()[0] ?? "");

test("what was compiled is kept for the next process", async () => {
  const lua = await luaBundle(project(), shipped);
  expect(await luaBundle(project(), shipped)).toBe(lua);
  expect(compileLua).toHaveBeenCalledTimes(1);
  expect(kept()).toEqual([expect.stringMatching(/^good-[0-9a-f]{64}\.lua$/)]);
});

test("what ships is taken without a cache, and made only when the sources are others", async () => {
  await shipBundle(project(), shipped);
  await shipBundle(project(), shipped);
  expect(compileLua).toHaveBeenCalledTimes(1);
  expect(await luaBundle(project(), shipped)).toBe("return 1 -- ä\n");
  expect(compileLua).toHaveBeenCalledTimes(1);
  expect(() => kept()).toThrow("ENOENT");
  // Other sources, although the name is the same.
  const other = project({ sources: [SOURCE, "src/format"] });
  await luaBundle(other, shipped);
  expect(compileLua).toHaveBeenCalledTimes(2);
  await shipBundle(other, shipped);
  expect(compileLua).toHaveBeenCalledTimes(3);
});

test.each<[string, (entry: string) => string]>([
  ["cut", (entry) => entry.slice(0, -3)],
  ["changed", (entry) => entry.replace("return 1", "return 2")],
  ["another project's", (entry) => entry.replace(/^-- ./, "-- x")],
  ["empty", () => ""],
])("a kept bundle that is %s is compiled again, and fixed", async (_name, damage) => {
  const lua = await luaBundle(project(), shipped);
  const entry = readFileSync(keptFile(), "utf8");
  writeFileSync(keptFile(), damage(entry));
  expect(await luaBundle(project(), shipped)).toBe(lua);
  expect(compileLua).toHaveBeenCalledTimes(2);
  expect(readFileSync(keptFile(), "utf8")).toBe(entry);
});

test("without a place to keep it, the bundle is compiled each time", async () => {
  writeFileSync(cache, "no folder");
  await luaBundle(project(), shipped);
  await luaBundle(project(), shipped);
  expect(compileLua).toHaveBeenCalledTimes(2);
});

test("a bundle that does not hold up is not kept", async () => {
  const verify = (): Promise<never> => Promise.reject(new Error("no good"));
  await expect(luaBundle(project({ verify }), shipped)).rejects.toThrow("no good");
  await expect(shipBundle(project({ verify }), shipped)).rejects.toThrow("no good");
  expect(() => kept()).toThrow("ENOENT");
  expect(() => readdirSync(shipped)).toThrow("ENOENT");
});

test("the cache keeps eight bundles of a project, and leaves those of others", async () => {
  mkdirSync(path.join(cache, "prox/bundles"), { recursive: true });
  const old = Array.from({ length: 9 }, (_, index) => `good-${index}.lua`);
  for (const name of [...old, "other-1.lua"]) writeFileSync(path.join(cache, "prox/bundles", name), "");
  await luaBundle(project(), shipped);
  expect(kept().filter((name) => name.startsWith("good-"))).toHaveLength(8);
  expect(kept()).toContain("other-1.lua");
  expect(kept().some((name) => name.length > 64)).toBe(true);
});

test("the module of commands is the one that `prox build` makes, byte for byte", async () => {
  const settings = { prox_fire: "weapons" };
  const built = await buildTracker(settings);
  expect(built.settings).toEqual(settings);
  expect(built.bytes).toBe(Buffer.byteLength(built.lua));
  expect(built.callbacks).toContain("et_RunFrame");
  expect(built.callbacks).not.toContain("et_Print");
  expect(await trackerModule(settings)).toEqual({ version: built.version, sha1: built.sha1, lua: built.lua });
});

test.each([TRACKER_PROJECT, HOST_PROJECT, RULES_PROJECT])(
  "the key of $name knows every file that is compiled",
  ({ sources, tsconfig }) => {
    const read = new Set<string>();
    const parsed = ts.getParsedCommandLineOfConfigFile(
      packagePath(tsconfig),
      {},
      {
        ...ts.sys,
        readFile: (file) => {
          read.add(file);
          return ts.sys.readFile(file);
        },
        onUnRecoverableConfigFileDiagnostic: () => undefined,
      },
    );
    if (parsed === undefined) throw new Error(`${tsconfig} cannot be read`);
    for (const file of ts.createProgram(parsed.fileNames, parsed.options).getSourceFiles())
      read.add(file.fileName);
    const own = [...read]
      .map((file) => path.relative(packagePath("."), file))
      .filter((file) => !file.startsWith("node_modules"));
    expect(own).toContain(tsconfig);
    const isKnown = (file: string): boolean =>
      sources.some((source) => file === source || file.startsWith(`${source}/`));
    expect(own.filter((file) => !isKnown(file))).toEqual([]);
  },
);
