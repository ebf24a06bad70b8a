/** Writes the types of the rows of all tables and views from the database's catalog. */
import type { Sql } from "../../src/db/driver/connect.ts";

interface Relation {
  name: string;
  columns: { name: string; type: string; labels: string[] | null; isArray: boolean; nullable: boolean }[];
}

/** Types of PostgreSQL as postgres.js gives them, with the settings of `createPool`. */
const TYPES: Readonly<Record<string, string>> = {
  bool: "boolean",
  int2: "number",
  int4: "number",
  int8: "number",
  float4: "number",
  float8: "number",
  // As text, which loses no digit.
  numeric: "string",
  text: "string",
  bpchar: "string",
  varchar: "string",
  timestamptz: "Date",
  date: "Date",
  json: "unknown",
  jsonb: "unknown",
};

function typeOf({ isArray, labels, nullable, type }: Relation["columns"][number]): string {
  const single = labels === null ? TYPES[type] : labels.map((label) => JSON.stringify(label)).join(" | ");
  if (single === undefined) throw new Error(`no type of TypeScript is known for ${type}`);
  const whole = isArray ? `(${single})[]` : single;
  return nullable && whole !== "unknown" ? `${whole} | null` : whole;
}

const HEAD = `/**
 * Rows of all tables and views, by the names of their columns, as a query gives them. Generated from the database's
 * catalog by \`npm run docs\`. What a column means stands in docs/schema.md. Of a view's columns PostgreSQL does not tell
 * which are never null.
 */
export interface Schema {
`;

/** The text of src/db/schema.ts for a database with the schema. */
export async function schemaTypes(sql: Sql): Promise<string> {
  const relations = await sql<Relation[]>`
    select c.relname as name,
      json_agg(json_build_object(
        'name', attname, 'nullable', not attnotnull, 'isArray', t.typcategory = 'A',
        'type', coalesce(e.typname, t.typname),
        'labels', (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = coalesce(e.oid, t.oid))
      ) order by attnum) as columns
    from pg_class c
    join pg_attribute on attrelid = c.oid and attnum > 0 and not attisdropped
    join pg_type t on t.oid = atttypid
    left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    group by c.relname order by c.relname`;
  const parts = relations.map(({ columns, name }) => {
    const lines = columns.map((column) => `    readonly ${column.name}: ${typeOf(column)};\n`);
    return `  readonly ${name}: {\n${lines.join("")}  };\n`;
  });
  return `${HEAD}${parts.join("")}}\n`;
}
