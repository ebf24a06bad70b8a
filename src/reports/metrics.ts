/** The numbers that compare people, each defined once: the profile and the leaders show the same. */
import type { Movement } from "./queries/movement-totals.ts";
import type { CombatTotals } from "./queries/player-totals.ts";
import { ratePerMinute, ratioOf, scaled, shareOf } from "./statistics.ts";
import type { Estimate } from "./statistics.ts";

/** What somebody did: a player, or several together. */
export interface Totals {
  readonly combat: CombatTotals;
  readonly movement: Movement;
}

/** A number, and how it follows from what somebody did. */
export interface MetricDefinition {
  readonly key: string;
  readonly title: string;
  /** Unit of the values; `share` is of 1, a ratio has none. */
  readonly unit: string;
  readonly of: (totals: Totals) => Estimate;
}

function define(
  key: string,
  title: string,
  unit: string,
  value: (combat: CombatTotals, movement: Movement, minutes: number) => Estimate,
): MetricDefinition {
  return {
    key,
    title,
    unit,
    of: ({ combat, movement }) => value(combat, movement, movement.aliveS / 60),
  };
}

const located = ({ arms, body, head, legs }: CombatTotals): number => head + arms + body + legs;

/** Kills for each death. */
export const KILLS_PER_DEATH = define("kills_per_death", "kills per death", "", (c) =>
  ratioOf(c.kills, c.deaths),
);
/** Kills for each minute alive. */
export const KILLS_PER_MINUTE = define("kills_per_minute", "kills", "per minute", (c, _, t) =>
  ratePerMinute(c.kills, t),
);
/** Damage to enemies for each minute alive. */
export const DAMAGE_PER_MINUTE = define("damage_given_per_minute", "damage given", "per minute", (c, _, t) =>
  ratePerMinute({ events: c.damageHits, sum: c.damageGiven, squares: c.damageSquares }, t),
);
/** Share of bullets that hit. */
export const ACCURACY = define("accuracy", "accuracy (bullets)", "share", (c) => shareOf(c.hits, c.shots));
/** Share of hits with a known region that hit the head. */
export const HEAD_SHARE = define("head_share", "headshot share of hits", "share", (c) =>
  shareOf(c.head, located(c)),
);

/** All numbers of the profile, in its order. */
export const METRICS: readonly MetricDefinition[] = [
  KILLS_PER_DEATH,
  KILLS_PER_MINUTE,
  define("deaths_per_minute", "deaths", "per minute", (c, _, t) => ratePerMinute(c.deaths, t)),
  define("kills_undone_share", "kills undone by a revive", "share", (c) => shareOf(c.killsUndone, c.kills)),
  define("deaths_undone_share", "deaths undone by a revive", "share", (c) =>
    shareOf(c.deathsUndone, c.deaths),
  ),
  DAMAGE_PER_MINUTE,
  define("damage_received_per_minute", "damage taken", "per minute", (c, _, t) =>
    ratePerMinute({ events: c.receivedHits, sum: c.damageReceived, squares: c.receivedSquares }, t),
  ),
  ACCURACY,
  HEAD_SHARE,
  define("legs_share", "leg-hit share of hits", "share", (c) => shareOf(c.legs, located(c))),
  define("speed_ups", "speed", "units/s", (_, m) => m.speedUps),
  define("distance_kilounits_per_minute", "way", "1,000 units/min", (_, m) =>
    scaled(m.unitsPerMinute, 1 / 1000),
  ),
  define("stationary_share", "stationary", "share", (_, m) => m.stationary),
  define("crouching_share", "crouching", "share", (_, m) => m.crouching),
  define("prone_share", "prone", "share", (_, m) => m.prone),
  define("sprinting_share", "sprinting", "share", (_, m) => m.sprinting),
];
