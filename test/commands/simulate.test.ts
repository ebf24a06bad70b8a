import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { captureOutput } from "@oclif/test";
import { afterEach, beforeEach, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import Simulate from "../../src/commands/simulate.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "prox-simulate-"));
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(folder, { recursive: true, force: true });
});

interface Envelope {
  ok: boolean;
  error?: { code: string; exitCode: number; suggestions: string[] };
  result?: { files: { name: string; bytes: number }[]; isCut: boolean; isCrash: boolean };
  warnings: string[];
}

async function run(...args: string[]): Promise<Envelope> {
  const { stdout } = await captureOutput(async () =>
    Simulate.run([...args, "--json"], { root: packagePath(".") }),
  );
  return JSON.parse(stdout) as Envelope;
}

test("plays a recording and lists what the tracker wrote", async () => {
  const { ok, result, warnings } = await run("pause-8", "--out", folder, "--cvar", "prox_sample_ms=5000");
  expect(ok).toBe(true);
  expect(warnings).toEqual([]);
  expect(result?.isCrash).toBe(false);
  expect(result?.files.map(({ name }) => name.replace(/^gamestats\/.*_/, ""))).toEqual([
    "combat.txt",
    "engagements.txt",
    "heatmap.txt",
    "objectives.txt",
    "positions.txt",
  ]);
  for (const { name, bytes } of result?.files ?? []) {
    const text = readFileSync(path.join(folder, name));
    expect(text.length).toBe(bytes);
    expect(text.toString()).toContain("#config\tprox_sample_ms\t5000\n");
  }
});

test("says of a recording that was cut that it was", async () => {
  const { ok, result, warnings } = await run("crash-10", "--out", folder);
  expect(ok).toBe(true);
  expect([result?.isCut, result?.isCrash]).toEqual([true, true]);
  expect(warnings).toEqual([expect.stringMatching(/was cut/)]);
  expect(result?.files.every(({ name }) => name.endsWith(".txt.part"))).toBe(true);
});

test("an unknown recording is an error that names the known ones", async () => {
  const { ok, error } = await run("objective-17", "--out", folder);
  expect(ok).toBe(false);
  expect(error).toMatchObject({ code: "E_RECORDING_NOT_FOUND", exitCode: 9 });
  expect(error?.suggestions.join()).toContain("objective-16");
});

test("a cvar without a value is an error of usage", async () => {
  expect((await run("pause-8", "--out", folder, "--cvar", "prox_sample_ms")).error).toMatchObject({
    code: "E_USAGE",
    exitCode: 2,
  });
});

test("a folder that cannot be made is an error that names it", async () => {
  const file = path.join(folder, "file");
  writeFileSync(file, "");
  const { ok, error } = await run("pause-8", "--out", path.join(file, "out"));
  expect(ok).toBe(false);
  expect(error).toMatchObject({ code: "E_WRITE", exitCode: 9 });
});
