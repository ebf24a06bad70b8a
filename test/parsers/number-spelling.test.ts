/** Numbers are spelt one way: what PostgreSQL would take for one type and refuse for another never gets to it. */
import { describe, expect, test } from "vitest";

import { readRoundFile } from "../support/read-round-file.ts";
import { roundFile } from "../support/round-files.ts";

/** What both lanes say of a row of positions with one field spelt so. */
function issuesOf(column: string, text: string): unknown[] {
  const file = roundFile("positions", { rows: [{ time_ms: 1000, slot: 0, life: 1, [column]: text }] });
  const [fast, slow] = [true, false].map((useFastLane) => readRoundFile(file, { useFastLane }).faults);
  expect(fast).toEqual(slow);
  return fast ?? [];
}

describe.each(["is_moving", "is_sprinting", "health"])("a whole number in %s", (column) => {
  test.each(["-0", "+1", "01", "00", "1.0", "1e3", "NaN", "0x1", "t", "true", "١"])("is not %s", (text) => {
    expect(issuesOf(column, text)).toMatchObject([
      { code: "E_SYNTAX", line: expect.any(Number) as number, field: column },
    ]);
  });
});

test.each(["-0", "0", "-7"])("a rounded number is %s", (text) => {
  expect(issuesOf("velocity_x_ups", text)).toEqual([]);
});

test.each(["-00", "+0", "007", "-0.0"])("a rounded number is not %s", (text) => {
  expect(issuesOf("velocity_x_ups", text)).toMatchObject([{ code: "E_SYNTAX", field: "velocity_x_ups" }]);
});

test("a number with decimals may be minus zero, and has no leading zeros", () => {
  expect(issuesOf("x", "-0.0")).toEqual([]);
  for (const text of ["007.5", "+1.0", "-00.0", ".5", "1.", "1"])
    expect(issuesOf("x", text)).toMatchObject([{ code: "E_SYNTAX", field: "x" }]);
});

test("the reason tells what is odd about a number, and that a word is none", () => {
  expect(issuesOf("is_moving", "-0")).toMatchObject([
    { message: "must be a whole number, without plus sign, leading zeros or a minus before 0" },
  ]);
  expect(issuesOf("is_moving", "yes")).toMatchObject([{ message: "must be a whole number" }]);
});
