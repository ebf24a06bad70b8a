/** Engagements: lists of them, and everything about one. */
import type { Sql } from "../../db/driver/connect.ts";
import { fightConditions, roundIdArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

/** An engagement as the list shows it. */
export interface EngagementRow {
  roundId: number;
  roundKey: string;
  engagement: number;
  map: string;
  roundStartedAt: Date;
  startMs: number;
  endMs: number;
  attackers: number;
  defenders: number;
  /** Team of the attackers. */
  team: number;
  outcome: string;
  /** Null when nobody won. */
  winnerTeam: number | null;
  /** Effective damage by the attackers, and to them, hit points. */
  damageGiven: number;
  damageReceived: number;
  /** Downed by the attackers, and of the attackers. */
  kills: number;
  deaths: number;
  openerName: string | null;
  enemyName: string | null;
  distanceUnits: number | null;
  crossfires: number;
  trades: number;
  /** Where the one hit first stood when it began, units. */
  x: number | null;
  y: number | null;
  ruleVersion: number;
}

/** In which order engagements are listed. */
export const ENGAGEMENT_ORDERS = ["time", "size", "kills", "damage"] as const;
/** `time`: the earliest first; all others: the largest first, by players, downs or damage of both sides. */
export type EngagementOrder = (typeof ENGAGEMENT_ORDERS)[number];

/** Engagements that the filters choose; a player, team, class or weapon is that of one who took part. */
export async function listEngagements(
  sql: Sql,
  filters: Filters,
  order: EngagementOrder,
  limit: number,
): Promise<EngagementRow[]> {
  const orderBy = {
    time: sql`started_at, start_ms, engagement`,
    size: sql`attackers + defenders desc, kills + deaths desc, started_at, start_ms`,
    kills: sql`kills + deaths desc, started_at, start_ms`,
    damage: sql`damage_given + damage_received desc, started_at, start_ms`,
  }[order];
  // What is counted for each is counted for those alone that are listed.
  return sql<EngagementRow[]>`
    select
      g.round_id as "roundId", g.round_key as "roundKey", g.engagement, g.map, g.started_at as "roundStartedAt",
      g.start_ms as "startMs", g.time_ms as "endMs", g.attackers, g.defenders, g.team, g.outcome,
      g.winner_team as "winnerTeam", g.damage_given as "damageGiven", g.damage_received as "damageReceived",
      g.kills, g.deaths, o.name as "openerName", f.name as "enemyName", g.distance_units as "distanceUnits",
      v.crossfires, v.trades, g.x, g.y, g.rule_version as "ruleVersion"
    from (
      select g.*, r.round_key, r.map, r.started_at
      from engagement_analysis g join rounds r using (round_id)
      where g.round_id = any(${roundIdArray(sql, filters)}) and ${fightConditions(sql, filters)}
      order by ${orderBy} limit ${limit}) g
    left join players o on o.player_id = g.player_id
    left join players f on f.player_id = g.enemy_player_id
    cross join lateral (
      select
        count(*) filter (where v.record = 'crossfire')::int as crossfires,
        count(*) filter (where v.record = 'trade')::int as trades
      from proximity_events v where v.round_id = g.round_id and v.engagement = g.engagement) v
    order by ${orderBy}`;
}

/** One who took part. */
export interface ParticipantRow {
  slot: number;
  playerId: number;
  name: string;
  side: "attackers" | "defenders";
  team: number;
  joinedMs: number;
  damageGiven: number;
  damageReceived: number;
  hitsGiven: number;
  kills: number;
  deaths: number;
}

/** Who took part in an engagement, in the order of joining. */
export async function readParticipants(
  sql: Sql,
  roundId: number,
  engagement: number,
): Promise<ParticipantRow[]> {
  return sql<ParticipantRow[]>`
    select p.slot, p.player_id as "playerId", coalesce(s.name, n.name) as name, p.side, p.team, p.start_ms as "joinedMs",
      p.damage_given as "damageGiven", p.damage_received as "damageReceived", p.hits_given as "hitsGiven",
      p.kills, p.deaths
    from engagement_participants p
    join players n using (player_id)
    left join lateral (
      select s.name from round_players s
      where s.round_id = p.round_id and s.slot = p.slot and s.from_ms <= p.time_ms order by s.from_ms desc limit 1) s
      on true
    where p.round_id = ${roundId} and p.engagement = ${engagement}
    order by p.start_ms, p.row_number`;
}

/** Something that happened in an engagement. */
export interface EngagementEvent {
  timeMs: number;
  event: string;
  relation: string | null;
  attackerSlot: number | null;
  targetSlot: number | null;
  weapon: number | null;
  meansOfDeath: number | null;
  /** Of a kill: whether a revive undid it. */
  isUndone: boolean | null;
  /** Of a hit: never more than the health that was left, hit points. */
  damage: number | null;
  hitRegion: string | null;
  distanceUnits: number | null;
  attackerX: number | null;
  attackerY: number | null;
  targetX: number | null;
  targetY: number | null;
}

/** Hits on the living, kills and revives among the participants while the engagement lasted. */
export async function readEngagementEvents(
  sql: Sql,
  row: Pick<EngagementRow, "endMs" | "roundId" | "startMs">,
  slots: readonly number[],
): Promise<EngagementEvent[]> {
  return sql<EngagementEvent[]>`
    select time_ms as "timeMs", event, relation, is_undone as "isUndone", attacker_slot as "attackerSlot", target_slot as "targetSlot", weapon,
      means_of_death as "meansOfDeath", damage_effective as damage, hit_region as "hitRegion",
      distance_units as "distanceUnits", attacker_x as "attackerX", attacker_y as "attackerY",
      target_x as "targetX", target_y as "targetY"
    from combat_events
    where round_id = ${row.roundId} and time_ms between ${row.startMs} and ${row.endMs}
      and (is_living_hit(event, target_is_wounded) or event in ('kill', 'revive'))
      and target_slot = any(${[...slots]}::int[])
      and (attacker_slot is null or attacker_slot = any(${[...slots]}::int[]))
    order by event_number`;
}

/** A crossfire, bait or trade of an engagement. */
export interface TeamPlayRow {
  record: "crossfire" | "bait" | "trade";
  startMs: number;
  timeMs: number;
  slot: number;
  partnerSlot: number | null;
  enemySlot: number | null;
  angleDeg: number | null;
}

/** What players did together in an engagement. */
export async function readTeamPlay(sql: Sql, roundId: number, engagement: number): Promise<TeamPlayRow[]> {
  return sql<TeamPlayRow[]>`
    select record, start_ms as "startMs", time_ms as "timeMs", slot, partner_slot as "partnerSlot",
      enemy_slot as "enemySlot", angle_deg as "angleDeg"
    from proximity_events where round_id = ${roundId} and engagement = ${engagement} order by time_ms, row_number`;
}

/** A sample of where somebody was. */
export interface TrackPoint {
  slot: number;
  /** A new life begins elsewhere. */
  life: number;
  timeMs: number;
  x: number;
  y: number;
}

/** Where the participants were in a stretch of time. */
export async function readTracks(
  sql: Sql,
  roundId: number,
  slots: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<TrackPoint[]> {
  return sql<TrackPoint[]>`
    select slot, life, time_ms as "timeMs", x, y from player_positions
    where round_id = ${roundId} and time_ms between ${fromMs} and ${toMs} and slot = any(${[...slots]}::int[])
    order by slot, time_ms`;
}
