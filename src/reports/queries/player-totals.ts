/** What one player did and suffered, beside what everybody else did in the same rounds. */
import type { Sql } from "../../db/driver/connect.ts";
import { allOf, eventConditions, roundIdArray, subjectConditions, withoutBots } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** Whether an event `e` is a shot that counts in accuracy. */
export function isBullet(sql: Sql): Fragment {
  return sql`(e.event = 'fire' and e.weapon = any(array(select w.weapon from weapons w where w.has_accuracy)))`;
}

/** Whether an event `e` is a hit that counts in accuracy: on a living enemy, bot or not, as no shot says at whom it was fired. */
export function isBulletHit(sql: Sql): Fragment {
  return sql`(is_enemy_hit(e.event, e.relation, e.target_is_wounded)
    and e.means_of_death = any(array(select m.means_of_death from means_of_death m where m.has_accuracy)))`;
}

/** Sums over all events of one player, or of all others. */
export interface CombatTotals {
  kills: number;
  /** Of the kills, those that a revive undid. */
  killsUndone: number;
  teamKills: number;
  /** Effective damage to living enemies, hit points. */
  damageGiven: number;
  /** Hits that made the damage, and the sum of the squares of what each did. */
  damageHits: number;
  damageSquares: number;
  /** Bullets fired, and bullets that hit living enemies, bots too. */
  shots: number;
  hits: number;
  /** Of these hits, those with a known region, by region. */
  head: number;
  arms: number;
  body: number;
  legs: number;
  deaths: number;
  /** Of the deaths, those that a revive undid. */
  deathsUndone: number;
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
  killsUndone: 0,
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
  deathsUndone: 0,
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
  const isKill = sql`is_enemy_kill(e.event, e.relation)`;
  const isHit = sql`is_enemy_hit(e.event, e.relation, e.target_is_wounded)`;
  // What is done to bots is left out with them, but of accuracy.
  const isMeant = withoutBots(sql, filters, sql`e.target_player_id`) ?? sql`true`;
  const isLocated = (region: string): Fragment => sql`${isBulletHit(sql)} and e.hit_region = ${region}`;
  const [given, received] = await Promise.all([
    sql<Partial<CombatTotals>[]>`
      select
        count(*) filter (where ${isKill} and ${isMeant})::int as kills,
        count(*) filter (where ${isKill} and e.is_undone and ${isMeant})::int as "killsUndone",
        count(*) filter (where e.event = 'kill' and e.relation = 'team' and ${isMeant})::int as "teamKills",
        coalesce(sum(e.damage_effective) filter (where ${isHit} and ${isMeant}), 0)::int as "damageGiven",
        count(*) filter (where ${isHit} and ${isMeant})::int as "damageHits",
        coalesce(sum(e.damage_effective::float8 ^ 2) filter (where ${isHit} and ${isMeant}), 0)::float8
          as "damageSquares",
        count(*) filter (where ${isBullet(sql)})::int as shots,
        count(*) filter (where ${isBulletHit(sql)})::int as hits,
        count(*) filter (where ${isLocated("head")})::int as head,
        count(*) filter (where ${isLocated("arms")})::int as arms,
        count(*) filter (where ${isLocated("body")})::int as body,
        count(*) filter (where ${isLocated("legs")})::int as legs,
        count(*) filter (where e.event = 'revive' and ${isMeant})::int as revives
      from combat_events e
      where e.attacker_player_id ${who} and e.event in ('kill', 'hit', 'fire', 'revive')
        and e.round_id = any(${rounds}) and ${subjectConditions(sql, filters, "attacker")}`,
    sql<Partial<CombatTotals>[]>`
      select
        count(*) filter (where e.event = 'kill')::int as deaths,
        count(*) filter (where e.event = 'kill' and e.is_undone)::int as "deathsUndone",
        count(*) filter (where ${isKill})::int as "deathsByEnemies",
        coalesce(sum(e.damage_effective) filter (where ${isHit}), 0)::int as "damageReceived",
        count(*) filter (where ${isHit})::int as "receivedHits",
        coalesce(sum(e.damage_effective::float8 ^ 2) filter (where ${isHit}), 0)::float8 as "receivedSquares"
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

/** A player's bullets, by the weapon that was fired and the weapon that struck; see {@link isBulletHit}. */
export async function readWeapons(sql: Sql, playerId: number, filters: Filters): Promise<WeaponRow[]> {
  return sql<WeaponRow[]>`
    select
      case when e.event = 'fire' then e.weapon else struck_weapon(e.weapon, m.weapons) end as weapon,
      count(*) filter (where e.event = 'fire')::int as shots,
      count(*) filter (where e.event = 'hit')::int as hits,
      coalesce(sum(e.damage_effective) filter (where e.event = 'hit'), 0)::int as damage,
      count(*) filter (where e.hit_region = 'head')::int as head
    from combat_events e
    left join means_of_death m on m.means_of_death = e.means_of_death
    where e.attacker_player_id = ${playerId} and e.round_id = any(${roundIdArray(sql, filters)})
      and ${allOf(sql, [
        sql`(${isBullet(sql)} or ${isBulletHit(sql)})`,
        subjectConditions(sql, filters, "attacker"),
      ])}
    group by 1 order by shots desc, 1`;
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
    where e.attacker_player_id = ${playerId} and is_enemy_kill(e.event, e.relation)
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
      where e.attacker_player_id = ${playerId} and is_enemy_kill(e.event, e.relation)
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "attacker")}
      union all
      select ${band}, 0, 1 from combat_events e
      where e.target_player_id = ${playerId} and is_enemy_kill(e.event, e.relation)
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "target")}) events
    group by 1 order by 1`;
}
