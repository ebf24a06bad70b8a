/** The reports on scripted matches: what each scenario makes happen is written here by hand. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { Sql } from "../../src/db/connect.ts";
import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import type { HeatSubject } from "../../src/reports/queries/heat-cells.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { scriptedMatch } from "../../src/simulate/match.ts";
import { simulate } from "../../src/simulate/simulate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { importPaths } from "../support/import.ts";
import { trackerModule } from "../support/simulations.ts";

const SCENARIOS = [
  "bait",
  "bots",
  "crossfire",
  "crossfire-of-three",
  "engagement-shapes",
  "engagement-together",
  "heatmap",
  "kill-context",
  "pause",
  "positions",
  "revive",
  "stopwatch",
  "team-damage",
  "trade",
  "trade-by-time",
  "trade-not",
  "trade-of-two",
  "world-damage",
  "wounded-hits",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const databases = new Map<Scenario, TestDatabase>();

/** The database with the rounds of one scenario alone: most are the same moment of the same map. */
function played(scenario: Scenario): Sql {
  const database = databases.get(scenario);
  if (database === undefined) throw new Error(`${scenario} was not played`);
  return database.sql;
}

async function importAlone(scenario: Scenario, folder: string): Promise<void> {
  const database = await createTestDatabase();
  databases.set(scenario, database);
  await importPaths(database.sql, [folder]);
}

beforeAll(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "prox-truth-"));
  const module = await trackerModule();
  const imports = [];
  for (const scenario of SCENARIOS) {
    const outputFolder = path.join(folder, scenario);
    await simulate({ modules: [module], recording: scriptedMatch(scenario).recording, outputFolder });
    imports.push(importAlone(scenario, outputFolder));
  }
  await Promise.all(imports);
  rmSync(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await Promise.all([...databases.values()].map((database) => database.drop()));
});

describe("report heatmap", () => {
  test.each<[Scenario, HeatSubject, FilterRequest, Record<string, number>]>([
    // Anna kills Carl, Dora kills Bert; a fall, a teammate's bullet and a suicide are deaths but no kills.
    ["heatmap", "kills", {}, { "-1,0": 1, "1,-2": 1 }],
    ["heatmap", "deaths", {}, { "0,0": 1, "1,2": 2, "1,-2": 2 }],
    ["heatmap", "shots", {}, { "-1,0": 2, "1,-2": 1 }],
    ["heatmap", "hits", {}, { "0,0": 1, "1,2": 1 }],
    ["heatmap", "kills", { team: "axis" }, { "-1,0": 1 }],
    ["heatmap", "deaths", { team: "allies" }, { "0,0": 1, "1,-2": 2 }],
    ["heatmap", "deaths", { phase: "0:06-0:08" }, { "1,2": 1, "1,-2": 1 }],
    ["heatmap", "shots", { player: ["Dora"] }, { "1,-2": 1 }],
    // A syringe is no shot; the revived one is hit again where he stood.
    ["revive", "shots", {}, { "1,0": 2 }],
    ["revive", "hits", {}, { "0,0": 2 }],
    // Two bullets into the body are shots, but hit nobody.
    ["wounded-hits", "shots", {}, { "1,0": 2, "0,1": 1 }],
    ["wounded-hits", "hits", {}, { "0,0": 1 }],
    ["team-damage", "deaths", {}, { "2,0": 1 }],
    ["world-damage", "deaths", {}, { "0,0": 1 }],
    ["bots", "hits", { bots: true }, { "0,0": 1 }],
  ])("%s: %s of %o", async (scenario, what, filters, expected) => {
    const { populations } = await reportHeatmap(played(scenario), { what, cellUnits: 256, filters });
    const cells = populations[0]?.cells ?? [];
    expect(Object.fromEntries(cells.map(({ cellX, cellY, value }) => [`${cellX},${cellY}`, value]))).toEqual(
      expected,
    );
  });

  test.each<[Scenario, HeatSubject]>([
    ["bots", "hits"],
    ["team-damage", "kills"],
    ["team-damage", "hits"],
    ["world-damage", "hits"],
  ])("%s: no %s", async (scenario, what) => {
    await expect(reportHeatmap(played(scenario), { what, filters: {} })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
    });
  });
});

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
    ["wounded-hits", "Anna", {}, { shots: 2, hits: 1, head: 1, damageGiven: 100, kills: 1 }],
    ["wounded-hits", "Bert", {}, { shots: 1, hits: 0, damageGiven: 0 }],
    ["team-damage", "Anna", {}, { kills: 0, teamKills: 1, hits: 0, damageGiven: 0, shots: 2 }],
    ["team-damage", "Bert", {}, { deaths: 1, deathsByEnemies: 0, damageReceived: 0 }],
    ["world-damage", "Carl", {}, { deaths: 1, deathsByEnemies: 0, damageReceived: 0 }],
    ["stopwatch", "Anna", {}, { shots: 1, hits: 1, damageGiven: 18, damageReceived: 18 }],
    ["stopwatch", "Anna", { team: "axis" }, { shots: 1, damageGiven: 18, damageReceived: 0 }],
    ["stopwatch", "Anna", { team: "allies" }, { shots: 0, damageGiven: 0, damageReceived: 18 }],
    ["pause", "Anna", { phase: "0:06-0:08" }, { shots: 1, hits: 1, damageGiven: 18 }],
    ["bots", "Anna", {}, { shots: 1, hits: 0, damageGiven: 0 }],
    ["bots", "Anna", { bots: true }, { shots: 1, hits: 1, damageGiven: 18 }],
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
    expect([aliveS, lives]).toEqual([12, 1]);
    expect((unitsPerMinute.value ?? NaN) * (12 / 60)).toBeCloseTo(1320, 0);
    expect(sprinting.value).toBeCloseTo(1 / 12, 6);
    // Standing from 0.6 to 3 s, from 8 to 10 s, and from 11 s to the last sample at 12 s; to a frame each.
    expect(Math.abs((stationary.value ?? NaN) * 12 - 5.4)).toBeLessThanOrEqual(0.15);
    // One life says nothing of how lives differ.
    expect([stationary.low, stationary.high]).toEqual([null, null]);
    const carl = (await reportPlayer(played("positions"), "Carl", {})).movement.player;
    expect(carl.speedUps.value).toBe(0);
    expect([carl.crouching.value, carl.prone.value]).toEqual([1 / carl.aliveS, 1 / carl.aliveS]);
  });
});

describe("report crossfire and synergy", () => {
  test.each<[Scenario, [string, Record<string, number | null>][]]>([
    [
      "crossfire",
      [
        [
          "Anna Bert",
          {
            sharedFights: 1,
            crossfires: 1,
            crossfireFights: 1,
            crossfireDamage: 32,
            medianAngleDeg: 90,
            downs: 0,
            nearS: 0,
          },
        ],
      ],
    ],
    [
      "crossfire-of-three",
      [
        ["Anna Bert", { crossfires: 1, crossfireFights: 1, crossfireDamage: 20, medianAngleDeg: 90 }],
        ["Anna Emil", { crossfires: 1, crossfireFights: 1, crossfireDamage: 20, medianAngleDeg: 180 }],
        ["Bert Emil", { crossfires: 1, crossfireFights: 1, crossfireDamage: 20, medianAngleDeg: 90 }],
      ],
    ],
    // Anna falls while Bert lives, who kills her killer two seconds later, in a fight of its own.
    ["trade", [["Anna Bert", { sharedFights: 0, downs: 1, trades: 1 }]]],
    // Emil falls a second after Anna, whom nobody could avenge any more but Bert, and Emil then.
    [
      "trade-of-two",
      [
        ["Anna Bert", { downs: 1, trades: 1 }],
        ["Anna Emil", { downs: 1, trades: 0 }],
        ["Bert Emil", { downs: 1, trades: 1 }],
      ],
    ],
    // Two fall at once, Anna first; Bert is in time, Gus 50 ms late.
    [
      "trade-by-time",
      [
        ["Anna Bert", { downs: 1, trades: 1 }],
        ["Anna Emil", { downs: 1, trades: 0 }],
        ["Anna Gus", { downs: 1, trades: 0 }],
        ["Bert Emil", { downs: 1, trades: 0 }],
        ["Carl Dora", { downs: 1, trades: 0 }],
        ["Emil Gus", { downs: 1, trades: 0 }],
      ],
    ],
    // Twice Anna falls by Carl; a fall and a teammate's bullet are for nobody to avenge.
    [
      "trade-not",
      [
        ["Anna Bert", { downs: 2, trades: 0 }],
        ["Anna Emil", { downs: 2, trades: 0 }],
        ["Carl Dora", { downs: 1, trades: 0 }],
        ["Dora Faye", { downs: 1, trades: 0 }],
      ],
    ],
    [
      "bait",
      [["Anna Bert", { sharedFights: 1, baits: 1, crossfires: 0, trades: 0, downs: 0, wonFights: 0 }]],
    ],
  ])("%s", async (scenario, expected) => {
    const { pairs } = await reportTeamPlay(played(scenario), {});
    const named = new Map(pairs.map((pair) => [[pair.name, pair.partnerName].sort().join(" "), pair]));
    expect([...named.keys()].sort()).toEqual(expected.map(([names]) => names));
    for (const [names, figures] of expected) expect(named.get(names), names).toMatchObject(figures);
  });

  test("rates are of the opportunities: three of Axis shared six, three and three of nine fights", async () => {
    const { pairs } = await reportTeamPlay(played("engagement-shapes"), { team: "axis" });
    const shared = pairs.map((pair) => [[pair.name, pair.partnerName].sort().join(" "), pair.sharedFights]);
    expect(Object.fromEntries(shared)).toEqual({ "Anna Bert": 6, "Anna Carl": 3, "Bert Carl": 3 });
    // 100 and 200 units from each other all the time, alive from the start to the end at 96 s.
    for (const { aliveS, nearS } of pairs) {
      expect(nearS).toBe(aliveS);
      expect(aliveS).toBeGreaterThan(90);
      expect(aliveS).toBeLessThan(97);
    }
  });
});

describe("report engagements and engagement", () => {
  test("nine fights, ten seconds apart, each ended by silence", async () => {
    const { engagements } = await reportEngagements(played("engagement-shapes"), {}, "time", 100);
    expect(
      engagements.map((row) => [
        row.startMs,
        `${row.attackers}v${row.defenders}`,
        row.outcome,
        row.winnerTeam,
        row.damageGiven,
        row.damageReceived,
      ]),
    ).toEqual([
      [5000, "1v1", "silence", null, 2, 0],
      [15_000, "1v2", "silence", null, 2, 3],
      [25_000, "1v3", "silence", null, 2, 6],
      [35_000, "2v1", "silence", null, 4, 0],
      [45_000, "2v2", "silence", null, 4, 3],
      [55_000, "2v3", "silence", null, 4, 6],
      [65_000, "3v1", "silence", null, 6, 0],
      [75_000, "3v2", "silence", null, 6, 3],
      [85_000, "3v3", "silence", null, 6, 6],
    ]);
  });

  test.each<[FilterRequest, number[]]>([
    [{ engagement: "2v1" }, [35_000]],
    [{ player: ["Max"] }, [25_000, 55_000, 85_000]],
    [{ phase: "0:15-0:35" }, [15_000, 25_000]],
    [{ player: ["Carl"], phase: "1:20-" }, [85_000]],
  ])("the fights of %o", async (request, starts) => {
    const { engagements } = await reportEngagements(played("engagement-shapes"), request, "time", 100);
    expect(engagements.map(({ startMs }) => startMs)).toEqual(starts);
  });

  test("one explained: who dealt and took what, when", async () => {
    const report = await reportEngagement(played("engagement-shapes"), "latest#5");
    expect(
      report.participants.map((one) => [
        one.name,
        one.side,
        one.joinedMs,
        one.damageGiven,
        one.damageReceived,
      ]),
    ).toEqual([
      ["Anna", "attackers", 45_000, 2, 3],
      ["Kurt", "defenders", 45_000, 0, 4],
      ["Bert", "attackers", 45_100, 2, 0],
      ["Lena", "defenders", 45_400, 3, 0],
    ]);
    expect(
      report.events.map(({ attackerSlot, damage, targetSlot, timeMs }) => [
        timeMs,
        attackerSlot,
        targetSlot,
        damage,
      ]),
    ).toEqual([
      [45_000, 0, 10, 2],
      [45_100, 1, 10, 2],
      [45_400, 11, 0, 3],
    ]);
    expect(report.reasons.join("\n")).toMatch(/^Anna hit Kurt[^]*2v2[^]*silence/u);
  });

  test("the label is explained as the rule of its version counts: who was in it together, not all who took part", async () => {
    const { participants, reasons } = await reportEngagement(played("engagement-together"), "latest#1");
    expect(participants).toHaveLength(4);
    expect(reasons.slice(1, 4)).toEqual([
      "2v1: 2 of the attackers' team and 1 of the other were in it at the moment when most were; 4 took part at any time",
      "2 joined later, by damage to or from somebody in it; the last after 10.2 s",
      "it ended after 11.0 s by death: the last of one side went down",
    ]);
  });

  test("a crossfire is listed with its fight; a pause does not end one; bots are left out", async () => {
    const list = async (scenario: Scenario, request: FilterRequest = {}): Promise<unknown[]> =>
      (await reportEngagements(played(scenario), request, "time", 100)).engagements;
    expect(await list("crossfire")).toMatchObject([
      { attackers: 2, defenders: 1, crossfires: 1, trades: 0, damageGiven: 32 },
    ]);
    expect(await list("pause")).toMatchObject([{ startMs: 5000, damageGiven: 36 }]);
    expect(await list("bots")).toEqual([]);
    expect(await list("bots", { bots: true })).toMatchObject([{ damageGiven: 18 }]);
    expect(await list("team-damage")).toEqual([]);
    expect(await list("trade")).toMatchObject([
      {
        startMs: 5000,
        endMs: 5000,
        outcome: "death",
        winnerTeam: 2,
        kills: 1,
        deaths: 0,
        openerName: "Carl",
      },
      {
        startMs: 7000,
        endMs: 7000,
        outcome: "death",
        winnerTeam: 1,
        kills: 1,
        deaths: 0,
        openerName: "Bert",
      },
    ]);
  });
});

describe("report movement", () => {
  test("places, ways and stances of a walk of 1,000 and 320 units", async () => {
    const sql = played("positions");
    const report = await reportMovement(sql, { player: ["Anna"] }, 256);
    expect(
      report.flows.map((way) => [
        `${way.fromX},${way.fromY} > ${way.toX},${way.toY}`,
        way.times,
        way.players,
      ]),
    ).toEqual([
      ["0,0 > 1,0", 1, 1],
      ["1,0 > 2,0", 1, 1],
      ["2,0 > 3,0", 1, 1],
      ["3,0 > 3,1", 1, 1],
    ]);
    const seconds = Object.fromEntries(
      report.places.map((place) => [`${place.cellX},${place.cellY}`, place.presenceS]),
    );
    // At 200 units a second from the third second on: in the second cell at 5 s, in the third at 6 s, from 7 to 10 s in the fourth.
    expect(seconds).toMatchObject({ "1,0": 1, "2,0": 1, "3,0": 4, "3,1": 2 });
    const all = await reportMovement(sql, {}, 256);
    expect(all.places).toHaveLength(5 + 2);
  });
});

describe("report round, rounds and sessions", () => {
  test("the scores and the kill that the scenario makes", async () => {
    const { fights, kills, moments, scores } = await reportRound(played("kill-context"), "latest");
    expect(kills).toMatchObject([
      {
        timeMs: 6000,
        killerName: "Anna",
        victimName: "Carl",
        relation: "enemy",
        meansOfDeath: 6,
        distanceUnits: 500,
        axisAlive: 3,
        alliesAlive: 2,
      },
    ]);
    expect(scores.map(({ name, kills: made, deaths }) => [name, made, deaths])).toEqual([
      ["Anna", 1, 0],
      ["Bert", 0, 0],
      ["Emil", 0, 0],
      ["Dora", 0, 0],
      ["Faye", 0, 0],
      ["Carl", 0, 1],
    ]);
    expect(moments.map(({ kind, timeMs }) => [kind, timeMs])).toEqual([["first_kill", 6000]]);
    expect(fights).toHaveLength(1);
  });

  test.each<[Scenario, Record<string, number>]>([
    ["heatmap", { Anna: 1, Bert: 0, Carl: 0, Dora: 1 }],
    ["trade-of-two", { Anna: 0, Bert: 1, Carl: 2, Emil: 0 }],
    ["world-damage", { Anna: 0, Carl: 0 }],
  ])("%s: kills by player", async (scenario, expected) => {
    const { scores } = await reportRound(played(scenario), "latest");
    expect(Object.fromEntries(scores.map(({ kills, name }) => [name, kills]))).toEqual(expected);
  });

  test("wiped out and last of the team", async () => {
    const moments = async (scenario: Scenario): Promise<string[]> =>
      (await reportRound(played(scenario), "latest")).moments.map(
        ({ kind, team, timeMs }) => `${timeMs} ${kind} ${team}`,
      );
    expect(await moments("trade-of-two")).toEqual([
      "5000 first_kill 2",
      "6000 last_standing 1",
      "7000 wipe 2",
    ]);
    expect(await moments("world-damage")).toEqual(["6000 wipe 2"]);
  });

  test("two rounds of stopwatch are one match and one session; a pause is no play", async () => {
    const rounds = await listRounds(played("stopwatch"), { bots: "without" }, 10);
    expect(rounds).toMatchObject([
      { round: 2, winnerTeam: 1, isComplete: true, endReason: "finished", players: 2, bots: 0, kills: 0 },
      { round: 1, winnerTeam: 2, isComplete: true, endReason: "finished", players: 2, bots: 0, kills: 0 },
    ]);
    expect(new Set(rounds.map(({ matchKey }) => matchKey)).size).toBe(1);
    expect(await listSessions(played("stopwatch"))).toMatchObject([
      { completeRounds: 2, players: 2, bots: 0, maps: [rounds[0]?.map] },
    ]);
    const [paused] = await listRounds(played("pause"), { bots: "without" }, 10);
    expect(paused?.endMs).toBeGreaterThanOrEqual(12_750);
    expect(paused?.endMs).toBeLessThanOrEqual(12_850);
    const { populations } = await reportHeatmap(played("pause"), {
      what: "presence",
      filters: { player: ["Anna"] },
    });
    // One sample a second from 1 to 12 s.
    expect(populations[0]?.total).toBe(12);
    expect(await listRounds(played("bots"), { bots: "with" }, 10)).toMatchObject([{ players: 1, bots: 1 }]);
  });
});
