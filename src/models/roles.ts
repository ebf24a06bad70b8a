/** Names for what a player does more than others: only from traits that tell players apart here, and with the evidence. */
import type { PlayerTrait } from "./player-traits.ts";

/** Who is above so many in a hundred of the others, and surely above the mean, has the name. */
const ABOVE_PERCENT = 80;

/** The names, by trait. */
const ROLES: Readonly<Record<string, string>> = {
  opens: "opener",
  trades: "avenger",
  isolated: "loner",
  holds: "holder",
  moves: "roamer",
  revives: "reviver",
  objective: "objective player",
  range: "long-range shooter",
};

/** A name, and the trait that it is for. */
export interface Role {
  readonly role: string;
  readonly trait: PlayerTrait;
}

/** The roles of a player, the most pronounced first; often none. */
export function rolesOf(traits: readonly PlayerTrait[]): Role[] {
  return traits
    .flatMap((trait): Role[] => {
      const role = ROLES[trait.name];
      const { isReliable, low, mean, percentile } = trait;
      return role !== undefined &&
        isReliable &&
        percentile !== null &&
        percentile >= ABOVE_PERCENT &&
        low > mean
        ? [{ role, trait }]
        : [];
    })
    .sort((a, b) => (b.trait.percentile ?? 0) - (a.trait.percentile ?? 0));
}
