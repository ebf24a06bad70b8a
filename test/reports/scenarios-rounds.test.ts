/** Rounds and sessions on scripted matches: what each scenario makes happen is written here by hand. */
import { describe, expect, test } from "vitest";

import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import { listSessions } from "../../src/reports/sessions.ts";
import { playScenarios } from "../support/played-scenarios.ts";

const SCENARIOS = [
  "bots",
  "heatmap",
  "kill-context",
  "pause",
  "stopwatch",
  "trade-of-two",
  "world-damage",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const played = playScenarios(SCENARIOS);

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
    // Alive from the spawn at 0.6 s to the end of play.
    expect(populations[0]?.total).toBeCloseTo((paused?.endMs ?? 0) / 1000 - 0.6, 6);
    expect(await listRounds(played("bots"), { bots: "with" }, 10)).toMatchObject([{ players: 1, bots: 1 }]);
  });
});
