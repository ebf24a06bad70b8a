import { expect, test } from "vitest";

import { NumberRows } from "../../src/shape/number-rows.ts";

const textOf = (rows: NumberRows): string => Buffer.concat(rows.chunks).toString("latin1");

test("whole numbers are written as they are said, and null as nothing", () => {
  const numbers = [0, -0, 7, 9, 10, 11, 99, 100, 101, 109, 999, 1000, 32_767, 90_000_000, 2 ** 31, 2 ** 53];
  const rows = new NumberRows();
  for (const number of numbers) {
    rows.add(number);
    rows.add(null);
    rows.add(-number);
    rows.endRow();
  }
  rows.add(null);
  rows.endRow();
  const lines = numbers.map((number) => `${String(number)}\t\t${String(-number)}\n`);
  expect(textOf(rows)).toBe(`${lines.join("")}\n`);
});

test("rows over the ends of chunks are whole, wherever these lie", () => {
  for (const digits of [1, 2, 3, 5, 7, 16]) {
    const number = 10 ** digits - 1;
    const rows = new NumberRows();
    for (let row = 0; row < 20_000; row++) {
      rows.add(number);
      rows.add(row % 7);
      rows.endRow();
    }
    expect(rows.chunks.length).toBeGreaterThan(1);
    expect(textOf(rows)).toBe(Array.from({ length: 20_000 }, (_, row) => `${number}\t${row % 7}\n`).join(""));
  }
});
