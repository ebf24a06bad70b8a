/** `prox errors`, and `prox help` with a code. */
import { Config, loadHelpClass } from "@oclif/core";
import { captureOutput } from "@oclif/test";
import { beforeAll, describe, expect, test } from "vitest";

import ProxHelp from "../../src/cli/help.ts";
import ErrorCodes from "../../src/commands/errors.ts";
import { ERROR_LIST, errorTable } from "../../src/errors/explain.ts";
import { packagePath } from "../../src/package-root.ts";

let config: Config;
beforeAll(async () => {
  config = await Config.load(packagePath("."));
});

async function run(...argv: string[]): Promise<{ stdout: string; stderr: string }> {
  const { stderr, stdout } = await captureOutput(async () => ErrorCodes.run(argv, config));
  process.exitCode = 0;
  return { stdout, stderr };
}

const LOCKED = [
  "E_LOCKED: another prox is working on the same server, or someone locked it with `prox lock`",
  "exit code:  6, another prox is working on the same thing",
  "what to do: wait until it is done; `prox unlock` removes a lock that nobody needs any more",
  "",
].join("\n");

describe("prox errors", () => {
  test("lists every code once, in lines of a terminal, and its help shows the same list", async () => {
    const { stdout } = await run();
    const codes = [...stdout.matchAll(/^ {2}(E_[A-Z0-9_]+) \(exit code \d+\)$/gm)].map(([, code]) => code);
    expect(codes).toEqual(ERROR_LIST.map(({ code }) => code));
    expect(Math.max(...stdout.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(ErrorCodes.description).toContain(errorTable());
  });

  test("explains one code, for people and for programs", async () => {
    expect((await run("E_LOCKED")).stdout).toBe(LOCKED);
    expect(JSON.parse((await run("e_checksum", "--json")).stdout)).toMatchObject({
      ok: true,
      result: {
        errors: [{ code: "E_CHECKSUM", exit: "partial", exitCode: 3, group: "Content of a round file" }],
      },
    });
  });

  test("refuses a code that there is not", async () => {
    expect((await run("E_LOKED")).stderr).toContain("unknown error code: E_LOKED [E_USAGE]");
  });
});

describe("prox help", () => {
  test("explains a code, also in small letters", async () => {
    for (const word of ["E_LOCKED", "e_locked"]) {
      const { stdout } = await captureOutput(async () => new ProxHelp(config).showHelp([word]));
      expect(stdout).toBe(LOCKED);
    }
    await expect(new ProxHelp(config).showHelp(["E_LOKED"])).rejects.toThrow("unknown error code: E_LOKED");
  });

  test("of a command goes on as before, and oclif finds the class", async () => {
    const { stdout } = await captureOutput(async () => new ProxHelp(config).showHelp(["exit-codes"]));
    expect(stdout).toContain("USAGE");
    expect((await loadHelpClass(config)).name).toBe("ProxHelp");
  });
});
