/**
 * The statements that distribute the schema over a Citus cluster. Citus itself cannot be installed here: stand-ins with
 * the names and arguments of its functions take down what is asked of them, and the test checks Citus's documented rules.
 */
import { readFile } from "node:fs/promises";

import { beforeAll, expect, test } from "vitest";

import { createPool } from "../../src/db/driver/connect.ts";
import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const STAND_INS = `
  create schema citus_stand_in;
  create table citus_stand_in.calls (relation regclass primary key, kind text, distribution_column text, colocated_with text);
  create table citus_stand_in.functions (function regprocedure primary key);
  create function create_reference_table(table_name regclass) returns void language sql as $$
    insert into citus_stand_in.calls values (table_name, 'reference') $$;
  create function create_distributed_table(table_name regclass, distribution_column text, colocate_with text default 'default')
    returns void language sql as $$
    insert into citus_stand_in.calls values (table_name, 'distributed', distribution_column, colocate_with) $$;
  create function create_distributed_function(function regprocedure) returns void language sql as $$
    insert into citus_stand_in.functions values (function) $$;
  create function citus_add_local_table_to_metadata(table_name regclass) returns void language sql as $$
    insert into citus_stand_in.calls values (table_name, 'local') $$;
`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.sql.unsafe(STAND_INS);
  const statements = await readFile(packagePath("sql/citus/distribute.sql"), "utf8");
  const sql = createPool(database.url, { connections: 1 });
  await sql.unsafe(statements).simple();
  await sql.end();
});

test("every table has its place, but for those that no query joins with facts", async () => {
  const missing = await database.sql`
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and oid not in (select relation from citus_stand_in.calls)`;
  expect(missing.map(({ relname }) => relname as string).sort()).toEqual([
    "known_paths",
    "refused_paths",
    "schema_migrations",
  ]);
});

test("distributed tables are sharded by the round and lie together", async () => {
  const tables = await database.sql<{ name: string }[]>`
    select relation::text as name, distribution_column as column, colocated_with as with,
      (select format_type(atttypid, null) from pg_attribute where attrelid = relation and attname = distribution_column) as type
    from citus_stand_in.calls where kind = 'distributed' order by (colocated_with <> 'default'), 1`;
  const [first, ...others] = tables;
  expect(first).toEqual({ name: "player_positions", column: "round_id", with: "default", type: "integer" });
  expect(others.length).toBeGreaterThan(5);
  for (const table of others) {
    expect(table).toMatchObject({ column: "round_id", with: "player_positions", type: "integer" });
  }
});

test("every unique key of a distributed table holds the distribution column", async () => {
  const wrong = await database.sql`
    select indexrelid::regclass::text as index
    from citus_stand_in.calls c
    join pg_index i on i.indrelid = c.relation and i.indisunique
    join pg_attribute a on a.attrelid = c.relation and a.attname = c.distribution_column
    where not a.attnum = any (i.indkey)`;
  expect([...wrong]).toEqual([]);
});

test("foreign keys go to reference tables only", async () => {
  const wrong = await database.sql`
    select f.conname
    from pg_constraint f
    left join citus_stand_in.calls source on source.relation = f.conrelid
    left join citus_stand_in.calls target on target.relation = f.confrelid
    where f.contype = 'f' and (source.kind is null or target.kind is distinct from 'reference')`;
  expect([...wrong]).toEqual([]);
});

test("every function of the schema is on the workers, and may be called there", async () => {
  const functions = await database.sql<{ name: string; volatility: string; isDistributed: boolean }[]>`
    select p.oid::regprocedure::text as name, provolatile as volatility, f.function is not null as "isDistributed"
    from pg_proc p left join citus_stand_in.functions f on f.function = p.oid
    where pronamespace = 'public'::regnamespace and proname !~ '^(create_|citus_)'`;
  expect(functions.length).toBeGreaterThan(4);
  expect(functions.filter((one) => !one.isDistributed || one.volatility !== "i")).toEqual([]);
});

test("nothing is used that Citus refuses: identity columns, triggers, rules", async () => {
  const wrong = await database.sql`
    select attrelid::regclass::text as relation, attname as what from pg_attribute
    where attidentity <> '' and attrelid in (select relation from citus_stand_in.calls)
    union all
    select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal
    union all
    select inhrelid::regclass::text, 'inherits' from pg_inherits
    where inhrelid in (select relation from citus_stand_in.calls)`;
  expect([...wrong]).toEqual([]);
});
