/** What prox as a process does with wrong command lines, and with readers that go away. */
import { spawnSync } from "node:child_process";

import { Config } from "@oclif/core";
import { describe, expect, test } from "vitest";

import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { packagePath } from "../../src/package-root.ts";

const PROX = `"${process.execPath}" "${packagePath("bin/run.js")}"`;

function shell(line: string): { out: string; err: string; status: number | null } {
  const { status, stderr, stdout } = spawnSync("bash", ["-c", line], {
    encoding: "utf8",
    env: { ...process.env, HOME: "/nonexistent" },
  });
  return { out: stdout, err: stderr, status };
}

test("the version is told in oclif's words, without oclif", async () => {
  const { userAgent } = await Config.load(packagePath("."));
  for (const flag of ["--version", "-V"])
    expect(shell(`${PROX} ${flag}`)).toEqual({ out: `${userAgent}\n`, err: "", status: 0 });
});

describe("without a terminal", () => {
  test("a command that does not exist is answered with the nearest one, as JSON where that is asked for", () => {
    expect(shell(`${PROX} stauts`)).toEqual({
      out: "",
      err: "error: there is no command stauts [E_USAGE]\n  → did you mean `prox status`?\n  → `prox help` lists all commands\n",
      status: EXIT_CODES.usage,
    });
    const { err, out, status } = shell(`${PROX} db statsu --json`);
    expect([err, status]).toEqual(["", EXIT_CODES.usage]);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      command: null,
      error: { code: "E_USAGE", suggestions: ["did you mean `prox db status`?", expect.anything()] },
    });
  });

  test("a flag that does not exist is answered with the nearest one", () => {
    const { err, status } = shell(`${PROX} status --flie x`);
    expect(status).toBe(EXIT_CODES.usage);
    expect(err).toContain("  → did you mean --file?\n");
    expect(JSON.parse(shell(`${PROX} pull --strikt --json`).out)).toMatchObject({
      error: { code: "E_USAGE", suggestions: ["did you mean --strict?"] },
    });
  });
});

test("a reader that goes away ends prox quietly, with the exit code that it has otherwise", () => {
  const first = shell(`${PROX} help errors | head -c 1; echo " $\{PIPESTATUS[0]}"`);
  expect(first).toMatchObject({ out: "l 0\n", err: "" });
  const failing = shell(`${PROX} status --flie x 2>&1 >/dev/null | true; echo "$\{PIPESTATUS[0]}"`);
  expect(failing).toMatchObject({ out: `${EXIT_CODES.usage}\n`, err: "" });
});
