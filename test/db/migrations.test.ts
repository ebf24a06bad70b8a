import { createHash } from "node:crypto";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { deriveRound } from "../../src/db/derive.ts";
import {
  checkSchema,
  migrate,
  readMigrations,
  schemaStatus,
  type Migration,
} from "../../src/db/migrations.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { storeEarlierFacts } from "../support/earlier-facts.ts";
import { useRecordedRounds } from "../support/recorded-rounds.ts";

let database: TestDatabase;
let shipped: Migration[];
beforeAll(async () => {
  shipped = await readMigrations();
});
beforeEach(async () => {
  database = await createTestDatabase({ isEmpty: true });
});

function migration(version: number, text: string): Migration {
  const name = `000${version}_test`;
  return { version, name, text, checksum: createHash("sha256").update(text).digest("hex") };
}

async function tableNames(): Promise<string[]> {
  const rows = await database.sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  return rows.map((row) => row.name);
}

describe("migrate", () => {
  test("creates the schema, once", async () => {
    await expect(checkSchema(database.sql)).rejects.toMatchObject({
      code: "E_SCHEMA_MISSING",
    });
    expect(await migrate(database.sql)).toEqual(shipped.map(({ name }) => name));
    expect(await migrate(database.sql)).toEqual([]);
    await checkSchema(database.sql);
    expect(await schemaStatus(database.sql)).toEqual({
      version: shipped.length,
      latest: shipped.length,
      pending: [],
    });
    for (const table of [
      "player_positions",
      "combat_events",
      "engagement_analysis",
      "proximity_heatmap",
      "teammate_synergy",
      "player_engagement_stats",
      "proximity_events",
    ]) {
      expect(await tableNames()).toContain(table);
    }
  });

  test("several at once apply each migration once", async () => {
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(database.sql)));
    expect(runs.flat().sort()).toEqual(shipped.map(({ name }) => name));
  });

  test("works in another schema of the search path", async () => {
    await database.sql`create schema elsewhere`;
    const sql = createPool(`${database.url}?search_path=elsewhere`, { connections: 1 });
    await migrate(sql);
    expect(await sql`select count(*) from elsewhere.weapons where id = 'mp40'`).toEqual([{ count: 1 }]);
    await sql.end();
    expect(await tableNames()).toEqual([]);
  });

  test("a migration that fails leaves nothing of itself and says where", async () => {
    const first = migration(1, "create table one (number integer);");
    const broken = migration(
      2,
      "create table two (number integer);\n\ncreate table three (number intger);\n",
    );
    await expect(migrate(database.sql, [first, broken])).rejects.toMatchObject({
      code: "E_MIGRATION_FAILED",
      message: '0002_test.sql:3: type "intger" does not exist (42704)',
    });
    expect(await tableNames()).toEqual(["one", "schema_migrations"]);
    const fixed = migration(2, "create table two (number integer);");
    expect(await migrate(database.sql, [first, fixed])).toEqual(["0002_test"]);
  });

  // Citus passes on a whole text to its workers for one change of a distributed table, and they refuse it.
  test("each statement of a migration is sent alone", async () => {
    const text =
      "create table one (asked text); insert into one values (current_query()); create table two ();";
    await migrate(database.sql, [migration(1, text)]);
    const [row] = await database.sql`select asked from one`;
    expect(row).toEqual({ asked: " insert into one values (current_query());" });
  });

  test("a schema newer than the program is refused", async () => {
    const [first, second] = [migration(1, "create table one ();"), migration(2, "create table two ();")];
    await migrate(database.sql, [first, second]);
    for (const attempt of [migrate, schemaStatus]) {
      const refusal = { code: "E_SCHEMA_NEWER", exit: "database" };
      await expect(attempt(database.sql, [first])).rejects.toMatchObject(refusal);
    }
  });

  test("a migration that was edited after it was applied is detected", async () => {
    await migrate(database.sql, [migration(1, "create table one ();")]);
    const edited = [migration(1, "create table one (number integer);"), migration(2, "create table two ();")];
    await expect(migrate(database.sql, edited)).rejects.toMatchObject({
      code: "E_MIGRATION_EDITED",
      message: expect.stringContaining("0001_test") as string,
    });
    expect(await tableNames()).toEqual(["one", "schema_migrations"]);
  });

  test("a role without rights is told so", async () => {
    await database.sql`create role nobody_special`;
    await database.sql`revoke create on schema public from public`;
    const sql = createPool(`${database.url}?role=nobody_special`, { connections: 1 });
    await expect(migrate(sql)).rejects.toThrow(/permission denied/);
    await sql.end();
    await database.sql`drop role nobody_special`;
  });
});

describe("an upgrade keeps what is stored", () => {
  test("from every earlier version", async () => {
    for (const { version } of shipped.slice(0, -1)) {
      const earlier = await createTestDatabase({ isEmpty: true });
      const previous = database;
      database = earlier;
      await migrate(earlier.sql, shipped.slice(0, version));
      const roundId = await storeEarlierFacts(database.sql, version);
      await expect(checkSchema(earlier.sql)).rejects.toMatchObject({ code: "E_SCHEMA_OUTDATED" });
      expect(await migrate(earlier.sql)).toEqual(shipped.slice(version).map(({ name }) => name));
      const [found] = await earlier.sql`
        select count(*) as positions, sum(x::float8) as x, (select count(*) from combat_events) as events,
          (select name from players) as name
        from player_positions`;
      expect([version, found]).toEqual([version, { positions: 2, x: 3, events: 1, name: "x" }]);
      // What is derived now works on what was stored then, and is what the migrations made of it.
      const lives = await earlier.sql`select * from player_lives order by player_lives`;
      await earlier.sql.begin((transaction) => deriveRound(transaction, roundId));
      expect(await earlier.sql`select kills, alive_ms, distance_units from player_engagement_stats`).toEqual([
        { kills: 1, alive_ms: 2000, distance_units: 20 },
      ]);
      expect(lives).toHaveLength(1);
      expect(await earlier.sql`select * from player_lives order by player_lives`).toEqual(lives);
      // Reports and views work on it.
      expect(await listRounds(earlier.sql, { bots: "with" }, 10)).toMatchObject([
        { roundKey: "key", map: "supply" },
      ]);
      expect(await reportRound(earlier.sql, "key")).toMatchObject({ round: { roundKey: "key" } });
      expect(await reportPlayer(earlier.sql, "GUID", {})).toMatchObject({ player: { guid: "GUID" } });
      const views = await earlier.sql<{ name: string }[]>`
        select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'`;
      expect(views.length).toBeGreaterThan(5);
      for (const { name } of views) await earlier.sql`select * from ${earlier.sql(name)}`;
      database = previous;
      // There is one for each version, and a server has only so many connections.
      await earlier.sql.end();
    }
    // On Citus each database is made on every server.
  }, 600_000);
});

describe("an upgrade of recorded rounds", () => {
  const recorded = useRecordedRounds();

  test("derives stored rounds, and sums up their movement, as their import would", async () => {
    await migrate(database.sql, shipped.slice(0, 7));
    // Parents first.
    const tables = [
      "rounds",
      "players",
      "round_players",
      "player_positions",
      "combat_events",
      "engagement_analysis",
      "engagement_participants",
      "proximity_events",
      "player_lives",
    ];
    for (const table of tables) {
      const columns = await database.sql<{ name: string }[]>`
        select string_agg(quote_ident(attname), ', ') as name from pg_attribute
        where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`;
      const names = columns[0]?.name ?? "";
      const rows = await recorded.sql.unsafe(
        `select to_jsonb(t) as row from (select ${names} from ${table}) t`,
      );
      await database.sql.unsafe(
        `insert into ${table} (${names}) select ${names} from jsonb_populate_recordset(null::${table}, $1)`,
        [rows.map(({ row }) => row as never)],
      );
    }
    expect(await migrate(database.sql)).toContain("0008_player_movement");
    const read = async (sql: Sql): Promise<unknown[]> => [
      await sql`select * from player_cells order by player_cells`,
      await sql`select * from player_ways order by player_ways`,
      await sql`select * from player_lives order by player_lives`,
      await sql`select round_id, movement_cell_units, derived_version from rounds order by round_id`,
      await sql`select * from player_engagement_stats order by round_id, player_id, team`,
      await sql`select round_id, event_number, is_undone from combat_events where event = 'kill' order by 1, 2`,
      // Coordinates are reals there, and tenths of a unit in an import.
      await sql`
        select round_id, player_id, teammate_player_id, team, samples, near_samples,
          round((distance_sum_units / samples)::numeric, 2) as mean
        from teammate_distances order by 1, 2, 3, 4`,
      await sql`select * from team_shapes order by round_id, time_ms, team`,
      await sql`select * from team_moves order by round_id, team, move, from_ms`,
      await sql`select * from moving_pairs order by round_id, player_id, teammate_player_id, team`,
      await sql`
        select to_jsonb(s) - 'mean_distance_units' as row from teammate_synergy s
        order by round_id, player_id, teammate_player_id, team`,
    ];
    const imported = await read(recorded.sql);
    for (const rows of imported) expect((rows as unknown[]).length).toBeGreaterThan(5);
    expect(await read(database.sql)).toEqual(imported);
  });
});
