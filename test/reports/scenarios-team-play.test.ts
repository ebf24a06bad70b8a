/** Crossfire and synergy on scripted matches: what each scenario makes happen is written here by hand. */
import { describe, expect, test } from "vitest";

import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { playScenarios } from "../support/played-scenarios.ts";

const SCENARIOS = [
  "bait",
  "crossfire",
  "crossfire-of-three",
  "engagement-shapes",
  "trade",
  "trade-by-time",
  "trade-not",
  "trade-of-two",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const played = playScenarios(SCENARIOS);

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
    ["trade", [["Anna Bert", { sharedFights: 1, downs: 1, trades: 1 }]]],
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
