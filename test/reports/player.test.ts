import { beforeAll, describe, expect, it } from "vitest";

import { reportPlayer } from "../../src/reports/player.ts";
import type { TestDatabase } from "../support/database.ts";
import { createEvenings } from "../support/evenings.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createEvenings();
});

describe("reportPlayer", () => {
  it("counts what the player did and suffered, without bots", async () => {
    const { combat, means, movement, rounds, weapons } = await reportPlayer(database.sql, "AAAA0000", {});
    expect(rounds).toBe(2);
    expect(combat.player).toEqual({
      kills: 2,
      killsUndone: 0,
      teamKills: 0,
      damageGiven: 130,
      damageHits: 5,
      damageSquares: 4 * 20 ** 2 + 50 ** 2,
      shots: 9,
      // Accuracy counts bots, too.
      hits: 5,
      head: 1,
      arms: 0,
      body: 1,
      legs: 2,
      deaths: 2,
      deathsUndone: 1,
      deathsByEnemies: 1,
      damageReceived: 0,
      receivedHits: 0,
      receivedSquares: 0,
      revives: 0,
    });
    expect(combat.others).toMatchObject({
      kills: 2,
      deaths: 3,
      damageReceived: 130,
      receivedHits: 5,
      receivedSquares: 4 * 20 ** 2 + 50 ** 2,
      revives: 1,
    });
    // Five seconds of a first life with 500 units and a second of standing, one second of another with 100 units.
    expect(movement.player).toMatchObject({
      aliveS: 6,
      lives: 2,
      unitsPerMinute: { value: 6000, sample: 2, sampleUnit: "lives" },
      stationary: { value: 1 / 6 },
    });
    expect(movement.others).toMatchObject({
      aliveS: 2,
      lives: 1,
      unitsPerMinute: { value: 2400, low: null },
    });
    expect(weapons).toMatchObject([
      { weapon: 3, shots: 9, hits: 5, head: 1, damage: 100, accuracy: { share: 5 / 9, trials: 9 } },
    ]);
    expect(means).toEqual([
      { means: 8, kills: 1, distanceUnits: 600 },
      { means: 16, kills: 1, distanceUnits: 100 },
    ]);
  });

  it("counts bots when asked, and reads a bot's own profile", async () => {
    const withBots = await reportPlayer(database.sql, "AAAA0000", { bots: true });
    expect(withBots.combat.player).toMatchObject({ hits: 5, deaths: 3, deathsByEnemies: 2 });
    const bot = await reportPlayer(database.sql, "bot", {});
    expect(bot.combat.player).toMatchObject({ kills: 1 });
    expect(bot.bots).toBe("bots included");
  });

  it("tells fights by shape from the player's side, with a win rate of the decided", async () => {
    const { shapes } = await reportPlayer(database.sql, "AAAA0000", {});
    expect(
      shapes.map(({ enemies, fights, lost, own, won }) => ({ own, enemies, fights, won, lost })),
    ).toEqual([
      { own: 1, enemies: 1, fights: 1, won: 0, lost: 1 },
      { own: 2, enemies: 1, fights: 1, won: 1, lost: 0 },
      { own: 2, enemies: 2, fights: 1, won: 0, lost: 0 },
    ]);
    expect(shapes[2]?.winRate).toMatchObject({ trials: 0, share: null });
    const { shapes: withBots } = await reportPlayer(database.sql, "AAAA0000", { bots: true });
    expect(withBots[0]).toMatchObject({ own: 1, enemies: 1, fights: 2 });
  });

  it("puts distances into bands, names partners, follows form by session across midnight", async () => {
    const { distances, form, names, opponents, partners } = await reportPlayer(database.sql, "AAAA0000", {});
    expect(opponents).toMatchObject([
      { name: "Bea", kills: 1, deaths: 1, killRate: { successes: 1, trials: 2 } },
      { name: "Bo", kills: 1, deaths: 0, killRate: { successes: 1, trials: 1 } },
    ]);
    expect(distances).toEqual([
      { fromUnits: 0, kills: 1, deaths: 0 },
      { fromUnits: 500, kills: 1, deaths: 1 },
    ]);
    expect(partners).toMatchObject([
      {
        name: "Amy",
        sharedFights: 2,
        crossfires: 2,
        trades: 1,
        baits: 1,
        winRate: { successes: 1, trials: 1 },
        crossfireRate: { successes: 1, trials: 2 },
        tradeRate: { successes: 1, trials: 1 },
      },
    ]);
    expect(form).toMatchObject([
      {
        session: "2026-11-20-2350",
        rounds: 2,
        kills: 2,
        deaths: 2,
        killsPerDeath: { value: 1, sample: 4 },
      },
    ]);
    expect(names).toEqual(["^1Al"]);
  });

  it("compares with the others, and with the player's own rounds before, each with its sample", async () => {
    const of = async (request: object): Promise<Record<string, unknown>> => {
      const { againstBefore, metrics } = await reportPlayer(database.sql, "AAAA0000", request);
      return { ...againstBefore, ...metrics.find(({ key }) => key === "kills_per_minute") };
    };
    // Two kills in six seconds alive, all in the first round; both rounds are one session.
    const perMinute = { value: 20, sample: 0.1, sampleUnit: "min" };
    expect(await of({})).toMatchObject({
      nowRounds: 2,
      beforeRounds: 0,
      player: perMinute,
      others: { value: 60, sample: 2 / 60 },
      now: perMinute,
      before: { value: null, sample: 0 },
    });
    expect(await of({ round: ["two"] })).toMatchObject({
      now: { value: null },
      nowRounds: 1,
      beforeRounds: 1,
      before: perMinute,
    });
    expect(await of({ since: "2026-11-21" })).toMatchObject({ beforeRounds: 1, before: perMinute });
    expect(await of({ since: "2026-11-21", team: "allies" })).toMatchObject({ before: { value: null } });
  });

  it("restricts to a team, a phase or a weapon", async () => {
    const of = async (request: object): Promise<object> =>
      (await reportPlayer(database.sql, "AAAA0000", request)).combat.player;
    expect(await of({ team: "allies" })).toMatchObject({ kills: 0, deaths: 0 });
    expect(await of({ phase: "0:02-" })).toMatchObject({ kills: 1, hits: 0, deaths: 2 });
    expect(await of({ means: ["explosive"] })).toMatchObject({ kills: 1, damageGiven: 50 });
  });
});
