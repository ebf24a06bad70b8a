/** Heatmaps and movement on scripted matches: what each scenario makes happen is written here by hand. */
import { describe, expect, test } from "vitest";

import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { reportHeatmap } from "../../src/reports/heatmap.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import type { HeatSubject } from "../../src/reports/queries/heat-cells.ts";
import { playScenarios } from "../support/played-scenarios.ts";

const SCENARIOS = [
  "bots",
  "heatmap",
  "positions",
  "revive",
  "team-damage",
  "world-damage",
  "wounded-hits",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const played = playScenarios(SCENARIOS);

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
    // A syringe is no shot; the revived one is hit again where they stood.
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
    const aliveS = report.places.reduce((sum, { presenceS }) => sum + presenceS, 0);
    const samples = Object.fromEntries(
      report.places.map((place) => [
        `${place.cellX},${place.cellY}`,
        Number(((place.presenceS / aliveS) * 12).toFixed(6)),
      ]),
    );
    // Alive from the spawn at 0.6 s to the round's end at 12.55 s; the 12 samples stand for that time.
    expect(aliveS).toBeCloseTo(11.95, 6);
    // At 200 units a second from the third second on: in the second cell at 5 s, in the third at 6 s, from 7 to 10 s in the fourth.
    expect(samples).toEqual({ "0,0": 4, "1,0": 1, "2,0": 1, "3,0": 4, "3,1": 2 });
    const all = await reportMovement(sql, {}, 256);
    expect(all.places).toHaveLength(5 + 2);
  });
});
