import { describe, expect, test } from "vitest";

import { formatRefusal, readingError, RefusalError, refusalOf } from "../../src/import/refusal.ts";
import { RoundFileError } from "../../src/parsers/issue.ts";

const issue = { code: "E_SYNTAX", message: "must be a whole number", line: 7 } as const;
const withCode = (code: string, more: object = {}): Error =>
  Object.assign(new Error("no such file"), { code, ...more });

describe("refusalOf", () => {
  test("knows the refusals of the parsers and of the import, and nothing else", () => {
    expect(refusalOf(new RoundFileError(issue))).toEqual(issue);
    expect(refusalOf(new RefusalError(issue))).toEqual(issue);
    expect(refusalOf(withCode("ENOENT"))).toBeUndefined();
    expect(refusalOf("E_SYNTAX")).toBeUndefined();
  });
});

describe("readingError", () => {
  test.each([
    ["of the file system", withCode("EACCES", { syscall: "open" }), "E_READ"],
    ["of zlib", withCode("Z_DATA_ERROR"), "E_ARCHIVE"],
    ["of Node's streams", withCode("ERR_STREAM_PREMATURE_CLOSE"), "E_ARCHIVE"],
    ["without code, as of yauzl and the tar reader", new Error("invalid header"), "E_ARCHIVE"],
  ])("an error %s is one of the file", (_, error, code) => {
    const refusal = refusalOf(readingError(error));
    expect(refusal).toMatchObject({ code, line: 0 });
    expect(refusal?.message).toContain(error.message);
  });

  test.each([
    ["the database", withCode("57P01")],
    ["something that is no error", "text"],
    ["a parser", new RoundFileError(issue)],
  ])("what comes from %s stays as it is", (_, error) => {
    expect(readingError(error)).toBe(error);
  });
});

test("a refusal is told with place, reason and code", () => {
  const text = formatRefusal({ ...issue, column: 3, field: "kills", text: "x" });
  expect(text).toBe('line 7, column 3 (kills): must be a whole number: "x" [E_SYNTAX]');
  expect(formatRefusal({ code: "E_READ", message: "cannot be read: gone", line: 0 })).toBe(
    "cannot be read: gone [E_READ]",
  );
});
