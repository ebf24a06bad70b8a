/** Totals that statistics of other trackers hold of a round, where nothing tells what happened in it. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns, type KnownColumns } from "../../db/rows.ts";
import { allOf, botArray } from "../filters.ts";
import type { Filters } from "../filters.ts";

interface TotalsColumns
  extends
    Columns<"round_players", "player_id" | "name" | "is_bot" | "team">,
    Columns<"round_player_totals", "damage_given" | "damage_received" | "gibs" | "self_kills" | "team_kills">,
    Columns<"round_player_totals", "played_ms" | "xp" | "times_revived" | "revives_given">,
    KnownColumns<"round_player_totals", "basis"> {
  /** Over all weapons. */
  readonly kills: number | null;
  /** By weapons: by themselves or the world is not counted. */
  readonly deaths: number | null;
  readonly hits: number | null;
  readonly headshots: number | null;
}

/** What statistics say of a player in a round; `basis` says how much it covers, see the view `round_player_totals`. */
export type TotalsRow = CamelRow<TotalsColumns>;

/** The totals of a round, by team, then by kills; bots, players and team as the filters say. */
export async function readTotals(sql: Sql, roundId: number, filters: Filters): Promise<TotalsRow[]> {
  const { playerIds = [], team } = filters;
  const isAsked = allOf(sql, [
    sql`s.team in (1, 2)`,
    team === undefined ? undefined : sql`s.team = ${team}`,
    playerIds.length === 0 ? undefined : sql`s.player_id = any(${[...playerIds]}::int[])`,
    filters.bots === "with" ? undefined : sql`s.player_id <> all(${botArray(sql)})`,
  ]);
  const rows = await sql<TotalsColumns[]>`
    with seated as (
      select distinct on (player_id) player_id, person_id, name, is_bot, team from seats s
      where round_id = ${roundId} and ${isAsked} order by player_id, from_ms desc
    ), armed as (
      select player_id, sum(kills)::int as kills, sum(deaths)::int as deaths, sum(hits)::int as hits,
        sum(headshots)::int as headshots
      from round_weapon_totals where round_id = ${roundId} group by player_id
    )
    select s.person_id as player_id, s.name, s.is_bot, s.team, a.kills, a.deaths, a.hits, a.headshots,
      t.damage_given, t.damage_received, t.gibs, t.self_kills, t.team_kills, t.played_ms, t.xp,
      t.times_revived, t.revives_given, t.basis
    from seated s join round_player_totals t using (player_id) left join armed a using (player_id)
    where t.round_id = ${roundId}
    order by s.team, a.kills desc nulls last, a.deaths, s.player_id`;
  return camelRows(rows);
}
