/** Fights on scripted matches: what each scenario makes happen is written here by hand. */
import { describe, expect, test } from "vitest";

import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import type { FilterRequest } from "../../src/reports/filter-request.ts";
import { playScenarios } from "../support/played-scenarios.ts";

const SCENARIOS = [
  "bots",
  "crossfire",
  "engagement-shapes",
  "engagement-together",
  "pause",
  "team-damage",
  "trade",
  "overkill",
  "slot-reuse",
] as const;
type Scenario = (typeof SCENARIOS)[number];

const played = playScenarios(SCENARIOS);

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
    [{ engagement: "2v1" }, [15_000, 35_000]],
    [{ engagement: "2v1", team: "axis" }, [35_000]],
    [{ engagement: "2v1", team: "allies" }, [15_000]],
    [{ engagement: "3v1", player: ["Max"] }, [25_000]],
    [{ engagement: "1v3", player: ["Max"] }, []],
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
    expect(reasons.slice(1, 5)).toEqual([
      "2v1: 2 of the openers' team and 1 of the other were in it at its largest; 4 took part in all",
      "2 joined later, by damage with someone in it; the last after 10.2 s",
      "one side did no damage: the fight is unanswered, which is no duel",
      "it ended after 11.0 s by death: the last of one side went down",
    ]);
  });

  test("of damage beyond the health what was left counts", async () => {
    const { events } = await reportEngagement(played("overkill"), "latest#1");
    expect(events.map(({ damage, event }) => [event, damage])).toEqual([
      ["hit", 100],
      ["kill", null],
    ]);
  });

  test("who was in the slot then took part, not who came into it later", async () => {
    const names = async (id: string): Promise<string[]> =>
      (await reportEngagement(played("slot-reuse"), id)).participants.map(({ name }) => name);
    expect(await names("latest#1")).toEqual(["Anna", "Carl"]);
    expect(await names("latest#2")).toEqual(["Bert", "Zoe"]);
  });

  test("a crossfire is listed with its fight; a pause does not end one; bots are left out", async () => {
    const list = async (scenario: Scenario, request: FilterRequest = {}): Promise<readonly unknown[]> =>
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
        endMs: 7000,
        outcome: "death",
        winnerTeam: 1,
        kills: 1,
        deaths: 1,
        openerName: "Carl",
      },
    ]);
  });
});
