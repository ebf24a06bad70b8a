/** Leagues of known skill: it is found within the interval, results are foreseen, and where there is none nothing is found. */
import { describe, expect, test } from "vitest";

import { Belief } from "../../src/models/belief.ts";
import { contestsOf, type RatedRound } from "../../src/models/contests.ts";
import { backtest, isProved, tellBacktest } from "../../src/models/rating-backtest.ts";
import { rate } from "../../src/models/ratings.ts";
import { plantedLeague, type LeagueOptions } from "../support/planted-leagues.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const LEAGUE: LeagueOptions = { contests: 400, spread: 0.4, numbers: 0.5, place: 0.3, kills: 0.5 };
const Z = 1.96;

describe("leagues of known skill", () => {
  const leagues = SEEDS.map((seed) => plantedLeague(seed, LEAGUE));

  test("the skill of 19 in 20 lies within the 95 % interval, and who is good is told from who is not", () => {
    let within = 0;
    let people = 0;
    let wrong = 0;
    let told = 0;
    for (const { contests, skills } of leagues) {
      for (const { mean, personId, variance } of rate(contests, "people").ratings) {
        const skill = skills[personId - 1] ?? NaN;
        const half = Z * Math.sqrt(variance);
        people += 1;
        if (Math.abs(skill - mean) <= half) within += 1;
        if (Math.abs(mean) > half) {
          told += 1;
          if (Math.sign(mean) !== Math.sign(skill)) wrong += 1;
        }
      }
    }
    expect(people).toBe(400);
    expect(within / people).toBeGreaterThan(0.92);
    expect(within / people).toBeLessThan(0.99);
    expect(told).toBeGreaterThan(60);
    expect(wrong).toBeLessThanOrEqual(told / 20);
  });

  test("results are foreseen better than by place and numbers, by kills per minute and by a coin; calibrated", () => {
    const found = leagues.map(({ contests }, index) => backtest(contests, SEEDS[index] ?? 0));
    expect(found.filter(isProved).length).toBeGreaterThanOrEqual(9);
    const mean = (predictor: string): number =>
      found.reduce(
        (sum, { scores }) => sum + (scores.find((one) => one.predictor === predictor)?.logLoss.value ?? NaN),
        0,
      ) / found.length;
    expect(mean("coin")).toBeCloseTo(Math.LN2, 5);
    expect(mean("ratings")).toBeLessThan(mean("place and numbers") - 0.04);
    expect(mean("ratings")).toBeLessThan(mean("kills per minute") - 0.01);
    const right = found.filter(
      ({ calibrationSlope }) => (calibrationSlope?.low ?? 2) < 1 && (calibrationSlope?.high ?? 0) > 1,
    );
    expect(right.length).toBeGreaterThanOrEqual(8);
  });

  test("certainty grows with what is played", () => {
    const [league] = leagues;
    const certainty = (contests: number): number => {
      const { ratings } = rate(league?.contests.slice(0, contests) ?? [], "people");
      return ratings.reduce((sum, one) => sum + one.certainty, 0) / ratings.length;
    };
    expect(certainty(100)).toBeLessThan(certainty(250));
    expect(certainty(250)).toBeLessThan(certainty(400));
  });

  test("the same league and seed give the same", () => {
    const [league] = leagues;
    expect(backtest(league?.contests ?? [], 3)).toEqual(backtest(league?.contests ?? [], 3));
  });
});

test("where nobody is better nobody is found, and nothing is proved", () => {
  let told = 0;
  let proved = 0;
  for (const seed of SEEDS) {
    const { contests } = plantedLeague(seed, { ...LEAGUE, spread: 0 });
    const { ratings } = rate(contests, "people");
    told += ratings.filter(({ mean, variance }) => Math.abs(mean) > Z * Math.sqrt(variance)).length;
    expect(ratings.filter(({ certainty }) => certainty >= 0.5)).toEqual([]);
    const found = backtest(contests, seed);
    if (isProved(found)) proved += 1;
    else expect(tellBacktest(found)).toContain("nothing found");
  }
  expect(told).toBeLessThanOrEqual(4);
  expect(proved).toBeLessThanOrEqual(1);
});

describe("a belief", () => {
  test("of one coefficient is that of a grid", () => {
    const belief = new Belief([0.25]);
    belief.predict([[0, 1.5]]);
    belief.learn(true);
    belief.predict([[0, -0.5]]);
    belief.learn(true);
    // Mode and curvature of the first posterior, then of the second with the first as its prior, by a fine grid.
    const step = 1e-5;
    let [mean, variance] = [0, 0.25];
    for (const amount of [1.5, -0.5]) {
      const cost = (x: number): number =>
        (x - mean) ** 2 / (2 * variance) + Math.log(1 + Math.exp(-amount * x));
      let mode = -1;
      for (let x = -1; x < 1; x += step) if (cost(x) < cost(mode)) mode = x;
      const h = 1e-3;
      const curvature = (cost(mode + h) - 2 * cost(mode) + cost(mode - h)) / h ** 2;
      [mean, variance] = [mode, 1 / curvature];
    }
    expect(belief.of(0).mean).toBeCloseTo(mean, 3);
    expect(belief.of(0).variance).toBeCloseTo(variance, 3);
  });

  test("forgets: half of what was learnt, and the doubt comes back", () => {
    const belief = new Belief([1, 1]);
    belief.predict([
      [0, 1],
      [1, 1],
    ]);
    belief.learn(true);
    const { mean, variance } = belief.of(0);
    belief.forget(1, 0.5);
    expect(belief.of(0)).toEqual({ mean: mean / 2, variance: variance / 4 + 0.75 });
    expect(belief.of(1)).toEqual({ mean, variance });
  });
});

describe("contests", () => {
  const round = (more: Partial<RatedRound>): RatedRound => ({
    roundKey: "a",
    matchKey: "a",
    session: "s",
    map: "arena",
    round: 1,
    isStopwatch: true,
    startedAt: new Date(0),
    endMs: 100_000,
    winnerTeam: 1,
    attackingTeam: 1,
    seats: [
      { personId: 1, team: 1, ms: 100_000 },
      { personId: 2, team: 2, ms: 100_000 },
    ],
    deeds: [],
    ...more,
  });
  const second = (more: Partial<RatedRound>): RatedRound =>
    round({
      roundKey: "b",
      round: 2,
      endMs: 50_000,
      startedAt: new Date(1000),
      seats: [
        { personId: 2, team: 1, ms: 25_000 },
        { personId: 1, team: 2, ms: 50_000 },
      ],
      ...more,
    });

  test("two rounds of stopwatch are one contest, won by whoever won the second; the teams change sides", () => {
    const { contests } = contestsOf([round({}), second({ winnerTeam: 1 })]);
    expect(contests).toMatchObject([
      {
        place: "attack second",
        isWon: true,
        rounds: 2,
        parts: [
          { personId: 1, isOwn: false, share: 1 },
          { personId: 2, isOwn: true, share: 125 / 150 },
        ],
      },
    ]);
    // The first attackers were faster: who attacks second has lost.
    expect(contestsOf([round({}), second({ winnerTeam: 2 })]).contests).toMatchObject([{ isWon: false }]);
  });

  test("a first round alone is none, and neither is a map that both failed to do", () => {
    expect(contestsOf([round({})])).toEqual({ contests: [], unpaired: 1, drawn: 0 });
    expect(contestsOf([round({ winnerTeam: 2 }), second({ winnerTeam: 2 })])).toEqual({
      contests: [],
      unpaired: 0,
      drawn: 2,
    });
    // The first failed, and the second made it.
    expect(contestsOf([round({ winnerTeam: 2 }), second({})]).contests).toMatchObject([{ isWon: true }]);
  });

  test("elsewhere each round is one, of the attackers, or of Axis; somebody may have played for both", () => {
    const { contests } = contestsOf([
      round({
        isStopwatch: false,
        attackingTeam: 2,
        seats: [
          { personId: 1, team: 1, ms: 60_000 },
          { personId: 1, team: 2, ms: 40_000 },
          { personId: 2, team: 2, ms: 100_000 },
        ],
      }),
      round({ roundKey: "c", matchKey: "c", isStopwatch: false, attackingTeam: null, winnerTeam: 2 }),
      round({ roundKey: "d", matchKey: "d", isStopwatch: false, seats: [{ personId: 1, team: 1, ms: 1 }] }),
    ]);
    expect(contests).toMatchObject([
      {
        place: "side arena",
        isWon: false,
        parts: [
          { personId: 1, isOwn: false, share: 0.6 },
          { personId: 1, isOwn: true, share: 0.4 },
          { personId: 2, isOwn: true, share: 1 },
        ],
      },
      { matchKey: "c", isWon: false },
    ]);
  });
});
