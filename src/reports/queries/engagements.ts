/** Engagements: lists of them, and everything about one. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { fightConditions, participantConditions } from "../fight-conditions.ts";
import { allOf, hasSubject, roundIdArray, shapeCondition } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

interface EngagementColumns
  extends
    Columns<"rounds", "round_id" | "round_key" | "map">,
    Columns<
      "engagement_analysis",
      "engagement" | "start_ms" | "winner_team" | "distance_units" | "x" | "y" | "z" | "rule_version"
    >,
    KnownColumns<
      "engagement_analysis",
      "attackers" | "defenders" | "team" | "outcome" | "damage_given" | "damage_received" | "kills" | "deaths"
    > {
  readonly round_started_at: Schema["rounds"]["started_at"];
  readonly end_ms: Schema["engagement_analysis"]["time_ms"];
  readonly opener_name: Schema["players"]["name"] | null;
  readonly enemy_name: Schema["players"]["name"] | null;
  readonly crossfires: number;
  readonly trades: number;
  /** The team of those whom the filters ask for; null where they ask for nobody, or where these were on both sides. */
  readonly own_team: Schema["engagement_analysis"]["team"];
}

/**
 * An engagement as the list shows it. `team`, `kills` and `damageGiven` (effective, hit points) are those of the attackers,
 * `deaths` and `damageReceived` what was done to them; `winnerTeam` is null when nobody won; `x`, `y` and `z` is where the one
 * hit first stood when it began, units.
 */
export type EngagementRow = CamelRow<EngagementColumns>;

/** In which order engagements are listed. */
export const ENGAGEMENT_ORDERS = ["time", "size", "kills", "damage"] as const;
/** `time`: the earliest first; all others: the largest first, by players, downs or damage of both sides. */
export type EngagementOrder = (typeof ENGAGEMENT_ORDERS)[number];

/** The team of those asked for in a fight `g`. */
function ownTeam(sql: Sql, filters: Filters): Fragment {
  if (!hasSubject(filters)) return sql`null::smallint`;
  return sql`(
    select case when count(distinct p.side) = 1 then min(p.team) end
    from engagement_participants p
    where p.round_id = g.round_id and p.engagement = g.engagement and ${allOf(sql, [
      participantConditions(sql, filters, sql`p`),
      shapeCondition(sql, filters, sql`p.side`),
    ])})`;
}

/** The numbers of a fight as one side has them: of those asked for, otherwise of the openers. */
export interface FightNumbers {
  readonly own: number;
  readonly enemies: number;
  readonly kills: number;
  readonly deaths: number;
  readonly damageGiven: number;
  readonly damageReceived: number;
  readonly team: number;
}

/** The numbers of a fight, the own side first, see {@link FightNumbers}. */
export function ownNumbers(
  row: Pick<
    EngagementRow,
    "attackers" | "defenders" | "kills" | "deaths" | "damageGiven" | "damageReceived" | "team" | "ownTeam"
  >,
): FightNumbers {
  const { attackers, damageGiven, damageReceived, deaths, defenders, kills, ownTeam: asked, team } = row;
  return asked === null || asked === team
    ? { own: attackers, enemies: defenders, kills, deaths, damageGiven, damageReceived, team }
    : {
        own: defenders,
        enemies: attackers,
        kills: deaths,
        deaths: kills,
        damageGiven: damageReceived,
        damageReceived: damageGiven,
        team: asked,
      };
}

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
  const rows = await sql<EngagementColumns[]>`
    select
      g.round_id, g.round_key, g.engagement, g.map, g.started_at as round_started_at,
      g.start_ms, g.time_ms as end_ms, g.attackers, g.defenders, g.team, g.outcome,
      g.winner_team, g.damage_given, g.damage_received,
      g.kills, g.deaths, o.name as opener_name, f.name as enemy_name, g.distance_units,
      v.crossfires, v.trades, g.x, g.y, g.z, g.rule_version, ${ownTeam(sql, filters)} as own_team
    from (
      select g.*, r.round_key, r.map, r.started_at
      from engagement_analysis g join rounds r using (round_id)
      where g.round_id = any(${roundIdArray(sql, filters)}) and ${fightConditions(sql, filters)}
      order by ${orderBy} limit ${limit}) g
    left join people o on o.player_id = g.player_id
    left join people f on f.player_id = g.enemy_player_id
    cross join lateral (
      select
        count(*) filter (where v.record = 'crossfire')::int as crossfires,
        count(*) filter (where v.record = 'trade')::int as trades
      from proximity_events v where v.round_id = g.round_id and v.engagement = g.engagement) v
    order by ${orderBy}`;
  return camelRows(rows);
}

/** A fight by its round and its number. */
export type FightName = CamelRow<
  Columns<"rounds", "round_key"> & Columns<"engagement_analysis", "engagement">
>;

/** The fights with most downs of each round, at most so many; the same as {@link listEngagements} by kills gives of one round. */
export async function nameBiggestFights(sql: Sql, filters: Filters, limit: number): Promise<FightName[]> {
  const rows = await sql<(Columns<"rounds", "round_key"> & Columns<"engagement_analysis", "engagement">)[]>`
    select round_key, engagement from (
      select r.round_key, g.engagement,
        row_number() over (partition by g.round_id order by g.kills + g.deaths desc, g.start_ms) as place
      from engagement_analysis g join rounds r using (round_id)
      where g.round_id = any(${roundIdArray(sql, filters)}) and ${fightConditions(sql, filters)}) fights
    where place <= ${limit} order by round_key, engagement`;
  return camelRows(rows);
}

interface ParticipantColumns
  extends
    Columns<"engagement_participants", "slot" | "player_id" | "side">,
    KnownColumns<
      "engagement_participants",
      "team" | "damage_given" | "damage_received" | "hits_given" | "kills" | "deaths"
    > {
  /** As it was at that time. */
  readonly name: Schema["players"]["name"];
  readonly joined_ms: Schema["engagement_participants"]["start_ms"];
}

/** One who took part. */
export type ParticipantRow = CamelRow<ParticipantColumns>;

/** Who took part in an engagement, in the order of joining. */
export async function readParticipants(
  sql: Sql,
  roundId: number,
  engagement: number,
): Promise<ParticipantRow[]> {
  const rows = await sql<ParticipantColumns[]>`
    select p.slot, n.person_id as player_id, coalesce(s.name, n.name) as name, p.side, p.team, p.start_ms as joined_ms,
      p.damage_given, p.damage_received, p.hits_given,
      p.kills, p.deaths
    from engagement_participants p
    join people n using (player_id)
    left join lateral (
      select s.name from seats s
      where s.round_id = p.round_id and s.slot = p.slot and s.from_ms <= p.time_ms order by s.from_ms desc limit 1) s
      on true
    where p.round_id = ${roundId} and p.engagement = ${engagement}
    order by p.start_ms, p.row_number`;
  return camelRows(rows);
}

interface EventColumns
  extends
    Columns<"combat_events", "time_ms" | "event" | "relation" | "attacker_slot" | "target_slot">,
    Columns<"combat_events", "weapon" | "means_of_death" | "is_undone" | "hit_region" | "distance_units">,
    Columns<"combat_events", "attacker_x" | "attacker_y" | "attacker_z">,
    Columns<"combat_events", "target_x" | "target_y" | "target_z"> {
  /** Of a kill: which of the fight it is, from 1; null of others. */
  readonly down: number | null;
  /**
   * Of a kill: players right before it, of the enemies of who fell, and of their own side with them: involved in the fight, near them,
   * alive. Null where it is not known.
   */
  readonly involved_enemies: number | null;
  readonly involved_own: number | null;
  readonly near_enemies: number | null;
  readonly near_own: number | null;
  readonly alive_enemies: number | null;
  readonly alive_own: number | null;
  /** Of a hit: never more than the health that was left, hit points. */
  readonly damage: Schema["combat_events"]["damage_effective"];
}

/** Something that happened in an engagement. `isUndone` tells of a kill whether a revive undid it. */
export type EngagementEvent = CamelRow<EventColumns>;

/** Hits on the living, kills and revives among the participants while the engagement lasted. */
export async function readEngagementEvents(
  sql: Sql,
  row: Pick<EngagementRow, "endMs" | "roundId" | "startMs">,
  slots: readonly number[],
): Promise<EngagementEvent[]> {
  const rows = await sql<EventColumns[]>`
    select e.time_ms, e.event, e.relation, e.is_undone, e.attacker_slot, e.target_slot, e.weapon,
      e.means_of_death, e.damage_effective as damage, e.hit_region,
      e.distance_units, e.attacker_x, e.attacker_y, e.attacker_z, e.target_x, e.target_y, e.target_z,
      case d.target_team when 1 then d.allies_involved when 2 then d.axis_involved end as involved_enemies,
      case d.target_team when 1 then d.axis_involved when 2 then d.allies_involved end as involved_own,
      d.target_enemies_near::int as near_enemies, d.target_allies_near + 1 as near_own,
      case d.target_team when 1 then d.allies_alive when 2 then d.axis_alive end as alive_enemies,
      case d.target_team when 1 then d.axis_alive when 2 then d.allies_alive end + 1 as alive_own,
      case when e.event = 'kill' then (count(*) filter (where e.event = 'kill') over (order by e.event_number))::int end as down
    from combat_events e
    left join downs d on d.round_id = e.round_id and d.event_number = e.event_number
    where e.round_id = ${row.roundId} and e.time_ms between ${row.startMs} and ${row.endMs}
      and (is_living_hit(e.event, e.target_is_wounded) or e.event in ('kill', 'revive'))
      and e.target_slot = any(${[...slots]}::int[])
      and (e.attacker_slot is null or e.attacker_slot = any(${[...slots]}::int[]))
    order by e.event_number`;
  return camelRows(rows);
}

interface TeamPlayColumns
  extends
    Columns<"proximity_events", "start_ms" | "time_ms" | "partner_slot" | "enemy_slot" | "angle_deg">,
    KnownColumns<"proximity_events", "slot"> {
  readonly record: Exclude<Schema["proximity_events"]["record"], "engagement" | "participant">;
}

/** A crossfire, bait or trade of an engagement. */
export type TeamPlayRow = CamelRow<TeamPlayColumns>;

/** What players did together in an engagement. */
export async function readTeamPlay(sql: Sql, roundId: number, engagement: number): Promise<TeamPlayRow[]> {
  const rows = await sql<TeamPlayColumns[]>`
    select record, start_ms, time_ms, slot, partner_slot,
      enemy_slot, angle_deg
    from proximity_events where round_id = ${roundId} and engagement = ${engagement} order by time_ms, row_number`;
  return camelRows(rows);
}

type TrackColumns = Columns<"player_positions", "slot" | "life" | "time_ms" | "x" | "y">;

/** A sample of a player's place; a new life begins elsewhere. */
export type TrackPoint = CamelRow<TrackColumns>;

/** Where the participants were in a stretch of time. */
export async function readTracks(
  sql: Sql,
  roundId: number,
  slots: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<TrackPoint[]> {
  const rows = await sql<TrackColumns[]>`
    select slot, life, time_ms, x, y from player_positions
    where round_id = ${roundId} and time_ms between ${fromMs} and ${toMs} and slot = any(${[...slots]}::int[])
    order by slot, time_ms`;
  return camelRows(rows);
}
