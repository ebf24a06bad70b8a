/**
 * What must not compile in the tracker: rows whose values are not those of their columns. `npm run typecheck` fails where
 * one of these lines is no error any more. Nothing here ever runs.
 */
import { FIRE_ROW, HIT_ROWS, WORLD_HIT_ROW } from "../../../src/lua/combat-rows.ts";
import { GIB_ROW, JOIN_ROW } from "../../../src/lua/lives-rows.ts";
import { formatRow, NO_NUMBER, orNull, rowFormat } from "../../../src/lua/rows.ts";

/** Rows as they should be. */
export const GOOD: readonly string[] = [
  formatRow(JOIN_ROW, 1000, 3),
  formatRow(FIRE_ROW, 1000, 3, 8, 1, 2, 3, 10, 20, 100),
  formatRow(WORLD_HIT_ROW, 1000, 3, 32, 5, 5, 0, 0, 1, 2, 3, 100, 0, 0),
  formatRow(GIB_ROW, 1000, orNull(2, 0), 3, "enemy", orNull(8, 0), 1, 2, 3, -180, 1),
  formatRow(GIB_ROW, 1000, NO_NUMBER, 3, "", NO_NUMBER, 1, 2, 3, -180, 1),
];

/** Rows that are wrong, each in one way. */
export const BAD: readonly string[] = [
  // @ts-expect-error a value is missing
  formatRow(JOIN_ROW, 1000),
  // @ts-expect-error a value too many
  formatRow(JOIN_ROW, 1000, 3, 4),
  // @ts-expect-error text where a number belongs
  formatRow(JOIN_ROW, 1000, "3"),
  // @ts-expect-error the last of many values is missing
  formatRow(FIRE_ROW, 1000, 3, 8, 1, 2, 3, 10, 20),
  // @ts-expect-error a number that may be null comes as the text that orNull makes
  formatRow(GIB_ROW, 1000, 2, 3, "enemy", orNull(8, 0), 1, 2, 3, -180, 1),
  // @ts-expect-error any other text is no number
  formatRow(GIB_ROW, 1000, "2", 3, "enemy", orNull(8, 0), 1, 2, 3, -180, 1),
  // @ts-expect-error a word that is none of the column's
  formatRow(GIB_ROW, 1000, NO_NUMBER, 3, "foe", NO_NUMBER, 1, 2, 3, -180, 1),
  // @ts-expect-error the relation of such a row is fixed
  formatRow(WORLD_HIT_ROW, 1000, 3, "world", 32, 5, 5, 0, 0, 1, 2, 3, 100, 0, 0),
  // @ts-expect-error a hit takes more than a shot
  formatRow(HIT_ROWS.whole, 1000, 3, 8, 1, 2, 3, 10, 20, 100),
  // @ts-expect-error a text is no format of a row
  formatRow("%d\t%d\n", 1000, 3),
  // @ts-expect-error no such event
  rowFormat("combat", { event: "fly" }),
  // @ts-expect-error no such column
  rowFormat("combat", { event: "hit" }, { hidden: ["view_eror_deg"] }),
];
