/** What a fight model knows of a fight at its first hit, for the side that opened it. */

/** The features, in their order, and what each says. All are 0 where nothing speaks for either side. */
export const FIGHT_FEATURES = [
  {
    name: "near",
    says: "ln((openers near the opener, with them) / (the others near the one hit, with them))",
  },
  { name: "alive", says: "ln((living players of the opener's team + 1) / (of the other + 1))" },
  { name: "health", says: "the opener's health less what the first hit left the other, 100 hit points" },
  { name: "range", says: "distance of the two, 1,000 units" },
  { name: "height", says: "how much higher the opener stands, 100 units" },
  { name: "not_a_bullet", says: "1 where the first hit was by an explosion, artillery or the like" },
  { name: "wave", says: "how much sooner the next wave of the opener's team comes, 10 s" },
] as const;

/** Index of the feature that says who has more people at hand. */
export const NEAR_FEATURE = 0;

/** The first hit of a fight, as the combat file has it. */
export interface FirstHit {
  readonly alliesNear: number;
  readonly enemyAlliesNear: number;
  readonly openersAlive: number;
  readonly othersAlive: number;
  readonly openerHealth: number;
  readonly otherHealthLeft: number;
  readonly distanceUnits: number;
  readonly heightUnits: number;
  readonly isBullet: boolean;
  /** Until each side's next wave; null where the waves are not known. */
  readonly openersWaveMs: number | null;
  readonly othersWaveMs: number | null;
}

/** The features of a fight, in the order of {@link FIGHT_FEATURES}. */
export function fightFeatures(hit: FirstHit): number[] {
  return [
    Math.log((hit.alliesNear + 1) / (hit.enemyAlliesNear + 1)),
    Math.log((hit.openersAlive + 1) / (hit.othersAlive + 1)),
    (hit.openerHealth - hit.otherHealthLeft) / 100,
    hit.distanceUnits / 1000,
    hit.heightUnits / 100,
    hit.isBullet ? 0 : 1,
    hit.openersWaveMs === null || hit.othersWaveMs === null
      ? 0
      : (hit.othersWaveMs - hit.openersWaveMs) / 10_000,
  ];
}
