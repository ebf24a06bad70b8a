/** Which rows the fast lane takes by itself. What it leaves goes to the careful lane, which may still take it. */
import { describe, expect, test } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { RowScanner } from "../../src/parsers/row-scan.ts";
import { NULL_KEY } from "../../src/parsers/row-values.ts";
import { rowLine } from "../support/round-files.ts";

const BEFORE = "before\n";

/** Where the scanner says that a row ends; it stands between others. */
function scan(kind: Kind, row: string): number {
  const bytes = Buffer.from(`${BEFORE}${row}\nafter\n`);
  return new RowScanner(kind, FORMAT_VERSION).scan(bytes, BEFORE.length, new Int32Array(16), 0);
}

describe("a row of whole numbers", () => {
  test.each([
    ["1\t0\t1\t0\t0", true],
    ["-1\t0\t1\t12\t3", true],
    ["1\t0\t2\t0\t0", true],
    ["1\t0\t3\t0\t0", false],
    ["1\t0\t1\t-1\t0", false],
    ["01\t0\t1\t0\t0", false],
    ["+1\t0\t1\t0\t0", false],
    ["1.0\t0\t1\t0\t0", false],
    ["-\t0\t1\t0\t0", false],
    ["x\t0\t1\t0\t0", false],
    ["1x\t0\t1\t0\t0", false],
    ["\t0\t1\t0\t0", false],
    ["99999999999\t0\t1\t0\t0", false],
    ["1\t0\t1\t0", false],
    ["1\t0\t1\t0\t0\t0", false],
  ])("%j: %s", (row, isTaken) => {
    expect(scan("heatmap", row)).toBe(isTaken ? BEFORE.length + row.length + 1 : -1);
  });
});

describe("a coordinate", () => {
  test.each([
    ["1.5", true],
    ["-1.5", true],
    ["0.0", true],
    ["-0.0", true],
    ["1", false],
    ["1.", false],
    [".5", false],
    ["1.55", false],
    ["1,5", false],
    ["00.5", false],
    ["9999999.9", false],
    ["-9999999.9", false],
    ["65536.0", true],
    ["65536.1", false],
    ["-65536.0", true],
    ["-65536.1", false],
    ["1.5x", false],
    ["1.x", false],
    ["-", false],
    ["--1.0", false],
    ["1:0", false],
    ["1./", false],
    ["", false],
  ])("%s: %s", (x, isTaken) => {
    const row = rowLine("positions", { time_ms: 5, slot: 1, x });
    expect(scan("positions", row) > 0).toBe(isTaken);
  });
});

describe("a word", () => {
  test.each([
    ["spawn", true],
    ["spaw", false],
    ["spawns", false],
    ["Spawn", false],
    ["spawx", false],
  ])("%s: %s", (event, isTaken) => {
    const row = rowLine("combat", { time_ms: 5, event });
    expect(scan("combat", row) > 0).toBe(isTaken);
  });
});

describe("a number that was rounded as it was written", () => {
  test.each([
    ["damage", "-0", true],
    ["damage", "-00", false],
    ["damage", "-1", false],
    ["damage", "1000000", true],
    ["damage", "1000001", false],
    ["damage_flags", "-0", false],
    ["damage_flags", "0", true],
    ["damage_flags", "", true],
    ["damage_flags", "255", true],
    ["damage_flags", "256", false],
  ])("%s = %j: %s", (column, value, isTaken) => {
    const row = rowLine("combat", { time_ms: 5, [column]: value });
    expect(scan("combat", row) > 0).toBe(isTaken);
  });
});

test.each([
  ["heatmap", "-3\t4\t2\t0\t0", [-3, 4, 2]],
  [
    "positions",
    rowLine("positions", { time_ms: 5, slot: 1, x: "-0.5" }),
    [5, 1, 1, -5, 0, 0, 0, 0, 0, 0, 0, 0],
  ],
  ["combat", rowLine("combat", { time_ms: 5, event: "join", target_slot: 7 }), [5, NULL_KEY, 7]],
  [
    "engagements",
    rowLine("engagements", { time_ms: 5, record: "participant", engagement: 6, side: "defenders", slot: 7 }),
    [5, 7, NULL_KEY, NULL_KEY, 1, 6, 1],
  ],
] as const)("the key values of a row of %s lie where they are asked for", (kind, row, values) => {
  const keys = new Int32Array(20).fill(99);
  const bytes = Buffer.from(`${row}\n`);
  expect(new RowScanner(kind, FORMAT_VERSION).scan(bytes, 0, keys, 4)).toBe(bytes.length);
  const around = Array<number>(16 - values.length).fill(99);
  expect([...keys]).toEqual([99, 99, 99, 99, ...values, ...around]);
});
