/**
 * Two rounds of an evening and one of the next, made by hand, small enough to count on paper: what happened in them is
 * written here.
 */
import type { Sql } from "../../src/db/driver/connect.ts";
import { createTestDatabase } from "./database.ts";
import type { TestDatabase } from "./database.ts";
import { addRound } from "./hand-made.ts";

/** Slots: 0 Al and 1 Amy for Axis, 2 Bo and 3 Bea for Allies, 4 a bot for Allies. */
const PLAYERS = [
  { guid: "AAAA0000", name: "^1Al", team: 1, class: 0 },
  { guid: "AAAA1111", name: "Amy", team: 1, class: 1 },
  { guid: "BBBB0000", name: "Bo", team: 2, class: 0 },
  { guid: "BBBB1111", name: "Bea", team: 2, class: 1 },
  { guid: "OMNI", name: "bot", team: 2, isBot: true },
] as const;

const NEAR = [0, 0, 0] as const;
const FAR = [600, 0, 0] as const;

/** Makes a database that holds the three rounds. */
export async function createEvenings(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await storeRounds(database.sql);
  return database;
}

async function storeRounds(sql: Sql): Promise<void> {
  const first = await addRound(sql, {
    key: "one",
    players: PLAYERS,
    startedAt: "2026-11-20T23:50:00Z",
    endMs: 60_000,
  });
  const second = await addRound(sql, {
    key: "two",
    players: PLAYERS,
    startedAt: "2026-11-21T00:10:00Z",
    endMs: 60_000,
  });
  const late = await addRound(sql, {
    key: "late",
    players: [{ guid: "CCCC", name: "^2Al", team: 1 }],
    startedAt: "2026-11-21T20:00:00Z",
    isComplete: false,
    endReason: "cut",
  });
  const shot = { event: "fire", attacker: 0, weapon: 3, from: NEAR } as const;
  const hit = {
    event: "hit",
    attacker: 0,
    target: 2,
    weapon: 3,
    means: 8,
    damage: 20,
    from: NEAR,
    to: FAR,
  } as const;
  await first.addEvents([
    ...Array.from({ length: 10 }, (_, index) => ({ ...shot, timeMs: 1000 + index })),
    { ...hit, timeMs: 1000, region: "head" },
    { ...hit, timeMs: 1001, region: "body" },
    { ...hit, timeMs: 1002, region: "legs" },
    { ...hit, timeMs: 1003, region: "legs" },
    // Not counted: a team mate, a downed enemy, a grenade's splash as a bullet, a bot but in accuracy.
    { ...hit, timeMs: 1004, target: 1, damage: 5 },
    { ...hit, timeMs: 1005, isWounded: true, region: "arms" },
    { ...hit, timeMs: 1006, weapon: 4, means: 16, damage: 50 },
    { ...hit, timeMs: 1007, target: 4 },
    { event: "kill", timeMs: 1003, attacker: 0, target: 2, weapon: 3, means: 8, from: NEAR, to: FAR },
    { event: "kill", timeMs: 1700, attacker: 2, target: 1, weapon: 8, means: 9, from: FAR, to: NEAR },
    {
      event: "kill",
      timeMs: 2000,
      attacker: 0,
      target: 3,
      weapon: 4,
      means: 16,
      from: NEAR,
      to: [100, 0, 0],
    },
    { event: "kill", timeMs: 3000, attacker: 3, target: 0, weapon: 8, means: 9, from: FAR, to: NEAR },
    { event: "kill", timeMs: 4000, attacker: 4, target: 0, weapon: 8, means: 9, from: FAR, to: NEAR },
    { event: "kill", timeMs: 5000, target: 0, relation: "world", means: 32, to: NEAR },
    { event: "revive", timeMs: 5500, attacker: 1, target: 0 },
  ]);
  await first.addEngagements([
    {
      number: 1,
      startMs: 1000,
      endMs: 2000,
      attackers: [0, 1],
      defenders: [2],
      winnerTeam: 1,
      did: { 0: [1, 0, 80, 0], 1: [0, 1, 10, 30], 2: [0, 1, 30, 90] },
    },
    {
      number: 2,
      startMs: 3000,
      endMs: 3500,
      attackers: [3],
      defenders: [0],
      winnerTeam: 2,
      did: { 3: [1, 0, 100, 0], 0: [0, 1, 0, 100] },
    },
    { number: 3, startMs: 4000, endMs: 4500, attackers: [0], defenders: [4], did: {} },
  ]);
  await second.addEngagements([
    {
      number: 1,
      startMs: 1000,
      endMs: 9000,
      attackers: [0, 1],
      defenders: [2, 3],
      outcome: "silence",
      did: { 0: [0, 1, 0, 0] },
    },
  ]);
  await first.addTeamPlay([
    {
      record: "crossfire",
      startMs: 1000,
      timeMs: 1500,
      engagement: 1,
      slot: 1,
      partner: 0,
      enemy: 2,
      angleDeg: 90,
      damage: 60,
    },
    {
      record: "crossfire",
      timeMs: 1700,
      engagement: 1,
      slot: 0,
      partner: 1,
      enemy: 2,
      angleDeg: 60,
      damage: 40,
    },
    { record: "trade", startMs: 1700, timeMs: 1800, engagement: 1, slot: 0, partner: 1, enemy: 2 },
  ]);
  await second.addTeamPlay([{ record: "bait", timeMs: 3000, engagement: 1, slot: 1, partner: 0, enemy: 2 }]);
  // Al walks three cells east, stands, and comes back in another life; a gap is no way.
  await first.addPositions([
    { timeMs: 1000, slot: 0, at: [50, 50, 0], speed: 100, distance: 100 },
    { timeMs: 2000, slot: 0, at: [150, 50, 0], speed: 100, distance: 100 },
    { timeMs: 3000, slot: 0, at: [250, 50, 0], speed: 100, distance: 100 },
    { timeMs: 4000, slot: 0, at: [250, 50, 0], stationaryMs: 1000 },
    { timeMs: 9000, slot: 0, at: [50, 50, 0], speed: 100, distance: 200 },
    { timeMs: 10_000, slot: 0, at: [150, 50, 0], speed: 300, life: 2, distance: 100 },
    { timeMs: 1000, slot: 2, at: [150, 50, 0], speed: 50, distance: 40 },
    { timeMs: 2000, slot: 2, at: [250, 50, 0], speed: 50, distance: 40 },
  ]);
  const [al = 0, amy = 0] = first.playerIds;
  await sql`update teammate_synergy set together_ms = null, near_ms = null`;
  // Al and Amy: in the second round on both sides, in the third never alive at the same time.
  await sql`insert into teammate_synergy (round_id, player_id, teammate_player_id, team, together_ms, near_ms) values
    (${first.roundId}, ${al}, ${amy}, 1, 40000, 10000),
    (${second.roundId}, ${al}, ${amy}, 1, 15000, 15000), (${second.roundId}, ${al}, ${amy}, 2, 5000, 5000),
    (${late.roundId}, ${al}, ${amy}, 1, 0, 0)
    on conflict (round_id, player_id, teammate_player_id, team)
      do update set together_ms = excluded.together_ms, near_ms = excluded.near_ms`;
}
