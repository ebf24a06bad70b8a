/** The one file that prox starts from, and what is kept of its compilation. */
import { spawnSync } from "node:child_process";
import {
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";

const cache = mkdtempSync(path.join(tmpdir(), "prox-compiled-"));
const folder = path.join(cache, "prox", "compiled");
afterAll(() => {
  rmSync(cache, { recursive: true });
});
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a command that does nothing; returns what it printed. */
function run(
  argv: readonly string[],
  nodeOptions: readonly string[] = [],
  program = packagePath("bin/run.js"),
): string {
  const { status, stderr, stdout } = spawnSync(process.execPath, [...nodeOptions, program, ...argv], {
    encoding: "utf8",
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout;
}

/** Prints a script, and needs nothing. */
const SCRIPT = ["completion", "bash"];

/** What is kept, whole: its name tells the command, the build and what runs it. */
function keptFiles(): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

test("the file has ASCII alone, as it is read: also in templates of pages and in regular expressions", () => {
  const bytes = readFileSync(packagePath("dist/prox.cjs"));
  expect(bytes.findIndex((byte) => byte > 0x7f)).toBe(-1);
  // Not because such letters are missing: this is one of a page, and this is the guard of cells of CSV.
  const source = bytes.toString("latin1");
  expect(source).toMatch(/All leaders<\/a> \\u00b7 <a/);
  expect(source).toContain(String.raw`\t\r\n\uff1d\uff0b\uff0d\uff20]/u`);
});

test("what V8 compiled is kept for each command, for its user alone, and changes nothing", () => {
  const first = run(SCRIPT);
  const [name = ""] = keptFiles();
  expect(name).toMatch(/^completion-[0-9a-f]{16}-v\d+\.\d+\.\d+-\w+$/);
  const file = path.join(folder, name);
  expect(statSync(file).size).toBeGreaterThan(100_000);
  expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
  utimesSync(file, 1, 1);
  expect(run(SCRIPT)).toBe(first);
  // It was good, so nobody wrote it again.
  expect(statSync(file).mtimeMs).toBe(1000);
  expect(run(SCRIPT, ["--enable-source-maps"])).toBe(first);
});

test.each([
  ["empty", () => Buffer.alloc(0)],
  ["cut", (whole: Buffer) => whole.subarray(0, 1000)],
  ["damaged in one byte", (whole: Buffer) => Buffer.from(whole).fill(255, 40, 41)],
  ["zeros in its middle", (whole: Buffer) => Buffer.from(whole).fill(0, 5000, 25_000)],
  ["of something else", () => Buffer.from("no code at all".repeat(1000))],
])("a kept file that is %s is made again", (_what, spoil) => {
  const first = run(SCRIPT);
  const file = path.join(folder, keptFiles()[0] ?? "");
  const whole = readFileSync(file);
  writeFileSync(file, spoil(whole));
  expect(run(SCRIPT)).toBe(first);
  expect(statSync(file).size).toBeGreaterThan(whole.length / 2);
});

test.runIf(process.getuid?.() === 0)("what another user wrote is not run", () => {
  run(SCRIPT);
  const file = path.join(folder, keptFiles()[0] ?? "");
  chownSync(file, 65534, 65534);
  run(SCRIPT);
  expect(statSync(file).uid).toBe(0);
});

test("help and the version keep nothing, and of what is kept the latest twenty stay", () => {
  run(["completion", "--help"]);
  run(["--version"]);
  expect(keptFiles()).toEqual([]);
  run(SCRIPT);
  const [latest = ""] = keptFiles();
  rmSync(path.join(folder, latest));
  for (let index = 0; index < 25; index++) {
    const file = path.join(folder, `old-${index}`);
    writeFileSync(file, "");
    utimesSync(file, index, index);
  }
  run(SCRIPT);
  const old = Array.from({ length: 19 }, (_, index) => `old-${24 - index}`);
  expect(keptFiles()).toEqual([latest, ...old].sort());
});

test("an installed package runs from the file, whenever npm wrote which, and however it is started", () => {
  const installed = path.join(cache, "installed");
  mkdirSync(installed);
  // Of node_modules only what oclif asks for: what is not in the file is not found.
  mkdirSync(path.join(installed, "node_modules"));
  symlinkSync(packagePath("node_modules/typescript"), path.join(installed, "node_modules/typescript"));
  for (const name of ["bin", "dist", "package.json", "oclif.manifest.json"])
    cpSync(packagePath(name), path.join(installed, name), { recursive: true });
  utimesSync(path.join(installed, "dist/prox.cjs"), 1, 1);
  const program = path.join(installed, "bin/run.js");
  expect(run(SCRIPT, [], program)).toBe(run(SCRIPT));
  expect(run(SCRIPT, ["--enable-source-maps"], program)).toBe(run(SCRIPT));
  expect(run(["--version"], [], program)).toBe(run(["--version"]));
});

test("no module looks for files beside itself, where it is a part of the one file", () => {
  const own = new Set(["cli/program-file.ts", "package-root.ts"]);
  const uses = readdirSync(packagePath("src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !own.has(name))
    .flatMap((name) =>
      Array.from(
        readFileSync(packagePath(`src/${name}`), "utf8").matchAll(/.*\bimport\.meta\b.*/g),
        ([line]) => `${name}: ${line.trim()}`,
      ),
    )
    .filter((use) => !/createRequire\(import\.meta\.url\)|import\.meta\.url\.endsWith\(/.test(use));
  expect(uses).toEqual([]);
});
