/** The whole way: real matches through tracker and import into PostgreSQL, against counts from the recordings. */
import { beforeAll, describe, expect, test } from "vitest";

import { deriveRound } from "../../src/db/derive.ts";
import { findRecording } from "../../src/simulate/recording.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { readTruth, type TrueRound } from "../support/recording-truth.ts";
import { sharedRecording, type SharedRecording } from "../support/shared-recordings.ts";

const PLAYERS = 64;

/** What each round of a recording ends with; only `finished` is complete. */
const ENDS = {
  "objective-16": ["finished"],
  "stopwatch-12": ["finished", "finished"],
  "pause-8": ["shutdown"],
  "restart-10": ["map_restart", "map_change", "shutdown"],
  "crash-10": ["cut"],
} as const;

interface StoredRound {
  roundKey: string;
  matchKey: string;
  map: string;
  isComplete: boolean;
  endReason: string;
  shots: number;
  hits: number;
  kills: number;
  players: number;
  bots: number;
}

describe.each(Object.keys(ENDS) as (keyof typeof ENDS)[])("%s", (name) => {
  let database: TestDatabase;
  let played: SharedRecording;
  let truth: TrueRound[];
  let stored: StoredRound[];

  beforeAll(async () => {
    database = await createTestDatabase();
    played = await sharedRecording(name);
    truth = readTruth(findRecording(name));
    const report = await importPaths(database.sql, [played.folder]);
    expect(report.files.filter(({ error }) => error !== null)).toEqual([]);
    stored = await database.sql<StoredRound[]>`
      select round_key as "roundKey", match_key as "matchKey", map, is_complete as "isComplete",
        end_reason as "endReason", shots::integer, hits::integer, kills::integer,
        players::integer, bots::integer
      from rounds,
        lateral (
          select count(*) filter (where event = 'fire') as shots,
            count(*) filter (where event = 'hit' and not target_is_wounded) as hits,
            count(*) filter (where event = 'kill') as kills
          from combat_events where combat_events.round_id = rounds.round_id) as combat,
        lateral (
          select count(distinct slot) as players, count(distinct slot) filter (where is_bot) as bots
          from round_players where round_players.round_id = rounds.round_id and team in (1, 2)) as people
      order by round_key`;
  });

  test("has the lives that the database sums up from the positions", async () => {
    const { sql } = database;
    const read = async (): Promise<unknown[]> => [
      ...(await sql`select * from player_lives order by player_lives`),
    ];
    const imported = await read();
    expect(imported.length).toBeGreaterThan(5);
    await sql`truncate player_lives`;
    for (const { round_id: roundId } of await sql<{ round_id: number }[]>`select round_id from rounds`)
      await sql.begin((transaction) => deriveRound(transaction, roundId));
    expect(await read()).toEqual(imported);
  });

  test("every round is stored, complete or with the reason why not", () => {
    expect(stored.map(({ endReason }) => endReason)).toEqual(ENDS[name]);
    expect(stored.map(({ isComplete }) => isComplete)).toEqual(ENDS[name].map((end) => end === "finished"));
    expect(stored.map(({ map }) => map)).toEqual(truth.map(({ map }) => map));
  });

  test("shots, hits on living players, kills and players are those of the recording", () => {
    const expected = truth.map((round) => ({
      shots: round.shots.length,
      hits: round.damage.filter(
        ({ args, targetHealth }) => (args[0] ?? PLAYERS) < PLAYERS && targetHealth > 0,
      ).length,
      kills: round.obituaries.length,
      players: round.players.size,
      bots: round.bots.size,
    }));
    const actual = stored.map(({ shots, hits, kills, players, bots }) => ({
      shots,
      hits,
      kills,
      players,
      bots,
    }));
    if (name !== "crash-10") {
      expect(actual).toEqual(expected);
      return;
    }
    // The last seconds before the server died never reached the disk.
    for (const count of ["shots", "hits", "kills"] as const) {
      expect(actual[0]?.[count]).toBeGreaterThan(0);
      expect(actual[0]?.[count]).toBeLessThanOrEqual(expected[0]?.[count] ?? 0);
    }
  });

  test("importing again changes nothing", async () => {
    const again = await importPaths(database.sql, [played.folder]);
    expect(again.rounds.map(({ status }) => status)).toEqual(ENDS[name].map(() => "skipped"));
    expect(again.totals.rows).toBe(0);
  });

  if (name === "stopwatch-12") {
    test("the two rounds share a match key", () => {
      expect(new Set(stored.map(({ matchKey }) => matchKey)).size).toBe(1);
    });
  }
});
