/** How a row of each shape is formatted: derived from the columns once, when the module loads. */
import { COLUMNS } from "../format/columns.ts";
import type { Column, Kind } from "../format/columns.ts";

function formatOf(column: Column): string {
  if (column.type === "choice") return "%s";
  return string.format("%%.%.0ff", column.type === "integer" ? 0 : column.digits);
}

/**
 * The format of one shape of row, for `string.format`: `fields` are the columns that have a value, separated by blanks,
 * in the order of the file; all others are null. A field may be `name=value` for a fixed value that takes no argument,
 * `name?` for one that may be null, whose argument is text that {@link orNull} made, `name#` for a number that is always
 * whole: another would be an error, but it takes half the time; and `name-` for one whose argument is there and is not
 * shown, so that two shapes can have the same arguments.
 */
export function rowFormat(kind: Kind, fields: string): string {
  const names: string[] = [];
  for (const [name] of string.gmatch(fields, "%S+")) names.push(name ?? "");
  const parts: string[] = [];
  let next = 0;
  for (const column of COLUMNS[kind]) {
    const field = names[next] ?? "";
    let part: string | undefined;
    if (field === column.name) part = formatOf(column);
    else if (field === `${column.name}#`) part = "%d";
    else if (field === `${column.name}?`) part = "%s";
    else if (field === `${column.name}-`) part = "%.0s";
    else if (field.startsWith(`${column.name}=`)) part = field.slice(column.name.length + 1);
    else if (!column.nullable) error(`a row of ${kind} needs ${column.name}`);
    if (part !== undefined) next += 1;
    parts.push(part ?? "");
  }
  if (next !== names.length)
    error(`${kind} has no column ${names[next] ?? ""}, or it stands in another place`);
  return `${table.concat(parts, "\t")}\n`;
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

/** Makes a row from a format of {@link rowFormat}. */
export const formatRow: (format: string, ...values: (number | string)[]) => string = isTieRoundedUp
  ? formatWithoutTies
  : string.format;

/** A number that may be null, as text with `digits` decimals. */
export function orNull(value: number | undefined, digits: 0 | 1): string {
  if (value === undefined) return "";
  return formatRow(digits === 0 ? "%.0f" : "%.1f", value);
}
