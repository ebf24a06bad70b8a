/** The last one alive of a team: against how many, what they did, and how it ended. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow, type Columns } from "../../db/rows.ts";
import { allOf, given, phaseCondition, roundIdArray, teamConditions, withoutBots } from "../filters.ts";
import type { Filters, Fragment } from "../filters.ts";

/** From so many enemies on, all are in one row. */
export const MOST_ENEMIES = 3;

interface LastAliveColumns extends Columns<"players", "player_id" | "name"> {
  /** Living enemies when the player became the last one; 3 is three or more. */
  readonly enemies: number;
  readonly times: number;
  /** They lived until a teammate was back, or to the end of the round. */
  readonly survived: number;
  /** How it ended: they died; they left; a teammate was back; with the round. The last two are those that they survived. */
  readonly died: number;
  readonly gone: number;
  readonly relieved: number;
  readonly round_ended: number;
  /** Median of how long they were alone, ms. */
  readonly median_alone_ms: number;
  /** They survived and downed somebody, or downed as many as there were. */
  readonly won: number;
  /** Enemies whom they downed before it ended. */
  readonly downs: number;
}

/** A player, who was the last one against so many. */
export type LastAliveRow = CamelRow<LastAliveColumns>;

/** Conditions on `s`, which has a round, a player, a team, and a time. */
function standConditions(sql: Sql, filters: Filters): Fragment {
  const { playerIds } = filters;
  return allOf(sql, [
    given(playerIds) ? sql`s.player_id = any(${[...playerIds]}::int[])` : undefined,
    teamConditions(sql, filters, { round: sql`s.round_id`, team: sql`s.team` }),
    phaseCondition(sql, filters, { round: sql`s.round_id`, time: sql`s.time_ms` }),
    withoutBots(sql, filters, sql`s.player_id`),
  ]);
}

/**
 * By player and number of enemies, see the table `last_stands`. The filters for class, weapon, means and shape mean nothing here.
 */
export async function readLastAlive(sql: Sql, filters: Filters): Promise<LastAliveRow[]> {
  const rows = await sql<LastAliveColumns[]>`
    with s as (
      select s.*, s.ending in ('relief', 'round_end') as is_survived from last_stands s
      where s.round_id = any(${roundIdArray(sql, filters)}) and ${standConditions(sql, filters)}
    )
    select p.person_id as player_id, p.name, least(enemies, ${MOST_ENEMIES}::int) as enemies, count(*)::int as times,
      (count(*) filter (where is_survived))::int as survived,
      (count(*) filter (where ending = 'death'))::int as died,
      (count(*) filter (where ending = 'leave'))::int as gone,
      (count(*) filter (where ending = 'relief'))::int as relieved,
      (count(*) filter (where ending = 'round_end'))::int as round_ended,
      percentile_cont(0.5) within group (order by end_ms - time_ms) as median_alone_ms,
      (count(*) filter (where is_survived and downs > 0 or downs >= enemies))::int as won,
      sum(downs)::int as downs
    from s join people p using (player_id)
    group by 1, 2, 3
    order by 1, 3`;
  return camelRows(rows);
}
