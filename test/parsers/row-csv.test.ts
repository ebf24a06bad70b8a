/** The careful lane by itself: what it takes of each type of column, and the values that it keeps. */
import { describe, expect, test } from "vitest";

import { columnsOf } from "../../src/format/versions.ts";
import type { Kind } from "../../src/format/columns.ts";
import { FORMAT_VERSION } from "../../src/format/file.ts";
import { RowChecker, splitRows } from "../../src/parsers/row-csv.ts";
import { NULL_KEY } from "../../src/parsers/row-values.ts";
import { rowLine, type RowValues } from "../support/round-files.ts";

const KEYS = 20;

function check(kind: Kind, values: RowValues): { code: string | undefined; keys: number[] } {
  const keys = new Int32Array(KEYS).fill(99);
  const fields = rowLine(kind, values).split("\t");
  const fault = new RowChecker(kind, FORMAT_VERSION).check(fields, 1, keys, 4);
  return { code: fault?.code, keys: [...keys] };
}

describe("a field", () => {
  test.each([
    ["damage", "-0", undefined],
    ["damage", "0", undefined],
    ["damage", "-00", "E_SYNTAX"],
    ["damage", "0.5", "E_SYNTAX"],
    ["damage", "1000000", undefined],
    ["damage", "1000001", "E_RANGE"],
    ["damage_flags", "-0", "E_SYNTAX"],
    ["damage_flags", "256", "E_RANGE"],
    ["attacker_health", "-1000", undefined],
    ["attacker_health", "-1001", "E_RANGE"],
    ["attacker_x", "-0.0", undefined],
    ["attacker_x", "-0", "E_SYNTAX"],
    ["attacker_x", "65536.0", undefined],
    ["attacker_x", "65536.1", "E_RANGE"],
    ["relation", "team", undefined],
    ["relation", "Team", "E_CHOICE"],
    ["relation", "", undefined],
    ["time_ms", "", "E_NULL"],
  ])("%s = %j: %s", (column, value, code) => {
    expect(check("combat", { time_ms: 5, [column]: value }).code).toBe(code);
  });
});

test.each([
  ["heatmap", { cell_x: -3, cell_y: 4, team: 2 }, [-3, 4, 2]],
  ["positions", { time_ms: 5, slot: 1, x: "-0.5" }, [5, 1, 1, -5, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["combat", { time_ms: 5, event: "join", target_slot: 7 }, [5, NULL_KEY, 7]],
  [
    "engagements",
    { time_ms: 5, record: "participant", engagement: 6, side: "defenders", slot: 7 },
    [5, 7, NULL_KEY, NULL_KEY, 1, 6, 1],
  ],
] as const)("the key values of a row of %s lie where they are asked for", (kind, values, keys) => {
  const around = Array<number>(KEYS - 4 - keys.length).fill(99);
  expect(check(kind, values)).toEqual({ code: undefined, keys: [99, 99, 99, 99, ...keys, ...around] });
});

test("lines are taken apart at TAB and LF only, and keep every byte", () => {
  const bytes = Buffer.from('a\t"b\r\\\t\t\u00e9\n\n#x\n');
  expect(splitRows(bytes)).toEqual([["a", '"b\r\\', "", "\u00c3\u00a9"], [""], ["#x"]]);
});

test("text that is shown is UTF-8 again", () => {
  const fields = Buffer.from(rowLine("heatmap", { cell_x: "é" }))
    .toString("latin1")
    .split("\t");
  const fault = new RowChecker("heatmap", FORMAT_VERSION).check(fields, 1, new Int32Array(KEYS), 0);
  expect(fault).toMatchObject({ code: "E_SYNTAX", text: "é" });
  expect(columnsOf("heatmap", FORMAT_VERSION)[0]?.name).toBe(fault?.field);
});
