/** Each error code is provoked by a test that names it. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { ERROR_LIST } from "../src/errors/explain.ts";

/** Codes that no test can provoke, each with the reason. */
const UNREACHABLE: Readonly<Record<string, string>> = {};

/** Tests of the catalogue itself name codes without provoking them. */
const CATALOGUE_TESTS = new Set([
  "error-codes.test.ts",
  "errors.test.ts",
  "commands/errors.test.ts",
  "docs/errors.test.ts",
]);

const tests = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts") && !CATALOGUE_TESTS.has(name))
  .map((name) => readFileSync(path.join(import.meta.dirname, name), "utf8"))
  .join("\n");

test("each code is named by a test that provokes it, or listed with the reason why none can", () => {
  const named = new Set(tests.match(/\bE_[A-Z0-9_]+\b/g));
  const missing = ERROR_LIST.map(({ code }) => code).filter((code) => !named.has(code));
  expect(missing).toEqual(Object.keys(UNREACHABLE));
});
