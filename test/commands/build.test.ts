import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { packagePath, packageVersion } from "../../src/package-root.ts";
import Build from "../../src/commands/build.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";

// The compiler runs once for all builds in this process.
vi.mock("../../src/build/compile-lua.ts", async (original) => {
  const { compileLua } = await original<{ compileLua: (tsconfig: string) => string }>();
  let lua: string | undefined;
  return { compileLua: (tsconfig: string) => (lua ??= compileLua(tsconfig)) };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-build-"));
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Runs `prox build --json` in this process. */
async function build(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout } = await captureOutput(async () =>
    Build.run([...args, "--json"], { root: packagePath(".") }),
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("writes the module that it describes", async () => {
  const out = path.join(folder, "module.lua");
  const { ok, result } = await build("--out", out, "--set", "prox_fire=none");
  const text = readFileSync(out);
  expect(ok).toBe(true);
  expect(result).toMatchObject({
    file: out,
    version: packageVersion(),
    bytes: text.length,
    sha1: createHash("sha1").update(text).digest("hex"),
    settings: { prox_fire: "none" },
  });
  expect(result).toHaveProperty("callbacks", expect.arrayContaining(["et_RunFrame", "et_Quit"]));
  expect(readdirSync(folder)).toEqual(["module.lua"]);
});

test("an error in the sources is told with its place, and nothing is written", () => {
  const root = path.join(folder, "checkout");
  for (const name of ["src", "package.json"])
    cpSync(packagePath(name), path.join(root, name), { recursive: true });
  symlinkSync(packagePath("node_modules"), path.join(root, "node_modules"));
  appendFileSync(path.join(root, "src/lua/main.ts"), 'const wrong: number = "text";\nprint(wrong);\n');
  const line = readFileSync(path.join(root, "src/lua/main.ts"), "utf8").split("\n").length - 2;
  const command = JSON.stringify(path.join(root, "src/commands/build.ts"));
  const script = `const { default: Build } = await import(${command});
    await Build.run(["--out", "module.lua"], { root: ${JSON.stringify(root)} });`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", script],
    { cwd: root, encoding: "utf8" },
  );
  expect(status).toBe(EXIT_CODES.build);
  expect(stderr).toContain(`src/lua/main.ts:${line}:7: TS2322`);
  expect(existsSync(path.join(root, "module.lua"))).toBe(false);
});

test("a file that cannot be written is an error that names it", async () => {
  const out = path.join(folder, "no", "module.lua");
  const { ok, error } = await build("--out", out);
  expect(ok).toBe(false);
  expect(error).toMatchObject({
    exitCode: EXIT_CODES.input,
    message: expect.stringContaining(`cannot write ${out}`) as unknown,
  });
});
