/** What a program gets that prox runs. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { expect, test, vi } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { ProgramError, runProgram } from "../../src/process/child.ts";

const MODULE = packagePath("src/process/child.ts");

test("no variable but those that programs are found by, and the system's own words", async () => {
  vi.stubEnv("PROX_MAIN_PASSWORD", "secret");
  vi.stubEnv("PGPASSWORD", "secret");
  const names = (await runProgram("/usr/bin/env", []))
    .trim()
    .split("\n")
    .map((line) => line.split("=")[0]);
  expect(names.filter((name) => name !== "LD_LIBRARY_PATH").sort()).toEqual(["LC_ALL", "PATH"]);
  vi.unstubAllEnvs();
});

test.runIf(existsSync("/proc/self/fd") && existsSync("/bin/bash"))(
  "no descriptor that the command was started with, however high its number",
  () => {
    const script = `
      import { runProgram } from ${JSON.stringify(MODULE)};
      console.log(await runProgram("/bin/ls", ["-l", "/proc/self/fd"]));`;
    const start = `exec 8</etc/passwd 42</etc/passwd; exec "$@"`;
    const node = [
      process.execPath,
      "--import",
      import.meta.resolve("tsx"),
      "--input-type=module",
      "--eval",
      script,
    ];
    const { stderr, stdout } = spawnSync("/bin/bash", ["-c", start, "bash", ...node], { encoding: "utf8" });
    expect(stdout, stderr).toMatch(/ 0 -> \/dev\/null/);
    expect(stdout, stderr).not.toContain("passwd");
  },
);

test("what a program that fails says is the error; one that is silent, or not there, is named", async () => {
  await expect(runProgram("/bin/sh", ["-c", "echo out; echo err >&2; exit 3"])).rejects.toThrow(
    /^(out\nerr|err\nout)$/,
  );
  await expect(runProgram("/bin/sh", ["-c", "exit 3"])).rejects.toThrow("/bin/sh ended with 3");
  await expect(runProgram("/nowhere/prox", [])).rejects.toThrow(ProgramError);
});

test("a program that does not end is killed", async () => {
  await expect(runProgram("/bin/sleep", ["600"], undefined, 200)).rejects.toThrow(
    new ProgramError("/bin/sleep did not end within 0.2 s"),
  );
});
