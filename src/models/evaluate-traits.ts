/** How reliable each trait is, and what it has to do with winning, in the rounds at hand. */
import { counted } from "../counts.ts";
import { ProxError } from "../errors.ts";
import type { TraitCounts } from "./queries/trait-counts.ts";
import { isReliable, LEAST_MATCHES, LEAST_PEOPLE, reliabilityOf, type Reliability } from "./reliability.ts";
import { judgeTests, testTrait, type TraitTests } from "./trait-tests.ts";
import { TRAITS } from "./traits/all-traits.ts";
import type { Trait } from "./traits/trait.ts";

/** A trait with what is known of it. */
export interface JudgedTrait
  extends Pick<Trait, "name" | "of" | "says" | "unit">, Omit<Reliability, "values"> {
  /** Whether people are ranked by it. */
  readonly isReliable: boolean;
  readonly tests: TraitTests;
}

/** All traits, judged. */
export interface TraitEvaluation {
  readonly rounds: number;
  readonly matches: number;
  readonly traits: readonly JudgedTrait[];
  /** Of these tests, the ones called found are chance in one of ten cases at most. */
  readonly tests: number;
}

/** Judges all traits. Throws `E_TOO_LITTLE_DATA` where no trait has enough people. The same counts and seed give the same. */
export function evaluateTraits({ parts, rounds }: TraitCounts, seed: number): TraitEvaluation {
  const partsOf = ({ name }: Trait): NonNullable<ReturnType<typeof parts.get>> => parts.get(name) ?? [];
  const reliabilities = TRAITS.map((trait) => reliabilityOf(partsOf(trait), seed));
  const most = Math.max(...reliabilities.map(({ people }) => people));
  if (most < LEAST_PEOPLE) {
    throw new ProxError(
      "E_TOO_LITTLE_DATA",
      `too little data for traits: ${counted(LEAST_PEOPLE, "player")} of ${counted(LEAST_MATCHES, "match", "matches")} each are needed, ${most} are there`,
      {
        suggestions: [
          "only whole rounds of at least a minute count that prox recorded and somebody won",
          "import more rounds, or leave out a filter; --bots takes bots too",
        ],
        details: { need: { people: LEAST_PEOPLE, matches: LEAST_MATCHES }, supply: { people: most } },
      },
    );
  }
  const tests = judgeTests(TRAITS.map((trait) => testTrait(rounds, partsOf(trait))));
  return {
    rounds: rounds.length,
    matches: new Set(rounds.map(({ matchKey }) => matchKey)).size,
    tests: 2 * tests.length,
    traits: TRAITS.flatMap(({ name, of, says, unit }, index): JudgedTrait[] => {
      const [found, tested] = [reliabilities[index], tests[index]];
      if (found === undefined || tested === undefined) return [];
      const { matches, mean, people, reliability, splitHalf, spread } = found;
      return [
        {
          name,
          says,
          unit,
          of,
          ...{ people, matches, mean, spread, reliability, splitHalf },
          isReliable: isReliable(found),
          tests: tested,
        },
      ];
    }),
  };
}
