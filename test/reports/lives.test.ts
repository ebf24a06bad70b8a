/** Situations of lives, planted: each rule with a case that it just takes in, and one that it just misses. */
import { beforeAll, describe, expect, test } from "vitest";

import { reportPlayer } from "../../src/reports/player.ts";
import { readLives, tellsLives, type LifeTotals } from "../../src/reports/queries/lives.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { addRound, type HandEvent, type StoredRound } from "../support/hand-made.ts";

const [ANN, ABE, BEN, BOB, CAT, BOT, DAN] = [0, 1, 2, 3, 4, 5, 6] as const;
const NAMES = ["Ann", "Abe", "Ben", "Bob", "Cat", "Bot", "Dan"] as const;

const spawn = (timeMs: number, target: number, life: number): HandEvent => ({
  event: "spawn",
  timeMs,
  target,
  life,
});
const hit = (timeMs: number, attacker: number, target: number, damage: number): HandEvent => ({
  event: "hit",
  timeMs,
  attacker,
  target,
  damage,
});
const kill = (timeMs: number, attacker: number, target: number, nextWaveMs: number, life = 1): HandEvent => ({
  event: "kill",
  timeMs,
  attacker,
  target,
  nextWaveMs,
  life,
});
const revive = (timeMs: number, attacker: number, target: number): HandEvent => ({
  event: "revive",
  timeMs,
  attacker,
  target,
  life: 1,
});
const gib = (timeMs: number, target: number): HandEvent => ({ event: "gib", timeMs, target, life: 1 });

const EVENTS: readonly HandEvent[] = [
  ...NAMES.map((_, slot) => spawn(0, slot, 1)),
  // 39 hit points are no assist, and a revive right before the wave is in time.
  hit(9000, ABE, BEN, 39),
  kill(10_000, ANN, BEN, 19_001),
  kill(20_000, BOT, DAN, 10_000),
  revive(29_000, CAT, BEN),
  kill(30_000, ABE, BOT, 10_000),
  // 40 are one, exactly 5 s before; a revive at the moment of the wave is not in time, but undoes the kill.
  hit(35_000, ABE, BEN, 40),
  kill(40_000, ANN, BEN, 5000),
  hit(44_000, ABE, BEN, 40),
  revive(45_000, CAT, BEN),
  // What was dealt before the revive is no assist, nor what is older than 5 s. Gibbed right before the wave.
  hit(45_001, ABE, BEN, 20),
  kill(50_000, ANN, BEN, 10_000),
  // 5 s after the kill before: a multikill. Gibbed at the moment of the wave.
  hit(49_999, ABE, BOB, 90),
  kill(55_000, ANN, BOB, 4000),
  gib(59_000, BOB),
  gib(59_999, BEN),
  spawn(60_000, BEN, 2),
  // One ms too late for a multikill; 3 s before the wave, so that Cat survives.
  kill(60_001, ANN, CAT, 3000),
  spawn(62_000, BOB, 2),
  // One ms more than 3 s before the wave; with a bot's assist.
  hit(69_500, BOT, ANN, 60),
  kill(70_000, BEN, ANN, 3001),
  kill(72_000, ABE, BEN, 8000, 2),
  // The round ends before the wave.
  kill(98_000, ABE, BOB, 20_000, 2),
];

let database: TestDatabase;
let round: StoredRound;
beforeAll(async () => {
  database = await createTestDatabase();
  round = await addRound(database.sql, {
    key: "lives",
    endMs: 100_000,
    players: NAMES.map((name, slot) => ({
      guid: `${name.toUpperCase()}00000000`,
      name,
      team: slot < 2 || slot === DAN ? 1 : 2,
      class: slot === CAT ? 1 : 0,
      isBot: slot === BOT,
    })),
  });
  await round.addEvents(EVENTS);
  await round.addTeamPlay([
    { record: "trade", timeMs: 72_000, startMs: 70_000, slot: ABE, partner: ANN, enemy: BEN },
  ]);
});

const livesOf = (slot = 0, bots: "with" | "without" = "without"): Promise<LifeTotals> =>
  readLives(database.sql, { bots }, [round.playerIds[slot] ?? 0], true);

describe("lives", () => {
  test("kills that held and were undone, and the time that they bought", async () => {
    expect(await livesOf(ANN)).toMatchObject({
      lives: 1,
      judgedKills: 5,
      heldKills: 3,
      boughtDowns: 5,
      // 19 s until a revive, 5 until wave and revive, then until waves.
      boughtMs: [1, 5, 25, 41_000, 205_000, 41_000 ** 2],
      gibbedInTime: 1,
      gibbedAfterMs: [1, 1, 1, 9999, 9999, 9999 ** 2],
    });
    // The round's end counts, too: 8 s until a wave and 2 until the end.
    expect(await livesOf(ABE)).toMatchObject({
      judgedKills: 2,
      heldKills: 2,
      boughtMs: [1, 2, 4, 10_000, 20_000, 1e8],
    });
  });

  test("multikills have at most 5 s between two kills", async () => {
    expect(await livesOf(ANN)).toMatchObject({ doubleKills: 1, tripleKills: 0, largerKills: 0 });
  });

  test("an assist takes 40 hit points in 5 s and in the stretch that the kill ends", async () => {
    expect(await livesOf(ABE)).toMatchObject({ assistLives: 1, assists: 1 });
    expect(await livesOf(ANN)).toMatchObject({ assists: 0 });
  });

  test("revives in time come before the wave", async () => {
    expect(await livesOf(BEN)).toMatchObject({
      fallen: 4,
      revivedInTime: 1,
      revivedAfterMs: [1, 1, 1, 19_000, 19_000, 19_000 ** 2],
    });
  });

  test("KAST: a kill that held, an assist or a revive, survived, avenged", async () => {
    const parts = async (slot = 0): Promise<number[]> => {
      const { kast, kastAssist, kastKill, kastLives, kastSurvived, kastTraded } = await livesOf(slot);
      return [kastLives, kast, kastKill, kastAssist, kastSurvived, kastTraded];
    };
    expect(await parts(ANN)).toEqual([1, 1, 1, 0, 0, 1]);
    expect(await parts(ABE)).toEqual([1, 1, 1, 1, 1, 0]);
    expect(await parts(BEN)).toEqual([2, 1, 1, 0, 0, 0]);
    expect(await parts(BOB)).toEqual([2, 0, 0, 0, 0, 0]);
    expect(await parts(CAT)).toEqual([1, 1, 0, 1, 1, 0]);
  });

  test("bots count only where they are asked for", async () => {
    // A life that a bot ended is left out: nobody knows how it would have gone on.
    expect((await livesOf(DAN)).lives).toBe(0);
    expect((await livesOf(DAN, "with")).lives).toBe(1);
    expect(await livesOf(ABE, "with")).toMatchObject({ judgedKills: 3 });
    expect((await livesOf(BOT)).lives).toBe(0);
    expect(await livesOf(BOT, "with")).toMatchObject({ lives: 1, assists: 1, judgedKills: 1 });
  });

  test("filters choose lives by where they began, and by no weapon", async () => {
    const ben = [round.playerIds[BEN] ?? 0];
    const late = { bots: "without", phase: { fromMs: 60_000, toMs: 60_001 } } as const;
    expect(await readLives(database.sql, late, ben, true)).toMatchObject({ lives: 1, kastKill: 1 });
    const other = { bots: "without", team: 1 } as const;
    expect((await readLives(database.sql, other, ben, true)).lives).toBe(0);
    expect(tellsLives({ bots: "with", weapons: [8] })).toBe(false);
    const { situations } = await reportPlayer(database.sql, "Ben", { weapon: ["mp40"] });
    expect(situations).toBeNull();
  });

  test("the profile shows them beside the others", async () => {
    const { situations } = await reportPlayer(database.sql, "Ann", {});
    const told = (key: string): unknown => situations?.find((one) => one.key === key);
    expect(told("time_bought_s")).toMatchObject({ player: { value: 8.2 }, unit: "s per kill" });
    expect(told("kast")).toMatchObject({ player: { value: 1 }, others: { value: 3 / 6, sample: 6 } });
  });

  test("what is not recorded is not 0", async () => {
    const { sql } = database;
    const without = async (capture: string): Promise<LifeTotals> => {
      await sql`update rounds set captures = ${sql.json({ [capture]: "off" })}`;
      await round.addEvents([]);
      return livesOf(ABE);
    };
    expect(await without("hit")).toMatchObject({ lives: 1, assistLives: 0, kastLives: 0, judgedKills: 2 });
    expect(await without("revive")).toMatchObject({
      kastLives: 0,
      judgedKills: 0,
      boughtDowns: 0,
      assists: 1,
    });
    const { situations } = await reportPlayer(sql, "Abe", {});
    expect(situations?.find(({ key }) => key === "kills_held_share")?.player.value).toBeNull();
    await sql`update rounds set captures = '{}'`;
    await sql`delete from round_rules where rule = 'trade'`;
    await round.addEvents([]);
    expect(await livesOf(ABE)).toMatchObject({ kastLives: 0, judgedKills: 2 });
  });
});
