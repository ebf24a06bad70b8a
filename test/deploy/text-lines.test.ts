import { expect, test } from "vitest";

import { insertLine, lineStart, removeLine, sourceLine } from "../../src/deploy/text-lines.ts";

test.each([
  ["", "new\n"],
  ["a", "a\nnew"],
  ["a\n", "a\nnew\n"],
  ["a\r\nb", "a\r\nb\r\nnew"],
  ["a\r\n", "a\r\nnew\r\n"],
  ["a\nb\r\n", "a\nb\r\nnew\n"],
  ["a\r", "a\rnew\n"],
])("a line at the end of %j makes %j, and can be taken out again", (text, expected) => {
  const longer = insertLine(text, "new");
  expect(longer).toBe(expected);
  expect(removeLine(longer, longer.indexOf("new"))).toBe(text);
});

test.each([
  ["a\nb\n", 2, "a\nnew\nb\n"],
  ["a\nb\n", 3, "a\nnew\nb\n"],
  ["a\r\nb", 3, "a\r\nnew\r\nb"],
  ["a", 0, "new\na"],
])("a line before character %#: %j, %i", (text, before, expected) => {
  const longer = insertLine(text, "new", before);
  expect(longer).toBe(expected);
  expect(removeLine(longer, longer.indexOf("new"))).toBe(text);
});

test("lines are found from any of their characters", () => {
  const text = "one\r\ntwo\rthree";
  expect([0, 2, 5, 7, 9, 13].map((at) => sourceLine(text, lineStart(text, at)))).toEqual([
    "one",
    "one",
    "two",
    "two",
    "three",
    "three",
  ]);
});
