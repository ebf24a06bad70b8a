/** Rows of queries, typed by the tables that they come from. */
import type { Schema } from "./schema.ts";

/** The columns of a table or view that a query selects, as it gives them. */
export type Columns<Relation extends keyof Schema, Name extends keyof Schema[Relation]> = Pick<
  Schema[Relation],
  Name
>;

/** Columns that are never null in the rows that a query chooses, though they may be in others. */
export type KnownColumns<Relation extends keyof Schema, Name extends keyof Schema[Relation]> = {
  readonly [Key in Name]: NonNullable<Schema[Relation][Key]>;
};

type CamelName<Name> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelName<Tail>>}`
  : Name;

/** A row with the names of its columns in camel case: `roundId` for `round_id`. */
export type CamelRow<Row> = {
  readonly [Name in keyof Row as CamelName<Name> extends string ? CamelName<Name> : never]: Row[Name];
};

function camelName(name: string): string {
  return name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** A row with the names of its columns in camel case; the values stay as they are, JSON too. */
export function camelRow<Row extends object>(row: Row): CamelRow<Row> {
  const renamed = Object.entries(row).map(([name, value]) => [camelName(name), value as unknown]);
  return Object.fromEntries(renamed) as CamelRow<Row>;
}

/** All rows of one query as {@link camelRow} makes them; names are looked at once. */
export function camelRows<Row extends object>(rows: readonly Row[]): CamelRow<Row>[] {
  const [first] = rows;
  if (first === undefined) return [];
  const names = Object.keys(first).map((name) => [name as keyof Row, camelName(name)] as const);
  return rows.map((row) => {
    const renamed: Record<string, unknown> = {};
    for (const [name, camel] of names) renamed[camel] = row[name];
    return renamed as CamelRow<Row>;
  });
}
