/** Each error code is provoked by a test. */
import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { COMMAND_ERRORS } from "../src/errors/catalogue.ts";
import { IMPORT_ERRORS } from "../src/errors/file-errors.ts";
import { packagePath } from "../src/package-root.ts";
import { PROVOKED_BY, UNSEEN } from "./support/provoked-errors.ts";

// The codes of a round file's content are all provoked in parsers/round-file-faults.test.ts, by one table.
test("each code of a command or of storing a file has a test file that is held to provoking it", () => {
  expect(Object.keys({ ...PROVOKED_BY, ...UNSEEN }).sort()).toEqual(
    Object.keys({ ...COMMAND_ERRORS, ...IMPORT_ERRORS }).sort(),
  );
  expect(Object.values(PROVOKED_BY).filter((file) => !existsSync(packagePath(file)))).toEqual([]);
  for (const [code, { file }] of Object.entries(UNSEEN))
    expect(readFileSync(packagePath(file), "utf8")).toContain(code);
});
