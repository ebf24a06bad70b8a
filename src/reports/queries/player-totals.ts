/** What one player did and suffered, beside what everybody else did in the same rounds. */
import type { Sql } from "../../db/driver/connect.ts";
import { MEANS_OF_DEATH } from "../../engine/means-of-death.ts";
import { WEAPONS } from "../../engine/weapons.ts";
import type { WeaponKind } from "../../engine/weapons.ts";
import { allOf, eventConditions, roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

/** Weapons whose every shot can hit at most one player once: those that have an accuracy. */
const BULLET_KINDS: readonly WeaponKind[] = ["pistol", "smg", "rifle", "scoped_rifle", "machine_gun"];
/** Numbers of the weapons that fire bullets. */
export const BULLET_WEAPONS = WEAPONS.filter(({ kind }) => BULLET_KINDS.includes(kind)).map(
  ({ number }) => number,
);
/** Numbers of the means of death that are bullets. */
export const BULLET_MEANS = MEANS_OF_DEATH.filter(({ kind }) => kind === "bullet").map(
  ({ number }) => number,
);

/** Sums over all events of one player, or of all others. */
export interface CombatTotals {
  kills: number;
  teamKills: number;
  /** Effective damage to living enemies, hit points. */
  damageGiven: number;
  /** Hits that made the damage, and the sum of the squares of what each did. */
  damageHits: number;
  damageSquares: number;
  /** Bullets fired, and bullets that hit living enemies. */
  shots: number;
  hits: number;
  /** Hits with a region, by region. */
  head: number;
  arms: number;
  body: number;
  legs: number;
  deaths: number;
  /** Deaths by enemies. */
  deathsByEnemies: number;
  /** Effective damage by enemies while alive, hit points; its hits, and the sum of their squares. */
  damageReceived: number;
  receivedHits: number;
  receivedSquares: number;
  revives: number;
}

/** A pair of sums: the player's and the others'. */
export interface Compared<Totals> {
  readonly player: Totals;
  readonly others: Totals;
}

const NO_COMBAT: CombatTotals = {
  kills: 0,
  teamKills: 0,
  damageGiven: 0,
  damageHits: 0,
  damageSquares: 0,
  shots: 0,
  hits: 0,
  head: 0,
  arms: 0,
  body: 0,
  legs: 0,
  deaths: 0,
  deathsByEnemies: 0,
  damageReceived: 0,
  receivedHits: 0,
  receivedSquares: 0,
  revives: 0,
};
/**
 * Combat of a player, or of all others.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readCombat(
  sql: Sql,
  filters: Filters,
  playerId: number,
  isPlayer: boolean,
): Promise<CombatTotals> {
  const who = isPlayer ? sql`= ${playerId}` : sql`<> ${playerId}`;
  const rounds = roundIdArray(sql, filters);
  const [given, received] = await Promise.all([
    sql<Partial<CombatTotals>[]>`
      select
        count(*) filter (where e.event = 'kill' and e.relation = 'enemy')::int as kills,
        count(*) filter (where e.event = 'kill' and e.relation = 'team')::int as "teamKills",
        coalesce(sum(e.damage_effective) filter (where e.event = 'hit' and e.relation = 'enemy'
          and not e.target_is_wounded), 0)::int as "damageGiven",
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded)::int as "damageHits",
        coalesce(sum(e.damage_effective::float8 ^ 2) filter (where e.event = 'hit' and e.relation = 'enemy'
          and not e.target_is_wounded), 0)::float8 as "damageSquares",
        count(*) filter (where e.event = 'fire' and e.weapon = any(${BULLET_WEAPONS}::int[]))::int as shots,
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
          and e.means_of_death = any(${BULLET_MEANS}::int[]))::int as hits,
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
          and e.hit_region = 'head')::int as head,
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
          and e.hit_region = 'arms')::int as arms,
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
          and e.hit_region = 'body')::int as body,
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
          and e.hit_region = 'legs')::int as legs,
        count(*) filter (where e.event = 'revive')::int as revives
      from combat_events e
      where e.attacker_player_id ${who} and e.event in ('kill', 'hit', 'fire', 'revive')
        and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "attacker")}`,
    sql<Partial<CombatTotals>[]>`
      select
        count(*) filter (where e.event = 'kill')::int as deaths,
        count(*) filter (where e.event = 'kill' and e.relation = 'enemy')::int as "deathsByEnemies",
        coalesce(sum(e.damage_effective) filter (where e.event = 'hit' and e.relation = 'enemy'
          and not e.target_is_wounded), 0)::int as "damageReceived",
        count(*) filter (where e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded)::int as "receivedHits",
        coalesce(sum(e.damage_effective::float8 ^ 2) filter (where e.event = 'hit' and e.relation = 'enemy'
          and not e.target_is_wounded), 0)::float8 as "receivedSquares"
      from combat_events e
      where e.target_player_id ${who} and e.event in ('kill', 'hit')
        and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "target")}`,
  ]);
  return { ...NO_COMBAT, ...given[0], ...received[0] };
}

/** What a player did with one weapon. */
export interface WeaponRow {
  weapon: number;
  shots: number;
  hits: number;
  damage: number;
  head: number;
}

/** A player's bullets, by weapon. */
export async function readWeapons(sql: Sql, playerId: number, filters: Filters): Promise<WeaponRow[]> {
  return sql<WeaponRow[]>`
    select
      e.weapon,
      count(*) filter (where e.event = 'fire')::int as shots,
      count(*) filter (where e.event = 'hit')::int as hits,
      coalesce(sum(e.damage_effective) filter (where e.event = 'hit'), 0)::int as damage,
      count(*) filter (where e.hit_region = 'head')::int as head
    from combat_events e
    where e.attacker_player_id = ${playerId} and e.round_id = any(${roundIdArray(sql, filters)})
      and ${allOf(sql, [
        sql`(e.event = 'fire' or e.event = 'hit' and e.relation = 'enemy' and not e.target_is_wounded
             and e.means_of_death = any(${BULLET_MEANS}::int[]))`,
        sql`e.weapon = any(${BULLET_WEAPONS}::int[])`,
        eventConditions(sql, filters, "attacker"),
      ])}
    group by e.weapon order by shots desc, e.weapon`;
}

/** A player's kills by one means of death. */
export interface MeansRow {
  means: number;
  kills: number;
  /** Median distance of the kills, units. */
  distanceUnits: number | null;
}

/** A player's kills of enemies, by means of death. */
export async function readKillMeans(sql: Sql, playerId: number, filters: Filters): Promise<MeansRow[]> {
  return sql<MeansRow[]>`
    select e.means_of_death as means, count(*)::int as kills,
      percentile_cont(0.5) within group (order by e.distance_units) as "distanceUnits"
    from combat_events e
    where e.attacker_player_id = ${playerId} and e.event = 'kill' and e.relation = 'enemy'
      and e.round_id = any(${roundIdArray(sql, filters)}) and ${eventConditions(sql, filters, "attacker")}
    group by 1 order by kills desc, 1`;
}

/** How many kills and deaths happened at a distance. */
export interface DistanceRow {
  /** Lower end of the band, units. */
  fromUnits: number;
  kills: number;
  deaths: number;
}

/** Lower ends of the distance bands, units. */
export const DISTANCE_BANDS = [0, 250, 500, 1000, 2000] as const;

/** A player's kills and deaths by enemies, by distance. */
export async function readDistances(sql: Sql, playerId: number, filters: Filters): Promise<DistanceRow[]> {
  const band = sql`(${[...DISTANCE_BANDS]}::int[])[width_bucket(e.distance_units::float8, ${[...DISTANCE_BANDS]}::float8[])]`;
  const rounds = roundIdArray(sql, filters);
  return sql<DistanceRow[]>`
    select "fromUnits", sum(kill)::int as kills, sum(death)::int as deaths from (
      select ${band} as "fromUnits", 1 as kill, 0 as death from combat_events e
      where e.attacker_player_id = ${playerId} and e.event = 'kill' and e.relation = 'enemy'
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "attacker")}
      union all
      select ${band}, 0, 1 from combat_events e
      where e.target_player_id = ${playerId} and e.event = 'kill' and e.relation = 'enemy'
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "target")}) events
    group by 1 order by 1`;
}
