import { beforeAll, describe, expect, it } from "vitest";

import { describeMoment } from "../../src/reports/describe-moment.ts";
import { findMoments, measureMomentum, reportRound } from "../../src/reports/round.ts";
import { listRounds } from "../../src/reports/rounds.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("reportRound", () => {
  it("tells scores by team", async () => {
    const { kills, momentum, moments, scores } = await reportRound(database.sql, "one", { bots: true });
    expect(
      scores.map(({ deaths, kills: made, name, team }) => ({ name, team, kills: made, deaths })),
    ).toEqual(
      [
        { name: "^1Al", team: 1, kills: 2, deaths: 3 },
        { name: "Amy", team: 1, kills: 0, deaths: 1 },
        { name: "Bo", team: 2, kills: 1, deaths: 1 },
        { name: "Bea", team: 2, kills: 1, deaths: 1 },
        { name: "bot", team: 2, kills: 1, deaths: 0 },
      ].sort((a, b) => a.team - b.team || b.kills - a.kills || a.deaths - b.deaths),
    );
    expect(scores[0]).toMatchObject({ damageGiven: 150, shots: 9, hits: 5, headHits: 1 });
    expect(kills).toHaveLength(6);
    expect(momentum[0]).toEqual({ fromMs: 0, axisKills: 2, alliesKills: 3, axisGains: 0, alliesGains: 0 });
    expect(moments[0]).toMatchObject({ kind: "first_kill", name: "^1Al" });
  });

  it("leaves out bots and whom nobody asked for, and counts damage to the living", async () => {
    const { kills, scores } = await reportRound(database.sql, "one");
    expect(
      scores.map(({ damageGiven, damageReceived, name, teamKills }) => [
        name,
        damageGiven,
        damageReceived,
        teamKills,
      ]),
    ).toEqual([
      ["^1Al", 130, 0, 0],
      ["Amy", 0, 0, 0],
      ["Bo", 0, 130, 0],
      ["Bea", 0, 0, 0],
    ]);
    expect(kills.map(({ killerName, victimName }) => [killerName, victimName])).toEqual([
      ["^1Al", "Bo"],
      ["Bo", "Amy"],
      ["^1Al", "Bea"],
      ["Bea", "^1Al"],
      [null, "^1Al"],
    ]);
    const listed = await listRounds(database.sql, { bots: "without" }, 10);
    expect(listed.map((round) => [round.roundKey, round.kills])).toEqual([
      ["late", 0],
      ["two", 0],
      ["one", 4],
    ]);
    const asked = await reportRound(database.sql, "one", { player: ["Amy", "Bo"] });
    expect(asked.scores.map(({ name }) => name)).toEqual(["Amy", "Bo"]);
    const medics = await reportRound(database.sql, "one", { class: ["medic"] });
    expect(medics.scores.map(({ name }) => name)).toEqual(["Amy", "Bea"]);
  });

  const kill = (timeMs: number, killerId: number, axisAlive: number, alliesAlive: number) => ({
    timeMs,
    team: 1,
    killerId,
    killerName: `killer ${killerId}`,
    killerIsBot: killerId === 8,
    victimName: "",
    victimTeam: 2,
    relation: "enemy" as const,
    isUndone: false,
    meansOfDeath: 8,
    distanceUnits: 1,
    axisAlive,
    alliesAlive,
    ...{ x: 0, y: 0, z: 0, area: null },
  });

  it.each([
    ["eight seconds after each other are a spree", 8000, 1],
    ["more than eight seconds after each other are none", 8001, 0],
  ])("kills %s", (_name, gapMs, sprees) => {
    const kills = [1000, 1000 + gapMs, 1000 + 2 * gapMs].map((timeMs) => kill(timeMs, 7, 3, 3));
    expect(findMoments(kills).filter(({ kind }) => kind === "spree")).toHaveLength(sprees);
  });

  it("finds sprees, last men and wiped-out teams", () => {
    const kills = [
      kill(1000, 7, 3, 3),
      kill(9000, 7, 3, 2),
      kill(9500, 7, 3, 1),
      kill(9900, 7, 3, 0),
      kill(30_000, 8, 3, 2),
    ];
    expect(findMoments(kills).map(({ count, kind, timeMs }) => `${timeMs} ${kind} ${count}`)).toEqual([
      "1000 first_kill 1",
      "9500 spree 4",
      "9500 last_standing 1",
      "9900 wipe 1",
    ]);
    const ofBot = [40_000, 41_000, 42_000].map((timeMs) => kill(timeMs, 8, 3, 3));
    expect(findMoments([...kills, ...ofBot]).map(describeMoment)).toEqual([
      "killer 7 makes the first kill",
      "killer 7 downs 4 in a row",
      "Allies are down to their last player",
      "Allies are wiped out",
      "killer 8 (bot) downs 3 in a row",
    ]);
    expect(measureMomentum(kills, [], 20_000).map(({ axisKills }) => axisKills)).toEqual([1, 3, 0, 1]);
  });
});
