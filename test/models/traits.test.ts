/** Traits of rounds whose truth can be counted on paper, and the commands that show them. */
import { beforeAll, describe, expect, test } from "vitest";

import ModelEvaluate from "../../src/commands/model/evaluate.ts";
import ReportPlayer from "../../src/commands/report/player.ts";
import type { PlayerTraits } from "../../src/models/player-traits.ts";
import { readTraitCounts } from "../../src/models/queries/trait-counts.ts";
import { createTestDatabase } from "../support/database.ts";
import { addRound, type HandPlayer } from "../support/hand-made.ts";
import { useReportCommands } from "../support/report-commands.ts";

test("each trait is counted as it is defined", async () => {
  const { sql } = await createTestDatabase();
  const hand = await addRound(sql, {
    key: "one",
    endMs: 120_000,
    winnerTeam: 1,
    attackingTeam: 1,
    players: [
      { guid: "AAAA0000", name: "medic", team: 1, class: 1 },
      { guid: "BBBB0000", name: "engineer", team: 1, class: 2 },
      { guid: "CCCC0000", name: "enemy", team: 2 },
      { guid: "DDDD0000", name: "other", team: 2 },
    ],
  });
  const [medic = 0, engineer = 0, enemy = 0] = hand.playerIds;
  await hand.addPositions([
    { timeMs: 1000, slot: 0, at: [0, 0, 0], stationaryMs: 900, distance: 700 },
    { timeMs: 2000, slot: 0, at: [0, 0, 0], stationaryMs: 600 },
    { timeMs: 3000, slot: 0, at: [0, 0, 0] },
    { timeMs: 1000, slot: 1, at: [0, 0, 0], distance: 100 },
  ]);
  await hand.addEvents([
    {
      event: "kill",
      timeMs: 10_000,
      attacker: 2,
      target: 1,
      weapon: 3,
      means: 8,
      from: [0, 0, 0],
      to: [300, 0, 0],
    },
    {
      event: "kill",
      timeMs: 11_000,
      attacker: 0,
      target: 2,
      weapon: 3,
      means: 8,
      from: [0, 0, 0],
      to: [400, 0, 0],
    },
    {
      event: "kill",
      timeMs: 20_000,
      attacker: 0,
      target: 3,
      weapon: 3,
      means: 8,
      from: [0, 0, 0],
      to: [600, 0, 0],
    },
    { event: "revive", timeMs: 21_000, attacker: 0, target: 1 },
  ]);
  await hand.addTeamPlay([
    { record: "trade", timeMs: 11_000, startMs: 10_000, slot: 0, partner: 1, enemy: 2 },
  ]);
  const fight = { startMs: 9000, endMs: 22_000 } as const;
  await hand.addEngagements([
    { ...fight, number: 1, attackers: [2], defenders: [0, 1] },
    { ...fight, number: 2, attackers: [0], defenders: [3] },
  ]);
  await hand.addObjectives(
    [{ objective: 1, kind: "explosive", name: "Gate", team: 2 }],
    [
      { event: "dynamite_arm", timeMs: 30_000, slot: 1, objective: 1, charge: 1 },
      { event: "dynamite_throw", timeMs: 29_000, slot: 1, objective: 1, charge: 1 },
      { event: "objective_destroy", timeMs: 60_000, slot: 1, objective: 1 },
    ],
  );
  await sql`update combat_events set target_allies_near = 0 where event = 'kill' and target_player_id = ${engineer}`;
  await sql`update combat_events set target_allies_near = 2 where event = 'kill' and target_player_id = ${enemy}`;
  const { parts, rounds } = await readTraitCounts(sql, { bots: "without" });
  expect(rounds.map(({ winnerTeam }) => winnerTeam)).toEqual([1]);
  const of = (trait: string, personId: number): readonly [number, number] | undefined => {
    const found = parts.get(trait)?.filter((part) => part.personId === personId) ?? [];
    expect(found.length).toBeLessThanOrEqual(1);
    const [part] = found;
    return part && [part.amount, part.chances];
  };
  expect([of("opens", medic), of("opens", engineer), of("opens", enemy)]).toEqual([
    [1, 2],
    [0, 1],
    [1, 1],
  ]);
  expect([of("trades", medic), of("trades", enemy), of("trades", engineer)]).toEqual([
    [1, 2],
    [0, 1],
    undefined,
  ]);
  // Of the other enemy it is not recorded who was near.
  expect([of("isolated", engineer), of("isolated", enemy), of("isolated", medic)]).toEqual([
    [1, 1],
    [0, 1],
    undefined,
  ]);
  // Alive for three samples of a second, and for one.
  const [long, short] = [3 / 60, 1 / 60].map((minutes) => expect.closeTo(minutes, 6) as number);
  expect(of("holds", medic)).toEqual([1.5 / 60, long]);
  expect(of("holds", engineer)).toEqual([0, short]);
  expect([of("moves", medic), of("moves", engineer)]).toEqual([
    [700, long],
    [100, short],
  ]);
  expect([of("revives", medic), of("revives", engineer)]).toEqual([[1, long], undefined]);
  expect([of("objective", engineer), of("objective", medic)]).toEqual([
    [1, short],
    [0, long],
  ]);
  expect([of("range", medic), of("range", enemy)]).toEqual([
    [1000, 2],
    [300, 1],
  ]);

  // A round that does not record objectives has none of them, which is not 0.
  await sql`update rounds set objective_rows = null, engagement_rows = null`;
  const without = await readTraitCounts(sql, { bots: "without" });
  expect(without.parts.get("objective")).toEqual([]);
});

describe("twelve players who kill from different distances", () => {
  const commands = useReportCommands();
  const players = Array.from({ length: 12 }, (_, slot): HandPlayer => ({
    guid: String(slot).padStart(32, "0"),
    name: `player ${slot}`,
    team: slot % 2 === 0 ? 1 : 2,
  }));

  beforeAll(async () => {
    for (let match = 0; match < 5; match++) {
      const hand = await addRound(commands.sql, {
        key: `match-${match}`,
        startedAt: `2026-11-2${match}T20:00:00Z`,
        winnerTeam: match % 2 === 0 ? 1 : 2,
        players,
      });
      await hand.addEvents(
        players.flatMap((_, slot) =>
          [1, 2].map((kill) => ({
            event: "kill",
            timeMs: 1000 * (slot + 1) + kill,
            attacker: slot,
            target: (slot + 1) % 12,
            weapon: 3,
            means: 8,
            from: [0, 0, 0] as const,
            to: [100 * (slot + 1) + 10 * ((match + kill) % 3), 0, 0] as const,
          })),
        ),
      );
    }
  });

  test("the profile ranks them by that, names the role with its evidence, and says of the rest that it is not reliable", async () => {
    const { stdout } = await commands.run(ReportPlayer, "player 11");
    expect(stdout).toMatch(
      /range \(units\) +1,2\d\d \(1,\d{3} to 1,\d{3}, 10 kills\) +\d+ +100 % of 11 others/u,
    );
    expect(stdout).toMatch(/long-range shooter: range 1,2\d\d, more than 100 % of 11 others/u);
    expect(stdout).toMatch(/trades +0 % .*not yet reliable/u);
    const { traits } = await commands.json<{ traits: PlayerTraits }>(ReportPlayer, "player 0");
    expect(traits.roles).toEqual([]);
    expect(traits.traits.find(({ name }) => name === "range")).toMatchObject({
      percentile: 0,
      matches: 5,
      people: 12,
    });
    expect(traits.traits.find(({ name }) => name === "trades")).toMatchObject({
      percentile: null,
      isReliable: false,
    });
    // Traits are of whole rounds: not of what was done with one weapon.
    const { traits: none } = await commands.json<{ traits: unknown }>(
      ReportPlayer,
      "player 0",
      "--weapon",
      "mp40",
    );
    expect(none).toBeNull();
  });

  test("the table says how reliable each trait is", async () => {
    const { stdout } = await commands.run(ModelEvaluate, "--kind", "trait");
    expect(stdout).toMatch(/^range \(units\) +12 +\S+ +1\.00 \(1\.00–1\.00\) +1\.00 +yes/mu);
    expect(stdout).toMatch(/^trades +12 +0 % +0\.00 \(0\.00–0\.00\) +no +–/mu);
    expect(stdout).toContain("5 rounds of 5 matches");
    const { stderr } = await commands.run(ModelEvaluate, "--kind", "trait", "--since", "2026-11-23");
    expect(stderr).toContain("[E_TOO_LITTLE_DATA]");
    expect(stderr.replaceAll(/\s+/gu, " ")).toContain("10 players of 4 matches each are needed, 0 are there");
  });
});
