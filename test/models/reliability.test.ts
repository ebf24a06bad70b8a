/** What was planted between people is found, and nothing where they are alike; what has to do with winning is told from what has not. */
import { describe, expect, test } from "vitest";

import { isReliable, percentileOf, reliabilityOf, type TraitPart } from "../../src/models/reliability.ts";
import { judgeTests, testTrait, type TraitRound } from "../../src/models/trait-tests.ts";
import { Random } from "../../src/seeded-random.ts";
import { normal } from "../support/planted-matches.ts";

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const PEOPLE = 40;
const MATCHES = 10;
const CHANCES = 20;

/** A share of chances that differs by `between` from person to person, and by luck from match to match. */
function plantedParts(seed: number, between: number): TraitPart[] {
  const random = new Random(seed);
  return Array.from({ length: PEOPLE }, (_, personId) => {
    const share = 0.3 + between * normal(random);
    return Array.from({ length: MATCHES }, (__, match): TraitPart => ({
      personId,
      match: `match ${match}`,
      roundId: match,
      team: 1 + ((personId + match) % 2),
      amount: Array.from({ length: CHANCES }, () => random.chance(share)).filter(Boolean).length,
      chances: CHANCES,
    }));
  }).flat();
}

describe("reliability", () => {
  // Luck alone gives a mean of 200 chances the variance 0.3 * 0.7 / 200.
  const luck = (0.3 * 0.7) / (MATCHES * CHANCES);

  test.each([0.03, 0.08])("a planted spread of %d is found: the truth lies in the interval", (between) => {
    const truth = between ** 2 / (between ** 2 + luck);
    const found = SEEDS.map((seed) => reliabilityOf(plantedParts(seed, between), seed));
    const within = found.filter(
      ({ reliability }) => (reliability?.low ?? 1) <= truth && truth <= (reliability?.high ?? 0),
    );
    expect(within.length).toBeGreaterThanOrEqual(17);
    const mean = found.reduce((sum, { reliability }) => sum + (reliability?.value ?? NaN), 0) / SEEDS.length;
    expect(Math.abs(mean - truth)).toBeLessThan(0.06);
    const halves = found.reduce((sum, { splitHalf }) => sum + (splitHalf ?? 0), 0) / SEEDS.length;
    expect(Math.abs(halves - truth)).toBeLessThan(0.08);
  });

  test("people who are alike are not ranked", () => {
    const found = SEEDS.map((seed) => reliabilityOf(plantedParts(seed, 0), seed));
    expect(found.filter(isReliable)).toEqual([]);
    expect(found.filter(({ spread }) => spread < 0.02).length).toBeGreaterThanOrEqual(19);
  });

  test("values are drawn to the mean as far as chance is in them, and their intervals hold the truth", () => {
    const between = 0.05;
    let within = 0;
    let closer = 0;
    for (const seed of SEEDS) {
      const random = new Random(seed);
      const parts = plantedParts(seed, between);
      const found = reliabilityOf(parts, seed);
      // The truths again, as the parts were drawn from them.
      const truths = Array.from({ length: PEOPLE }, () => {
        const share = 0.3 + between * normal(random);
        for (let draw = 0; draw < MATCHES * CHANCES; draw++) random.unit();
        return share;
      });
      for (const { high, low, personId, shrunk, value } of found.values) {
        const truth = truths[personId] ?? NaN;
        if (low <= truth && truth <= high) within += 1;
        closer += Math.abs(value - truth) - Math.abs(shrunk - truth);
      }
    }
    expect(within / (SEEDS.length * PEOPLE)).toBeGreaterThan(0.92);
    expect(closer).toBeGreaterThan(0);
  });

  test("too few people are no pool; who has too few matches has no part in it", () => {
    const parts = plantedParts(1, 0.08);
    expect(
      reliabilityOf(
        parts.filter(({ personId }) => personId < 9),
        1,
      ).reliability,
    ).toBeNull();
    const short = parts.filter(({ match, personId }) => personId > 0 || match === "match 0");
    const found = reliabilityOf(short, 1);
    expect([found.people, found.values.length]).toEqual([PEOPLE - 1, PEOPLE]);
  });

  test("a percentile is the share of the others with less", () => {
    const values = [5, 1, 2, 2, 3, 4, 6, 7, 8, 9, 10].map((shrunk, personId) => ({
      ...{ personId, shrunk, matches: 5, chances: 1, value: shrunk, low: 0, high: 1 },
    }));
    const found = { ...reliabilityOf([], 1), values };
    expect(percentileOf(found, 0)).toBe(50);
    expect(percentileOf(found, 2)).toBe(15);
    expect(percentileOf(found, 99)).toBeNull();
  });
});

describe("tests against winning", () => {
  /** Matches of two sides of three; the side with more of a trait wins so often: by what it does, or by what its players do always. */
  function planted(seed: number, { always, now }: { readonly always: number; readonly now: number }) {
    const random = new Random(seed);
    const habits = Array.from({ length: 30 }, () => normal(random));
    const rounds: TraitRound[] = [];
    const parts: TraitPart[] = [];
    for (let roundId = 0; roundId < 300; roundId++) {
      const ids = habits.map((_habit, index) => index);
      const sides = [1, 2].map(() =>
        Array.from({ length: 3 }, () => ids.splice(random.integer(0, ids.length - 1), 1)[0] ?? 0),
      );
      const amounts = sides.map((side) => side.map((id) => 10 + 2 * (habits[id] ?? 0) + normal(random)));
      const total = (list: readonly number[] | undefined): number =>
        (list ?? []).reduce((sum, x) => sum + x, 0);
      const habit = sides.map((side) => total(side.map((id) => habits[id] ?? 0)));
      const ahead =
        now * Math.sign(total(amounts[0]) - total(amounts[1])) +
        always * Math.sign((habit[0] ?? 0) - (habit[1] ?? 0));
      const winnerTeam = random.chance(0.5 + ahead) ? 1 : 2;
      rounds.push({ roundId, matchKey: `match ${roundId}`, winnerTeam, startedAt: new Date(roundId) });
      sides.forEach((side, index) => {
        side.forEach((personId, place) => {
          const amount = amounts[index]?.[place] ?? 0;
          parts.push({ personId, match: `match ${roundId}`, roundId, team: index + 1, amount, chances: 1 });
        });
      });
    }
    return testTrait(rounds, parts);
  }

  test("what wins is found, in the round and from earlier ones to the next", () => {
    for (const seed of [1, 2, 3]) {
      const [found] = judgeTests([planted(seed, { now: 0, always: 0.35 })]);
      expect(found?.withinRound.isFound).toBe(true);
      expect(found?.nextRound.isFound).toBe(true);
      expect(found?.nextRound.won.low).toBeGreaterThan(0.6);
    }
  });

  test("where nothing wins, less than one test in ten is found", () => {
    const tests = judgeTests(SEEDS.map((seed) => planted(seed, { now: 0, always: 0 })));
    const found = tests.flatMap(({ nextRound, withinRound }) => [nextRound, withinRound]);
    expect(found.filter(({ isFound }) => isFound).length).toBeLessThanOrEqual(1);
    const shares = found.map(({ won }) => won.share ?? 0);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeCloseTo(0.5, 1);
  });

  test("the rounds of a match count once, and its own rounds are not earlier ones", () => {
    const part = (roundId: number, match: string, personId: number, amount: number): TraitPart => ({
      ...{ roundId, match, personId, amount },
      team: 1 + (personId % 2),
      chances: 1,
    });
    const round = (roundId: number, matchKey: string, winnerTeam: number): TraitRound => ({
      ...{ roundId, matchKey, winnerTeam },
      startedAt: new Date(roundId),
    });
    const { nextRound, withinRound } = testTrait(
      [round(1, "a", 1), round(2, "a", 1), round(3, "b", 2)],
      [
        ...[part(1, "a", 2, 5), part(1, "a", 1, 1), part(2, "a", 2, 5), part(2, "a", 1, 1)],
        ...[part(3, "b", 2, 4), part(3, "b", 1, 1)],
      ],
    );
    // In match a the winners did more, in b the losers; before b the losers of b had.
    expect([withinRound.won.successes, withinRound.won.trials]).toEqual([1, 2]);
    expect([nextRound.won.successes, nextRound.won.trials]).toEqual([0, 1]);
  });
});
