import { expect, test } from "vitest";

import { decodeMixed } from "../../../src/parsers/foreign/mixed-text.ts";

const bytes = (...numbers: readonly number[]): string => String.fromCharCode(...numbers);

test.each([
  ["plain", "plain"],
  [Buffer.from("grüße 🦍 中", "utf8").toString("latin1"), "grüße 🦍 中"],
  ["gr\xfc\xdfe", "grüße"],
  // A name that was cut in the middle of a character keeps what is whole.
  [`${Buffer.from("ü", "utf8").toString("latin1")}\xc3`, "üÃ"],
  [bytes(0xc0, 0x80), "\u00c0\u0080"],
  [bytes(0xed, 0xa0, 0x80), "\u00ed\u00a0\u0080"],
  [bytes(0xf4, 0x90, 0x80, 0x80), "\u00f4\u0090\u0080\u0080"],
  [bytes(0xf0, 0x9f, 0xa6), "\u00f0\u009f\u00a6"],
  ["a\0b", "a\uFFFDb"],
  // What JSON's own escapes gave stays.
  ["\u4e2d", "\u4e2d"],
])("bytes %j are %j", (latin1, text) => {
  expect(decodeMixed(latin1)).toBe(text);
});
