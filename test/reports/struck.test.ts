/** What struck: `--weapon` of kills and hits, and accuracy, which counts bots however they are asked for. */
import { beforeAll, expect, it } from "vitest";

import { readHeatCells } from "../../src/reports/queries/heat-cells.ts";
import { readPairs } from "../../src/reports/queries/pairs.ts";
import { readCombat, readWeapons } from "../../src/reports/queries/player-totals.ts";
import { reportRound } from "../../src/reports/round.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound, type StoredRound } from "../support/hand-made.ts";

const [MP40, GRENADE, LUGER, MOBILE_MG42, MG42_SET] = [3, 4, 2, 30, 47] as const;
const [MOD_MP40, MOD_GRENADE, MOD_MG42] = [8, 16, 44] as const;
const [AL, AMY, BO, BOT] = [0, 1, 2, 3] as const;

let database: TestDatabase;
let round: StoredRound;
beforeAll(async () => {
  database = await createTestDatabase();
  round = await addRound(database.sql, {
    key: "round",
    players: [
      { guid: "AAAA0000", name: "Al", team: 1 },
      { guid: "AAAA1111", name: "Amy", team: 1 },
      { guid: "BBBB0000", name: "Bo", team: 2 },
      { guid: "OMNI", name: "bot", team: 2, isBot: true },
    ],
  });
  const by = { attacker: AL, from: [0, 0, 0], to: [0, 0, 0] } as const;
  await round.addEvents([
    ...Array.from({ length: 10 }, () => ({ ...by, event: "fire", timeMs: 1000, weapon: MP40 })),
    {
      ...by,
      event: "hit",
      timeMs: 1000,
      target: BO,
      weapon: MP40,
      means: MOD_MP40,
      damage: 18,
      region: "head",
    },
    {
      ...by,
      event: "hit",
      timeMs: 1000,
      target: BOT,
      weapon: MP40,
      means: MOD_MP40,
      damage: 18,
      region: "legs",
    },
    {
      ...by,
      event: "hit",
      timeMs: 1000,
      target: BO,
      weapon: MP40,
      means: MOD_MP40,
      damage: 0,
      isWounded: true,
    },
    { ...by, event: "hit", timeMs: 1000, target: AMY, weapon: MP40, means: MOD_MP40, damage: 18 },
    // A bullet arrives when another weapon is in hand already; a grenade goes off with the MP 40 in hand.
    { ...by, event: "hit", timeMs: 1050, target: BO, weapon: LUGER, means: MOD_MP40, damage: 18 },
    { ...by, event: "hit", timeMs: 2000, target: BO, weapon: MP40, means: MOD_GRENADE, damage: 64 },
    { ...by, event: "kill", timeMs: 2000, target: BO, weapon: MP40, means: MOD_GRENADE },
    { event: "revive", timeMs: 2500, target: BO },
    { ...by, event: "kill", timeMs: 3000, target: BO, weapon: LUGER, means: MOD_MP40 },
    // Set up or not, it strikes with the same means.
    { ...by, event: "fire", timeMs: 4000, weapon: MG42_SET },
    { ...by, event: "hit", timeMs: 4000, target: BOT, weapon: MG42_SET, means: MOD_MG42, damage: 18 },
  ]);
  await round.addEngagements([
    { number: 1, startMs: 1000, endMs: 3000, attackers: [AL], defenders: [BO], winnerTeam: 1 },
  ]);
  await round.addTeamPlay([
    {
      record: "crossfire",
      timeMs: 2000,
      engagement: 1,
      slot: AL,
      partner: AMY,
      enemy: BO,
      angleDeg: 60,
      damage: 5,
    },
    { record: "crossfire", timeMs: 9000, slot: AMY, partner: AL, enemy: BO, angleDeg: 80, damage: 7 },
    { record: "crossfire", timeMs: 9000, slot: AMY, partner: AL, enemy: BOT, angleDeg: 100, damage: 9 },
  ]);
  await round.addPositions([]);
});

const combat = (filters: object = {}, bots: "with" | "without" = "with") =>
  readCombat(database.sql, { bots, ...filters }, [round.playerIds[AL] ?? 0], true);

it.each([
  ["the MP 40", [MP40], { kills: 1, shots: 9, hits: 3, damageHits: 3 }],
  ["a grenade", [GRENADE], { kills: 1, shots: 0, hits: 0, damageHits: 1 }],
  ["the Luger", [LUGER], { kills: 0, shots: 0, hits: 0, damageHits: 0 }],
  ["a machine gun, set up", [MG42_SET], { kills: 0, shots: 1, hits: 1, damageHits: 1 }],
  ["a machine gun, carried", [MOBILE_MG42], { kills: 0, shots: 0, hits: 1, damageHits: 1 }],
] as const)("%s struck", async (_says, weapons, expected) => {
  expect(await combat({ weapons })).toMatchObject(expected);
  const cells = await readHeatCells(database.sql, "kills", "attacker", { bots: "with", weapons }, 100);
  expect(cells.reduce((sum, { value }) => sum + value, 0)).toBe(expected.kills);
});

it("bullets are told by the weapon that struck", async () => {
  const rows = await readWeapons(database.sql, [round.playerIds[AL] ?? 0], { bots: "with" });
  expect(rows.map(({ hits, shots, weapon }) => [weapon, shots, hits])).toEqual([
    // The tenth hit a downed body.
    [MP40, 9, 3],
    [MG42_SET, 1, 1],
  ]);
});

it("accuracy has all bullets but those into bodies, and all whom they hit, bots too; damage leaves bots out with them", async () => {
  expect(await combat({}, "with")).toMatchObject({ shots: 10, hits: 4, head: 1, legs: 1, damageGiven: 136 });
  expect(await combat({}, "without")).toMatchObject({
    shots: 10,
    hits: 4,
    head: 1,
    legs: 1,
    damageGiven: 100,
  });
  const { scores } = await reportRound(database.sql, "round");
  expect(scores.find(({ name }) => name === "Al")).toMatchObject({
    shots: 10,
    hits: 4,
    damageGiven: 100,
    kills: 2,
    killsUndone: 1,
  });
  expect(scores.find(({ name }) => name === "Bo")).toMatchObject({ deaths: 2, deathsUndone: 1 });
});

it("crossfires count in whatever fight they were, and where there was none", async () => {
  const read = async (filters: object = {}) =>
    (await readPairs(database.sql, { bots: "without", ...filters }))[0];
  expect(await read()).toMatchObject({
    crossfires: 3,
    crossfireDamage: 21,
    medianAngleDeg: 80,
    sharedFights: 0,
  });
  expect(await read({ playerIds: [round.playerIds[AMY] ?? 0] })).toMatchObject({ crossfires: 3 });
  expect(await read({ playerIds: [round.playerIds[BO] ?? 0] })).toBeUndefined();
  // The first began with its fight at 1 s.
  expect(await read({ phase: { fromMs: 0, toMs: 1500 } })).toMatchObject({ crossfires: 1 });
  expect(await read({ phase: { fromMs: 9000, toMs: 9500 } })).toMatchObject({ crossfires: 2 });
  expect(await read({ engagement: { own: 1, enemies: 1 } })).toMatchObject({ crossfires: 1 });
  expect(await read({ team: 2 })).toBeUndefined();
});
