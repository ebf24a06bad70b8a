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
import { allOf, botArray, given, hasTool, roundIdArray, teamConditions, withoutBots } from "../filters.ts";
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

/** Whether the filters ask for nothing but what is counted for each two players of a round. */
const isCounted = (filters: Filters): boolean =>
  filters.phase === undefined &&
  filters.engagement === undefined &&
  !given(filters.classes) &&
  !hasTool(filters);

/**
 * The chances to avenge that the filters choose, as rows of `trade_chances`. A weapon or means of death chooses trades, not chances:
 * what was avenged with another was not avenged, and no chance for one who was dead already.
 */
export function singleChances(sql: Sql, filters: Filters): Fragment {
  const asked = sql`o.round_id = any(${roundIdArray(sql, filters)}) and ${chanceConditions(sql, filters)}`;
  if (!hasTool(filters)) return sql`select o.* from trade_chances o where ${asked}`;
  return sql`
    select * from (
      select o.victim_player_id, o.mate_player_id, o.mate_is_alive, o.delay_ms, o.avenger_distance_units,
        o.is_traded and exists (
          select from proximity_events v
          where v.round_id = o.round_id and v.record = 'trade' and v.start_ms = o.time_ms
            and v.partner_player_id = o.victim_player_id and v.player_id = o.mate_player_id
            and ${teamPlayConditions(sql, filters)}) as is_traded
      from trade_chances o where ${asked}) o
    where mate_is_alive or is_traded`;
}

/** The chances to avenge that the filters choose, by players: `victim`, `mate`, both are people, `chances`, `trades`. */
export function countedChances(sql: Sql, filters: Filters): Fragment {
  const counted = isCounted(filters)
    ? sql`
        select victim_player_id, mate_player_id, sum(chances) as chances, sum(trades) as trades from trade_counts o
        where o.round_id = any(${roundIdArray(sql, filters)}) and ${chanceConditions(sql, filters)}
        group by 1, 2`
    : sql`
        select victim_player_id, mate_player_id, count(*) as chances, count(*) filter (where is_traded) as trades
        from (${singleChances(sql, filters)}) chances group by 1, 2`;
  return sql`
    select coalesce(v.person_id, victim_player_id) as victim, coalesce(m.person_id, mate_player_id) as mate,
      sum(chances)::int as chances, sum(trades)::int as trades
    from (${counted}) counted
    left join player_aliases v on v.player_id = victim_player_id
    left join player_aliases m on m.player_id = mate_player_id
    group by 1, 2`;
}

/**
 * The rounds in which a person played under two GUIDs, as an array: counted for each, fights of both would count twice.
 */
const roundsOfTwoGuids = (sql: Sql): Fragment => sql`array(
  select distinct p.round_id
  from player_aliases a
  join round_players p on p.player_id = a.player_id
  join round_players q on q.round_id = p.round_id and q.player_id <> p.player_id
  left join player_aliases b on b.player_id = q.player_id
  where coalesce(b.person_id, q.player_id) = a.person_id)`;

/**
 * The fights of two people on one side, round by round: `round_id`, `p1`, `p2`, and numbers of `fights`, `won`, `lost` and those
 * with a crossfire of the two, `crossed`. As they were counted when the round was stored, where that is the same.
 */
function sharedFights(sql: Sql, filters: Filters): Fragment {
  if (!isCounted(filters)) return foundFights(sql, filters);
  const { playerIds } = filters;
  const those = roundsOfTwoGuids(sql);
  return sql`
      select s.round_id, least(coalesce(a.person_id, s.player_id), coalesce(b.person_id, s.teammate_player_id)) as p1,
        greatest(coalesce(a.person_id, s.player_id), coalesce(b.person_id, s.teammate_player_id)) as p2,
        s.engagements as fights, s.engagements_won as won, s.engagements_lost as lost, coalesce(s.crossfire_fights, 0) as crossed
      from teammate_synergy s
      left join player_aliases a on a.player_id = s.player_id
      left join player_aliases b on b.player_id = s.teammate_player_id
      where s.round_id = any(${roundIdArray(sql, filters)}) and s.round_id <> all(${those}) and s.engagements > 0 and ${allOf(
        sql,
        [
          teamConditions(sql, filters, { round: sql`s.round_id`, team: sql`s.team` }),
          given(playerIds)
            ? sql`(s.player_id = any(${[...playerIds]}::int[]) or s.teammate_player_id = any(${[...playerIds]}::int[]))`
            : undefined,
          withoutBots(sql, filters, sql`s.player_id`, sql`s.teammate_player_id`),
        ],
      )}
    union all ${foundFights(sql, filters, sql`p.round_id = any(${those})`)}`;
}

/** The same from all who took part in the fights, of the rounds that a condition on a participant `p` chooses. */
function foundFights(sql: Sql, filters: Filters, condition?: Fragment): Fragment {
  return sql`
    select round_id, p1, p2, 1 as fights, won::int as won, lost::int as lost, (crossed.p1 is not null)::int as crossed
    from (
      select round_id, engagement, won, not won as lost, players[i] as p1, players[j] as p2
      from (
        -- A join of the participants with themselves, which the server takes for small, would be one of nested loops.
        select round_id, engagement, winner_team = team as won,
          array_agg(player_id order by player_id) as players, array_agg(is_asked order by player_id) as are_asked
        from (
          select p.round_id, p.engagement, p.team, g.winner_team, coalesce(alias.person_id, p.player_id) as player_id,
            bool_or(${participantConditions(sql, filters, sql`p`)}) as is_asked
          from engagement_participants p
          join engagement_analysis g on g.round_id = p.round_id and g.engagement = p.engagement
          left join player_aliases alias on alias.player_id = p.player_id
          where ${allOf(sql, [condition, partConditions(sql, filters)])}
          group by 1, 2, 3, 4, 5) parts
        group by round_id, engagement, team, winner_team) sides
      cross join generate_series(1, cardinality(players) - 1) i
      cross join generate_series(i + 1, cardinality(players)) j
      where are_asked[i] or are_asked[j]) together
    left join (
      select distinct round_id, engagement, p1, p2 from acts where record = 'crossfire') crossed
      using (round_id, engagement, p1, p2)`;
}

/**
 * Pairs that fought side by side, did something together or had a chance to avenge each other, by number of crossfires, then of trades. Filters are
 * about one of the two. Bots are left out as partners, not as enemies.
 */
export async function readPairs(sql: Sql, filters: Filters): Promise<PairRow[]> {
  const rows = await sql<PairColumns[]>`
    with acts as (
      select v.round_id, v.engagement, v.record, v.damage_given, v.angle_deg,
        least(coalesce(a.person_id, v.player_id), coalesce(b.person_id, v.partner_player_id)) as p1,
        greatest(coalesce(a.person_id, v.player_id), coalesce(b.person_id, v.partner_player_id)) as p2
      from proximity_events v
      left join player_aliases a on a.player_id = v.player_id
      left join player_aliases b on b.player_id = v.partner_player_id
      where v.round_id = any(${roundIdArray(sql, filters)}) and v.record in ('crossfire', 'bait')
        and ${allOf(sql, [teamPlayConditions(sql, filters), actConditions(sql, filters)])}
    ), acted as (
      select p1, p2,
        count(*) filter (where record = 'crossfire') as crossfires,
        sum(damage_given) filter (where record = 'crossfire') as crossfire_damage,
        count(*) filter (where record = 'bait') as baits,
        percentile_cont(0.5) within group (order by angle_deg) filter (where record = 'crossfire') as median
      from acts group by 1, 2
    ), fights as (
      select p1, p2, count(distinct round_id) as rounds, sum(fights) as shared_fights, sum(won) as won_fights,
        sum(lost) as lost_fights, sum(crossed) as crossfire_fights
      from (${sharedFights(sql, filters)}) fights group by p1, p2
    ), trades as (
      select least(victim, mate) as p1, greatest(victim, mate) as p2, sum(chances) as downs, sum(trades) as trades
      from (${countedChances(sql, filters)}) chances group by 1, 2
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
        select s.*, coalesce(a.person_id, s.player_id) as one, coalesce(b.person_id, s.teammate_player_id) as other
        from teammate_synergy s
        left join player_aliases a on a.player_id = s.player_id
        left join player_aliases b on b.player_id = s.teammate_player_id
        where s.round_id = any(${roundIdArray(sql, filters)}) offset 0) known
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
