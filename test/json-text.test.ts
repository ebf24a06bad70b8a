import { describe, expect, test } from "vitest";

import { parseJsonText, placeAt, propertyOf } from "../src/json-text.ts";

describe("a text that is no JSON", () => {
  test.each([
    ["", 1, 1],
    ["{", 1, 2],
    ['{\n  "a" 1\n}', 2, 7],
    ['{"a": 1,}', 1, 9],
    ['{"a": 1}\n// more', 2, 1],
    ['["a\tb"]', 1, 2],
    ["[01]", 1, 3],
    ['{"a": NaN}', 1, 7],
    ['{"a": 1} {"b": 2}', 1, 10],
    ["\uFEFF{}", 1, 1],
  ])("%j is told with its place", (text, line, column) => {
    expect(parseJsonText(text)).toMatchObject({ fault: { place: { line, column } } });
  });
});

test("a value is found by its key: of a doubled key the last one, as JSON.parse reads it", () => {
  const text = '{"a": {"b": 1},\n "a": {"b": 2}}';
  const parsed = parseJsonText(text);
  if ("fault" in parsed) throw new Error(parsed.fault.message);
  const property = propertyOf(propertyOf(parsed.tree, "a")?.value, "b");
  expect(property?.value.value).toBe(2);
  expect(placeAt(text, property?.key.offset ?? 0)).toEqual({ line: 2, column: 8 });
  expect(propertyOf(parsed.tree, "toString")).toBeUndefined();
  expect(propertyOf(property?.value, "b")).toBeUndefined();
});
