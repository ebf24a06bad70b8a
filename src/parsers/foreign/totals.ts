/** Totals of a player, as statistics of other trackers hold them: sums without moments or places. */

/** What a player did with the weapons of one bin. Null where the file holds a number that nobody can reach. */
export interface WeaponTotals {
  /** The engine's number of the bin, see `src/engine/weapon-bins.ts`. */
  readonly bin: number;
  readonly hits: number | null;
  readonly shots: number | null;
  readonly kills: number | null;
  /** How often the player died by these weapons. */
  readonly deaths: number | null;
  /** Hits to the head. */
  readonly headshots: number | null;
}

/** The columns of `player_totals` that come from files: what a player did in all. Damage is in hit points. */
export const TOTALS = [
  "damage_given",
  "damage_received",
  "team_damage_given",
  "team_damage_received",
  "gibs",
  "self_kills",
  "team_kills",
  "team_gibs",
  "played_ms",
  "xp",
  "assists",
  "headshot_kills",
  "times_revived",
  "revives_given",
  "objectives_stolen",
  "objectives_returned",
  "dynamites_planted",
  "dynamites_defused",
] as const;

/** What a player did in all; what the file does not say is not there. */
export type PlayerTotals = Readonly<Partial<Record<(typeof TOTALS)[number], number | null>>>;

/** Fields per weapon bin in masks of statistics. */
const FIELDS_PER_BIN = 5;
/** As many bins as the engine has ever had. */
const BINS = 28;

/** How many fields the bins of a mask have, or undefined for a mask with bits that stand for no bin. */
export function weaponFieldCount(mask: number): number | undefined {
  if (mask >= 2 ** BINS) return undefined;
  let bins = 0;
  for (let bit = 0; bit < BINS; bit++) if (Math.floor(mask / 2 ** bit) % 2 === 1) bins++;
  return bins * FIELDS_PER_BIN;
}

/** Reads the bins of a mask from as many whole numbers as {@link weaponFieldCount} says: hits, shots, kills, deaths, headshots. */
export function readWeaponTotals(mask: number, fields: readonly number[]): WeaponTotals[] {
  const weapons: WeaponTotals[] = [];
  let at = 0;
  for (let bin = 0; bin < BINS; bin++) {
    if (Math.floor(mask / 2 ** bin) % 2 === 0) continue;
    const [hits = null, shots = null, kills = null, deaths = null, headshots = null] = fields
      .slice(at, at + FIELDS_PER_BIN)
      .map(readCount);
    weapons.push({ bin, hits, shots, kills, deaths, headshots });
    at += FIELDS_PER_BIN;
  }
  return weapons;
}

/** Beyond that the engine's counter is broken: real files have 2147483657 shots. */
const MOST = 100_000_000;

/** A count that somebody can have reached; else null. */
export function readCount(count: number | undefined): number | null {
  return count === undefined || Math.abs(count) > MOST ? null : count;
}
