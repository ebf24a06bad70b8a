/** How teams stood, moved and kept together, as it was derived of positions. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import type { Schema } from "../../db/schema.ts";
import { allOf, botArray, roundIdArray, teamConditions } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";
import type { ClusterSums } from "../statistics.ts";

interface ShapeColumns extends Columns<"team_shapes", "round_id" | "team" | "players"> {
  /** Seconds with so many living players, and sums over them: units, and shares of the players. */
  readonly seconds: number;
  readonly nearest: number;
  readonly spread: number;
  readonly isolated: number;
  readonly largest: number;
}

/** A team in a round, while it had so many living players. */
export type ShapeRow = CamelRow<ShapeColumns>;

/** The teams asked for, without those in which a bot played unless bots count: conditions on a table with a round and a team. */
function teamsOf(sql: Sql, filters: Filters, alias: "s" | "m"): Fragment {
  const [round, team] = [sql`${sql(alias)}.round_id`, sql`${sql(alias)}.team`];
  return allOf(sql, [
    sql`${round} = any(${roundIdArray(sql, filters)})`,
    teamConditions(sql, filters, { round, team }),
    filters.bots === "with"
      ? undefined
      : sql`not exists (
          select 1 from round_players b
          where b.round_id = ${round} and b.team = ${team} and b.player_id = any(${botArray(sql)}))`,
  ]);
}

/** How teams stood, by round and number of living players, two or more. */
export async function readTeamShapes(sql: Sql, filters: Filters): Promise<ShapeRow[]> {
  const rows = await sql<ShapeColumns[]>`
    select s.round_id, s.team, s.players, count(*)::int as seconds, sum(s.nearest_units)::float8 as nearest,
      sum(s.spread_units)::float8 as spread, sum(s.isolated)::float8 / s.players as isolated,
      sum(s.largest_group)::float8 / s.players as largest
    from team_shapes s where s.players >= 2 and ${teamsOf(sql, filters, "s")}
    group by 1, 2, 3 order by 1, 2, 3`;
  return camelRows(rows);
}

/** Pushes and regroupings of a team in a round, and the seconds in which it was seen. */
export type MovesRow = CamelRow<{
  readonly round_id: number;
  readonly team: number;
  readonly seconds: number;
  readonly pushes: number;
  readonly regroupings: number;
}>;

/** Pushes and regroupings of teams, by round. */
export async function readTeamMoves(sql: Sql, filters: Filters): Promise<MovesRow[]> {
  const rows = await sql<
    { round_id: number; team: number; seconds: number; pushes: number; regroupings: number }[]
  >`
    select round_id, team, sum(seconds)::int as seconds, sum(pushes)::int as pushes, sum(regroupings)::int as regroupings
    from (
      select s.round_id, s.team, count(*) as seconds, 0 as pushes, 0 as regroupings
      from team_shapes s where ${teamsOf(sql, filters, "s")} group by 1, 2
      union all
      select m.round_id, m.team, 0, count(*) filter (where m.move = 'push'), count(*) filter (where m.move = 'regroup')
      from team_moves m where ${teamsOf(sql, filters, "m")} group by 1, 2) counted
    group by 1, 2 having sum(seconds) > 0 order by 1, 2`;
  return camelRows(rows);
}

interface MovingPairColumns extends ClusterSums, Columns<"players", "player_id" | "name"> {
  readonly mate_id: Schema["players"]["player_id"];
  readonly mate_name: Schema["players"]["name"];
}

/** Two teammates: x seconds in which both moved, of them y together, over rounds, see {@link ClusterSums}. */
export type MovingPairRow = CamelRow<MovingPairColumns>;

/** Who moved with whom, those who did so longest first. */
export async function readMovingPairs(sql: Sql, filters: Filters): Promise<MovingPairRow[]> {
  const rows = await sql<MovingPairColumns[]>`
    with pairs as (
      select m.round_id, least(coalesce(a.person_id, m.player_id), coalesce(b.person_id, m.teammate_player_id)) as player_id,
        greatest(coalesce(a.person_id, m.player_id), coalesce(b.person_id, m.teammate_player_id)) as mate_id,
        sum(m.moving_s)::float8 as x, sum(m.together_s)::float8 as y
      from moving_pairs m
      left join player_aliases a on a.player_id = m.player_id
      left join player_aliases b on b.player_id = m.teammate_player_id
      where ${teamsOf(sql, filters, "m")} group by 1, 2, 3
    )
    select pairs.player_id, mate_id, p.name, q.name as mate_name, count(*)::int as clusters,
      sum(x) as x, sum(x * x) as xx, sum(y) as y, sum(x * y) as xy, sum(y * y) as yy
    from pairs join people p on p.player_id = pairs.player_id join people q on q.player_id = mate_id
    where pairs.player_id <> mate_id and not p.is_hidden and not q.is_hidden
    group by 1, 2, 3, 4 order by sum(y) desc, 1, 2`;
  return camelRows(rows);
}
