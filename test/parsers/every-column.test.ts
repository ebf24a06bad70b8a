/** Each column of each kind refuses what its type, range and choices do not allow, in both lanes, and says where. */
import { describe, expect, test } from "vitest";

import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS } from "../../src/format/columns.ts";
import type { FaultCode } from "../../src/parsers/fault.ts";
import { readRoundFile } from "../support/read-round-file.ts";
import { DEFAULT_PLAYERS, headerLines, roundFile, SOME_ROWS } from "../support/round-files.ts";

/** A number as a field of the column, moved by so many units of its last decimal. */
function shifted(column: Exclude<Column, { type: "choice" }>, value: number, units: number): string {
  const digits = column.type === "decimal" ? column.digits : 0;
  return (value + units / 10 ** digits).toFixed(digits);
}

/** Fields that a column must refuse, each with the code. */
function badFields(column: Column): [code: FaultCode, field: string][] {
  const isOptional: [FaultCode, string][] = column.nullable ? [] : [["E_NULL", ""]];
  if (column.type === "choice") {
    const [first = ""] = column.choices;
    return [
      ...isOptional,
      ["E_CHOICE", "nonsense"],
      ["E_CHOICE", first.toUpperCase()],
      ["E_CHOICE", `${first}x`],
      ["E_CHOICE", "0"],
    ];
  }
  const decimals = column.type === "decimal" && column.digits > 0;
  return [
    ...isOptional,
    ["E_SYNTAX", "word"],
    ["E_SYNTAX", "+1"],
    ["E_SYNTAX", "1e1"],
    ["E_SYNTAX", " 1"],
    ["E_SYNTAX", decimals ? "1" : "1.0"],
    ["E_RANGE", shifted(column, column.minimum, -1)],
    ["E_RANGE", shifted(column, column.maximum, 1)],
  ];
}

describe.each(KINDS)("every column of %s", (kind) => {
  const [base = {}] = SOME_ROWS[kind];
  const players = kind === "heatmap" ? 0 : DEFAULT_PLAYERS.length;
  const line = headerLines(kind).length + players + 1;

  test.each(COLUMNS[kind].map((column, index) => [column.name, index, column] as const))(
    "%s says what is wrong, and where",
    (name, index, column) => {
      for (const [code, field] of badFields(column)) {
        const bytes = roundFile(kind, { rows: [{ ...base, [name]: field }] });
        for (const useFastLane of [true, false]) {
          const { faults, rows } = readRoundFile(bytes, { useFastLane });
          expect(faults).toMatchObject([{ code, line, column: index + 1, field: name, text: field }]);
          expect(rows).toEqual([]);
        }
      }
    },
  );

  test.each(
    COLUMNS[kind].flatMap((column) => (column.type === "choice" ? [] : [[column.name, column] as const])),
  )("%s takes the ends of its range", (name, column) => {
    for (const field of [shifted(column, column.minimum, 0), shifted(column, column.maximum, 0)]) {
      const { faults } = readRoundFile(roundFile(kind, { rows: [{ ...base, [name]: field }] }));
      // Rules beyond the field may refuse it: no player 63 was stated.
      expect(faults.filter(({ code }) => code === "E_RANGE" || code === "E_SYNTAX")).toEqual([]);
    }
  });
});
