import { expect, test } from "vitest";

import { counted, whole } from "../src/counts.ts";

test.each([
  [counted(0, "kill"), "0 kills"],
  [counted(1, "kill"), "1 kill"],
  [counted(1234, "kill"), "1,234 kills"],
  [counted(1, "life", "lives"), "1 life"],
  [counted(2, "life", "lives"), "2 lives"],
  [whole(1234.5), "1,235"],
  [whole(-0.2), "-0"],
])("%s", (text, expected) => {
  expect(text).toBe(expected);
});
