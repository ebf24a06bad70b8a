import { describe, expect, test } from "vitest";

import { formatFileFault, readingError, FileFaultError, fileFaultOf } from "../../src/import/file-fault.ts";
import { RoundFileError } from "../../src/parsers/fault.ts";

const fault = { code: "E_SYNTAX", message: "must be a whole number", line: 7 } as const;
const withCode = (code: string, more: object = {}): Error =>
  Object.assign(new Error("no such file"), { code, ...more });

describe("fileFaultOf", () => {
  test("knows the refusals of the parsers and of the import, and nothing else", () => {
    expect(fileFaultOf(new RoundFileError(fault))).toEqual(fault);
    expect(fileFaultOf(new FileFaultError(fault))).toEqual(fault);
    expect(fileFaultOf(withCode("ENOENT"))).toBeUndefined();
    expect(fileFaultOf("E_SYNTAX")).toBeUndefined();
  });
});

describe("readingError", () => {
  test.each([
    ["of the file system", withCode("EACCES", { syscall: "open" }), "E_READ"],
    ["of zlib", withCode("Z_DATA_ERROR"), "E_ARCHIVE"],
    ["of Node's streams", withCode("ERR_STREAM_PREMATURE_CLOSE"), "E_ARCHIVE"],
    ["without code, as of yauzl and the tar reader", new Error("invalid header"), "E_ARCHIVE"],
  ])("an error %s is one of the file", (_, error, code) => {
    const refusal = fileFaultOf(readingError(error));
    expect(refusal).toMatchObject({ code, line: 0 });
    expect(refusal?.message).toContain(error.message);
  });

  test.each(["EMFILE", "ENFILE", "ENOMEM"])("%s is an error of this machine, and of no file", (code) => {
    const error = withCode(code, { syscall: "open" });
    const told = readingError(error);
    expect(fileFaultOf(told)).toBeUndefined();
    expect(told).toMatchObject({ code: "E_MACHINE", exit: "input", cause: error });
  });

  test.each([
    ["the database", withCode("57P01")],
    ["something that is no error", "text"],
    ["a parser", new RoundFileError(fault)],
  ])("what comes from %s stays as it is", (_, error) => {
    expect(readingError(error)).toBe(error);
  });
});

test("a refusal is told with place, reason and code", () => {
  const text = formatFileFault({ ...fault, column: 3, field: "kills", text: "x" });
  expect(text).toBe('line 7, column 3 (kills): must be a whole number: "x" [E_SYNTAX]');
  expect(formatFileFault({ code: "E_READ", message: "cannot be read: gone", line: 0 })).toBe(
    "cannot be read: gone [E_READ]",
  );
});
