import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { createPool } from "../../src/db/driver/connect.ts";
import { deriveRound } from "../../src/db/derive.ts";
import { requireFitDatabase, requireRights } from "../../src/db/fitness.ts";
import { migrate } from "../../src/db/migrations.ts";
import { countPrunable, prunePositions } from "../../src/db/prune.ts";
import { createReader } from "../../src/db/reader.ts";
import { readContents } from "../../src/db/status.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fight, storeRound } from "../support/facts.ts";
import { importPaths } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

describe("the read-only role", () => {
  test("reads tables and views, those made later too, and changes nothing; hostile names are only names", async () => {
    const { sql, url } = database;
    const role = `analyst"; drop table rounds; --`;
    const password = `it's "secret" \\ $1`;
    expect(await createReader(sql, role, password)).toEqual({ isNew: true, schema: "public" });
    expect(await createReader(sql, role, undefined)).toMatchObject({ isNew: false });
    await sql`create table later (number integer)`;
    const address = new URL(url);
    address.username = encodeURIComponent(role);
    const reader = createPool(address.href, { connections: 1 });
    expect(await reader`select current_user as name`).toEqual([{ name: role }]);
    for (const relation of ["rounds", "player_positions", "player_profiles", "later"]) {
      expect(await reader`select count(*) from ${reader(relation)}`).toEqual([{ count: 0 }]);
    }
    await expect(reader`delete from rounds`).rejects.toMatchObject({ code: "25006" });
    await reader`set default_transaction_read_only = off`;
    for (const change of [
      "delete from rounds",
      "insert into weapons values (99, 'x', 'x', 'x')",
      "drop table rounds",
    ]) {
      await expect(reader.unsafe(change)).rejects.toMatchObject({ code: "42501" });
    }
    await reader.end();
    await sql`drop owned by ${sql(role)}`;
    await sql`drop role ${sql(role)}`;
    await sql`drop table later`;
  });

  test("importing needs no superuser: a role that owns nothing but the schema does it all", async () => {
    const owner = "plain_owner";
    await database.sql`create role ${database.sql(owner)} login`;
    const empty = await createTestDatabase({ isEmpty: true });
    await empty.sql`revoke all on schema public from public`;
    await empty.sql`create schema own authorization ${empty.sql(owner)}`;
    const address = new URL(empty.url);
    address.username = owner;
    address.searchParams.set("search_path", "own");
    const sql = createPool(address.href, { connections: 2 });
    await requireFitDatabase(sql, { toCreate: true });
    await migrate(sql);
    await requireRights(sql);
    const folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
    await writeRound(folder, "by-a-plain-owner");
    expect((await importPaths(sql, [folder])).totals.rounds).toMatchObject({ imported: 1 });
    await rm(folder, { recursive: true });
    expect(await readContents(sql)).toMatchObject({ rounds: 1, players: 2 });
    expect(await prunePositions(sql, new Date("2100-01-01"))).toMatchObject({ rounds: 1 });
    const [role] = await sql`
      select rolsuper, rolcreatedb, rolcreaterole, pg_get_userbyid(datdba) <> current_user as is_guest
      from pg_roles, pg_database where rolname = current_user and datname = current_database()`;
    expect(role).toEqual({ rolsuper: false, rolcreatedb: false, rolcreaterole: false, is_guest: true });
    await sql.end();
    await empty.sql`drop schema own cascade`;
    await database.sql`drop role ${database.sql(owner)}`;
  });
});

describe("prunePositions", () => {
  test("drops positions of old rounds only, keeps what is derived, and has nothing to do again", async () => {
    const { sql } = database;
    const { roundId: old } = await storeRound(sql, fight("old", { started_at: "2025-01-01T20:00:00Z" }));
    const { roundId: recent } = await storeRound(
      sql,
      fight("recent", { started_at: "2026-01-01T20:00:00Z" }),
    );
    // Where a vehicle is each second goes with the positions; what happened to objectives stays.
    for (const round of [old, recent]) {
      await sql`insert into objectives values (${round}, 7, 'vehicle', 2, 0, 0, 0, 'tank')`;
      for (const [number, event] of ["vehicle_move", "vehicle_disable", "vehicle_move"].entries()) {
        await sql`insert into objective_events ${sql({ round_id: round, event_number: number, time_ms: 1, event, objective: 7 })}`;
      }
    }
    const derived = async (): Promise<unknown[]> => [
      await sql`select * from player_engagement_stats order by round_id, player_id`,
      await sql`select * from teammate_synergy order by round_id, player_id`,
      await sql`select * from proximity_heatmap order by round_id, cell_x, cell_y`,
      await sql`select count(*) from combat_events`,
      await sql`select count(*) from objectives`,
    ];
    const before = await derived();
    const limit = new Date("2025-06-01T00:00:00Z");
    const [stored] = await sql<
      { count: number }[]
    >`select count(*) from player_positions where round_id = ${old}`;
    const rows = Number(stored?.count) + 2;
    expect(await countPrunable(sql, limit)).toEqual({ rounds: 1, rows });
    expect(await prunePositions(sql, limit)).toEqual({ rounds: 1, rows });
    const told = await sql`
      select round_id, event, count(*) from objective_events group by 1, 2 order by 1, 2`;
    expect([...told]).toEqual([
      { round_id: old, event: "vehicle_disable", count: 1 },
      { round_id: recent, event: "vehicle_disable", count: 1 },
      { round_id: recent, event: "vehicle_move", count: 2 },
    ]);
    expect([...(await sql`select distinct round_id from player_positions`)]).toEqual([{ round_id: recent }]);
    expect(await derived()).toEqual(before);
    expect([...(await sql`select round_key from rounds where positions_pruned_at is not null`)]).toEqual([
      { round_key: "old" },
    ]);
    expect(await prunePositions(sql, limit)).toEqual({ rounds: 0, rows: 0 });

    // Derived again, for another file of the round was replaced: the sums of the positions stand, and time alive is known from combat.
    const derive = (): Promise<unknown> => sql.begin((transaction) => deriveRound(transaction, old));
    const [first] = before[0] as { player_id: number; alive_ms: number; kills: number }[];
    const read = async (): Promise<unknown> =>
      (
        await sql`
        select alive_ms, kills, positions_pruned_at is not null as pruned
        from player_engagement_stats join rounds using (round_id)
        where round_id = ${old} and player_id = ${first?.player_id ?? 0}`
      )[0];
    await derive();
    expect(await read()).toEqual({ alive_ms: first?.alive_ms, kills: first?.kills, pruned: true });
    // And measured again when an import brings the positions back.
    await sql`
      insert into player_positions select (p).* from (
        select jsonb_populate_record(q, jsonb_build_object('round_id', ${old}::integer)) as p
        from player_positions q where round_id = ${recent}
      ) copied`;
    await derive();
    expect(await read()).toEqual({ alive_ms: first?.alive_ms, kills: first?.kills, pruned: false });
    await prunePositions(sql, limit);
  });

  test("a round that goes takes its objectives along", async () => {
    const { sql } = database;
    const { roundId } = await storeRound(sql, fight("gone"));
    await sql`insert into objectives values (${roundId}, 7, 'explosive', 1, 0, 0, 0, 'wall')`;
    await sql`insert into objective_events ${sql({ round_id: roundId, event_number: 1, time_ms: 1, event: "exit" })}`;
    await sql`insert into announcements values (${roundId}, 1, 1, 'text')`;
    await sql.begin((transaction) => deriveRound(transaction, roundId));
    const rows = async (): Promise<unknown[]> =>
      Promise.all(
        ["objectives", "objective_events", "announcements", "objective_phases"].map(
          async (table) => (await sql`select from ${sql(table)} where round_id = ${roundId}`).length,
        ),
      );
    expect(await rows()).toEqual([1, 1, 1, 1]);
    await sql`delete from rounds where round_id = ${roundId}`;
    expect(await rows()).toEqual([0, 0, 0, 0]);
  });

  test("stops when it is told to", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    await expect(prunePositions(database.sql, new Date(), { signal })).rejects.toThrow("stopped");
    expect((await countPrunable(database.sql, new Date())).rounds).toBe(1);
  });
});
