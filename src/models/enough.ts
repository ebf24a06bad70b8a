/** How much data a model needs before anything is said with it. */
import { counted, whole } from "../counts.ts";
import { ProxError } from "../errors.ts";
import { groupsOf, type Observation } from "./sample.ts";

/** What a model needs. */
export interface Need {
  /** Of what there must be so many, for people: `round`. */
  readonly of: string;
  readonly observations: number;
  readonly matches: number;
  /** What these are, for people, where they are no matches. */
  readonly groups?: readonly [one: string, several: string];
  /** Of these, so many of the result that came less often. */
  readonly ofEachResult: number;
}

/** What there is of it. */
export interface Supply {
  readonly observations: number;
  readonly matches: number;
  readonly ofRarerResult: number;
}

/** The shrinkage that is aimed at: coefficients at most a tenth too large. */
const SHRINKAGE = 0.9;

/**
 * The observations that so many features need, where the model explains so much of the result (`explained`, Cox and Snell's R squared),
 * so that coefficients are too large by a tenth at most.
 * Source: R. D. Riley et al., "Minimum sample size for developing a multivariable prediction model: part II", Statistics in
 * Medicine 38 (2019), 1276-1296, criterion 1.
 */
export function observationsNeeded(features: number, explained: number): number {
  return Math.ceil(features / ((SHRINKAGE - 1) * Math.log(1 - explained / SHRINKAGE)));
}

/** What there is; `unit` names what counts as one, such as the round of a moment. */
export function supplyOf(observations: readonly Observation[], unit: (index: number) => string): Supply {
  const results = new Map(observations.map(({ isWon }, index) => [unit(index), isWon]));
  const won = [...results.values()].filter(Boolean).length;
  return {
    observations: results.size,
    matches: groupsOf(observations).length,
    ofRarerResult: Math.min(won, results.size - won),
  };
}

/** Throws `E_TOO_LITTLE_DATA` with what is needed and what there is. */
export function requireEnough(need: Need, supply: Supply, advice: readonly string[]): void {
  const lacks = [
    supply.observations < need.observations
      ? `${counted(need.observations, need.of)} are needed, ${whole(supply.observations)} are there`
      : undefined,
    supply.matches < need.matches
      ? `they must be of ${counted(need.matches, ...(need.groups ?? ["match", "matches"]))}, and are of ${whole(supply.matches)}`
      : undefined,
    supply.ofRarerResult < need.ofEachResult
      ? `of each result ${whole(need.ofEachResult)} are needed, and one came ${whole(supply.ofRarerResult)} times`
      : undefined,
  ].filter((lack) => lack !== undefined);
  if (lacks.length === 0) return;
  throw new ProxError("E_TOO_LITTLE_DATA", `too little data for a model: ${lacks.join("; ")}`, {
    suggestions: advice,
    details: { need, supply },
  });
}
