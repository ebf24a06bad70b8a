/** What happened in one round: who did what, second by second. */
import type { Sql } from "../../db/driver/connect.ts";
import { allOf, botArray, eventConditions, subjectConditions, withoutBots } from "../filters.ts";
import type { Filters } from "../filters.ts";
import { isBullet, isBulletHit } from "./player-totals.ts";

/** A player of a round. */
export interface ScoreRow {
  playerId: number;
  name: string;
  isBot: boolean;
  /** The team that the player was in last: 1 Axis, 2 Allies. */
  team: number;
  kills: number;
  deaths: number;
  /** Of the kills and deaths, those that a revive undid. */
  killsUndone: number;
  deathsUndone: number;
  teamKills: number;
  damageGiven: number;
  damageReceived: number;
  /** Bullets fired, and those that hit living enemies, bots too. */
  shots: number;
  hits: number;
  headHits: number;
  revives: number;
}

/** Everybody who played for a team in the round, and is as asked for, by team, then by kills. */
export async function readScores(sql: Sql, roundId: number, filters: Filters): Promise<ScoreRow[]> {
  const { classes = [], playerIds = [], team } = filters;
  const isAsked = allOf(sql, [
    team === undefined ? sql`team in (1, 2)` : sql`team = ${team}`,
    playerIds.length === 0 ? undefined : sql`player_id = any(${[...playerIds]}::int[])`,
    classes.length === 0 ? undefined : sql`class = any(${[...classes]}::int[])`,
    filters.bots === "with" ? undefined : sql`player_id <> all(${botArray(sql)})`,
  ]);
  const isMeant = withoutBots(sql, filters, sql`e.target_player_id`) ?? sql`true`;
  return sql<ScoreRow[]>`
    with roster as (
      select distinct on (player_id) player_id, name, is_bot, team from round_players
      where round_id = ${roundId} and ${isAsked} order by player_id, from_ms desc
    ), given as (
      select attacker_player_id as player_id,
        count(*) filter (where is_enemy_kill(e.event, e.relation) and ${isMeant}) as kills,
        count(*) filter (where is_enemy_kill(e.event, e.relation) and e.is_undone and ${isMeant}) as kills_undone,
        count(*) filter (where e.event = 'kill' and e.relation = 'team' and ${isMeant}) as team_kills,
        sum(e.damage_effective) filter (
          where is_enemy_hit(e.event, e.relation, e.target_is_wounded) and ${isMeant}) as damage,
        count(*) filter (where ${isBullet(sql)}) as shots,
        count(*) filter (where ${isBulletHit(sql)}) as hits,
        count(*) filter (where ${isBulletHit(sql)} and e.hit_region = 'head') as head_hits,
        count(*) filter (where e.event = 'revive' and ${isMeant}) as revives
      from combat_events e
      where e.round_id = ${roundId} and ${subjectConditions(sql, filters, "attacker")} group by 1
    ), received as (
      select target_player_id as player_id,
        count(*) filter (where e.event = 'kill') as deaths,
        count(*) filter (where e.event = 'kill' and e.is_undone) as deaths_undone,
        sum(e.damage_effective) filter (where is_enemy_hit(e.event, e.relation, e.target_is_wounded)) as damage
      from combat_events e
      where e.round_id = ${roundId} and ${eventConditions(sql, filters, "target")} group by 1
    )
    select r.player_id as "playerId", r.name, r.is_bot as "isBot", r.team,
      coalesce(g.kills, 0)::int as kills, coalesce(d.deaths, 0)::int as deaths,
      coalesce(g.kills_undone, 0)::int as "killsUndone", coalesce(d.deaths_undone, 0)::int as "deathsUndone",
      coalesce(g.team_kills, 0)::int as "teamKills",
      coalesce(g.damage, 0)::int as "damageGiven", coalesce(d.damage, 0)::int as "damageReceived",
      coalesce(g.shots, 0)::int as shots, coalesce(g.hits, 0)::int as hits,
      coalesce(g.head_hits, 0)::int as "headHits", coalesce(g.revives, 0)::int as revives
    from roster r left join given g using (player_id) left join received d using (player_id)
    order by r.team, kills desc, deaths, r.player_id`;
}

/** A kill of the round's timeline. */
export interface KillRow {
  timeMs: number;
  /** Team of the killer; null for the world. */
  team: number | null;
  killerId: number | null;
  killerName: string | null;
  victimName: string | null;
  victimTeam: number | null;
  relation: string;
  /** Whether a revive undid it. */
  isUndone: boolean;
  meansOfDeath: number | null;
  distanceUnits: number | null;
  /** Living players of each team after the kill. */
  axisAlive: number | null;
  alliesAlive: number | null;
}

/** The kills of a round by those who are as asked for, in order. */
export async function readKills(sql: Sql, roundId: number, filters: Filters): Promise<KillRow[]> {
  return sql<KillRow[]>`
    select e.time_ms as "timeMs", e.attacker_team as team, e.attacker_player_id as "killerId", k.name as "killerName",
      v.name as "victimName", e.target_team as "victimTeam", e.relation, e.is_undone as "isUndone",
      e.means_of_death as "meansOfDeath", e.distance_units as "distanceUnits", e.axis_alive as "axisAlive", e.allies_alive as "alliesAlive"
    from combat_events e
    left join players k on k.player_id = e.attacker_player_id
    left join players v on v.player_id = e.target_player_id
    where e.round_id = ${roundId} and e.event = 'kill'
      and ${eventConditions(sql, filters, "attacker")} order by e.event_number`;
}
