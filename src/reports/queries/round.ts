/** What happened in one round: who did what, second by second. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { eventConditions, subjectConditions } from "../event-conditions.ts";
import { allOf, botArray, personOf, teamConditions, withoutBots } from "../filters.ts";
import type { Filters } from "../filters.ts";
import { countBullets, isBulletHit } from "./player-totals.ts";

interface ScoreColumns extends Columns<"round_players", "player_id" | "name" | "is_bot" | "team"> {
  readonly kills: number;
  readonly deaths: number;
  /** Of the kills and deaths, those that a revive undid. */
  readonly kills_undone: number;
  readonly deaths_undone: number;
  readonly team_kills: number;
  readonly damage_given: number;
  readonly damage_received: number;
  /** Bullets fired, and those that hit living enemies, bots too. */
  readonly shots: number;
  readonly hits: number;
  readonly head_hits: number;
  readonly revives: number;
}

/** A player of a round; `team` is the one that they were in last: 1 Axis, 2 Allies. */
export type ScoreRow = CamelRow<ScoreColumns>;

/** Everybody who played for a team in the round, and is as asked for, by team, then by kills. */
export async function readScores(sql: Sql, roundId: number, filters: Filters): Promise<ScoreRow[]> {
  const { classes = [], playerIds = [] } = filters;
  const isAsked = allOf(sql, [
    sql`team in (1, 2)`,
    teamConditions(sql, filters, { round: sql`round_id`, team: sql`team` }),
    playerIds.length === 0 ? undefined : sql`player_id = any(${[...playerIds]}::int[])`,
    classes.length === 0 ? undefined : sql`class = any(${[...classes]}::int[])`,
    filters.bots === "with" ? undefined : sql`player_id <> all(${botArray(sql)})`,
  ]);
  const isMeant = withoutBots(sql, filters, sql`e.target_player_id`) ?? sql`true`;
  const rows = await sql<ScoreColumns[]>`
    with roster as (
      select distinct on (person_id) person_id as player_id, name, is_bot, team from seats
      where round_id = ${roundId} and ${isAsked} order by person_id, from_ms desc
    ), given as (
      select ${personOf(sql, sql`e.attacker_player_id`)} as player_id,
        count(*) filter (where is_enemy_kill(e.event, e.relation) and ${isMeant}) as kills,
        count(*) filter (where is_enemy_kill(e.event, e.relation) and e.is_undone and ${isMeant}) as kills_undone,
        count(*) filter (where e.event = 'kill' and e.relation = 'team' and ${isMeant}) as team_kills,
        sum(e.damage_effective) filter (
          where is_enemy_hit(e.event, e.relation, e.target_is_wounded) and ${isMeant}) as damage,
        ${countBullets(sql)} as shots,
        count(*) filter (where ${isBulletHit(sql)}) as hits,
        count(*) filter (where ${isBulletHit(sql)} and e.hit_region = 'head') as head_hits,
        count(*) filter (where e.event = 'revive' and ${isMeant}) as revives
      from combat_events e
      where e.round_id = ${roundId} and ${subjectConditions(sql, filters, "attacker")} group by 1
    ), received as (
      select ${personOf(sql, sql`e.target_player_id`)} as player_id,
        count(*) filter (where e.event = 'kill') as deaths,
        count(*) filter (where e.event = 'kill' and e.is_undone) as deaths_undone,
        sum(e.damage_effective) filter (where is_enemy_hit(e.event, e.relation, e.target_is_wounded)) as damage
      from combat_events e
      where e.round_id = ${roundId} and ${eventConditions(sql, filters, "target")} group by 1
    )
    select r.player_id, r.name, r.is_bot, r.team,
      coalesce(g.kills, 0)::int as kills, coalesce(d.deaths, 0)::int as deaths,
      coalesce(g.kills_undone, 0)::int as kills_undone, coalesce(d.deaths_undone, 0)::int as deaths_undone,
      coalesce(g.team_kills, 0)::int as team_kills,
      coalesce(g.damage, 0)::int as damage_given, coalesce(d.damage, 0)::int as damage_received,
      coalesce(g.shots, 0)::int as shots, coalesce(g.hits, 0)::int as hits,
      coalesce(g.head_hits, 0)::int as head_hits, coalesce(g.revives, 0)::int as revives
    from roster r left join given g using (player_id) left join received d using (player_id)
    order by r.team, kills desc, deaths, r.player_id`;
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
  readonly victim_name: Schema["players"]["name"] | null;
  readonly victim_team: Schema["combat_events"]["target_team"];
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
      v.name as victim_name, e.target_team as victim_team, e.relation, e.is_undone,
      e.means_of_death, e.distance_units, e.axis_alive, e.allies_alive
    from combat_events e
    left join people k on k.player_id = e.attacker_player_id
    left join people v on v.player_id = e.target_player_id
    where e.round_id = ${roundId} and e.event = 'kill'
      and ${eventConditions(sql, filters, "attacker")} order by e.event_number`;
  return camelRows(rows);
}
