/** The traits of one player beside those of everybody in the same rounds. */
import type { Sql } from "../db/driver/connect.ts";
import type { Filters } from "../reports/filters.ts";
import { readTraitCounts } from "./queries/trait-counts.ts";
import { isReliable, LEAST_MATCHES, percentileOf, reliabilityOf } from "./reliability.ts";
import { rolesOf, type Role } from "./roles.ts";
import { TRAITS } from "./traits/all-traits.ts";
import type { Trait } from "./traits/trait.ts";

/** A trait of a player. */
export interface PlayerTrait extends Pick<Trait, "name" | "of" | "says" | "unit"> {
  /** As it was counted, and drawn towards the mean of all by as much as chance has in it, with the 95 % interval. */
  readonly value: number;
  readonly shrunk: number;
  readonly low: number;
  readonly high: number;
  /** What the value is of. */
  readonly chances: number;
  readonly matches: number;
  /** Of everybody: people with enough matches, their mean, and how reliable the trait is. */
  readonly people: number;
  readonly mean: number;
  readonly reliability: number;
  readonly isReliable: boolean;
  /** How many in a hundred of the others have less; null where the trait is not yet reliable, or the player has too few matches. */
  readonly percentile: number | null;
}

/** What is known of a player's traits. */
export interface PlayerTraits {
  readonly rounds: number;
  readonly traits: readonly PlayerTrait[];
  readonly roles: readonly Role[];
}

/** So many rounds are read, the latest: enough, and quick to read. */
const TRAIT_ROUNDS = 200;

/** Traits in the latest rounds that filters choose, of everybody in them; none where too few people have played enough. */
export async function readPlayerTraits(
  sql: Sql,
  personId: number,
  filters: Filters,
  seed = 1,
): Promise<PlayerTraits> {
  const { map, since, until, roundIds, bots } = filters;
  const { parts, rounds } = await readTraitCounts(sql, { map, since, until, roundIds, bots }, TRAIT_ROUNDS);
  const traits = TRAITS.flatMap(({ name, of, says, unit }): PlayerTrait[] => {
    const found = reliabilityOf(parts.get(name) ?? [], seed);
    const own = found.values.find((value) => value.personId === personId);
    if (own === undefined || found.reliability === null) return [];
    const { chances, high, low, matches, shrunk, value } = own;
    const isRanked = isReliable(found) && matches >= LEAST_MATCHES;
    return [
      {
        ...{ name, says, unit, of, value, shrunk, low, high, chances, matches },
        people: found.people,
        mean: found.mean,
        reliability: found.reliability.value,
        isReliable: isReliable(found),
        percentile: isRanked ? percentileOf(found, personId) : null,
      },
    ];
  });
  return { rounds: rounds.length, traits, roles: rolesOf(traits) };
}
