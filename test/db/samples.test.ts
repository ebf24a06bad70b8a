import { readdir, readFile } from "node:fs/promises";

import { beforeAll, expect, test } from "vitest";

import { packagePath } from "../../src/package-root.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { fight, storeRound } from "../support/facts.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  for (const [index, key] of ["one", "two", "three"].entries()) {
    const facts = fight(key, { started_at: `2026-01-0${index + 1}T20:00:00Z`, tracker_errors: index });
    const { roundId } = await storeRound(database.sql, {
      ...facts,
      combat:
        facts.combat?.map((row) => ({
          ...row,
          ...(row["event"] === "kill" ? PLACE : {}),
          ...slotsOf(row),
        })) ?? [],
    });
    // A wall that falls in the first two rounds, 5 and 6 s after the first fight; Axis attack, and are downed near it.
    const { sql } = database;
    await sql`insert into objectives values (${roundId}, 9, 'explosive', 2, 0, 0, 0, 'the wall')`;
    await sql`update rounds set attacking_team = 1 where round_id = ${roundId}`;
    // Another tracker saw the first round too, and counts one hit more of A with the Thompson.
    if (index === 0) await storeTotals(sql, roundId);
    if (index < 2) {
      await sql`insert into objective_events ${sql({ round_id: roundId, event_number: 1, time_ms: 10_000 + index * 1000, event: "objective_destroy", objective: 9 })}`;
    }
  }
});

async function storeTotals(sql: TestDatabase["sql"], roundId: number): Promise<void> {
  const [copy] = await sql<{ round_id: number }[]>`
    insert into rounds (round_key, match_key, map, round, started_at, end_ms, tracker_version, is_complete,
      end_reason, configuration, captures, source, same_as_round_id)
    select 'totals', 'totals', map, round, started_at, end_ms, 'c0rnp0rn 39', true,
      'finished', '{}', '{}', 'c0rnp0rn', round_id from rounds where round_id = ${roundId}
    returning round_id`;
  const [player] = await sql<
    { player_id: number }[]
  >`select player_id from round_players where round_id = ${roundId} and name = 'A'`;
  const keys = { round_id: copy?.round_id ?? 0, player_id: player?.player_id ?? 0 };
  await sql`insert into player_totals ${sql({ ...keys, covers_rounds: 1 })}`;
  const counts = { weapon_bin: 5, hits: 9, shots: 20, kills: 1, deaths: 0, headshots: 0 };
  await sql`insert into player_weapon_totals ${sql({ ...keys, ...counts })}`;
}

const PLACE = {
  attacker_x: 10,
  attacker_y: 20,
  target_x: -10,
  target_y: 300,
  target_z: 0,
  distance_units: 300,
};
const slotsOf = (row: Readonly<Record<string, unknown>>): Record<string, number> =>
  typeof row["target_player_id"] === "string" ? { target_slot: "ABCD".indexOf(row["target_player_id"]) } : {};

/** The first row that each sample gives for three times the fight. */
const FIRST_ROWS: Readonly<Record<string, object>> = {
  best_players: {
    name: "D",
    rounds: 3,
    kills: 6,
    deaths: 3,
    kill_death_ratio: "2.00",
    damage_per_minute: "2000.0",
    accuracy_percent: null,
  },
  crossfire_duos: {
    player_name: "A",
    teammate_name: "B",
    rounds: 3,
    crossfires: 6,
    near_percent: "63",
    trades: 3,
  },
  data_quality: { round_key: "two", tracker_errors: 1, captures_not_on: [] },
  kill_heatmap: { what: "deaths", team: "Allies", cell_x: -1, cell_y: 1, count: 6 },
  latest_session: { label: "1v1", engagements: 2, won_by_attackers: 1, undecided: 1, seconds: 3 },
  lonely_deaths: { player: "A", deaths: 6, mean_units: "300", without_any_teammate: 0 },
  man_advantage: { team: "Axis", first_kills: 3, next_too: 0 },
  movement: { player: "C", rounds: 3, metres_per_minute: "304.6", stationary_percent: "0" },
  nemesis: { player: "A", nemesis: "D", downed_by: 6, downed: 0, duels: 0 },
  objectives: {
    map: "supply",
    objective: "the wall",
    team: "Allies",
    rounds: 3,
    rounds_done: 2,
    first_s: "11",
    after_contact_s: "6",
    attackers_died: "6",
  },
  presence_heatmap: { team: 2, cell_x: 0, cell_y: 19, samples: 63, players: 1 },
  // A and B: 300 units apart for 10 of 16 s, then 1000.
  team_spacing: {
    ...{ map: "supply", team: "Axis", side: "attack", players: 2, rounds: 3, seconds: 48 },
    ...{ nearest_units: "563", nearest_plus_minus: "0", spread_units: "563" },
    ...{ isolated_percent: "0", in_largest_group_percent: "81" },
  },
  totals_compared: {
    map: "supply",
    player: "A",
    weapon: "Thompson",
    their_shots: 20,
    their_hits: 9,
    their_kills: 1,
  },
  weapons: { means_of_death: "Thompson", kills: 3, damage: 660, mean_kill_units: 300 },
};

test("every sample is known here", async () => {
  const files = await readdir(packagePath("sql/samples"));
  expect(files.sort()).toEqual(Object.keys(FIRST_ROWS).map((name) => `${name}.sql`));
});

test.each(Object.entries(FIRST_ROWS))("sql/samples/%s.sql", async (name, first) => {
  const text = await readFile(packagePath(`sql/samples/${name}.sql`), "utf8");
  // Says what it asks before it asks.
  expect(text).toMatch(/^-- \S/);
  const rows = await database.sql.unsafe(text);
  expect(rows[0]).toMatchObject(first);
});
