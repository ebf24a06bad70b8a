/** Events that were counted when their round was stored, and the same events one by one: in every recorded match. */
import { expect, test } from "vitest";

import { mergePlayers } from "../../src/care/players.ts";
import type { Filters } from "../../src/reports/filters.ts";
import { readCombatOfAll, readWeapons } from "../../src/reports/queries/player-totals.ts";
import { readPairs } from "../../src/reports/queries/pairs.ts";
import { readTrades } from "../../src/reports/queries/trades.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { createTestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { useRecordedRounds } from "../support/recorded-rounds.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const recorded = useRecordedRounds();

/** All of every round: that events are chosen by their time makes reports read them one by one. */
const ALWAYS = { fromMs: 0, toMs: 2_147_483_647 } as const;

test.each<[string, Filters]>([
  ["people", { bots: "without" }],
  ["everybody", { bots: "with" }],
  ["a team", { bots: "with", team: 1 }],
  ["a weapon", { bots: "with", weapons: [8] }],
  ["a means of death", { bots: "with", means: [8, 9] }],
])("add up to the same: %s", async (_, filters) => {
  const counted = await readCombatOfAll(recorded.sql, filters);
  expect(counted).toEqual(await readCombatOfAll(recorded.sql, { ...filters, phase: ALWAYS }));
  expect(counted.size).toBeGreaterThan(2);
  const ids = [...counted.keys()];
  const weapons = await readWeapons(recorded.sql, ids, filters);
  expect(weapons).toEqual(await readWeapons(recorded.sql, ids, { ...filters, phase: ALWAYS }));
  expect(weapons.length).toBeGreaterThan(0);
});

test("are a few rows in place of many", async () => {
  const [rows] = await recorded.sql<[{ counted: number; times: number; single: number }]>`
    select (select count(*) from combat_counts) as counted, (select sum(times) from combat_counts)::int as times,
      (select count(*) from combat_events where event in ('fire', 'hit', 'kill', 'gib', 'revive')) as single`;
  expect(rows.times).toBe(rows.single);
  expect(rows.counted).toBeLessThan(rows.single / 5);
});

test.each<[string, Filters]>([
  ["people", { bots: "without" }],
  ["everybody", { bots: "with" }],
  ["a team", { bots: "with", team: 2 }],
  ["a side", { bots: "with", side: "attack" }],
  ["some players", { bots: "with", playerIds: [1, 3] }],
])("pairs and chances to avenge come out the same: %s", async (_, filters) => {
  const pairs = await readPairs(recorded.sql, filters);
  expect(pairs).toEqual(await readPairs(recorded.sql, { ...filters, phase: ALWAYS }));
  const trades = await readTrades(recorded.sql, filters);
  expect(trades).toEqual(await readTrades(recorded.sql, { ...filters, phase: ALWAYS }));
  if (filters.side !== undefined) return;
  expect(pairs.some(({ crossfireFights, trades: taken }) => crossfireFights > 0 && taken > 0)).toBe(true);
  expect(trades.some(({ medianDelayMs }) => medianDelayMs !== null)).toBe(true);
});

test("a fight in which a person took part under two GUIDs is one with each teammate", async () => {
  const { sql } = await createTestDatabase();
  await importPaths(sql, [(await sharedRecording("stopwatch-12")).folder]);
  const [two] = await sql<[{ one: string; other: string }]>`
    select a.guid as one, b.guid as other from teammate_synergy s
    join players a on a.player_id = s.player_id
    join players b on b.player_id = s.teammate_player_id
    order by s.engagements desc, 1, 2 limit 1`;
  const before = await readPairs(sql, { bots: "with" });
  const people = [await resolvePlayer(sql, two.one), await resolvePlayer(sql, two.other)];
  await mergePlayers(sql, people, { isForced: true, reason: "two machines" });
  const pairs = await readPairs(sql, { bots: "with" });
  expect(pairs.length).toBeLessThan(before.length);
  const single = await readPairs(sql, { bots: "with", phase: ALWAYS });
  const fights = (rows: typeof pairs) =>
    rows.map(({ crossfireFights, lostFights, partnerId, playerId, sharedFights, wonFights }) => [
      ...[playerId, partnerId, sharedFights, wonFights, lostFights, crossfireFights],
    ]);
  expect(fights(pairs).sort()).toEqual(fights(single).sort());
});
