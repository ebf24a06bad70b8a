/** Pairs of teammates: how often they could have acted together, and how often they did. */
import type { Sql } from "../../db/connect.ts";
import {
  allOf,
  botArray,
  participantConditions,
  roundIdArray,
  shapeConditions,
  teamPlayConditions,
} from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** Two teammates; the one with the smaller id stands first. */
export interface PairRow {
  playerId: number;
  partnerId: number;
  name: string;
  partnerName: string;
  /** Rounds in which they fought side by side. */
  rounds: number;
  /** Fights in which both took part on one side, and how those ended for them. */
  sharedFights: number;
  wonFights: number;
  lostFights: number;
  crossfires: number;
  /** Shared fights with at least one crossfire of the two. */
  crossfireFights: number;
  crossfireDamage: number;
  medianAngleDeg: number | null;
  /** Times that one of the two went down in a shared fight, and how often the other avenged it in that fight. */
  downs: number;
  trades: number;
  baits: number;
}

/** Fights that count for a pair: one of the two is as asked for. */
function pairConditions(sql: Sql, filters: Filters): Fragment {
  const [first, second] = [sql`a`, sql`b`].map((alias) => participantConditions(sql, filters, alias));
  return allOf(sql, [
    // Said of each table, so that the planner reads all of them by their keys.
    ...[sql`a.round_id`, sql`b.round_id`, sql`g.round_id`].map(
      (column) => sql`${column} = any(${roundIdArray(sql, filters)})`,
    ),
    shapeConditions(sql, filters),
    sql`(${first ?? sql`true`} or ${second ?? sql`true`})`,
    filters.bots === "with"
      ? undefined
      : sql`a.player_id <> all(${botArray(sql)}) and b.player_id <> all(${botArray(sql)})`,
  ]);
}

/**
 * Pairs that fought side by side, by number of crossfires, then of trades. Filters are about one of the two.
 * Bots are left out as partners, not as enemies.
 */
export async function readPairs(sql: Sql, filters: Filters): Promise<PairRow[]> {
  return sql<PairRow[]>`
    with together as (
      select a.round_id, a.engagement, a.player_id as p1, b.player_id as p2,
        bool_or(g.winner_team = a.team) as won,
        bool_or(g.winner_team <> a.team) as lost,
        sum(a.deaths) + sum(b.deaths) as downs
      from engagement_participants a
      join engagement_participants b
        on b.round_id = a.round_id and b.engagement = a.engagement and b.team = a.team and b.player_id > a.player_id
      join engagement_analysis g on g.round_id = a.round_id and g.engagement = a.engagement
      where ${pairConditions(sql, filters)}
      group by 1, 2, 3, 4
    ), acts as (
      select round_id, engagement, record, damage_given, angle_deg,
        least(player_id, partner_player_id) as p1, greatest(player_id, partner_player_id) as p2
      from proximity_events v
      where round_id = any(${roundIdArray(sql, filters)}) and engagement is not null
        and ${teamPlayConditions(sql, filters)}
    ), acted as (
      select round_id, engagement, p1, p2,
        count(*) filter (where record = 'crossfire') as crossfires,
        sum(damage_given) filter (where record = 'crossfire') as crossfire_damage,
        count(*) filter (where record = 'trade') as trades,
        count(*) filter (where record = 'bait') as baits,
        array_agg(angle_deg) filter (where record = 'crossfire') as angles
      from acts group by 1, 2, 3, 4
    ), pairs as (
      select p1, p2,
        count(distinct round_id)::int as rounds,
        count(*)::int as shared_fights,
        count(*) filter (where won)::int as won_fights,
        count(*) filter (where lost)::int as lost_fights,
        coalesce(sum(crossfires), 0)::int as crossfires,
        count(*) filter (where crossfires > 0)::int as crossfire_fights,
        coalesce(sum(crossfire_damage), 0)::int as crossfire_damage,
        coalesce(sum(downs), 0)::int as downs,
        coalesce(sum(trades), 0)::int as trades,
        coalesce(sum(baits), 0)::int as baits
      from together left join acted using (round_id, engagement, p1, p2)
      group by p1, p2
    ), angles as (
      select p1, p2, percentile_cont(0.5) within group (order by angle) as median
      from together join acted using (round_id, engagement, p1, p2) cross join unnest(angles) as angle
      group by p1, p2
    )
    select p1 as "playerId", p2 as "partnerId", a.name, b.name as "partnerName", rounds,
      shared_fights as "sharedFights", won_fights as "wonFights", lost_fights as "lostFights", crossfires,
      crossfire_fights as "crossfireFights", crossfire_damage as "crossfireDamage", median as "medianAngleDeg",
      downs, trades, baits
    from pairs
    left join angles using (p1, p2)
    join players a on a.player_id = p1
    join players b on b.player_id = p2
    order by crossfires desc, trades desc, shared_fights desc, p1, p2`;
}

/** Time that two teammates spent together. */
export interface TogetherRow {
  playerId: number;
  partnerId: number;
  /** Time in which both were alive on one team, seconds. */
  aliveS: number;
  /** Of that, time in which they were within 600 units of each other, seconds. */
  nearS: number;
}

/** How long pairs were alive together and near each other, as it was derived when the rounds were imported. */
export async function readTimeTogether(sql: Sql, filters: Filters): Promise<TogetherRow[]> {
  const { playerIds, team } = filters;
  return sql<TogetherRow[]>`
    select player_id as "playerId", teammate_player_id as "partnerId",
      sum(together_ms)::float8 / 1000 as "aliveS", sum(near_ms)::float8 / 1000 as "nearS"
    from teammate_synergy
    where round_id = any(${roundIdArray(sql, filters)}) and together_ms is not null
      and ${allOf(sql, [
        team === undefined ? undefined : sql`team = ${team}`,
        playerIds === undefined || playerIds.length === 0
          ? undefined
          : sql`(player_id = any(${[...playerIds]}::int[]) or teammate_player_id = any(${[...playerIds]}::int[]))`,
      ])}
    group by 1, 2`;
}
