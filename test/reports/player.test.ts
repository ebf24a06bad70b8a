import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { reportEngagement, reportEngagements } from "../../src/reports/engagements.ts";
import { reportMovement } from "../../src/reports/movement.ts";
import { reportPlayer } from "../../src/reports/player.ts";
import { resolvePlayer } from "../../src/reports/players.ts";
import { findMoments, measureMomentum, reportRound } from "../../src/reports/round.ts";
import { listSessions, resolveSession } from "../../src/reports/sessions.ts";
import { reportTeamPlay } from "../../src/reports/team-play.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { addRound } from "../support/hand-made.ts";

let database: TestDatabase;

/** Slots: 0 Al and 1 Amy for Axis, 2 Bo and 3 Bea for Allies, 4 a bot for Allies. */
const PLAYERS = [
  { guid: "AAAA0000", name: "^1Al", team: 1, class: 0 },
  { guid: "AAAA1111", name: "Amy", team: 1, class: 1 },
  { guid: "BBBB0000", name: "Bo", team: 2, class: 0 },
  { guid: "BBBB1111", name: "Bea", team: 2, class: 1 },
  { guid: "OMNI", name: "bot", team: 2, isBot: true },
] as const;

const NEAR = [0, 0, 0] as const;
const FAR = [600, 0, 0] as const;

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  const first = await addRound(sql, {
    key: "one",
    players: PLAYERS,
    startedAt: "2026-11-20T23:50:00Z",
    endMs: 60_000,
  });
  const second = await addRound(sql, {
    key: "two",
    players: PLAYERS,
    startedAt: "2026-11-21T00:10:00Z",
    endMs: 60_000,
  });
  await addRound(sql, {
    key: "late",
    players: [{ guid: "CCCC", name: "^2Al", team: 1 }],
    startedAt: "2026-11-21T20:00:00Z",
    isComplete: false,
    endReason: "cut",
  });
  const shot = { event: "fire", attacker: 0, weapon: 3, from: NEAR } as const;
  const hit = {
    event: "hit",
    attacker: 0,
    target: 2,
    weapon: 3,
    means: 8,
    damage: 20,
    from: NEAR,
    to: FAR,
  } as const;
  await first.addEvents([
    ...Array.from({ length: 10 }, (_, index) => ({ ...shot, timeMs: 1000 + index })),
    { ...hit, timeMs: 1000, region: "head" },
    { ...hit, timeMs: 1001, region: "body" },
    { ...hit, timeMs: 1002, region: "legs" },
    { ...hit, timeMs: 1003, region: "legs" },
    // Not counted: a team mate, a downed enemy, a grenade's splash as a bullet, a bot.
    { ...hit, timeMs: 1004, target: 1, damage: 5 },
    { ...hit, timeMs: 1005, isWounded: true },
    { ...hit, timeMs: 1006, weapon: 4, means: 16, damage: 50 },
    { ...hit, timeMs: 1007, target: 4 },
    { event: "kill", timeMs: 1003, attacker: 0, target: 2, weapon: 3, means: 8, from: NEAR, to: FAR },
    { event: "kill", timeMs: 1700, attacker: 2, target: 1, weapon: 8, means: 9, from: FAR, to: NEAR },
    {
      event: "kill",
      timeMs: 2000,
      attacker: 0,
      target: 3,
      weapon: 4,
      means: 16,
      from: NEAR,
      to: [100, 0, 0],
    },
    { event: "kill", timeMs: 3000, attacker: 3, target: 0, weapon: 8, means: 9, from: FAR, to: NEAR },
    { event: "kill", timeMs: 4000, attacker: 4, target: 0, weapon: 8, means: 9, from: FAR, to: NEAR },
    { event: "kill", timeMs: 5000, target: 0, relation: "world", means: 32, to: NEAR },
    { event: "revive", timeMs: 5500, attacker: 1, target: 0 },
  ]);
  await first.addEngagements([
    {
      number: 1,
      startMs: 1000,
      endMs: 2000,
      attackers: [0, 1],
      defenders: [2],
      winnerTeam: 1,
      did: { 0: [1, 0, 80, 0], 1: [0, 1, 10, 30], 2: [0, 1, 30, 90] },
    },
    {
      number: 2,
      startMs: 3000,
      endMs: 3500,
      attackers: [3],
      defenders: [0],
      winnerTeam: 2,
      did: { 3: [1, 0, 100, 0], 0: [0, 1, 0, 100] },
    },
    { number: 3, startMs: 4000, endMs: 4500, attackers: [0], defenders: [4], did: {} },
  ]);
  await second.addEngagements([
    {
      number: 1,
      startMs: 1000,
      endMs: 9000,
      attackers: [0, 1],
      defenders: [2, 3],
      outcome: "silence",
      did: { 0: [0, 1, 0, 0] },
    },
  ]);
  await first.addTeamPlay([
    {
      record: "crossfire",
      timeMs: 1500,
      engagement: 1,
      slot: 1,
      partner: 0,
      enemy: 2,
      angleDeg: 90,
      damage: 60,
    },
    {
      record: "crossfire",
      timeMs: 1700,
      engagement: 1,
      slot: 0,
      partner: 1,
      enemy: 2,
      angleDeg: 60,
      damage: 40,
    },
    { record: "trade", startMs: 1700, timeMs: 1800, engagement: 1, slot: 0, partner: 1, enemy: 2 },
  ]);
  await second.addTeamPlay([{ record: "bait", timeMs: 3000, engagement: 1, slot: 1, partner: 0, enemy: 2 }]);
  // Al walks three cells east, stands, and comes back in another life; a gap is no way.
  await first.addPositions([
    { timeMs: 1000, slot: 0, at: [50, 50, 0], speed: 100, distance: 100 },
    { timeMs: 2000, slot: 0, at: [150, 50, 0], speed: 100, distance: 100 },
    { timeMs: 3000, slot: 0, at: [250, 50, 0], speed: 100, distance: 100 },
    { timeMs: 4000, slot: 0, at: [250, 50, 0], stationaryMs: 1000 },
    { timeMs: 9000, slot: 0, at: [50, 50, 0], speed: 100, distance: 200 },
    { timeMs: 10_000, slot: 0, at: [150, 50, 0], speed: 300, life: 2, distance: 100 },
    { timeMs: 1000, slot: 2, at: [150, 50, 0], speed: 50, distance: 40 },
    { timeMs: 2000, slot: 2, at: [250, 50, 0], speed: 50, distance: 40 },
  ]);
  const [al = 0, amy = 0] = first.playerIds;
  await sql`delete from teammate_synergy`;
  await sql`insert into teammate_synergy (round_id, player_id, teammate_player_id, team, together_ms, near_ms)
    values (${first.roundId}, ${al}, ${amy}, 1, 40000, 10000), (${second.roundId}, ${al}, ${amy}, 1, 20000, 20000)`;
});
afterAll(() => database.drop());

describe("reportPlayer", () => {
  it("counts what the player did and suffered, without bots", async () => {
    const { combat, means, movement, rounds, weapons } = await reportPlayer(database.sql, "AAAA0000", {});
    expect(rounds).toBe(2);
    expect(combat.player).toEqual({
      kills: 2,
      teamKills: 0,
      damageGiven: 130,
      damageHits: 5,
      damageSquares: 4 * 20 ** 2 + 50 ** 2,
      shots: 10,
      hits: 4,
      head: 1,
      arms: 0,
      body: 1,
      legs: 2,
      deaths: 2,
      deathsByEnemies: 1,
      damageReceived: 0,
      receivedHits: 0,
      receivedSquares: 0,
      revives: 0,
    });
    expect(combat.others).toMatchObject({ kills: 2, deaths: 3, damageReceived: 130, revives: 1 });
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
      { weapon: 3, shots: 10, hits: 4, head: 1, damage: 80, accuracy: { share: 0.4, trials: 10 } },
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
    const { distances, form, names, partners } = await reportPlayer(database.sql, "AAAA0000", {});
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
        deaths: 1,
        killsPerDeath: { value: 2, sample: 3 },
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

describe("resolvePlayer", () => {
  it("finds by GUID, by its beginning, by any name without colours, by part of a name", async () => {
    for (const who of ["AAAA1111", "aaaa1111", "amy", "^3Am^1y", "my"]) {
      expect(await resolvePlayer(database.sql, who), who).toMatchObject({ guid: "AAAA1111", rounds: 2 });
    }
  });

  it("asks back with the candidates, and names some who played", async () => {
    await expect(resolvePlayer(database.sql, "al")).rejects.toMatchObject({
      code: "E_AMBIGUOUS",
      suggestions: [
        "name one by GUID:",
        expect.stringMatching(/^Al \(AAAA0000; 2 rounds/u) as unknown,
        expect.stringContaining("CCCC") as unknown,
      ],
    });
    await expect(resolvePlayer(database.sql, "nobody")).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: [expect.stringContaining("Amy") as unknown],
    });
  });
});

describe("reportTeamPlay", () => {
  it("counts pairs by opportunity, whichever of the two is named first", async () => {
    const { pairs } = await reportTeamPlay(database.sql, {});
    expect(pairs).toHaveLength(2);
    expect(pairs[0]).toMatchObject({
      name: "^1Al",
      partnerName: "Amy",
      rounds: 2,
      sharedFights: 2,
      wonFights: 1,
      lostFights: 0,
      crossfires: 2,
      crossfireFights: 1,
      crossfireDamage: 100,
      medianAngleDeg: 75,
      downs: 1,
      trades: 1,
      baits: 1,
      aliveS: 60,
      nearS: 30,
      // 10 of 40 and 20 of 20 seconds: two rounds that differ much tell little.
      nearShare: { value: 0.5, low: 0, high: 1, sample: 2, sampleUnit: "rounds" },
    });
    expect(pairs[0]?.crossfireRate).toMatchObject({ successes: 1, trials: 2, share: 0.5 });
    expect(pairs[0]?.tradeRate).toMatchObject({ successes: 1, trials: 1 });
    expect(pairs[1]).toMatchObject({ name: "Bo", partnerName: "Bea", sharedFights: 1, crossfires: 0 });
  });

  it("filters by player, shape and round", async () => {
    const count = async (request: object): Promise<number | undefined> =>
      (await reportTeamPlay(database.sql, request)).pairs.find(({ name }) => name === "^1Al")?.sharedFights;
    expect(await count({ player: ["Amy"], engagement: "2v2" })).toBe(1);
    expect(await count({ round: ["one"] })).toBe(1);
    expect(await count({ player: ["Bo"] })).toBeUndefined();
  });
});

describe("reportEngagements and reportEngagement", () => {
  it("lists fights in order, without those with bots", async () => {
    const ids = async (request: object, order: "time" | "kills" = "time"): Promise<string[]> =>
      (await reportEngagements(database.sql, request, order, 100)).engagements.map(
        ({ attackers, defenders, engagement, roundKey }) =>
          `${roundKey}#${engagement} ${attackers}v${defenders}`,
      );
    expect(await ids({})).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
    expect(await ids({ bots: true })).toHaveLength(4);
    expect(await ids({ player: ["Bea"] })).toEqual(["one#2 1v1", "two#1 2v2"]);
    expect(await ids({ engagement: "2v1" })).toEqual(["one#1 2v1"]);
    expect(await ids({ phase: "0:02-" })).toEqual(["one#2 1v1"]);
    expect(await ids({ class: ["medic"] })).toEqual(["one#1 2v1", "one#2 1v1", "two#1 2v2"]);
    expect((await ids({}, "kills")).at(-1)).toBe("one#2 1v1".replace("one#2 1v1", "two#1 2v2"));
  });

  it("explains one: who, what happened, together with whom, why", async () => {
    const report = await reportEngagement(database.sql, "one#1");
    expect(report.participants.map(({ name, side }) => `${name} ${side}`)).toEqual([
      "^1Al attackers",
      "Amy attackers",
      "Bo defenders",
    ]);
    // Hits on the living and kills among those three until the end; the team hit is one of them.
    expect(report.events.map(({ event }) => event)).toEqual([
      ...Array<string>(4).fill("hit"),
      "hit",
      "hit",
      "kill",
      "kill",
    ]);
    expect(report.teamPlay.map(({ record }) => record)).toEqual(["crossfire", "crossfire", "trade"]);
    expect(report.reasons.join("\n")).toContain("2v1: 2 of the attackers' team and 1 of the other");
    expect(report.reasons.join("\n")).toContain("by death");
    await expect(reportEngagement(database.sql, "one#9")).rejects.toMatchObject({
      code: "E_NOT_FOUND",
      suggestions: ["it has 1, 2, 3"],
    });
    await expect(reportEngagement(database.sql, "9")).rejects.toMatchObject({ code: "E_USAGE" });
  });
});

describe("reportMovement", () => {
  it("finds places, and ways within one life without gaps", async () => {
    const { classes, flows, places } = await reportMovement(database.sql, { map: "arena" }, 100);
    expect(places).toEqual([
      { cellX: 1, cellY: 0, presenceS: 3, stationaryS: 0, meanSpeedUps: 150 },
      { cellX: 2, cellY: 0, presenceS: 3, stationaryS: 1, meanSpeedUps: 50 },
      { cellX: 0, cellY: 0, presenceS: 2, stationaryS: 0, meanSpeedUps: 100 },
    ]);
    expect(flows).toEqual([
      { fromX: 1, fromY: 0, toX: 2, toY: 0, times: 2, players: 2 },
      { fromX: 0, fromY: 0, toX: 1, toY: 0, times: 1, players: 1 },
    ]);
    expect(classes).toMatchObject([
      {
        class: 0,
        players: 2,
        lives: 3,
        aliveS: 8,
        unitsPerMinute: { value: 5100 },
        stationary: { value: 1 / 8 },
      },
    ]);
  });
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
    expect(scores[0]).toMatchObject({ damageGiven: 150, shots: 10, hits: 5, headHits: 1 });
    expect(kills).toHaveLength(6);
    expect(momentum[0]).toEqual({ fromMs: 0, axisKills: 2, alliesKills: 3 });
    expect(moments[0]).toMatchObject({ kind: "first_kill", name: "^1Al" });
  });

  it("finds sprees, last men and wiped-out teams", () => {
    const kill = (timeMs: number, killerId: number, axisAlive: number, alliesAlive: number) => ({
      timeMs,
      team: 1,
      killerId,
      killerName: `killer ${killerId}`,
      victimName: "",
      victimTeam: 2,
      relation: "enemy",
      meansOfDeath: 8,
      distanceUnits: 1,
      axisAlive,
      alliesAlive,
    });
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
    expect(measureMomentum(kills, 20_000).map(({ axisKills }) => axisKills)).toEqual([1, 3, 0, 1]);
  });
});

describe("sessions", () => {
  it("go over midnight and end with a break", async () => {
    const sessions = await listSessions(database.sql);
    expect(sessions.map(({ id, players, roundIds }) => ({ id, players, rounds: roundIds.length }))).toEqual([
      { id: "2026-11-21-2000", players: 1, rounds: 1 },
      { id: "2026-11-20-2350", players: 4, rounds: 2 },
    ]);
    expect(await resolveSession(database.sql, "2026-11-20")).toMatchObject({ id: "2026-11-20-2350" });
    await expect(resolveSession(database.sql, "2026-11-22")).rejects.toMatchObject({ code: "E_NOT_FOUND" });
  });
});
