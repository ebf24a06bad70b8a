/** Each error code is provoked by a test. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { expect, test } from "vitest";

import { COMMAND_ERRORS } from "../src/errors/catalogue.ts";
import { IMPORT_ERRORS } from "../src/errors/file-errors.ts";
import { packagePath } from "../src/package-root.ts";
import { PROVOKED_BY, UNSEEN } from "./support/provoked-errors.ts";

test("each code of a command has a test file that is held to provoking it", () => {
  expect(Object.keys({ ...PROVOKED_BY, ...UNSEEN }).sort()).toEqual(Object.keys(COMMAND_ERRORS).sort());
  expect(Object.values(PROVOKED_BY).filter((file) => !existsSync(packagePath(file)))).toEqual([]);
  for (const [code, { file }] of Object.entries(UNSEEN))
    expect(readFileSync(packagePath(file), "utf8")).toContain(code);
});

// The codes of a round file's content are all provoked in parsers/round-file-faults.test.ts, by one table.
test("each reason why a round file was not stored is named by a test of the import", () => {
  const folder = path.join(import.meta.dirname, "import");
  const tests = readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
  const named = new Set(tests.join("\n").match(/\bE_[A-Z0-9_]+\b/g));
  expect(Object.keys(IMPORT_ERRORS).filter((code) => !named.has(code))).toEqual([]);
});
