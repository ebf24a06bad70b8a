/** How every command ends with an error. */
import { Flags } from "@oclif/core";
import { captureOutput } from "@oclif/test";
import { afterEach, expect, test } from "vitest";

import { BaseCommand } from "../../src/cli/base-command.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { ProxError } from "../../src/errors.ts";
import { packagePath } from "../../src/package-root.ts";

class Fails extends BaseCommand {
  static override id = "fails";
  static override flags = { bug: Flags.boolean() };

  async run(): Promise<object> {
    const { flags } = await this.parse(Fails);
    if (flags.bug) throw new RangeError("an index that is out of range");
    throw new ProxError("E_LOCKED", "cannot change the server: someone else does", {
      suggestions: ["wait", "or unlock it"],
      details: { owner: "them" },
      result: { done: 1 },
    });
  }
}

async function run(...argv: string[]): Promise<{ stdout: string; stderr: string; exitCode: unknown }> {
  const { stderr, stdout } = await captureOutput(async () => Fails.run(argv, { root: packagePath(".") }));
  return { stdout, stderr, exitCode: process.exitCode };
}

afterEach(() => {
  process.exitCode = undefined;
});

test("a known error has its code, its exit code and its suggestions", async () => {
  expect(await run()).toEqual({
    stdout: "",
    stderr: "error: cannot change the server: someone else does [E_LOCKED]\n  → wait\n  → or unlock it\n",
    exitCode: EXIT_CODES.locked,
  });
  expect(JSON.parse((await run("--json")).stdout)).toEqual({
    ok: false,
    command: "fails",
    result: { done: 1 },
    error: {
      code: "E_LOCKED",
      message: "cannot change the server: someone else does",
      exitCode: EXIT_CODES.locked,
      suggestions: ["wait", "or unlock it"],
      details: { owner: "them" },
    },
    warnings: [],
  });
});

test("anything else is a fault of prox, told with the place in the code", async () => {
  const { exitCode, stderr } = await run("--bug");
  expect(exitCode).toBe(EXIT_CODES.bug);
  expect(stderr).toMatch(/^error: an index that is out of range \[E_BUG\]\n/);
  expect(stderr).toContain("base-command.test.ts");
  expect(JSON.parse((await run("--bug", "--json")).stdout)).toMatchObject({
    ok: false,
    error: { code: "E_BUG", exitCode: EXIT_CODES.bug },
  });
});

test("a flag that the command does not have is a fault of the command line", async () => {
  const { exitCode, stderr } = await run("--bugs");
  expect(exitCode).toBe(EXIT_CODES.usage);
  expect(stderr).toContain("[E_USAGE]");
  expect(stderr).toContain("  → did you mean --bug?\n");
});
