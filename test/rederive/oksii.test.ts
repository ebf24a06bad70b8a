/** What our rules make of a match that Oksii's recorder saw, against what our tracker wrote of the same match. */
import path from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/driver/connect.ts";
import { inTransaction } from "../../src/db/driver/transaction.ts";
import type { RoundFacts } from "../../src/rederive/facts.ts";
import { readFacts } from "../../src/rederive/read-facts.ts";
import type { RuleRow } from "../../src/rederive/rule-rows.ts";
import { runRules } from "../../src/rederive/run-rules.ts";
import { readStoredRound } from "../../src/rederive/stored-round.ts";
import { Tracks } from "../../src/rederive/tracks.ts";
import { createTestDatabase } from "../support/database.ts";
import { FOREIGN_FOLDER } from "../support/foreign-files.ts";
import { importPaths } from "../support/import.ts";
import { sharedRecording } from "../support/shared-recordings.ts";

const FILES = [
  "oksii/2.6.0-stopwatch-stats-1795360784-2026-11-22-151944-arena1-round-1.json.gz",
  "oksii/2.4.0-stopwatch-stats-1795360910-2026-11-22-152150-arena1-round-2.json.gz",
];
/** Frames of the recording last so long, ms: the recorder's clock runs on within one. */
const FRAME_MS = 50;

/** A round as one of the two sources has it. */
interface Seen {
  readonly roundId: number;
  readonly facts: RoundFacts;
  readonly guids: ReadonlyMap<number, string>;
}

let sql: Sql;
beforeAll(async () => {
  ({ sql } = await createTestDatabase());
  const played = await sharedRecording("stopwatch-12");
  const report = await importPaths(sql, [
    path.join(played.folder, "gamestats"),
    ...FILES.map((file) => path.join(FOREIGN_FOLDER, file)),
  ]);
  expect(report.totals.rounds).toMatchObject({ imported: 4, rejected: 0 });
}, 120_000);

async function seenBy(source: string, round: number): Promise<Seen> {
  const [row] = await sql<{ round_id: number }[]>`
    select round_id from rounds where source = ${source} and round = ${round}`;
  const roundId = row?.round_id ?? 0;
  const facts = await inTransaction(sql, async (transaction) => {
    const stored = await readStoredRound(transaction, roundId);
    if (stored === undefined) throw new Error(`no round ${round} of ${source}`);
    return readFacts(transaction, stored);
  });
  const players = await sql<{ slot: number; guid: string }[]>`
    select slot, guid from round_players join players using (player_id) where round_id = ${roundId}`;
  return { roundId, facts, guids: new Map(players.map(({ guid, slot }) => [slot, guid])) };
}

const blows = ({ events }: RoundFacts) =>
  events.filter(({ event }) => event === "hit" || event === "kill").map(({ timeMs }) => timeMs);

/** How much later the recorder's clock began than ours, ms: the median, and the least and most of all hits and kills. */
function apart(ours: Seen, theirs: Seen): { least: number; median: number; most: number } {
  const [mine, other] = [blows(ours.facts), blows(theirs.facts)];
  expect(other).toHaveLength(mine.length);
  const sorted = mine.map((timeMs, index) => timeMs - (other[index] ?? 0)).sort((one, two) => one - two);
  const at = (index: number): number => sorted.at(index) ?? 0;
  return { least: at(0), median: at(sorted.length >> 1), most: at(-1) };
}

/** The facts as they would be had the clock begun so much earlier. */
const moved = (facts: RoundFacts, byMs: number): RoundFacts => ({
  ...facts,
  tracks: new Tracks(),
  endMs: (facts.endMs ?? 0) + byMs,
  events: facts.events.map((event) => ({ ...event, timeMs: Math.max(0, event.timeMs + byMs) })),
});

const LOOSE = ["time_ms", "start_ms", "distance_units", "end_distance_units", "x", "y", "z", "engagement"];

/** Fights or participants: what they say of players and numbers; times and places beside it, which are not as precise. */
function fights({ facts, guids }: Seen, record: string, source = facts) {
  const nameOf = (slot: RuleRow[string]) => guids.get(Number(slot)) ?? null;
  return runRules(source)
    .rows.filter((row) => row["record"] === record)
    .map((row) => ({
      row,
      text: JSON.stringify({
        ...Object.fromEntries(Object.entries(row).filter(([name]) => !LOOSE.includes(name))),
        slot: nameOf(row["slot"]),
        enemy_slot: nameOf(row["enemy_slot"]),
      }),
    }));
}

/** How many fights or participants are in both lists. */
function common(one: readonly { text: string }[], other: readonly { text: string }[]): number {
  const left = other.map(({ text }) => text);
  return one.filter(({ text }) => {
    const index = left.indexOf(text);
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  }).length;
}

describe.each([
  {
    round: 1,
    blowCount: 215,
    begins: 713,
    ours: { engagement: 10, participant: 53 },
    theirs: { engagement: 13, participant: 68 },
    same: { engagement: 7, participant: 35 },
    acts: { crossfire: 1, trade: 1 },
  },
  {
    round: 2,
    blowCount: 259,
    begins: 724,
    ours: { engagement: 11, participant: 65 },
    theirs: { engagement: 10, participant: 63 },
    same: { engagement: 4, participant: 44 },
    acts: { crossfire: 5, trade: 6 },
  },
])("round $round", ({ acts, begins, blowCount, ours, round, same, theirs }) => {
  const seen = async (): Promise<[Seen, Seen]> => [await seenBy("prox", round), await seenBy("oksii", round)];

  test("the recorder's clock begins later, by one constant and less than a frame", async () => {
    const [mine, other] = await seen();
    const { least, median, most } = apart(mine, other);
    expect(blows(mine.facts)).toHaveLength(blowCount);
    expect(median).toBe(begins);
    expect(most - least).toBeLessThanOrEqual(FRAME_MS);
  });

  test("as they are stored, some fights are cut otherwise", async () => {
    const [mine, other] = await seen();
    for (const record of ["engagement", "participant"] as const) {
      const [one, two] = [fights(mine, record), fights(other, record)];
      expect([one.length, two.length, common(one, two)]).toEqual([
        ours[record],
        theirs[record],
        same[record],
      ]);
    }
    const stored = await sql`
      select r.source, count(*)::int as fights from engagement_analysis join rounds r using (round_id)
      where round = ${round} group by 1 order by 1`;
    expect(stored).toEqual([
      { source: "oksii", fights: theirs.engagement },
      { source: "prox", fights: ours.engagement },
    ]);
  });

  test("on one clock, all fights and all that is in them are those of our tracker", async () => {
    const [mine, other] = await seen();
    const { median } = apart(mine, other);
    for (const record of ["engagement", "participant"]) {
      const [one, two] = [fights(mine, record), fights(other, record, moved(other.facts, median))];
      expect(two.map(({ text }) => text).sort()).toEqual(one.map(({ text }) => text).sort());
      const rest = [...two];
      for (const { row, text } of one) {
        const near = (column: string, most: number, candidate: RuleRow): boolean =>
          Math.abs(Number(candidate[column] ?? 0) - Number(row[column] ?? 0)) <= most;
        const index = rest.findIndex(
          (candidate) =>
            candidate.text === text &&
            near("start_ms", FRAME_MS, candidate.row) &&
            near("time_ms", FRAME_MS, candidate.row) &&
            near("distance_units", 2, candidate.row) &&
            near("end_distance_units", 2, candidate.row),
        );
        expect(index).toBeGreaterThanOrEqual(0);
        rest.splice(index, 1);
      }
    }
    // The other way round: our facts by their clock give what prox makes of theirs.
    const late = fights(mine, "engagement", moved(mine.facts, -median));
    expect(late.map(({ text }) => text).sort()).toEqual(
      fights(other, "engagement")
        .map(({ text }) => text)
        .sort(),
    );
  });

  test("crossfires, trades and the heatmap of kills are those of our tracker", async () => {
    const [mine, other] = await seen();
    const found = ({ roundId }: Seen) => sql<{ record: string; time_ms: number; angle_deg: number | null }[]>`
      select record::text, p.guid as player, o.guid as partner, e.guid as enemy, damage_given, hits_given,
        v.time_ms, angle_deg
      from proximity_events v join players p using (player_id)
      join players o on o.player_id = v.partner_player_id join players e on e.player_id = v.enemy_player_id
      where round_id = ${roundId} and record in ('crossfire', 'trade') order by record, v.time_ms`;
    const [one, two] = [await found(mine), await found(other)];
    const bare = (rows: typeof one) => rows.map((row) => ({ ...row, time_ms: 0, angle_deg: 0 }));
    expect(bare(two)).toEqual(bare(one));
    for (const [record, count] of Object.entries(acts))
      expect(one.filter((row) => row.record === record)).toHaveLength(count);
    for (const [index, row] of one.entries()) {
      expect(Math.abs(row.time_ms - begins - (two[index]?.time_ms ?? 0))).toBeLessThanOrEqual(FRAME_MS);
      expect(Math.abs((row.angle_deg ?? 0) - (two[index]?.angle_deg ?? 0))).toBeLessThanOrEqual(0.2);
    }
    const cells = ({ roundId }: Seen) => sql`
      select cell_x, cell_y, team, kills, deaths from proximity_heatmap where round_id = ${roundId}
      order by cell_x, cell_y, team`;
    expect(await cells(other)).toEqual(await cells(mine));
  });

  test("downs are the same, and baits are not looked for without positions", async () => {
    const [mine, other] = await seen();
    const downs = ({ roundId }: Seen) => sql`
      select guid, sum(kills)::int as kills, sum(deaths)::int as deaths
      from engagement_participants join players using (player_id) where round_id = ${roundId}
      group by guid having sum(kills) + sum(deaths) > 0 order by guid`;
    expect(await downs(other)).toEqual(await downs(mine));
    const rules = await sql`
      select rule::text from round_rules where round_id = ${other.roundId} order by rule::text`;
    expect(rules.map(({ rule }) => String(rule))).toEqual(["crossfire", "engagement", "heatmap", "trade"]);
  });
});
