/** Which values a row of each shape takes, worked out by the compiler from the columns: none of this exists in Lua. */
import type { Column } from "../format/column.ts";
import type { Kind, KindColumns } from "../format/columns.ts";

declare const numberText: unique symbol;
/** A number as text, or no text for null; `orNull` makes it. */
export type NumberText = string & { readonly [numberText]: true };

declare const rowArguments: unique symbol;
/** The format of a row that takes these values; for `string.format`. */
export type RowFormat<Values extends readonly unknown[]> = string & { readonly [rowArguments]: Values };
/** The values that a format takes. */
export type ValuesOf<Format> = Format extends RowFormat<infer Values> ? Values : never;

/** Names of the columns of a kind. */
export type ColumnName<K extends Kind> = KindColumns[K][number]["name"];

/** Words of the columns that have words. */
type WordOf<Of extends Column> = Of extends { readonly choices: readonly (infer Word)[] } ? Word : never;

/** Columns whose value is the same in all rows of a shape, with that value. */
export type FixedWords<K extends Kind> = {
  readonly [Of in Extract<KindColumns[K][number], { type: "choice" }> as Of["name"]]?: WordOf<Of>;
};

/** What a row is called: its event or record. */
type RowName<Fixed> = Fixed extends { readonly event: infer Name extends string }
  ? Name
  : Fixed extends { readonly record: infer Name extends string }
    ? Name
    : "";

/** The value of a column: a number, or one of its words. */
type ValueOf<Of extends Column> = Of["type"] extends "choice" ? WordOf<Of> : number;
/** The same where there may be none. */
type ValueOrNull<Of extends Column> = Of["type"] extends "choice" ? WordOf<Of> | "" : NumberText;

/** The value that a row takes for a column, if any. */
type Value<Of extends Column, Row extends string> = Of extends {
  readonly rows: readonly (infer Carrier)[];
}
  ? Row extends Carrier
    ? [ValueOf<Of>]
    : `${Row}?` extends Carrier
      ? [ValueOrNull<Of>]
      : []
  : [ValueOf<Of>];

/** The values that a row takes, in the order of the columns. */
export type RowValues<Columns, Fixed, Without extends string> = Columns extends readonly [
  infer First extends Column,
  ...infer Rest,
]
  ? First["name"] extends keyof Fixed
    ? RowValues<Rest, Fixed, Without>
    : First extends { readonly needs: Without }
      ? RowValues<Rest, Fixed, Without>
      : [...Value<First, RowName<Fixed>>, ...RowValues<Rest, Fixed, Without>]
  : [];
