/** The tables of an export, as the database's catalog has them: new tables and columns come by themselves. */
import type { Sql, Transaction } from "../db/driver/connect.ts";
import { quoted } from "./duckdb.ts";

/**
 * Views that are exported as tables, and their order: who people are, and which rounds are an evening. Other views are left out, as
 * they are computed of the tables.
 */
export const EXPORTED_VIEWS: Readonly<Record<string, readonly string[]>> = {
  people: ["player_id"],
  sessions: ["round_id"],
};

/** Tables that an export leaves out, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  import_files: "names files of the machine that imported them",
  refused_paths: "names files of the machine that imported them",
  known_paths: "names files of the machine that imported them",
  forgotten_rounds: "remembers rounds that were to be forgotten",
  posts: "remembers what was told to chats",
  combat_counts: "is counted of combat_events, which are there",
  trade_counts: "is counted of trade_chances, which are there",
  models: "are made of rounds: `prox model show --json` tells them",
  corrections: "tells what was done to this database",
  schema_migrations: "is about the database, not about rounds; the manifest has the schema's version",
};

/**
 * What stands in place of columns where a player is hidden (`prox player hide`): an export goes to others. `hidden.name` is the name
 * under which people see them.
 */
const HIDDEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  players: {
    guid: "null",
    name: "hidden.name",
    plain_name: "hidden.name",
    chosen_name: "null",
  },
  round_players: { name: "hidden.name" },
};

/** Columns by which a table's rows are sorted where its key is not what makes the smallest file. */
const SORTED_BY: Readonly<Record<string, readonly string[]>> = {
  // One player's way after another's: neighbours are alike, which makes the file a tenth smaller than by time.
  player_positions: ["round_id", "player_id", "time_ms", "slot"],
  // Shots by shots, one shooter's after another's: a quarter smaller than by time.
  combat_events: ["round_id", "event", "attacker_player_id", "event_number"],
};

/** A column of a table. */
export interface ExportColumn {
  readonly name: string;
  /** Its type in the files, a type of DuckDB's. */
  readonly type: string;
  /** Its type in PostgreSQL. */
  readonly databaseType: string;
  readonly nullable: boolean;
  /** The unit of its numbers; null for what has none. */
  readonly unit: string | null;
  readonly comment: string;
  /** The values that it can have, of a type that lists them. */
  readonly values: readonly string[] | null;
}

/** A table of an export. */
export interface ExportTable {
  readonly name: string;
  readonly comment: string;
  /** Whether each row belongs to a round: such a table lies in partitions. */
  readonly ofRounds: boolean;
  /** Columns by which the rows are sorted. */
  readonly sort: readonly string[];
  readonly columns: readonly ExportColumn[];
}

/** Types of PostgreSQL that have an equal in DuckDB; any other goes as its text. */
const TYPES: Readonly<Record<string, string>> = {
  bool: "BOOLEAN",
  int2: "SMALLINT",
  int4: "INTEGER",
  int8: "BIGINT",
  float4: "FLOAT",
  float8: "DOUBLE",
  date: "DATE",
  timestamp: "TIMESTAMP",
  timestamptz: "TIMESTAMP WITH TIME ZONE",
  json: "JSON",
  jsonb: "JSON",
};

const UNITS_OF_ENDINGS: readonly (readonly [ending: string, unit: string])[] = [
  ["_ms", "ms"],
  ["_us", "µs"],
  ["_units", "units"],
  ["_ups", "units per second"],
  ["_deg", "degrees"],
  ["_kb", "KiB"],
  ["_bytes", "bytes"],
  ["_at", "UTC"],
];
const UNITS_OF_COMMENTS = ["units per second", "hit points", "degrees", "units", "ms"];

/** The unit of a column's numbers: the end of its name says it, or the end of its comment. */
function unitOf(name: string, comment: string): string | null {
  const [, unit] = UNITS_OF_ENDINGS.find(([ending]) => name.endsWith(ending)) ?? [];
  return unit ?? UNITS_OF_COMMENTS.find((one) => comment.endsWith(`, ${one}`)) ?? null;
}

interface CatalogColumn {
  readonly name: string;
  readonly type: string;
  readonly databaseType: string;
  readonly isArray: boolean;
  readonly nullable: boolean;
  readonly comment: string;
  readonly values: readonly string[] | null;
}

function toColumn(column: CatalogColumn): ExportColumn {
  const { comment, databaseType, isArray, name, nullable, type, values } = column;
  const single = TYPES[type] ?? "VARCHAR";
  return {
    name,
    type: isArray ? `${single}[]` : single,
    databaseType,
    nullable,
    unit: unitOf(name, comment),
    comment,
    values,
  };
}

/** The tables of the database that are exported, by name. */
export async function exportTables(sql: Sql | Transaction): Promise<ExportTable[]> {
  const found = await sql<
    { name: string; comment: string; key: string[] | null; columns: CatalogColumn[] }[]
  >`
    select c.relname as name, coalesce(obj_description(c.oid), '') as comment,
      (select json_agg(a.attname order by place)
        from pg_constraint p, unnest(p.conkey) with ordinality as keys (number, place), pg_attribute a
        where p.conrelid = c.oid and p.contype = 'p' and a.attrelid = c.oid and a.attnum = keys.number) as key,
      (select json_agg(json_build_object(
          'name', attname, 'nullable', not attnotnull, 'isArray', t.typcategory = 'A',
          'type', coalesce(e.typname, t.typname), 'databaseType', format_type(atttypid, atttypmod),
          'comment', coalesce(col_description(c.oid, attnum), ''),
          'values', (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = coalesce(e.oid, t.oid))
        ) order by attnum)
        from pg_attribute
        join pg_type t on t.oid = atttypid
        left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem
        where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace 
      and (c.relkind in ('r', 'p') and not c.relispartition or c.relname = any (${Object.keys(EXPORTED_VIEWS)}::text[]))
      and c.relname <> all (${Object.keys(LEFT_OUT)}::text[])
    order by c.relname`;
  return found.map(({ columns, comment, key, name }) => {
    const all = columns.map(toColumn);
    const isOfRounds = all.some((column) => column.name === "round_id" && !column.nullable);
    // Rows that are equal in every column may stand in any order.
    return {
      name,
      comment,
      ofRounds: isOfRounds,
      sort: SORTED_BY[name] ?? EXPORTED_VIEWS[name] ?? key ?? all.map((column) => column.name),
      columns: all,
    };
  });
}

/** The statement that gives rows of a table, each column as `expression` makes it of a column of the database. */
export function selectOf(
  { columns, name }: ExportTable,
  condition: string,
  expression: (column: ExportColumn, value: string) => string,
): string {
  const masks = HIDDEN[name];
  const values = columns.map((column) => {
    const value = `rows_of.${quoted(column.name)}`;
    const mask = masks?.[column.name];
    return expression(
      column,
      mask === undefined ? value : `case when hidden.player_id is null then ${value} else ${mask} end`,
    );
  });
  const join =
    masks === undefined
      ? ""
      : "left join (select player_id, name from people where is_hidden) hidden on hidden.player_id = rows_of.player_id ";
  return `select ${values.join(", ")} from ${quoted(name)} rows_of ${join}where ${condition}`;
}
