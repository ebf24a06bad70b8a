import { expect, test } from "vitest";

import { counted, formatDuration, whole } from "../src/counts.ts";

test.each([
  [counted(0, "kill"), "0 kills"],
  [counted(1, "kill"), "1 kill"],
  [counted(1234, "kill"), "1,234 kills"],
  [counted(1, "life", "lives"), "1 life"],
  [counted(2, "life", "lives"), "2 lives"],
  [whole(1234.5), "1,235"],
  [whole(-0.2), "-0"],
  [formatDuration(0), "0 s"],
  [formatDuration(59_499), "59 s"],
  [formatDuration(59_500), "1 min"],
  [formatDuration(90_000), "1 min 30 s"],
  [formatDuration(599_499), "9 min 59 s"],
  [formatDuration(599_500), "10 min"],
  [formatDuration(3_569_000), "59 min"],
  [formatDuration(3_570_000), "1 h"],
  [formatDuration(5_040_000), "1 h 24 min"],
])("%s", (text, expected) => {
  expect(text).toBe(expected);
});
