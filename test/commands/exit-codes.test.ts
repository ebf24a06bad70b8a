import path from "node:path";

import { captureOutput } from "@oclif/test";
import { expect, test } from "vitest";

import ExitCodes from "../../src/commands/exit-codes.ts";
import { EXIT_CODES } from "../../src/errors/exit-codes.ts";

test("prints every exit code with its meaning, and the help shows the same table", async () => {
  const { stdout } = await captureOutput(async () =>
    ExitCodes.run([], { root: path.resolve(import.meta.dirname, "../..") }),
  );
  const codes = stdout
    .trimEnd()
    .split("\n")
    .map((line) => Number.parseInt(line, 10));
  expect(codes).toEqual(Object.values(EXIT_CODES));
  expect(ExitCodes.description).toBe(stdout.trimEnd());
});
