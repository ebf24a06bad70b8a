import { readFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { SOURCE_NOTE_DESCRIPTIONS } from "../../src/parsers/foreign/foreign-round.ts";

test("docs/importing.md says what each note of a round of another tracker means", async () => {
  const text = await readFile(packagePath("docs/importing.md"), "utf8");
  const told = [...text.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, note = "", meaning]) => [
    note,
    meaning,
  ]);
  expect(told).toEqual(expect.arrayContaining(Object.entries(SOURCE_NOTE_DESCRIPTIONS)));
});
