/** What happened in one round: who did what, second by second. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { countedEvents, timesOf } from "../counted-events.ts";
import { eventConditions, subjectConditions } from "../event-conditions.ts";
import { allOf, botArray, personOf, teamConditions, withoutBots } from "../filters.ts";
import type { Filters } from "../filters.ts";
import { countBullets, isBulletHit } from "./player-totals.ts";

interface ScoreColumns extends Columns<
  "round_players",
  "round_id" | "player_id" | "name" | "is_bot" | "team"
> {
  readonly kills: number | null;
  readonly deaths: number | null;
  /** Of the kills and deaths, those that a revive undid. */
  readonly kills_undone: number | null;
  readonly deaths_undone: number | null;
  readonly team_kills: number | null;
  readonly damage_given: number | null;
  readonly damage_received: number | null;
  /** Bullets fired, and those that hit living enemies, bots too. */
  readonly shots: number | null;
  readonly hits: number | null;
  readonly head_hits: number | null;
  readonly revives: number | null;
}

/** A player of a round; `team` is the one that they were in last: 1 Axis, 2 Allies. Null is what another tracker did not record. */
export type ScoreRow = CamelRow<ScoreColumns>;

/** Everybody who played for a team in these rounds, and is as asked for: round by round, by team, then by kills. */
export async function readScores(
  sql: Sql,
  roundIds: readonly number[],
  filters: Filters,
): Promise<ScoreRow[]> {
  const { classes = [], playerIds = [] } = filters;
  const rounds = sql`any(${[...roundIds]}::int[])`;
  const isAsked = allOf(sql, [
    sql`team in (1, 2)`,
    teamConditions(sql, filters, { round: sql`round_id`, team: sql`team` }),
    playerIds.length === 0 ? undefined : sql`player_id = any(${[...playerIds]}::int[])`,
    classes.length === 0 ? undefined : sql`class = any(${[...classes]}::int[])`,
    filters.bots === "with" ? undefined : sql`player_id <> all(${botArray(sql)})`,
  ]);
  const isMeant = withoutBots(sql, filters, sql`e.target_player_id`) ?? sql`true`;
  const rows = await sql<ScoreColumns[]>`
    with known as (
      select round_id,
        source = 'prox' or combat_rows is not null as has_kills,
        source = 'prox' or captures ->> 'hit' = 'on' as has_hits,
        source = 'prox' or captures ->> 'hit_region' = 'on' as has_regions,
        source = 'prox' or captures ->> 'hit' = 'on' and captures ->> 'fire' = 'on' as has_shots,
        source = 'prox' or captures ->> 'revive' = 'on' as has_revives
      from rounds where round_id = ${rounds}
    ), roster as (
      select distinct on (round_id, person_id) round_id, person_id as player_id, name, is_bot, team from seats
      where round_id = ${rounds} and ${isAsked} order by round_id, person_id, from_ms desc
    ), given as (
      select e.round_id, ${personOf(sql, sql`e.attacker_player_id`)} as player_id,
        ${timesOf(sql, sql`is_enemy_kill(e.event, e.relation) and ${isMeant}`)} as kills,
        ${timesOf(sql, sql`is_enemy_kill(e.event, e.relation) and e.is_undone and ${isMeant}`)} as kills_undone,
        ${timesOf(sql, sql`e.event = 'kill' and e.relation = 'team' and ${isMeant}`)} as team_kills,
        sum(e.damage_effective) filter (
          where is_enemy_hit(e.event, e.relation, e.target_is_wounded) and ${isMeant}) as damage,
        ${countBullets(sql)} as shots,
        ${timesOf(sql, isBulletHit(sql))} as hits,
        ${timesOf(sql, sql`${isBulletHit(sql)} and e.hit_region = 'head'`)} as head_hits,
        ${timesOf(sql, sql`e.event = 'revive' and ${isMeant}`)} as revives
      from ${countedEvents(sql, filters)}
      where e.round_id = ${rounds} and ${subjectConditions(sql, filters, "attacker")} group by 1, 2
    ), received as (
      select e.round_id, ${personOf(sql, sql`e.target_player_id`)} as player_id,
        ${timesOf(sql, sql`e.event = 'kill'`)} as deaths,
        ${timesOf(sql, sql`e.event = 'kill' and e.is_undone`)} as deaths_undone,
        sum(e.damage_effective) filter (where is_enemy_hit(e.event, e.relation, e.target_is_wounded)) as damage
      from ${countedEvents(sql, filters)}
      where e.round_id = ${rounds} and ${eventConditions(sql, filters, "target")} group by 1, 2
    )
    select round_id, player_id, r.name, r.is_bot, r.team,
      case when has_kills then coalesce(g.kills, 0)::int end as kills,
      case when has_kills then coalesce(d.deaths, 0)::int end as deaths,
      case when has_kills and has_revives then coalesce(g.kills_undone, 0)::int end as kills_undone,
      case when has_kills and has_revives then coalesce(d.deaths_undone, 0)::int end as deaths_undone,
      case when has_kills then coalesce(g.team_kills, 0)::int end as team_kills,
      case when has_hits then coalesce(g.damage, 0)::int end as damage_given,
      case when has_hits then coalesce(d.damage, 0)::int end as damage_received,
      case when has_shots then coalesce(g.shots, 0)::int end as shots,
      case when has_hits then coalesce(g.hits, 0)::int end as hits,
      case when has_regions then coalesce(g.head_hits, 0)::int end as head_hits,
      case when has_revives then coalesce(g.revives, 0)::int end as revives
    from roster r join known using (round_id)
    left join given g using (round_id, player_id) left join received d using (round_id, player_id)
    order by round_id, r.team, kills desc nulls last, deaths, player_id`;
  return camelRows(rows);
}

interface KillColumns
  extends
    Columns<"combat_events", "time_ms" | "means_of_death" | "distance_units" | "axis_alive" | "allies_alive">,
    KnownColumns<"combat_events", "relation" | "is_undone"> {
  /** Team of the killer; null for the world. */
  readonly team: Schema["combat_events"]["attacker_team"];
  readonly killer_id: Schema["combat_events"]["attacker_player_id"];
  readonly killer_name: Schema["players"]["name"] | null;
  readonly killer_is_bot: boolean;
  readonly victim_name: Schema["players"]["name"] | null;
  readonly victim_team: Schema["combat_events"]["target_team"];
  /** Where the victim was, units. */
  readonly x: Schema["combat_events"]["target_x"];
  readonly y: Schema["combat_events"]["target_y"];
  readonly z: Schema["combat_events"]["target_z"];
}

/**
 * A kill of the round's timeline. `isUndone` tells whether a revive undid it; `axisAlive` and `alliesAlive` are the living
 * players of each team after it.
 */
export type KillRow = CamelRow<KillColumns>;

/** The kills of a round by those who are as asked for, in order. */
export async function readKills(sql: Sql, roundId: number, filters: Filters): Promise<KillRow[]> {
  const rows = await sql<KillColumns[]>`
    select e.time_ms, e.attacker_team as team, k.person_id as killer_id, k.name as killer_name,
      coalesce(k.is_bot, false) as killer_is_bot,
      v.name as victim_name, e.target_team as victim_team, e.relation, e.is_undone,
      e.means_of_death, e.distance_units, e.axis_alive, e.allies_alive,
      e.target_x as x, e.target_y as y, e.target_z as z
    from combat_events e
    left join people k on k.player_id = e.attacker_player_id
    left join people v on v.player_id = e.target_player_id
    where e.round_id = ${roundId} and e.event = 'kill'
      and ${eventConditions(sql, filters, "attacker")} order by e.event_number`;
  return camelRows(rows);
}
