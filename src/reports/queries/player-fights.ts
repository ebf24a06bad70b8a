/** A player's engagements by shape, rounds, and form over time. */
import type { Sql } from "../../db/driver/connect.ts";
import {
  eventConditions,
  fightWithoutBots,
  participantConditions,
  roundConditions,
  roundIdArray,
  shapeConditions,
} from "../filters.ts";
import type { Filters } from "../filters.ts";

/** Fights of one shape, seen from the player: own side against the other. */
export interface ShapeRow {
  own: number;
  enemies: number;
  fights: number;
  opened: number;
  won: number;
  lost: number;
  kills: number;
  deaths: number;
  damageGiven: number;
  damageReceived: number;
  medianMs: number;
}

/** How the player's fights ended, by shape. */
export async function readShapes(sql: Sql, playerId: number, filters: Filters): Promise<ShapeRow[]> {
  return sql<ShapeRow[]>`
    select
      case p.side when 'attackers' then g.attackers else g.defenders end as own,
      case p.side when 'attackers' then g.defenders else g.attackers end as enemies,
      count(*)::int as fights,
      count(*) filter (where p.side = 'attackers')::int as opened,
      count(*) filter (where g.winner_team = p.team)::int as won,
      count(*) filter (where g.winner_team <> p.team)::int as lost,
      coalesce(sum(p.kills), 0)::int as kills,
      coalesce(sum(p.deaths), 0)::int as deaths,
      coalesce(sum(p.damage_given), 0)::int as "damageGiven",
      coalesce(sum(p.damage_received), 0)::int as "damageReceived",
      percentile_cont(0.5) within group (order by g.time_ms - g.start_ms) as "medianMs"
    from engagement_participants p
    join engagement_analysis g using (round_id, engagement)
    where p.player_id = ${playerId} and p.round_id = any(${roundIdArray(sql, filters)})
      and ${shapeConditions(sql, filters)} and ${participantConditions(sql, filters, sql`p`)}
      and ${fightWithoutBots(sql, filters)}
    group by 1, 2 order by fights desc, 1, 2`;
}

/** One round of a player. */
export interface FormRow {
  roundId: number;
  map: string;
  startedAt: Date;
  kills: number;
  deaths: number;
}

/** Kills of enemies and deaths by enemies of a player, round by round, the earliest first. */
export async function readForm(sql: Sql, playerId: number, filters: Filters): Promise<FormRow[]> {
  return sql<FormRow[]>`
    select r.round_id as "roundId", r.map, r.started_at as "startedAt", k.kills, d.deaths
    from rounds r
    cross join lateral (
      select count(*)::int as kills from combat_events e
      where e.attacker_player_id = ${playerId} and e.round_id = r.round_id and e.event = 'kill'
        and e.relation = 'enemy' and ${eventConditions(sql, filters, "attacker")}) k
    cross join lateral (
      select count(*)::int as deaths from combat_events e
      where e.target_player_id = ${playerId} and e.round_id = r.round_id and e.event = 'kill'
        and e.relation = 'enemy' and ${eventConditions(sql, filters, "target")}) d
    where ${roundConditions(sql, filters)}
    order by r.started_at, r.round_id`;
}

/** A round that a player played. */
export interface PlayerRound {
  roundId: number;
  map: string;
  startedAt: Date;
}

/** The rounds, among those of the filters, in which a player played for a team, the latest first. */
export async function readPlayerRounds(sql: Sql, playerId: number, filters: Filters): Promise<PlayerRound[]> {
  return sql<PlayerRound[]>`
    select r.round_id as "roundId", r.map, r.started_at as "startedAt" from rounds r
    where ${roundConditions(sql, filters)} and r.round_id in (
      select s.round_id from round_players s where s.player_id = ${playerId} and s.team in (1, 2))
    order by r.started_at desc`;
}

/** All names of a player, the latest first. */
export async function readNames(sql: Sql, playerId: number): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select s.name from round_players s join rounds r using (round_id)
    where s.player_id = ${playerId} group by s.name order by max(r.started_at) desc`;
  return rows.map(({ name }) => name);
}
