import { expect, test } from "vitest";

import { parseAge } from "../../src/cli/age-flag.ts";
import { describeLate, findLate } from "../../src/status/lateness.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const TIMES = { pull: "2026-01-31T11:45:00.000Z", import: null, round: "2026-01-29T12:00:00.000Z" };

test("what is older than it may be is late, and so is what never happened; what nobody asks about is not", () => {
  expect(findLate(TIMES, {}, NOW)).toEqual([]);
  expect(findLate(TIMES, { pull: 900_000, round: 172_800_000 }, NOW)).toEqual([]);
  const late = findLate(TIMES, { pull: 899_999, import: 1000, round: 172_799_000 }, NOW);
  expect(late.map(describeLate)).toEqual([
    "the last pull was 15 min ago (2026-01-31T11:45:00.000Z), and at most 15 min are allowed",
    "no import is known, and at most 1 s are allowed",
    "the last round was 48 h ago (2026-01-29T12:00:00.000Z), and at most 48 h are allowed",
  ]);
  expect(late[0]).toEqual({ what: "pull", at: TIMES.pull, ageS: 900, maximumS: 899.999 });
});

test.each([
  ["90s", { pull: 90_000, import: 90_000, round: 90_000 }],
  ["pull=15m", { pull: 900_000 }],
  ["round=2d", { round: 172_800_000 }],
  ["import=1h", { import: 3_600_000 }],
])("%s is the age %j", (text, ages) => {
  expect(parseAge(text)).toEqual(ages);
});

test.each(["", "2", "h", "pull=", "2w", "deploy=1h", "-1h", "1h30m"])("%j is no age", (text) => {
  expect(() => parseAge(text)).toThrow("is no age");
});
