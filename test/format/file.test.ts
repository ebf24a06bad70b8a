/** What the format's definition works out: names of files, and the fields of a checksum line. */
import { describe, expect, test } from "vitest";

import { checksumFields, roundFileName } from "../../src/format/file.ts";
import { checksumAt } from "../../src/format/versions.ts";

test.each([
  ["the first piece", 1, "KEY_combat.txt"],
  ["a later piece", 2, "KEY.2_combat.txt"],
  ["many pieces", 12, "KEY.12_combat.txt"],
])("a file's name: %s", (_, piece, name) => {
  expect(roundFileName("KEY", "combat", piece)).toBe(name);
});

describe("the checksum of a version", () => {
  test.each([
    [1, "adler32", 8],
    [2, "poly54", 16],
    [3, "poly54", 16],
  ])("%i: %s", (version, algorithm, digits) => {
    const kind = checksumAt(version);
    expect(kind).toMatchObject({ algorithm, digits });
    expect(checksumFields(kind)).toEqual([
      {
        name: "algorithm",
        type: "choice",
        choices: [algorithm],
        optional: false,
        description: "the algorithm",
      },
      {
        name: "checksum",
        type: "hex",
        digits,
        optional: false,
        description: "the checksum over all bytes before this line",
      },
    ]);
  });
});
