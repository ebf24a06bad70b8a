/** The leaders: numbers counted by hand, and those of each player's profile. */
import { beforeAll, describe, expect, it } from "vitest";

import { hidePlayer, mergePlayers } from "../../src/care/players.ts";
import { type Leader, type LeaderOrder, reportLeaders } from "../../src/reports/leaders.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";
import { addRound } from "../support/hand-made.ts";

const ALL = { order: "kills-per-death", leastMinutes: 0 } as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createEvenings();
});

const named = (leaders: readonly Leader[], name: string): Leader | undefined =>
  leaders.find((one) => one.name === name);

describe("reportLeaders", () => {
  it("counts what everybody did, without bots", async () => {
    const { leaders, notes } = await reportLeaders(database.sql, { until: "2026-11-21T12:00" }, ALL);
    const counts = leaders.map(({ deaths, kills, name, revives, rounds }) => [
      name,
      rounds,
      kills,
      deaths,
      revives,
    ]);
    // The bot is left out, and so is the kill by it.
    expect(counts.sort((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ["^1Al", 2, 2, 2, 0],
      ["Amy", 2, 0, 1, 1],
      ["Bea", 2, 1, 1, 0],
      ["Bo", 2, 1, 1, 0],
    ]);
    const al = named(leaders, "^1Al");
    expect(al?.aliveS).toBe(6);
    expect(al?.damagePerMinute.value).toBe(1300);
    expect(al?.accuracy).toMatchObject({ value: 5 / 9, sample: 9 });
    expect(al?.headShare).toMatchObject({ value: 1 / 4, sample: 4 });
    // With Amy the first fight is won, alone against Bea one is lost; the third is with a bot, the last has no winner.
    expect(al?.fightsWon).toMatchObject({ successes: 1, trials: 2 });
    expect(named(leaders, "Bea")?.fightsWon).toMatchObject({ successes: 1, trials: 1 });
    expect(notes[0]).toBe("at least 0 minutes alive");
  });

  it("has the numbers of the profile, bots and filters too", async () => {
    for (const request of [{}, { bots: true }, { weapon: ["mp40"] }, { phase: "0:02-1:00", bots: true }]) {
      const { leaders } = await reportLeaders(database.sql, request, ALL);
      for (const leader of leaders.filter(({ name }) => name !== "^2Al")) {
        const who =
          { bot: "OMNI", Amy: "AAAA1111", Bo: "BBBB0000", Bea: "BBBB1111" }[leader.name] ?? "AAAA0000";
        const { combat, metrics, movement, rounds, shapes } = await reportPlayer(database.sql, who, {
          ...request,
          bots: request.bots === true,
        });
        // A profile of a bot counts bots.
        if (leader.isBot && request.bots !== true) continue;
        const metric = (key: string): unknown => metrics.find((one) => one.key === key)?.player;
        expect([leader.name, leader]).toMatchObject([
          leader.name,
          {
            rounds,
            aliveS: movement.player.aliveS,
            kills: combat.player.kills,
            deaths: combat.player.deaths,
            revives: combat.player.revives,
            killsPerDeath: metric("kills_per_death"),
            killsPerMinute: metric("kills_per_minute"),
            damagePerMinute: metric("damage_given_per_minute"),
            accuracy: metric("accuracy"),
            headShare: metric("head_share"),
            fightsWon: {
              successes: shapes.reduce((sum, { won }) => sum + won, 0),
              trials: shapes.reduce((sum, { lost, won }) => sum + won + lost, 0),
            },
          },
        ]);
      }
    }
  });

  it("sorts by the lower end of an interval, and leaves out who played too little", async () => {
    const other = await createTestDatabase();
    const round = await addRound(other.sql, {
      key: "one",
      players: [
        { guid: "AAAA0000", name: "often", team: 1 },
        { guid: "BBBB0000", name: "once", team: 1 },
        { guid: "CCCC0000", name: "target", team: 2 },
      ],
    });
    const kill = { event: "kill", target: 2, weapon: 3, means: 8 } as const;
    const death = { event: "kill", attacker: 2, weapon: 3, means: 8 } as const;
    await round.addEvents([
      ...Array.from({ length: 40 }, (_, at) => ({ ...kill, timeMs: at * 1000, attacker: 0 })),
      ...Array.from({ length: 10 }, (_, at) => ({ ...death, timeMs: at * 1000 + 1, target: 0 })),
      ...Array.from({ length: 5 }, (_, at) => ({ ...kill, timeMs: at * 1000 + 2, attacker: 1 })),
      { ...death, timeMs: 100_000, target: 1 },
    ]);
    await round.addPositions([0, 1, 2].map((slot) => ({ timeMs: 1000, slot, at: [0, 0, 0] as const })));
    const order = async (by: LeaderOrder): Promise<string[]> =>
      (await reportLeaders(other.sql, {}, { order: by, leastMinutes: 0 })).leaders.map(({ name }) => name);
    // 5 to 1 is more than 4 to 1, and known of less.
    expect(await order("kills-per-death")).toEqual(["often", "once", "target"]);
    expect(await order("kills")).toEqual(["often", "target", "once"]);
    await expect(reportLeaders(other.sql, {}, { order: "kills", leastMinutes: 10 })).rejects.toMatchObject({
      code: "E_NOTHING_FOUND",
      message: "no player with 10 minutes alive",
    });
  });

  it("counts a merged person once, and leaves out who is hidden", async () => {
    const other = await createEvenings();
    const find = (guid: string): ReturnType<typeof resolvePlayer> => resolvePlayer(other.sql, guid);
    await mergePlayers(other.sql, [await find("AAAA0000"), await find("BBBB0000")], {
      isForced: true,
      reason: "new disk",
    });
    const merged = await reportLeaders(other.sql, { until: "2026-11-21T12:00" }, ALL);
    const al = merged.leaders.find(({ kills }) => kills === 3);
    expect(al).toMatchObject({ deaths: 3, rounds: 2 });
    await hidePlayer(other.sql, await find("AAAA0000"), "asked");
    const { hidden, leaders, notes } = await reportLeaders(other.sql, { until: "2026-11-21T12:00" }, ALL);
    expect(leaders.map(({ name }) => name).sort()).toEqual(["Amy", "Bea"]);
    expect([hidden, notes[1]]).toEqual([1, "1 hidden player left out"]);
  });
});
