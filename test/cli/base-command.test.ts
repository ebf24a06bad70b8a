/** How every command ends with an error. */
import { setImmediate } from "node:timers/promises";

import { Config, Flags } from "@oclif/core";
import { captureOutput } from "@oclif/test";
import { afterEach, expect, test } from "vitest";

import { BaseCommand } from "../../src/cli/base-command.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";
import { detail } from "../../src/details.ts";
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

class Tells extends BaseCommand {
  static override id = "tells";

  async run(): Promise<object> {
    await this.parse(Tells);
    this.tell("what was done");
    this.log("what was asked for");
    this.logToStderr("a message");
    this.warn("a warning");
    for (const place of ["here", "there", "here"]) detail(() => `looked ${place}`);
    return {};
  }
}

function tells(...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  return captureOutput(async () => Tells.run(argv, { root: packagePath(".") }));
}

async function run(...argv: string[]): Promise<{ stdout: string; stderr: string; exitCode: unknown }> {
  const { stderr, stdout } = await captureOutput(async () => Fails.run(argv, { root: packagePath(".") }));
  return { stdout, stderr, exitCode: process.exitCode };
}

afterEach(async () => {
  process.exitCode = undefined;
  // Node's own warnings come a moment later.
  await setImmediate();
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

test("--quiet leaves what was asked for and warnings; --verbose adds details, each once, and the time", async () => {
  expect(await tells()).toMatchObject({
    stdout: "what was done\nwhat was asked for\n",
    stderr: "a message\nwarning: a warning\n",
  });
  expect(await tells("--quiet")).toMatchObject({
    stdout: "what was asked for\n",
    stderr: "warning: a warning\n",
  });
  const { stderr, stdout } = await tells("-v");
  expect(stdout).toBe("what was done\nwhat was asked for\n");
  expect(stderr).toMatch(/^a message\nwarning: a warning\nlooked here\nlooked there\ntook \d+\.\d\d s\n$/);
  // The next run in this process prints no details again.
  expect((await tells()).stderr).toBe("a message\nwarning: a warning\n");
});

test("--verbose shows the errors that led to one, and where they arose", async () => {
  class Wraps extends BaseCommand {
    static override id = "wraps";

    async run(): Promise<object> {
      await this.parse(Wraps);
      throw new ProxError("E_LOCKED", "cannot go on", { cause: new RangeError("the line is cut") });
    }
  }
  const wraps = (...argv: string[]): Promise<{ stderr: string }> =>
    captureOutput(async () => Wraps.run(argv, { root: packagePath(".") }));
  expect((await wraps()).stderr).toBe("error: cannot go on [E_LOCKED]\n");
  expect((await wraps("--verbose")).stderr).toMatch(
    /^error: cannot go on \[E_LOCKED\]\n {4}ProxError: cannot go on\n[^]*base-command\.test\.ts[^]*RangeError: the line is cut\n/,
  );
});

test("-h, -q and -v mean the same with every command", async () => {
  const config = await Config.load({ root: packagePath(".") });
  const own = config.commands.filter(({ pluginName }) => pluginName === config.name);
  expect(own.length).toBeGreaterThan(30);
  for (const { flags, id } of own) {
    const letters = Object.values(flags).flatMap(({ char, name }) =>
      char === undefined ? [] : [`-${char} --${name}`],
    );
    const others = letters.filter((letter) => !["-q --quiet", "-v --verbose"].includes(letter));
    expect([id, letters]).toEqual([id, expect.arrayContaining(["-q --quiet", "-v --verbose"])]);
    expect([id, others.filter((letter) => /^-[hqvV] /.test(letter))]).toEqual([id, []]);
  }
});
