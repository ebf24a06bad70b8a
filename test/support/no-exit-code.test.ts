/** The set-up of test files: no test finds the exit code that another one left behind. */
import { expect, test } from "vitest";

test("a command that fails leaves its exit code behind", () => {
  process.exitCode = 9;
  expect(process.exitCode).toBe(9);
});

test("the next test does not find it", () => {
  expect(process.exitCode).toBeUndefined();
});
