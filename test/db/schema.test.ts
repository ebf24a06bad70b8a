/** The SQL schema against the definitions that it repeats: the format's columns and the engine's names. */
import { beforeAll, describe, expect, test } from "vitest";

import {
  COMBAT_TABLE,
  ENGAGEMENT_RECORD_TABLES,
  HEATMAP_TABLE,
  OBJECTIVES_TABLE,
  POSITIONS_TABLE,
  PROXIMITY_TABLE,
  type FactTable,
} from "../../src/db/tables.ts";
import { MEANS_OF_DEATH } from "../../src/engine/means-of-death.ts";
import { CLASS_NAMES, TEAM_NAMES } from "../../src/engine/players.ts";
import { WEAPON_BINS } from "../../src/engine/weapon-bins.ts";
import { WEAPONS } from "../../src/engine/weapons.ts";
import type { Column } from "../../src/format/column.ts";
import { COLUMNS, KINDS, type Kind } from "../../src/format/columns.ts";
import { CUT_REASON, LATE_REASON, END_REASONS } from "../../src/format/file.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

interface SqlColumn {
  type: string;
  nullable: boolean;
  comment: string | null;
  choices: string[] | null;
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

async function columnsOf(table: string): Promise<Map<string, SqlColumn>> {
  const rows = await database.sql<(SqlColumn & { name: string })[]>`
    select attname as name, format_type(atttypid, atttypmod) as type, not attnotnull as nullable,
      col_description(attrelid, attnum) as comment,
      (select array_agg(enumlabel::text order by enumsortorder) from pg_enum where enumtypid = atttypid) as choices
    from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`;
  return new Map(rows.map(({ name, ...column }) => [name, column]));
}

const INTEGER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  boolean: [0, 1],
  smallint: [-32768, 32767],
  integer: [-2147483648, 2147483647],
};

/** The words that stand for units in the comments of columns. */
const UNIT_WORDS: Readonly<Record<string, string>> = {
  "ms of round time": "ms",
  ms: "ms",
  units: "units",
  degrees: "degrees",
  ups: "units per second",
  "hit points": "hit points",
};

function expectToHold(column: SqlColumn | undefined, definition: Column): void {
  if (column === undefined) throw new Error(`the table has no column ${definition.name}`);
  switch (definition.type) {
    case "integer": {
      const [minimum, maximum] = INTEGER_RANGES[column.type] ?? [0, -1];
      expect(minimum).toBeLessThanOrEqual(definition.minimum);
      expect(maximum).toBeGreaterThanOrEqual(definition.maximum);
      // No wider than it must be: a flag is a boolean, a small number a smallint.
      const isFlag = definition.minimum === 0 && definition.maximum === 1;
      const isSmall = definition.minimum >= -32768 && definition.maximum <= 32767;
      expect(column.type).toBe(isFlag ? "boolean" : isSmall ? "smallint" : "integer");
      break;
    }
    case "decimal": {
      // A real holds 24 bits: as many digits as the format writes must come back.
      expect(column.type).toBe("real");
      const largest = Math.max(-definition.minimum, definition.maximum);
      expect(largest * 10 ** definition.digits).toBeLessThan(2 ** 24);
      break;
    }
    case "choice":
      expect(column.choices).toEqual([...definition.choices]);
  }
  if (definition.unit !== undefined) expect(column.comment).toContain(UNIT_WORDS[definition.unit]);
}

const tables: readonly (readonly [FactTable, Kind])[] = [
  [POSITIONS_TABLE, "positions"],
  [COMBAT_TABLE, "combat"],
  [HEATMAP_TABLE, "heatmap"],
  [OBJECTIVES_TABLE, "objectives"],
  [ENGAGEMENT_RECORD_TABLES.engagement, "engagements"],
  [ENGAGEMENT_RECORD_TABLES.participant, "engagements"],
  [ENGAGEMENT_RECORD_TABLES.crossfire, "engagements"],
];

describe("facts", () => {
  test.each(tables.map(([fact, kind]) => [fact.table, fact, kind] as const))(
    "%s holds the columns of the format",
    async (_, fact, kind) => {
      const columns = await columnsOf(fact.table);
      const derived = fact === COMBAT_TABLE ? ["is_undone"] : fact === PROXIMITY_TABLE ? ["objective"] : [];
      if (kind === "engagements" || kind === "heatmap") derived.push("derived_by");
      if (kind === "heatmap") derived.push("rule_version");
      expect([...columns.keys()].sort()).toEqual([...fact.prefix, ...fact.fields, ...derived].sort());
      for (const definition of COLUMNS[kind].filter(({ name }) => fact.fields.includes(name))) {
        expectToHold(columns.get(definition.name), definition);
        // A table for one record may demand what the format, for all records, leaves open.
        const isNullable = columns.get(definition.name)?.nullable;
        // Files of the versions before do not have a later column.
        // Other trackers record little more of a position than where it was.
        const isOfAll =
          kind !== "positions" || ["time_ms", "slot", "life", "x", "y", "z"].includes(definition.name);
        const mayBeNull = definition.nullable || (definition.since ?? 1) > 1 || !isOfAll;
        if (kind !== "engagements")
          expect([definition.name, isNullable]).toEqual([definition.name, mayBeNull]);
        else if (!mayBeNull) expect([definition.name, isNullable]).toEqual([definition.name, false]);
      }
    },
  );

  test("every column of the engagements file has its place", () => {
    const placed = new Set(Object.values(ENGAGEMENT_RECORD_TABLES).flatMap(({ fields }) => fields));
    expect(COLUMNS.engagements.map(({ name }) => name).filter((name) => !placed.has(name))).toEqual([]);
  });

  test("columns that the importer copies as they are stand in the format's order", () => {
    for (const [fact, kind] of tables) {
      const order = COLUMNS[kind].map(({ name }) => name);
      expect(fact.fields).toEqual(order.filter((name) => fact.fields.includes(name)));
    }
  });
});

describe("words and names", () => {
  test("every weapon that has accuracy strikes with means that have it, and no other does", async () => {
    const pairs = await database.sql<{ weapon: string; means: string; isSame: boolean }[]>`
      select w.id as weapon, m.id as means, w.has_accuracy = m.has_accuracy as "isSame"
      from means_of_death m cross join unnest(m.weapons) struck left join weapons w on w.weapon = struck`;
    expect(pairs.filter(({ isSame }) => !isSame)).toEqual([]);
    const silent = await database.sql<{ id: string }[]>`
      select id from weapons w where has_accuracy and not exists (
        select from means_of_death m where w.weapon = any (m.weapons))
      union all select id from means_of_death where has_accuracy and weapons = '{}'`;
    expect([...silent]).toEqual([]);
    // Weapons that nobody is killed with.
    const harmless = await database.sql<{ id: string }[]>`
      select id from weapons w where not exists (select from means_of_death m where w.weapon = any (m.weapons)) order by id`;
    expect(harmless.map(({ id }) => id)).toEqual([
      "binoculars",
      "medic_adrenaline",
      "medkit",
      "none",
      "pliers",
      "satchel_det",
      "smoketrail",
    ]);
  });

  test("enumerations hold the format's words", async () => {
    const [found] = await database.sql<{ kinds: string[]; reasons: string[] }[]>`
      select enum_range(null::file_kind)::text[] as kinds, enum_range(null::round_end_reason)::text[] as reasons`;
    expect(found).toEqual({ kinds: [...KINDS], reasons: [...END_REASONS, CUT_REASON, LATE_REASON] });
  });

  test("lookups hold the engine's names", async () => {
    const { sql } = database;
    expect(await sql`select weapon as number, id, name, kind from weapons order by weapon`).toEqual([
      ...WEAPONS,
    ]);
    expect(
      await sql`
        select means_of_death as number, id, name, kind, has_region as "hasRegion"
        from means_of_death order by means_of_death`,
    ).toEqual([...MEANS_OF_DEATH]);
    const bins = await sql`
      select b.weapon_bin as number, b.id, b.name,
        array(select weapon::integer from weapons w where w.weapon_bin = b.weapon_bin order by 1) as weapons,
        array(select means_of_death::integer from means_of_death m where m.weapon_bin = b.weapon_bin order by 1) as means
      from weapon_bins b order by b.weapon_bin`;
    expect(bins).toEqual([...WEAPON_BINS]);
    expect(await sql`select name from classes order by class`).toEqual(CLASS_NAMES.map((name) => ({ name })));
    expect(await sql`select name from teams order by team`).toEqual(TEAM_NAMES.map((name) => ({ name })));
  });
});

describe("the catalog", () => {
  test("says what every table, view and column is, of ours and not of extensions", async () => {
    const silent = await database.sql`
      select c.relname as relation, a.attname as column
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'v', 'm', 'p')
        and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
      order by 1, a.attnum`;
    expect([...silent]).toEqual([]);
  });

  test("every unique key of a table that is sharded holds round_id", async () => {
    const keys = await database.sql`
      select c.conrelid::regclass::text as table, conname
      from pg_constraint c
      where contype in ('p', 'u')
        and exists (select from pg_attribute where attrelid = c.conrelid and attname = 'round_id')
        and c.conrelid::regclass::text not in ('rounds', 'import_files')
        and not (select attnum from pg_attribute where attrelid = c.conrelid and attname = 'round_id') = any (conkey)`;
    expect([...keys]).toEqual([]);
  });
});
