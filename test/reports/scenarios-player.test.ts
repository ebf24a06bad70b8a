/** Profiles on scripted matches: what each scenario makes happen is written here by hand. */
import { describe, expect, test } from "vitest";

import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { playScenarios } from "../support/played-scenarios.ts";

const SCENARIOS = [
  "bots",
  "engagement-shapes",
  "heatmap",
  "hit-regions",
  "kill-context",
  "pause",
  "positions",
  "revive",
  "stopwatch",
  "team-damage",
  "trade",
  "trade-of-two",
  "world-damage",
  "wounded-hits",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const played = playScenarios(SCENARIOS);

describe("report player", () => {
  const combat = async (scenario: Scenario, who: string, request: FilterRequest = {}): Promise<unknown> =>
    (await reportPlayer(played(scenario), who, request)).combat.player;

  test.each<[Scenario, string, FilterRequest, Record<string, number>]>([
    ["heatmap", "Anna", {}, { kills: 1, teamKills: 1, deaths: 0, shots: 2, hits: 1, damageGiven: 100 }],
    ["heatmap", "Bert", {}, { kills: 0, deaths: 2, deathsByEnemies: 1, damageReceived: 100 }],
    ["heatmap", "Dora", {}, { kills: 1, deaths: 2, deathsByEnemies: 0, damageReceived: 0 }],
    // 130 damage to 100 health.
    [
      "kill-context",
      "Anna",
      {},
      { kills: 1, shots: 1, hits: 1, head: 1, damageGiven: 100, damageReceived: 30 },
    ],
    ["kill-context", "Dora", {}, { kills: 0, shots: 1, hits: 1, head: 0, damageGiven: 30 }],
    ["revive", "Dora", {}, { revives: 1, shots: 0 }],
    ["revive", "Carl", {}, { deaths: 1, deathsByEnemies: 1, damageReceived: 120 }],
    ["wounded-hits", "Anna", {}, { shots: 1, hits: 1, head: 1, damageGiven: 100, kills: 1 }],
    ["wounded-hits", "Bert", {}, { shots: 0, hits: 0, damageGiven: 0 }],
    ["team-damage", "Anna", {}, { kills: 0, teamKills: 1, hits: 0, damageGiven: 0, shots: 2 }],
    ["team-damage", "Bert", {}, { deaths: 1, deathsByEnemies: 0, damageReceived: 0 }],
    ["world-damage", "Carl", {}, { deaths: 1, deathsByEnemies: 0, damageReceived: 0 }],
    ["stopwatch", "Anna", {}, { shots: 1, hits: 1, damageGiven: 18, damageReceived: 18 }],
    ["stopwatch", "Anna", { team: "axis" }, { shots: 1, damageGiven: 18, damageReceived: 0 }],
    ["stopwatch", "Anna", { team: "allies" }, { shots: 0, damageGiven: 0, damageReceived: 18 }],
    ["pause", "Anna", { phase: "0:06-0:08" }, { shots: 1, hits: 1, damageGiven: 18 }],
    // Accuracy counts whom the bullets hit, bots too; damage leaves bots out.
    ["bots", "Anna", {}, { shots: 1, hits: 1, damageGiven: 0 }],
    ["bots", "Anna", { bots: true }, { shots: 1, hits: 1, damageGiven: 18 }],
    // Five shots of a submachine gun and one of a machine gun; a knife and a grenade are no bullets.
    [
      "hit-regions",
      "Anna",
      {},
      { shots: 6, hits: 6, damageHits: 8, damageGiven: 49, head: 1, arms: 1, body: 1, legs: 2 },
    ],
  ])("%s: what %s did, %o", async (scenario, who, request, expected) => {
    expect(await combat(scenario, who, request)).toMatchObject(expected);
  });

  test("the nine shapes, from either side", async () => {
    const fights = async (who: string): Promise<Record<string, number[]>> => {
      const { shapes } = await reportPlayer(played("engagement-shapes"), who, {});
      return Object.fromEntries(
        shapes.map((row) => [
          `${row.own}v${row.enemies}`,
          [row.fights, row.opened, row.won, row.lost, row.damageGiven, row.damageReceived],
        ]),
      );
    };
    expect(await fights("Anna")).toEqual({
      "1v1": [1, 1, 0, 0, 2, 0],
      "1v2": [1, 1, 0, 0, 2, 3],
      "1v3": [1, 1, 0, 0, 2, 6],
      "2v1": [1, 1, 0, 0, 2, 0],
      "2v2": [1, 1, 0, 0, 2, 3],
      "2v3": [1, 1, 0, 0, 2, 6],
      "3v1": [1, 1, 0, 0, 2, 0],
      "3v2": [1, 1, 0, 0, 2, 3],
      "3v3": [1, 1, 0, 0, 2, 6],
    });
    expect(await fights("Max")).toEqual({
      "3v1": [1, 0, 0, 0, 3, 0],
      "3v2": [1, 0, 0, 0, 3, 0],
      "3v3": [1, 0, 0, 0, 3, 0],
    });
  });

  test("a kill's distance and means", async () => {
    const { distances, means, weapons } = await reportPlayer(played("kill-context"), "Anna", {});
    expect(distances).toEqual([{ fromUnits: 500, kills: 1, deaths: 0 }]);
    expect(means).toEqual([{ means: 6, kills: 1, distanceUnits: 500 }]);
    expect(weapons).toMatchObject([{ weapon: 2, shots: 1, hits: 1, damage: 100, head: 1 }]);
    const { weapons: two } = await reportPlayer(played("hit-regions"), "Anna", {});
    expect(two.map(({ damage, hits, shots, weapon }) => [weapon, shots, hits, damage])).toEqual([
      [3, 5, 5, 25],
      [30, 1, 1, 7],
    ]);
  });

  test("trades with a partner, of one and of two", async () => {
    const trades = async (scenario: Scenario, who: string): Promise<[string, number][]> =>
      (await reportPlayer(played(scenario), who, {})).partners
        .map((row) => [row.name, row.trades] as [string, number])
        .sort();
    expect(await trades("trade", "Bert")).toEqual([["Anna", 1]]);
    expect(await trades("trade-of-two", "Bert")).toEqual([
      ["Anna", 1],
      ["Emil", 1],
    ]);
    expect(await trades("trade-of-two", "Emil")).toEqual([
      ["Anna", 0],
      ["Bert", 1],
    ]);
  });

  test("movement: 1,320 units in all, standing between, one second of each stance", async () => {
    const { movement } = await reportPlayer(played("positions"), "Anna", {});
    const { aliveS, lives, sprinting, stationary, unitsPerMinute } = movement.player;
    // From the spawn in the first frame, at 0.05 s, to the end.
    expect([aliveS, lives]).toEqual([11.95, 1]);
    expect((unitsPerMinute.value ?? NaN) * (aliveS / 60)).toBeCloseTo(1320, 0);
    expect(sprinting.value).toBeCloseTo(1 / 12, 6);
    // Standing from 0.6 to 3 s, from 8 to 10 s, and from 11 s to the last sample at 12 s; to a frame each.
    expect(Math.abs((stationary.value ?? NaN) * aliveS - 5.4)).toBeLessThanOrEqual(0.15);
    // One life says nothing of how lives differ.
    expect([stationary.low, stationary.high]).toEqual([null, null]);
    const carl = (await reportPlayer(played("positions"), "Carl", {})).movement.player;
    expect(carl.speedUps.value).toBe(0);
    // One sample of twelve each.
    expect(carl.crouching.value).toBeCloseTo(1 / 12, 6);
    expect(carl.prone.value).toBeCloseTo(1 / 12, 6);
  });
});
