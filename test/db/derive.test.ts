import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { createPool, type Sql } from "../../src/db/driver/connect.ts";
import { deriveOutdatedRounds, deriveRound } from "../../src/db/derive.ts";
import { IS_CITUS } from "../support/citus.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fight, storeRound } from "../support/facts.ts";
import { importPaths } from "../support/import.ts";
import { writeRound } from "../support/round-files.ts";

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  sql = database.sql;
});
beforeEach(async () => {
  await sql`truncate rounds, players, player_positions, combat_events, team_shapes, team_moves, moving_pairs
    restart identity cascade`;
});

const statsOf = async (roundId: number): Promise<Record<string, Record<string, unknown>>> => {
  const rows = await sql<{ name: string }[]>`
    select p.name, s.* from player_engagement_stats s join players p using (player_id) where round_id = ${roundId}`;
  return Object.fromEntries(rows.map((row) => [row.name, row]));
};

describe("player_engagement_stats", () => {
  test("counts what can be counted by hand", async () => {
    const { roundId } = await storeRound(sql, fight("one"));
    const { A, B, C, D } = await statsOf(roundId);
    expect(A).toMatchObject({
      team: 1,
      lives: 2,
      // No event says when a life began: ten samples and six.
      alive_ms: 16_000,
      stationary_ms: 16_000,
      distance_units: 0,
      kills: 1,
      team_kills: 1,
      deaths: 3,
      deaths_undone: 1,
      kills_undone: 0,
      self_kills: 1,
      gibs: 0,
      revives: 0,
      revived: 1,
      damage_given: 120,
      damage_received: 100,
      team_damage_given: 30,
      bullets_fired: 4,
      bullet_hits: 2,
      located_hits: 2,
      head_hits: 1,
      engagements: 3,
      engagements_won: 2,
      engagements_lost: 0,
      engagements_opened: 1,
      duels: 2,
      duels_won: 1,
      duels_lost: 0,
      outnumbered: 0,
      outnumbered_won: 0,
      escapes: 1,
      solo_kills: 1,
      crossfires: 2,
      baits_drawn: 1,
      baits_punished: 0,
      trade_kills: 0,
      deaths_traded: 1,
    });
    expect(B).toMatchObject({
      lives: 1,
      alive_ms: 21_000,
      kills: 1,
      deaths: 1,
      self_kills: 0,
      gibs: 1,
      revives: 1,
      damage_given: 0,
      bullets_fired: 0,
      bullet_hits: 0,
      engagements: 1,
      engagements_won: 1,
      solo_kills: 0,
      crossfires: 2,
      baits_drawn: 0,
      baits_punished: 1,
      trade_kills: 1,
      deaths_traded: 0,
    });
    expect(C).toMatchObject({
      team: 2,
      kills: 0,
      deaths: 2,
      self_kills: 1,
      distance_units: 4200,
      duels: 2,
      duels_won: 0,
      duels_lost: 1,
      engagements_lost: 1,
      escapes: 0,
    });
    expect(D).toMatchObject({
      kills: 2,
      kills_undone: 1,
      deaths: 1,
      deaths_undone: 0,
      damage_given: 100,
      outnumbered: 1,
      outnumbered_won: 0,
      outnumbered_lost: 1,
      solo_kills: 2,
    });
  });

  test("counts what is close to something else for what it is", async () => {
    const facts = fight("close");
    const shot = { time_ms: 1000, event: "fire", attacker_player_id: "A" };
    const hit = {
      time_ms: 1000,
      event: "hit",
      relation: "enemy",
      attacker_player_id: "A",
      target_player_id: "D",
      damage: 10,
      damage_effective: 10,
      target_is_wounded: false,
    };
    const ended = {
      start_ms: 1000,
      time_ms: 2000,
      player_id: "A",
      enemy_player_id: "C",
      kills: 0,
      deaths: 0,
    };
    const { roundId } = await storeRound(sql, {
      ...facts,
      combat: [
        ...(facts.combat ?? []),
        // A pistol has accuracy, and a machine gun, whose hits have no region; a grenade is no bullet.
        { ...shot, weapon: 2 },
        { ...shot, weapon: 30 },
        { ...shot, weapon: 4 },
        { ...hit, means_of_death: 6, weapon: 2, hit_region: "legs" },
        { ...hit, means_of_death: 44, weapon: 30 },
        { ...hit, means_of_death: 18, weapon: 4 },
        // The body of a teammate.
        { ...hit, relation: "team", target_player_id: "B", target_is_wounded: true },
        { time_ms: 1000, event: "gib", relation: "team", attacker_player_id: "A", target_player_id: "B" },
        { time_ms: 1000, event: "revive", attacker_player_id: "A", target_player_id: "A" },
      ],
      engagements: [
        ...(facts.engagements ?? []),
        // Nobody wins, though C is outnumbered.
        { ...ended, engagement: 4, attackers: 2, defenders: 1, outcome: "silence" },
      ],
      participants: [
        ...(facts.participants ?? []),
        { engagement: 4, player_id: "A", side: "attackers", kills: 0 },
        { engagement: 4, player_id: "B", side: "attackers", kills: 0 },
        // Who left it and came back took part once.
        { engagement: 4, player_id: "A", side: "attackers", kills: 0 },
        { engagement: 4, player_id: "C", side: "defenders", kills: 0 },
      ],
    });
    const { A, B, C, D } = await statsOf(roundId);
    expect(A).toMatchObject({
      bullets_fired: 6,
      bullet_hits: 4,
      located_hits: 3,
      head_hits: 1,
      damage_given: 150,
      team_damage_given: 30,
      gibs: 0,
      engagements: 4,
      engagements_won: 2,
      engagements_lost: 0,
    });
    expect(B).toMatchObject({ engagements: 2, solo_kills: 0 });
    expect(C).toMatchObject({ outnumbered: 1, outnumbered_won: 0, engagements_lost: 1 });
    expect(D).toMatchObject({ duels: 0 });
    expect([
      ...(await sql`
        select engagements, engagements_won, revives from teammate_synergy where round_id = ${roundId} order by team`),
    ]).toEqual([
      { engagements: 2, engagements_won: 1, revives: 1 },
      { engagements: 0, engagements_won: 0, revives: 0 },
    ]);
  });

  test("shares out the time of a life, in which what the player is changes, by the samples", async () => {
    const { positions = [], ...rest } = fight("changed");
    const { roundId } = await storeRound(sql, {
      ...rest,
      positions: positions.map((row) =>
        row["player_id"] === "B" && Number(row["time_ms"]) >= 7000 ? { ...row, class: 3 } : row,
      ),
    });
    expect((await statsOf(roundId))["B"]).toMatchObject({ lives: 1, alive_ms: 21_000 });
    const lives = await sql`
      select class, first_ms, last_ms, alive_ms from player_lives join players using (player_id)
      where round_id = ${roundId} and name = 'B' order by class`;
    expect([...lives]).toEqual([
      { class: 0, first_ms: 0, last_ms: 6000, alive_ms: 7000 },
      { class: 3, first_ms: 7000, last_ms: 20_000, alive_ms: 14_000 },
    ]);
  });

  test("a life is from spawn or revive to death, leaving or the round's end, however it was sampled", async () => {
    const at = (time_ms: number, event: string, letter: string, target_life: number | null = null) => ({
      time_ms,
      event,
      target_player_id: letter,
      target_slot: "ABC".indexOf(letter),
      target_life,
      ...(event === "kill" ? { relation: "world" } : { target_class: 0 }),
    });
    const { roundId } = await storeRound(sql, {
      round: { round_key: "alive", end_ms: 20_000 },
      players: { A: { team: 1 }, B: { team: 1 }, C: { team: 2 } },
      positions: [0, 1000, 12_000].map((time_ms) => ({ player_id: "A", time_ms, stationary_ms: 100 })),
      combat: [
        at(50, "spawn", "A", 1),
        at(50, "spawn", "B", 1),
        at(2350, "kill", "A", 1),
        at(11_000, "revive", "A", 1),
        at(12_450, "kill", "A", 1),
        at(13_000, "tapout", "A", 1),
        // Too short for a sample.
        at(14_100, "spawn", "A", 2),
        at(14_900, "kill", "A", 2),
        at(17_200, "leave", "B"),
        at(18_000, "spawn", "C", 1),
      ],
    });
    const { A, B, C } = await statsOf(roundId);
    expect(A).toMatchObject({
      lives: 2,
      alive_ms: 2300 + 1450 + 800,
      stationary_ms: 300,
      deaths: 3,
      deaths_undone: 1,
    });
    expect(B).toMatchObject({ lives: 1, alive_ms: 17_150 });
    expect(C).toMatchObject({ lives: 1, alive_ms: 2000 });
  });

  test("an act of a fight that became part of another belongs to that one", async () => {
    const facts = fight("merged");
    const act = { record: "crossfire", player_id: "A", partner_player_id: "B", enemy_player_id: "D" };
    const { roundId } = await storeRound(sql, {
      ...facts,
      participants:
        facts.participants?.map((row) => ({
          ...row,
          ...(row["engagement"] === 2 ? { start_ms: 8000, time_ms: 9900 } : {}),
        })) ?? [],
      proximity: [
        { ...act, rule_version: 1, engagement: 7, time_ms: 9000 },
        { ...act, rule_version: 1, engagement: 7, time_ms: 9901 },
        { ...act, rule_version: 2, engagement: 1, time_ms: 9000 },
        // Until version 1 nothing meant that there was no fight, since 2 that its number was not certain yet.
        { ...act, rule_version: 1, engagement: null, time_ms: 9000 },
        { ...act, rule_version: 2, engagement: null, time_ms: 9000 },
        { ...act, rule_version: 2, engagement: null, time_ms: 9901 },
      ],
    });
    expect([
      ...(await sql`select engagement from proximity_events where round_id = ${roundId} order by row_number`),
    ]).toEqual([2, null, 1, null, 2, null].map((engagement) => ({ engagement })));
  });

  test("tells a missing file from nothing that happened", async () => {
    const { combat, positions, ...rest } = fight("without combat");
    expect([combat?.length, positions?.length]).not.toContain(undefined);
    const { roundId } = await storeRound(sql, rest);
    const { A } = await statsOf(roundId);
    expect(A).toMatchObject({
      lives: null,
      alive_ms: null,
      kills: null,
      deaths: null,
      damage_given: null,
      engagements: 3,
      crossfires: 2,
    });
    const [pair] =
      await sql`select near_ms, crossfires, revives from teammate_synergy where round_id = ${roundId}`;
    expect(pair).toEqual({ near_ms: null, crossfires: 2, revives: null });

    const { engagements, participants, proximity, ...others } = fight("without engagements");
    expect([engagements?.length, participants?.length, proximity?.length]).not.toContain(undefined);
    const other = await storeRound(sql, others);
    expect((await statsOf(other.roundId))["A"]).toMatchObject({
      kills: 1,
      engagements: null,
      crossfires: null,
    });
    await sql`update rounds set positions_pruned_at = now()`;
    await sql`truncate player_positions`;
    await sql.begin((transaction) => deriveRound(transaction, other.roundId));
    // What was summed up over the positions is kept.
    expect((await statsOf(other.roundId))["A"]).toMatchObject({ lives: 2, alive_ms: 16_000, kills: 1 });
    await sql`truncate player_lives`;
    await sql.begin((transaction) => deriveRound(transaction, other.roundId));
    expect((await statsOf(other.roundId))["A"]).toMatchObject({ lives: null, alive_ms: null, kills: 1 });
  });

  test("keeps the sides of a player apart who changed teams", async () => {
    const facts = fight("two teams");
    const { roundId, playerIds } = await storeRound(sql, facts);
    await sql`
      insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
      values (${roundId}, 3, 18000, ${playerIds["D"] ?? 0}, 'D', 1, 0, false)`;
    await sql`
      insert into combat_events (round_id, event_number, time_ms, event, relation, attacker_player_id, attacker_team, target_player_id, target_team)
      values (${roundId}, 100, 19000, 'kill', 'enemy', ${playerIds["D"] ?? 0}, 1, ${playerIds["C"] ?? 0}, 2)`;
    await sql.begin((transaction) => deriveRound(transaction, roundId));
    const rows = await sql`
      select team, kills from player_engagement_stats where player_id = ${playerIds["D"] ?? 0} order by team`;
    expect([...rows]).toEqual([
      { team: 1, kills: 1 },
      { team: 2, kills: 2 },
    ]);
  });
});

describe("teammate_synergy", () => {
  test("measures time together, distance and what two did together", async () => {
    const { roundId, playerIds } = await storeRound(sql, fight("one"));
    const rows = await sql<
      { player_id: number }[]
    >`select * from teammate_synergy where round_id = ${roundId} order by team`;
    const [axis, allies] = rows;
    expect(rows).toHaveLength(2);
    // A is dead from 10 to 14 s. Every sample stands for a second.
    expect(axis).toMatchObject({
      player_id: playerIds["A"],
      teammate_player_id: playerIds["B"],
      team: 1,
      together_ms: 16_000,
      near_ms: 10_000,
      engagements: 1,
      engagements_won: 1,
      engagements_lost: 0,
      crossfires: 2,
      crossfire_damage: 120,
      baits: 1,
      trades: 1,
      revives: 1,
    });
    expect(axis).toHaveProperty("mean_distance_units", expect.closeTo((300 * 10 + 1000 * 6) / 16, 2));
    expect(allies).toMatchObject({
      together_ms: 3000,
      near_ms: 3000,
      mean_distance_units: 500,
      engagements: 0,
      crossfires: 0,
      revives: 0,
    });
  });
});

describe("time together", () => {
  const together = async (key: string, positions: readonly Readonly<Record<string, string | number>>[]) => {
    const players = { A: { team: 1 }, B: { team: 1 }, C: { team: 2 } };
    const { roundId } = await storeRound(sql, { round: { round_key: key }, players, positions });
    return [
      ...(await sql`
        select together_ms, near_ms, mean_distance_units::float8 as units from teammate_synergy
        where round_id = ${roundId}`),
    ];
  };

  test("every sample stands for the time between two, however far the next one is", async () => {
    const at = (player_id: string, time_ms: number, x = 0, z = 0) => ({ player_id, time_ms, x, z });
    // 600 units apart, which is near, 700 above each other, and in one place.
    const moments = [0, 5000, 20_000];
    expect(
      await together("gap", [
        ...moments.map((time) => at("A", time)),
        at("B", 0, 600),
        at("B", 5000, 0, 700),
        at("B", 20_000),
        ...moments.map((time) => at("C", time)),
      ]),
    ).toEqual([{ together_ms: 3000, near_ms: 2000, units: expect.closeTo((600 + 700) / 3, 3) as unknown }]);
    expect(await together("once", [at("A", 0), at("B", 0, 600.1)])).toEqual([
      { together_ms: 1000, near_ms: 0, units: expect.closeTo(600.1, 3) as unknown },
    ]);
    expect(await together("never", [at("A", 0), at("B", 1000), at("C", 0)])).toEqual([]);
  });
});

describe("deriveRound", () => {
  test("computes the same again, and adds nothing", async () => {
    const { roundId } = await storeRound(sql, fight("one"));
    const read = async (): Promise<unknown[]> => [
      await sql`select * from player_engagement_stats order by player_id, team`,
      await sql`select * from teammate_synergy order by player_id, teammate_player_id`,
      await sql`select * from players order by player_id`,
    ];
    const before = await read();
    await sql.begin((transaction) => deriveRound(transaction, roundId));
    expect(await read()).toEqual(before);
  });

  test("names players by their latest round, in whatever order rounds come", async () => {
    const named = (key: string, name: string, started_at: string): Promise<unknown> =>
      storeRound(sql, { round: { round_key: key, started_at }, players: { A: { name } } });
    await named("second", "new", "2026-02-01T00:00:00Z");
    await named("first", "old", "2026-01-01T00:00:00Z");
    await named("between", "old", "2026-01-15T00:00:00Z");
    expect([...(await sql`select name, first_seen_at, last_seen_at from players`)]).toEqual([
      {
        name: "new",
        first_seen_at: new Date("2026-01-01T00:00:00Z"),
        last_seen_at: new Date("2026-02-01T00:00:00Z"),
      },
    ]);
    expect([...(await sql`select name, rounds from player_names order by last_seen_at`)]).toEqual([
      { name: "old", rounds: 2 },
      { name: "new", rounds: 1 },
    ]);
  });

  test("two transactions that derive rounds of the same players do not wait for each other in a circle", async () => {
    const ids = await Promise.all(
      ["a", "b", "c", "d"].map(async (key) => (await storeRound(sql, fight(key))).roundId),
    );
    await Promise.all(
      ids.flatMap((id) => [1, 2, 3].map(() => sql.begin((transaction) => deriveRound(transaction, id)))),
    );
    expect(await sql`select count(*) from player_engagement_stats`).toEqual([{ count: 16 }]);
  });

  test("plans once and by indexes, as the server takes a round for empty that is newer than its statistics", async () => {
    const { roundId } = await storeRound(sql, fight("one"));
    await sql.unsafe(`
      create table seen (setting text);
      create function look() returns trigger language plpgsql as $$
        begin
          insert into seen
          select string_agg(current_setting(name), ' ' order by name)
          from unnest(array['enable_nestloop', 'enable_seqscan', 'plan_cache_mode']) as setting (name);
          return new;
        end $$;
      create trigger look before insert on teammate_synergy for each row execute function look()`);
    const after = await sql.begin(async (transaction) => {
      await deriveRound(transaction, roundId);
      return transaction`
        select current_setting('enable_nestloop') as loops, current_setting('enable_seqscan') as scans,
          current_setting('plan_cache_mode') as plans`;
    });
    // Citus plans by the id alone.
    const plans = IS_CITUS ? "auto" : "force_generic_plan";
    expect(await sql`select distinct setting from seen`).toEqual([{ setting: `off off ${plans}` }]);
    expect(after).toEqual([{ loops: "on", scans: "on", plans: "auto" }]);
    await sql.unsafe("drop trigger look on teammate_synergy; drop function look(); drop table seen");
  });
});

test("a round is derived with prox's own settings, whatever the database says: by an import and by an upgrade", async () => {
  const { sql: own, url } = await createTestDatabase();
  const name = new URL(url).pathname.slice(1);
  for (const [setting, value] of Object.entries({ jit: "on", jit_above_cost: "0", enable_nestloop: "on" }))
    await own.unsafe(`alter database "${name}" set ${setting} = ${value}`);
  await own.unsafe(`
    create table seen (settings text);
    create function see() returns trigger language plpgsql as $$ begin
      insert into seen values (concat_ws(' ', tg_table_name, current_setting('jit'), current_setting('enable_nestloop')));
      return null;
    end $$`);
  const tables = ["player_lives", "teammate_synergy", "player_engagement_stats"];
  for (const table of tables)
    await own.unsafe(`create trigger see after insert on ${table} for each statement execute function see()`);
  const inForce = tables.map((table) => ({ settings: `${table} off off` }));
  // As behind a pooler, where nothing that a session is started with lasts.
  const pool = createPool(url, { connections: 1, isPooled: true });
  const folder = await mkdtemp(path.join(tmpdir(), "prox-test-"));
  try {
    await writeRound(folder, "settings");
    await importPaths(pool, [folder]);
    expect(await own`select distinct settings from seen order by 1`).toEqual(
      inForce.toSorted((a, b) => (a.settings < b.settings ? -1 : 1)),
    );
    await own`delete from seen`;
    await own`update rounds set derived_version = 0`;
    expect(await deriveOutdatedRounds(pool)).toBe(1);
    expect(await own`select distinct settings from seen where settings not like '% off off'`).toEqual([]);
    expect(await own`select from seen`).not.toEqual([]);
    // Settings end with their transaction.
    expect(
      await pool`select current_setting('jit') as jit, current_setting('enable_nestloop') as loops`,
    ).toEqual([{ jit: "on", loops: "on" }]);
  } finally {
    await pool.end();
    await rm(folder, { recursive: true });
  }
});
