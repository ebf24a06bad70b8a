/** Which rows the fast lane takes by itself. What it leaves goes to the careful lane, which may still take it. */
import { describe, expect, test } from "vitest";

import type { Kind } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { RowScanner } from "../../src/parsers/row-scan.ts";
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
