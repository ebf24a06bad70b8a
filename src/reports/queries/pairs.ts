/** Pairs of teammates: how often they could have acted together, and how often they did. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import {
  actConditions,
  chanceConditions,
  participantConditions,
  shapeConditions,
  teamPlayConditions,
} from "../fight-conditions.ts";
import { allOf, botArray, personOf, roundConditions, roundIdArray, teamConditions } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import type { ClusterSums } from "../statistics.ts";

interface PairColumns extends Columns<"players", "player_id" | "name"> {
  readonly partner_id: Schema["players"]["player_id"];
  readonly partner_name: Schema["players"]["name"];
  /** Rounds in which they fought side by side. */
  readonly rounds: number;
  /** Fights in which both took part on one side, and how those ended for them. */
  readonly shared_fights: number;
  readonly won_fights: number;
  readonly lost_fights: number;
  /** Crossfires of the two, in whatever fight or none. */
  readonly crossfires: number;
  /** Shared fights with at least one crossfire of the two. */
  readonly crossfire_fights: number;
  readonly crossfire_damage: number;
  readonly median_angle_deg: number | null;
  /** Times that an enemy killed one of the two while the other was alive, and how often the other avenged it. */
  readonly downs: number;
  readonly trades: number;
  readonly baits: number;
}

/** Two teammates; the one with the smaller id stands first. */
export type PairRow = CamelRow<PairColumns>;

/** Conditions on a participant `p` of a fight `g`: the fights that count, and whom of their players. */
function partConditions(sql: Sql, filters: Filters): Fragment {
  return allOf(sql, [
    // Said of each table, so that the planner reads both by their keys.
    ...[sql`p.round_id`, sql`g.round_id`].map(
      (column) => sql`${column} = any(${roundIdArray(sql, filters)})`,
    ),
    shapeConditions(sql, filters, sql`p.side`),
    filters.bots === "with" ? undefined : sql`p.player_id <> all(${botArray(sql)})`,
  ]);
}

/** Deaths and lives are put together stretch by stretch of so many events of a round, and not each with each. */
const STRETCH_EVENTS = 512;

/**
 * Chances to avenge: an enemy kills one while a teammate is alive, from their last spawn or revive to their next death;
 * `is_traded` tells whether that teammate avenged it, `delay_ms` and `avenger_units` how long after and from how far. A grenade of one who is dead can avenge, too: that is a chance as well.
 * Which fights the two kills belong to does not matter.
 *
 * Round by round, because the server cannot know how many lives and deaths there are in all.
 */
export function chances(sql: Sql, filters: Filters): Fragment {
  return sql`
    select o.*
    from (select r.round_id from rounds r where ${roundConditions(sql, filters)} offset 0) r
    cross join lateral (
      with changes as (
        select target_player_id as player_id, target_slot as slot, target_team as team, event, event_number as from_event,
          lead(event_number, 1, 2147483647) over (partition by target_player_id order by event_number) as to_event
        from combat_events
        where round_id = r.round_id and event in ('spawn', 'revive', 'kill', 'join', 'leave')
          and target_player_id = any(array(select p.player_id from round_players p where p.round_id = r.round_id))
      ), deaths as (
        select round_id, event_number, time_ms, target_team as team, target_player_id as victim, target_slot as victim_slot,
          event_number / ${STRETCH_EVENTS}::int as stretch
        from combat_events where round_id = r.round_id and event = 'kill' and relation = 'enemy'
      ), lives as (
        select l.*, stretch
        from changes l
        cross join generate_series(l.from_event / ${STRETCH_EVENTS}::int,
          least(l.to_event, (select coalesce(max(event_number), 0) from deaths)) / ${STRETCH_EVENTS}::int) stretch
        where l.event in ('spawn', 'revive') offset 0
      ), avenged as (
        select start_ms, partner_player_id as victim, player_id as mate, slot as mate_slot,
          time_ms - start_ms as delay_ms, end_distance_units as avenger_units
        from proximity_events v
        where round_id = r.round_id and record = 'trade' and ${teamPlayConditions(sql, filters)}
      ), possible as (
        select d.*, l.player_id as mate, l.slot as mate_slot from deaths d
        join lives l on l.team = d.team and l.stretch = d.stretch
          and l.from_event < d.event_number and d.event_number < l.to_event
        union
        select d.*, a.mate, a.mate_slot from deaths d join avenged a on a.victim = d.victim and a.start_ms = d.time_ms
      )
      select p.*, a.mate is not null as is_traded, a.delay_ms, a.avenger_units from possible p
      left join avenged a on a.victim = p.victim and a.mate = p.mate and a.start_ms = p.time_ms offset 0) o
    where ${chanceConditions(sql, filters)}`;
}

/**
 * Pairs that fought side by side, did something together or had a chance to avenge each other, by number of crossfires, then of trades. Filters are
 * about one of the two. Bots are left out as partners, not as enemies.
 */
export async function readPairs(sql: Sql, filters: Filters): Promise<PairRow[]> {
  const [first, second, victim, mate] = [
    sql`v.player_id`,
    sql`v.partner_player_id`,
    sql`chances.victim`,
    sql`chances.mate`,
  ].map((player) => personOf(sql, player)) as [Fragment, Fragment, Fragment, Fragment];
  const rows = await sql<PairColumns[]>`
    with parts as (
      select p.round_id, p.engagement, p.team, g.winner_team, ${personOf(sql, sql`p.player_id`)} as player_id,
        bool_or(${participantConditions(sql, filters, sql`p`)}) as is_asked
      from engagement_participants p
      join engagement_analysis g on g.round_id = p.round_id and g.engagement = p.engagement
      where ${partConditions(sql, filters)}
      group by 1, 2, 3, 4, 5
    ), sides as (
      -- A join of the participants with themselves, which the server takes for small, would be one of nested loops.
      select round_id, engagement, winner_team = team as won,
        array_agg(player_id order by player_id) as players, array_agg(is_asked order by player_id) as are_asked
      from parts group by round_id, engagement, team, winner_team
    ), together as (
      select round_id, engagement, won, not won as lost, players[i] as p1, players[j] as p2
      from sides
      cross join generate_series(1, cardinality(players) - 1) i
      cross join generate_series(i + 1, cardinality(players)) j
      where are_asked[i] or are_asked[j]
    ), acts as (
      select v.round_id, v.engagement, v.record, v.damage_given, v.angle_deg,
        least(${first}, ${second}) as p1, greatest(${first}, ${second}) as p2
      from proximity_events v
      where v.round_id = any(${roundIdArray(sql, filters)}) and v.record in ('crossfire', 'bait')
        and ${allOf(sql, [teamPlayConditions(sql, filters), actConditions(sql, filters)])}
    ), acted as (
      select p1, p2,
        count(*) filter (where record = 'crossfire') as crossfires,
        sum(damage_given) filter (where record = 'crossfire') as crossfire_damage,
        count(*) filter (where record = 'bait') as baits,
        percentile_cont(0.5) within group (order by angle_deg) filter (where record = 'crossfire') as median
      from acts group by 1, 2
    ), crossed as (
      select distinct round_id, engagement, p1, p2 from acts where record = 'crossfire'
    ), fights as (
      select p1, p2,
        count(distinct round_id) as rounds,
        count(*) as shared_fights,
        count(*) filter (where won) as won_fights,
        count(*) filter (where lost) as lost_fights,
        count(crossed.p1) as crossfire_fights
      from together left join crossed using (round_id, engagement, p1, p2)
      group by p1, p2
    ), trades as (
      select least(${victim}, ${mate}) as p1, greatest(${victim}, ${mate}) as p2, count(*) as downs,
        count(*) filter (where is_traded) as trades
      from (${chances(sql, filters)}) chances group by 1, 2
    )
    select p1 as player_id, p2 as partner_id, a.name, b.name as partner_name,
      coalesce(rounds, 0)::int as rounds, coalesce(shared_fights, 0)::int as shared_fights,
      coalesce(won_fights, 0)::int as won_fights, coalesce(lost_fights, 0)::int as lost_fights,
      coalesce(crossfires, 0)::int as crossfires, coalesce(crossfire_fights, 0)::int as crossfire_fights,
      coalesce(crossfire_damage, 0)::int as crossfire_damage, median as median_angle_deg,
      coalesce(downs, 0)::int as downs, coalesce(trades, 0)::int as trades, coalesce(baits, 0)::int as baits
    from fights
    full join trades using (p1, p2)
    full join acted using (p1, p2)
    join people a on a.player_id = p1
    join people b on b.player_id = p2
    where p1 <> p2
    order by crossfires desc, trades desc, shared_fights desc, p1, p2`;
  return camelRows(rows);
}

interface TogetherColumns extends ClusterSums, Columns<"teammate_synergy", "player_id"> {
  readonly partner_id: Schema["teammate_synergy"]["teammate_player_id"];
}

/** Time that two teammates spent together, added up over rounds, see {@link ClusterSums}: x alive together, y near, seconds. */
export type TogetherRow = CamelRow<TogetherColumns>;

/** How long pairs were alive together, and near each other, where that is known, as it was derived when the rounds were imported. */
export async function readTimeTogether(sql: Sql, filters: Filters): Promise<TogetherRow[]> {
  const { playerIds } = filters;
  const rows = await sql<TogetherColumns[]>`
    select least(one, other) as player_id, greatest(one, other) as partner_id, count(*)::int as clusters,
      sum(x) as x, sum(x * x) as xx, sum(y) as y, sum(x * y) as xy, sum(y * y) as yy
    from (
      select round_id, least(one, other) as one, greatest(one, other) as other,
        sum(together_ms)::float8 / 1000 as x, sum(near_ms)::float8 / 1000 as y
      from (
        select *, ${personOf(sql, sql`s.player_id`)} as one, ${personOf(sql, sql`s.teammate_player_id`)} as other
        from teammate_synergy s where s.round_id = any(${roundIdArray(sql, filters)}) offset 0) known
      where one <> other and together_ms > 0 and near_ms is not null
        and ${allOf(sql, [
          teamConditions(sql, filters, { round: sql`round_id`, team: sql`team` }),
          playerIds === undefined || playerIds.length === 0
            ? undefined
            : sql`(player_id = any(${[...playerIds]}::int[]) or teammate_player_id = any(${[...playerIds]}::int[]))`,
        ])}
      group by 1, 2, 3) rounds
    group by 1, 2`;
  return camelRows(rows);
}
