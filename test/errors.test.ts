import { expect, test } from "vitest";

import { COMMAND_ERRORS, ERROR_GROUPS } from "../src/errors/catalogue.ts";
import { EXIT_CODES, EXIT_CODE_DESCRIPTIONS } from "../src/errors/exit-codes.ts";
import { IMPORT_ERRORS, ROUND_FILE_ERRORS } from "../src/errors/file-errors.ts";
import { ProxError } from "../src/errors.ts";

test("every exit code has its own number and a description", () => {
  const numbers = Object.values(EXIT_CODES);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(Object.keys(EXIT_CODE_DESCRIPTIONS)).toEqual(Object.keys(EXIT_CODES));
});

test("no code is in two groups of the catalogue, and commands end with none of those of files", () => {
  const codes = ERROR_GROUPS.flatMap(({ errors }) => Object.keys(errors));
  expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  const fileCodes = Object.keys({ ...ROUND_FILE_ERRORS, ...IMPORT_ERRORS });
  expect(codes.filter((code) => !fileCodes.includes(code)).sort()).toEqual(
    Object.keys(COMMAND_ERRORS).sort(),
  );
});

test("an error takes its exit code from the catalogue, and keeps what it says when a result is added", () => {
  const error = new ProxError("E_LOCKED", "busy", { suggestions: ["wait"], details: { owner: "me" } });
  expect(error.exit).toBe("locked");
  const { code, details, exit, message, result, suggestions } = error.withResult({ done: 1 });
  expect({ code, details, exit, message, result, suggestions }).toEqual({
    code: "E_LOCKED",
    details: { owner: "me" },
    exit: "locked",
    message: "busy",
    result: { done: 1 },
    suggestions: ["wait"],
  });
});
