/** Whether a trait has to do with winning: within a round, and from earlier matches to the next one. */
import { wilson, type Rate } from "../reports/statistics.ts";
import type { TraitPart } from "./reliability.ts";

/** A round with who won it; in order of time. */
export interface TraitRound {
  readonly roundId: number;
  readonly matchKey: string;
  readonly winnerTeam: number;
  readonly startedAt: Date;
}

/** How often the team with more of a trait won, of the matches in which one had more. */
export interface TraitTest {
  readonly won: Rate;
  /** How often chance alone gives a share as far from one half, or farther. */
  readonly chance: number;
  /** Whether it stands beside all that were tested, by {@link judgeTests}. */
  readonly isFound: boolean;
}

/** What has to do with winning, of one trait. */
export interface TraitTests {
  /** The team that did more of it in the round: it may have done so because it was winning. */
  readonly withinRound: TraitTest;
  /** The team whose players had done more of it in earlier matches. */
  readonly nextRound: TraitTest;
}

/** Of the tests that are called found, so many may be chance. */
const FALSE_SHARE = 0.1;

/** How often a fair coin is as far from one half: by the normal distribution, with Yates' half. */
function chanceOf(successes: number, trials: number): number {
  if (trials === 0) return 1;
  const z = Math.max(0, Math.abs(successes - trials / 2) - 0.5) / Math.sqrt(trials / 4);
  // Abramowitz and Stegun, "Handbook of mathematical functions" (1964), 26.2.17: off by 1e-7 at most.
  const t = 1 / (1 + 0.231_641_9 * z);
  const terms = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const tail = terms.reduce((sum, term, power) => sum + term * t ** (power + 1), 0);
  return Math.min(1, (2 * tail * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
}

/** A match whose rounds say different things has no result. */
function testOf(signs: ReadonlyMap<string, number>): TraitTest {
  const decided = [...signs.values()].filter((sign) => sign !== 0);
  const successes = decided.filter((sign) => sign > 0).length;
  return {
    won: wilson(successes, decided.length),
    chance: chanceOf(successes, decided.length),
    isFound: false,
  };
}

/** Sums of amounts and chances. */
class Ratio {
  amount = 0;
  chances = 0;

  add(amount: number, chances: number): void {
    this.amount += amount;
    this.chances += chances;
  }
}

/** Tries a trait against the results of rounds. Each match counts once: its rounds share players. */
export function testTrait(rounds: readonly TraitRound[], parts: readonly TraitPart[]): TraitTests {
  const byRound = new Map<number, TraitPart[]>();
  for (const part of parts) {
    const some = byRound.get(part.roundId);
    if (some === undefined) byRound.set(part.roundId, [part]);
    else some.push(part);
  }
  const within = new Map<string, number>();
  const next = new Map<string, number>();
  const before = new Map<number, Ratio>();
  let waiting: TraitPart[] = [];
  let match: string | undefined;
  for (const { matchKey, roundId, winnerTeam } of rounds) {
    if (matchKey !== match) {
      // Only now is the match before over.
      for (const { amount, chances, personId } of waiting) {
        const sum = before.get(personId) ?? new Ratio();
        sum.add(amount, chances);
        before.set(personId, sum);
      }
      waiting = [];
      match = matchKey;
    }
    const here = byRound.get(roundId) ?? [];
    const won = new Ratio();
    const lost = new Ratio();
    const wonBefore = new Ratio();
    const lostBefore = new Ratio();
    for (const { amount, chances, personId, team } of here) {
      (team === winnerTeam ? won : lost).add(amount, chances);
      const known = before.get(personId);
      // Everybody's earlier value counts as one, however much they played.
      if (known !== undefined && known.chances > 0)
        (team === winnerTeam ? wonBefore : lostBefore).add(known.amount / known.chances, 1);
    }
    const compare = (signs: Map<string, number>, first: Ratio, second: Ratio): void => {
      if (first.chances === 0 || second.chances === 0) return;
      const difference = first.amount / first.chances - second.amount / second.chances;
      signs.set(matchKey, (signs.get(matchKey) ?? 0) + Math.sign(difference));
    };
    compare(within, won, lost);
    compare(next, wonBefore, lostBefore);
    waiting.push(...here);
  }
  return { withinRound: testOf(within), nextRound: testOf(next) };
}

/**
 * Says of many tests at once which are found: of these at most a tenth is chance.
 * Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995), 289-300.
 */
export function judgeTests(tests: readonly TraitTests[]): TraitTests[] {
  const chances = tests
    .flatMap(({ nextRound, withinRound }) => [withinRound.chance, nextRound.chance])
    .sort((a, b) => a - b);
  const most = chances.filter(
    (_, index) =>
      chances.findLastIndex((chance, rank) => chance <= (FALSE_SHARE * (rank + 1)) / chances.length) >= index,
  );
  const limit = most.at(-1) ?? -1;
  const judged = (test: TraitTest): TraitTest => ({ ...test, isFound: test.chance <= limit });
  return tests.map(({ nextRound, withinRound }) => ({
    withinRound: judged(withinRound),
    nextRound: judged(nextRound),
  }));
}
