import { expect, expectTypeOf, test } from "vitest";

import { camelRows, type CamelRow, type Columns } from "../../src/db/rows.ts";

test("columns get names in camel case; values stay, whatever their own keys", () => {
  const rows = [
    { round_id: 1, map: "supply", captures: { fire_more: "on" } },
    { round_id: 2, map: "goldrush", captures: null },
  ];
  expect(camelRows(rows)).toEqual([
    { roundId: 1, map: "supply", captures: { fire_more: "on" } },
    { roundId: 2, map: "goldrush", captures: null },
  ]);
  expect(camelRows([])).toEqual([]);
});

test("the types of the renamed columns are those of the table", () => {
  type Row = CamelRow<Columns<"rounds", "round_id" | "ended_at" | "movement_cell_units" | "map">>;
  expectTypeOf<Row>().toEqualTypeOf<{
    readonly roundId: number;
    readonly endedAt: Date | null;
    readonly movementCellUnits: number | null;
    readonly map: string;
  }>();
  // @ts-expect-error: a column that the table does not have.
  type Missing = Columns<"rounds", "round_identifier">;
  expectTypeOf<Missing>().not.toBeAny();
});
