/** What one player did and suffered, beside what everybody else did in the same rounds. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRow, camelRows, type CamelRow, type KnownColumns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { countedEvents, timesOf } from "../counted-events.ts";
import { eventConditions, subjectConditions } from "../event-conditions.ts";
import { allOf, roundIdArray, withoutBots } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** Whether an event `e` is a bullet: a shot of a weapon that has accuracy. */
function isBullet(sql: Sql): Fragment {
  return sql`(e.event = 'fire' and e.weapon = any(array(select w.weapon from weapons w where w.has_accuracy)))`;
}

/** Whether an event `e` is a bullet's hit on a downed body. */
function isBodyHit(sql: Sql): Fragment {
  return sql`(e.event = 'hit' and e.target_is_wounded
    and e.means_of_death = any(array(select m.means_of_death from means_of_death m where m.has_accuracy)))`;
}

/** How many of the events `e` are bullets that count in accuracy: as in the engine's own numbers, none that hit a downed body. */
export function countBullets(sql: Sql): Fragment {
  return sql`greatest(0, ${bulletsLessBodies(sql)})`;
}

/** {@link countBullets} of a part of the events: sums of it are to be at least 0, and not it. */
function bulletsLessBodies(sql: Sql): Fragment {
  return sql`(${timesOf(sql, isBullet(sql))} - ${timesOf(sql, isBodyHit(sql))})`;
}

/** Whether an event `e` is a hit that counts in accuracy: on a living enemy, bot or not, as no shot says at whom it was fired. */
export function isBulletHit(sql: Sql): Fragment {
  return sql`(is_enemy_hit(e.event, e.relation, e.target_is_wounded)
    and e.means_of_death = any(array(select m.means_of_death from means_of_death m where m.has_accuracy)))`;
}

interface GivenColumns {
  readonly kills: number;
  /** Of the kills, those that a revive undid. */
  readonly kills_undone: number;
  readonly team_kills: number;
  /** Effective damage to living enemies, hit points. */
  readonly damage_given: number;
  /** Hits that made the damage, and the sum of the squares of what each did. */
  readonly damage_hits: number;
  readonly damage_squares: number;
  /** Bullets fired, and bullets that hit living enemies, bots too. */
  readonly shots: number;
  readonly hits: number;
  /** Of these hits, those with a known region, by region. */
  readonly head: number;
  readonly arms: number;
  readonly body: number;
  readonly legs: number;
  readonly revives: number;
}

interface ReceivedColumns {
  readonly deaths: number;
  /** Of the deaths, those that a revive undid. */
  readonly deaths_undone: number;
  /** Deaths by enemies. */
  readonly deaths_by_enemies: number;
  /** Effective damage by enemies while alive, hit points; its hits, and the sum of their squares. */
  readonly damage_received: number;
  readonly received_hits: number;
  readonly received_squares: number;
}

/** Sums over all events of one player, or of all others. */
export type CombatTotals = CamelRow<GivenColumns & ReceivedColumns>;

/** A pair of sums: the player's and the others'. */
export interface Compared<Totals> {
  readonly player: Totals;
  readonly others: Totals;
}

/** {@link GivenColumns} of events `e` by an attacker; `bullets` counts them. */
function givenColumns(sql: Sql, filters: Filters, bullets = countBullets(sql)): Fragment {
  const isKill = sql`is_enemy_kill(e.event, e.relation)`;
  const isHit = sql`is_enemy_hit(e.event, e.relation, e.target_is_wounded)`;
  // What is done to bots is left out with them, but of accuracy.
  const isMeant = withoutBots(sql, filters, sql`e.target_player_id`) ?? sql`true`;
  const isLocated = (region: string): Fragment => sql`${isBulletHit(sql)} and e.hit_region = ${region}`;
  return sql`
    ${timesOf(sql, sql`${isKill} and ${isMeant}`)}::int as kills,
    ${timesOf(sql, sql`${isKill} and e.is_undone and ${isMeant}`)}::int as kills_undone,
    ${timesOf(sql, sql`e.event = 'kill' and e.relation = 'team' and ${isMeant}`)}::int as team_kills,
    coalesce(sum(e.damage_effective) filter (where ${isHit} and ${isMeant}), 0)::int as damage_given,
    ${timesOf(sql, sql`${isHit} and ${isMeant}`)}::int as damage_hits,
    coalesce(sum(e.damage_squares) filter (where ${isHit} and ${isMeant}), 0)::float8
      as damage_squares,
    ${bullets}::int as shots,
    ${timesOf(sql, isBulletHit(sql))}::int as hits,
    ${timesOf(sql, isLocated("head"))}::int as head,
    ${timesOf(sql, isLocated("arms"))}::int as arms,
    ${timesOf(sql, isLocated("body"))}::int as body,
    ${timesOf(sql, isLocated("legs"))}::int as legs,
    ${timesOf(sql, sql`e.event = 'revive' and ${isMeant}`)}::int as revives`;
}

/** {@link ReceivedColumns} of events `e` with a target. */
function receivedColumns(sql: Sql): Fragment {
  const isHit = sql`is_enemy_hit(e.event, e.relation, e.target_is_wounded)`;
  return sql`
    ${timesOf(sql, sql`e.event = 'kill'`)}::int as deaths,
    ${timesOf(sql, sql`e.event = 'kill' and e.is_undone`)}::int as deaths_undone,
    ${timesOf(sql, sql`is_enemy_kill(e.event, e.relation)`)}::int as deaths_by_enemies,
    coalesce(sum(e.damage_effective) filter (where ${isHit}), 0)::int as damage_received,
    ${timesOf(sql, isHit)}::int as received_hits,
    coalesce(sum(e.damage_squares) filter (where ${isHit}), 0)::float8 as received_squares`;
}

/** The events `e` that {@link givenColumns} counts. */
const givenConditions = (sql: Sql, filters: Filters): Fragment => sql`
  e.event in ('kill', 'hit', 'fire', 'revive') and e.round_id = any(${roundIdArray(sql, filters)})
  and ${subjectConditions(sql, filters, "attacker")}`;

/** The events `e` that {@link receivedColumns} counts. */
const receivedConditions = (sql: Sql, filters: Filters): Fragment => sql`
  e.event in ('kill', 'hit') and e.round_id = any(${roundIdArray(sql, filters)})
  and ${eventConditions(sql, filters, "target")}`;

/**
 * Combat of a player, or of all others.
 * @param filters of the rounds to look at; `playerIds` must be empty.
 */
export async function readCombat(
  sql: Sql,
  filters: Filters,
  playerIds: readonly number[],
  isPlayer: boolean,
): Promise<CombatTotals> {
  const who = isPlayer ? sql`= any(${[...playerIds]}::int[])` : sql`<> all(${[...playerIds]}::int[])`;
  const [[given], [received]] = await Promise.all([
    sql<[GivenColumns]>`
      select ${givenColumns(sql, filters)} from ${countedEvents(sql, filters)}
      where e.attacker_player_id ${who} and ${givenConditions(sql, filters)}`,
    sql<[ReceivedColumns]>`
      select ${receivedColumns(sql)} from ${countedEvents(sql, filters)}
      where e.target_player_id ${who} and ${receivedConditions(sql, filters)}`,
  ]);
  return camelRow({ ...given, ...received });
}

/** What somebody did, or suffered, of whom there is no such event. */
const NOTHING_GIVEN: GivenColumns = {
  kills: 0,
  kills_undone: 0,
  team_kills: 0,
  damage_given: 0,
  damage_hits: 0,
  damage_squares: 0,
  shots: 0,
  hits: 0,
  head: 0,
  arms: 0,
  body: 0,
  legs: 0,
  revives: 0,
};
const NOTHING_RECEIVED: ReceivedColumns = {
  deaths: 0,
  deaths_undone: 0,
  deaths_by_enemies: 0,
  damage_received: 0,
  received_hits: 0,
  received_squares: 0,
};

/** The combat of somebody of whom there is no event. */
export const NO_COMBAT: CombatTotals = camelRow({ ...NOTHING_GIVEN, ...NOTHING_RECEIVED });

/** Combat of everybody whom the filters choose, by person. */
export async function readCombatOfAll(sql: Sql, filters: Filters): Promise<Map<number, CombatTotals>> {
  const of = (player: Fragment): Fragment => sql`
    from ${countedEvents(sql, filters)} left join player_aliases alias on alias.player_id = ${player}`;
  const [given, received] = await Promise.all([
    sql<(GivenColumns & { person_id: number })[]>`
      select coalesce(alias.person_id, e.attacker_player_id) as person_id, ${givenColumns(sql, filters)}
      ${of(sql`e.attacker_player_id`)}
      where e.attacker_player_id is not null and ${givenConditions(sql, filters)} group by 1`,
    sql<(ReceivedColumns & { person_id: number })[]>`
      select coalesce(alias.person_id, e.target_player_id) as person_id, ${receivedColumns(sql)}
      ${of(sql`e.target_player_id`)}
      where e.target_player_id is not null and ${receivedConditions(sql, filters)} group by 1`,
  ]);
  const suffered = new Map(received.map(({ person_id: person, ...columns }) => [person, columns]));
  const did = new Map(given.map(({ person_id: person, ...columns }) => [person, columns]));
  return new Map(
    [...new Set([...did.keys(), ...suffered.keys()])].map((person) => [
      person,
      camelRow({ ...(did.get(person) ?? NOTHING_GIVEN), ...(suffered.get(person) ?? NOTHING_RECEIVED) }),
    ]),
  );
}

/** Whose numbers these are, and of which round. */
interface OfRound {
  readonly round_id: number;
  readonly person_id: number;
}

/** Combat of a person in a round, for {@link sumCombat} alone: its shots may be fewer than none. */
export type RoundCombat = CamelRow<OfRound & GivenColumns & ReceivedColumns>;

/** Combat of everybody whom the filters choose, round by round. */
export async function readCombatOfRounds(sql: Sql, filters: Filters): Promise<RoundCombat[]> {
  const [given, received] = await Promise.all([
    sql<(GivenColumns & OfRound)[]>`
      select e.round_id, coalesce(alias.person_id, e.attacker_player_id) as person_id,
        ${givenColumns(sql, filters, bulletsLessBodies(sql))}
      from ${countedEvents(sql, filters)} left join player_aliases alias on alias.player_id = e.attacker_player_id
      where e.attacker_player_id is not null and ${givenConditions(sql, filters)} group by 1, 2`,
    sql<(ReceivedColumns & OfRound)[]>`
      select e.round_id, coalesce(alias.person_id, e.target_player_id) as person_id, ${receivedColumns(sql)}
      from ${countedEvents(sql, filters)} left join player_aliases alias on alias.player_id = e.target_player_id
      where e.target_player_id is not null and ${receivedConditions(sql, filters)} group by 1, 2`,
  ]);
  const rows = new Map<string, OfRound & GivenColumns & ReceivedColumns>();
  const keyOf = ({ person_id: person, round_id: round }: OfRound): string => `${round} ${person}`;
  for (const row of given) rows.set(keyOf(row), { ...NOTHING_RECEIVED, ...row });
  for (const row of received) rows.set(keyOf(row), { ...(rows.get(keyOf(row)) ?? NOTHING_GIVEN), ...row });
  return [...rows.values()].map((row) => camelRow(row));
}

/** The combat of parts together, as if it had been counted in one go. */
export function sumCombat(parts: readonly CombatTotals[]): CombatTotals {
  const sum = { ...NO_COMBAT };
  const keys = Object.keys(NO_COMBAT) as (keyof CombatTotals)[];
  for (const part of parts) for (const key of keys) sum[key] += part[key];
  return { ...sum, shots: Math.max(0, sum.shots) };
}

interface WeaponColumns extends KnownColumns<"combat_events", "weapon"> {
  readonly shots: number;
  readonly hits: number;
  readonly damage: number;
  readonly head: number;
}

/** What a player did with one weapon. */
export type WeaponRow = CamelRow<WeaponColumns>;

/** A player's bullets, by the weapon that was fired and the weapon that struck; see {@link isBulletHit}. */
export async function readWeapons(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<WeaponRow[]> {
  const rows = await sql<WeaponColumns[]>`
    select
      case when e.event = 'fire' then e.weapon else struck_weapon(e.weapon, m.weapons) end as weapon,
      ${countBullets(sql)}::int as shots,
      ${timesOf(sql, isBulletHit(sql))}::int as hits,
      coalesce(sum(e.damage_effective) filter (where ${isBulletHit(sql)}), 0)::int as damage,
      ${timesOf(sql, sql`${isBulletHit(sql)} and e.hit_region = 'head'`)}::int as head
    from ${countedEvents(sql, filters)}
    left join means_of_death m on m.means_of_death = e.means_of_death
    where e.attacker_player_id = any(${[...playerIds]}::int[]) and e.round_id = any(${roundIdArray(sql, filters)})
      and ${allOf(sql, [
        sql`(${isBullet(sql)} or ${isBulletHit(sql)} or ${isBodyHit(sql)})`,
        subjectConditions(sql, filters, "attacker"),
      ])}
    group by 1 order by shots desc, 1`;
  return camelRows(rows);
}

interface MeansColumns {
  readonly means: NonNullable<Schema["combat_events"]["means_of_death"]>;
  readonly kills: number;
  /** Median distance of the kills, units. */
  readonly distance_units: number | null;
}

/** A player's kills by one means of death. */
export type MeansRow = CamelRow<MeansColumns>;

/** A player's kills of enemies, by means of death. */
export async function readKillMeans(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<MeansRow[]> {
  const rows = await sql<MeansColumns[]>`
    select e.means_of_death as means, count(*)::int as kills,
      percentile_cont(0.5) within group (order by e.distance_units) as distance_units
    from combat_events e
    where e.attacker_player_id = any(${[...playerIds]}::int[]) and is_enemy_kill(e.event, e.relation)
      and e.round_id = any(${roundIdArray(sql, filters)}) and ${eventConditions(sql, filters, "attacker")}
    group by 1 order by kills desc, 1`;
  return camelRows(rows);
}

interface DistanceColumns {
  /** Lower end of the band, units. */
  readonly from_units: number;
  readonly kills: number;
  readonly deaths: number;
}

/** How many kills and deaths happened at a distance. */
export type DistanceRow = CamelRow<DistanceColumns>;

/** Lower ends of the distance bands, units. */
export const DISTANCE_BANDS = [0, 250, 500, 1000, 2000] as const;

/** A player's kills and deaths by enemies, by distance. */
export async function readDistances(
  sql: Sql,
  playerIds: readonly number[],
  filters: Filters,
): Promise<DistanceRow[]> {
  const band = sql`(${[...DISTANCE_BANDS]}::int[])[width_bucket(e.distance_units::float8, ${[...DISTANCE_BANDS]}::float8[])]`;
  const rounds = roundIdArray(sql, filters);
  const rows = await sql<DistanceColumns[]>`
    select from_units, sum(kill)::int as kills, sum(death)::int as deaths from (
      select ${band} as from_units, 1 as kill, 0 as death from combat_events e
      where e.attacker_player_id = any(${[...playerIds]}::int[]) and is_enemy_kill(e.event, e.relation)
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "attacker")}
      union all
      select ${band}, 0, 1 from combat_events e
      where e.target_player_id = any(${[...playerIds]}::int[]) and is_enemy_kill(e.event, e.relation)
        and e.distance_units is not null and e.round_id = any(${rounds}) and ${eventConditions(sql, filters, "target")}) events
    group by 1 order by 1`;
  return camelRows(rows);
}
