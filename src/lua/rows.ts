/** How a row of each shape is formatted: derived from the columns once, when the module loads. */
import type { Column } from "../format/column.ts";
import { COLUMNS } from "../format/columns.ts";
import type { Kind, KindColumns } from "../format/columns.ts";
import type { ColumnName, FixedWords, NumberText, RowFormat, RowValues, ValuesOf } from "./row-types.ts";

/** How a column's value is written. `%d` takes half the time of `%.0f`, and is an error for a fraction. */
function formatOf(column: Column): string {
  if (column.type === "choice") return "%s";
  if (column.type === "decimal") return string.format("%%.%.0ff", column.digits);
  return column.isRounded === true ? "%.0f" : "%d";
}

/** How a row writes a column of which it carries a value, or may; undefined for any other. */
function carriedFormat(column: Column, row: string): string | undefined {
  if (column.rows === undefined) return formatOf(column);
  for (const carrier of column.rows) {
    if (carrier === row) return formatOf(column);
    if (carrier === `${row}?`) return "%s";
  }
  return undefined;
}

/** How one shape of row differs from what the columns say of its event or record. */
interface Shape<Name, Without> {
  /** The row names no attacker: the columns that need one are null, and take no value. */
  readonly without?: Without;
  /** Columns whose values are there and are not shown, so that two shapes can take the same values. */
  readonly hidden?: readonly Name[];
}

/**
 * The format of one shape of row, for {@link formatRow}. `fixed` are the words that all such rows have: the event or record
 * that says which columns carry a value, and others that need no value then.
 */
export function rowFormat<
  K extends Kind,
  const Fixed extends FixedWords<K>,
  Without extends "attacker" = never,
>(
  kind: K,
  fixed: Fixed,
  shape: Shape<ColumnName<K>, Without> = {},
): RowFormat<RowValues<KindColumns[K], Fixed, Without>> {
  const words = fixed as Readonly<Record<string, string | undefined>>;
  const hidden: Record<string, boolean | undefined> = {};
  for (const name of shape.hidden ?? []) hidden[name] = true;
  const row = words.event ?? words.record ?? "";
  const parts: string[] = [];
  for (const column of COLUMNS[kind]) {
    const { name, needs } = column;
    let part = words[name];
    if (part === undefined && !(needs !== undefined && needs === shape.without)) {
      part = carriedFormat(column, row);
      if (part !== undefined && hidden[name] === true) part = "%.0s";
    }
    parts.push(part ?? "");
  }
  return `${table.concat(parts, "\t")}\n` as RowFormat<RowValues<KindColumns[K], Fixed, Without>>;
}

/**
 * Lua 5.4 rounds a tie as C does, to the even digit; LuaJIT rounds it away from zero, so there ties are broken before.
 */
const isTieRoundedUp = string.format("%.1f", 0.25) !== "0.2";

/** The value, moved by less than any file shows to where C rounds it, when it stands between two decimals. */
function breakTie(value: number | string): number | string {
  // Only quarters and halves are ties of one or no decimal: nothing else is exact in binary.
  if (typeof value === "string" || (value * 4) % 1 !== 0 || value % 1 === 0) return value;
  const digits = value % 0.5 === 0 ? value : value * 10;
  return Math.floor(digits) % 2 === 0 ? value - 1e-9 : value + 1e-9;
}

function formatWithoutTies(format: string, ...values: (number | string)[]): string {
  const broken: (number | string)[] = [];
  for (const value of values) broken.push(breakTie(value));
  return string.format(format, ...broken);
}

/** As `string.format`, with the same ties everywhere. */
const format: (format: string, ...values: (number | string)[]) => string = isTieRoundedUp
  ? formatWithoutTies
  : string.format;

/** Makes a row from a format of {@link rowFormat} and the values that it takes, in the order of the columns. */
export const formatRow = format as <Format extends RowFormat<readonly unknown[]>>(
  format: Format,
  ...values: ValuesOf<Format> & (number | string)[]
) => string;

/** No number, where there may be one. */
export const NO_NUMBER = "" as NumberText;

/** A number that may be null, as text with `digits` decimals. */
export function orNull(value: number | undefined, digits: 0 | 1): NumberText {
  if (value === undefined) return NO_NUMBER;
  return format(digits === 0 ? "%.0f" : "%.1f", value) as NumberText;
}
