import { expect, test } from "vitest";

import { EXIT_CODES, EXIT_CODE_DESCRIPTIONS } from "../src/errors.ts";

test("every exit code has its own number and a description", () => {
  const numbers = Object.values(EXIT_CODES);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(Object.keys(EXIT_CODE_DESCRIPTIONS)).toEqual(Object.keys(EXIT_CODES));
});
