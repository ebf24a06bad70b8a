/** The kinds of models: what each knows, and how much data it needs. */
import { observationsNeeded, type Need } from "./enough.ts";
import { FIGHT_FEATURES, NEAR_FEATURE } from "./fight-features.ts";
import { ALIVE_FEATURE, ROUND_FEATURES } from "./round-features.ts";

/** What a model can be about. */
export const MODEL_KINDS = ["round", "fight"] as const;
/** One of them. */
export type ModelKind = (typeof MODEL_KINDS)[number];

/** What belongs to a kind. */
export interface KindOfModel {
  /** Raised when a feature changes its meaning: models of another version are not used. */
  readonly version: number;
  readonly features: readonly { readonly name: string; readonly says: string }[];
  /** Index of the feature that says who has more people. */
  readonly more: number;
  /** Whose winning it gives the probability of. */
  readonly side: string;
  readonly need: Need;
}

/** Fights explain little of who wins them, which takes more of them. */
const EXPLAINED_BY_FIGHTS = 0.15;

/** All kinds. */
export const KINDS_OF_MODELS: Readonly<Record<ModelKind, KindOfModel>> = {
  round: {
    version: 1,
    features: ROUND_FEATURES,
    more: ALIVE_FEATURE,
    side: "the attackers, or Axis where nobody attacks",
    // At most six features up to 500 rounds, and five of the rarer result for each.
    need: { of: "decided round", observations: 150, matches: 20, ofEachResult: 5 * ROUND_FEATURES.length },
  },
  fight: {
    version: 1,
    features: FIGHT_FEATURES,
    more: NEAR_FEATURE,
    side: "the side that opens the fight",
    need: {
      of: "decided fight",
      observations: observationsNeeded(FIGHT_FEATURES.length, EXPLAINED_BY_FIGHTS),
      matches: 20,
      ofEachResult: 5 * FIGHT_FEATURES.length,
    },
  },
};
