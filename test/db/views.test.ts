import { beforeAll, expect, test } from "vitest";

import { SESSION_GAP_MINUTES } from "../../src/reports/sessions.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fight, storeRound } from "../support/facts.ts";

let database: TestDatabase;
let ids: Record<string, number>;
beforeAll(async () => {
  database = await createTestDatabase();
  // The same fight twice in one evening, over midnight; then once more the next evening, with other cells.
  ({ playerIds: ids } = await storeRound(database.sql, fight("one", { started_at: "2026-01-01T22:50:00Z" })));
  await storeRound(database.sql, fight("two", { started_at: "2026-01-02T00:20:00Z" }));
  await storeRound(database.sql, {
    ...fight("three", { started_at: "2026-01-02T02:10:00Z", is_complete: false, end_reason: "shutdown" }),
    cellUnits: 512,
  });
});

test("player_profiles adds up rounds and divides at the end", async () => {
  const [profile] = await database.sql`select * from player_profiles where player_id = ${ids["A"] ?? 0}`;
  expect(profile).toMatchObject({
    name: "A",
    is_bot: false,
    rounds: 3,
    alive_ms: 48_000,
    kills: 3,
    deaths: 9,
    kills_undone: 0,
    deaths_undone: 3,
    engagements_opened: 3,
    damage_given: 360,
    team_kills: 3,
    self_kills: 3,
    engagements: 9,
    duels: 6,
    escapes: 3,
    crossfires: 6,
    deaths_traded: 3,
  });
  const close = (value: number): unknown => expect.closeTo(value, 4);
  expect(profile).toMatchObject({
    kill_death_ratio: close(3 / 9),
    kills_per_minute: close(3 / 0.8),
    damage_per_minute: close(360 / 0.8),
    accuracy: close(2 / 4),
    head_hit_share: close(1 / 2),
    engagement_win_rate: close(1),
    duel_win_rate: close(1),
    outnumbered_win_rate: null,
    traded_death_share: close(1 / 3),
    stationary_share: close(1),
  });
});

test("head_to_head counts kills and duels from both sides", async () => {
  const rows = await database.sql`
    select player_id, opponent_player_id, kills, deaths, duels, duels_won, duels_lost from head_to_head`;
  const between = (one: string, other: string): unknown =>
    rows.find((row) => row["player_id"] === ids[one] && row["opponent_player_id"] === ids[other]);
  expect(between("A", "C")).toMatchObject({ kills: 3, deaths: 0, duels: 6, duels_won: 3, duels_lost: 0 });
  expect(between("C", "A")).toMatchObject({ kills: 0, deaths: 3, duels: 6, duels_won: 0, duels_lost: 3 });
  expect(between("D", "A")).toMatchObject({ kills: 6, deaths: 0, duels: 0 });
  expect(between("B", "D")).toMatchObject({ kills: 3, deaths: 0 });
  // Team kills, self kills and deaths by the world are no meetings.
  expect(between("A", "B")).toBeUndefined();
  expect(between("C", "C")).toBeUndefined();
});

test("teammate_duos adds up what two did together", async () => {
  const rows = await database.sql`select * from teammate_duos order by player_name`;
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    player_name: "A",
    teammate_name: "B",
    rounds: 3,
    together_ms: 48_000,
    near_share: expect.closeTo(10 / 16, 4) as number,
    mean_distance_units: expect.closeTo(562.5, 2) as number,
    engagements: 3,
    engagement_win_rate: 1,
    crossfires: 6,
    crossfires_per_10_minutes: expect.closeTo(75, 4) as number,
    crossfire_damage: 360,
    baits: 3,
    trades: 3,
    revives: 3,
  });
});

test("teammate_duos counts a round once in which two changed sides together", async () => {
  const { sql } = database;
  const roundsOfPairs = () => sql`select player_name, teammate_name, rounds from teammate_duos order by 1, 2`;
  const before = await roundsOfPairs();
  const others = await sql<
    { round_id: number; player_id: number; teammate_player_id: number; team: number }[]
  >`
    insert into teammate_synergy (round_id, player_id, teammate_player_id, team)
    select round_id, player_id, teammate_player_id, 3 - team from teammate_synergy
    returning round_id, player_id, teammate_player_id, team`;
  try {
    expect(others.length).toBeGreaterThan(0);
    expect(await roundsOfPairs()).toEqual(before);
  } finally {
    for (const row of others) {
      await sql`
        delete from teammate_synergy
        where round_id = ${row.round_id} and player_id = ${row.player_id}
          and teammate_player_id = ${row.teammate_player_id} and team = ${row.team}`;
    }
  }
});

test("map_hotspots adds up rounds with cells of one size", async () => {
  const rows = await database.sql`select * from map_hotspots where team = 2 order by cell_units`;
  expect([...rows]).toEqual([
    {
      map: "supply",
      cell_units: 256,
      cell_x: 0,
      cell_y: 19,
      x: 128,
      y: 4992,
      team: 2,
      rounds: 2,
      kills: 4,
      deaths: 4,
      kill_share: 0.5,
    },
    {
      map: "supply",
      cell_units: 512,
      cell_x: 0,
      cell_y: 19,
      x: 256,
      y: 9984,
      team: 2,
      rounds: 1,
      kills: 2,
      deaths: 2,
      kill_share: 0.5,
    },
  ]);
});

test("sessions end after a break, not at midnight", async () => {
  const rows = await database.sql`
    select session, count(*) as rounds, min(session_ended_at) as ended_at from sessions group by session order by 1`;
  expect([...rows]).toEqual([
    { session: "2026-01-01-2250", rounds: 2, ended_at: new Date("2026-01-02T00:30:00Z") },
    { session: "2026-01-02-0210", rounds: 1, ended_at: new Date("2026-01-02T02:20:00Z") },
  ]);
  // 80 minutes between the first two, 100 between the last two: on both sides of the gap that the reports use.
  expect(SESSION_GAP_MINUTES).toBe(90);
});

test("session_engagements counts fights by their size", async () => {
  const rows = await database.sql`select * from session_engagements order by session, label`;
  expect(rows.map(({ label, session }) => [session as string, label as string])).toEqual([
    ["2026-01-01-2250", "1v1"],
    ["2026-01-01-2250", "1v2"],
    ["2026-01-02-0210", "1v1"],
    ["2026-01-02-0210", "1v2"],
  ]);
  expect(rows[0]).toMatchObject({
    attackers: 1,
    defenders: 1,
    engagements: 4,
    won_by_attackers: 2,
    won_by_defenders: 0,
    undecided: 2,
    escapes: 2,
    kills: 2,
    deaths: 0,
    mean_duration_ms: (100 + 5000) / 2,
    mean_damage: 65,
  });
  expect(rows[1]).toMatchObject({
    engagements: 2,
    won_by_attackers: 0,
    won_by_defenders: 2,
    kills: 4,
    deaths: 2,
  });
});
