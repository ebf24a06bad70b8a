/** Who played for which team in rounds, and for how long. */
import type { Sql } from "../../db/driver/connect.ts";
import { camelRows, type CamelRow } from "../../db/rows.ts";
import { botArray, personOf, type BotChoice, type Fragment } from "../filters.ts";

type SeatColumns = Readonly<{
  round_id: number;
  person_id: number;
  team: 1 | 2;
  /** Time in the team, ms of round time; alive or waiting. */
  ms: number;
}>;

/** A person in a team of a round. */
export type SeatRow = CamelRow<SeatColumns>;

/**
 * The seats of rounds: until the slot is taken anew, or its player leaves.
 * @param rounds what a round id must equal, like `any(array(…))`.
 */
export async function readSeats(sql: Sql, rounds: Fragment, bots: BotChoice): Promise<SeatRow[]> {
  const isMeant = bots === "with" ? sql`true` : sql`player_id <> all(${botArray(sql)})`;
  const rows = await sql<SeatColumns[]>`
    with seated as (
      select s.round_id, s.slot, s.player_id, s.team, s.from_ms,
        lead(s.from_ms, 1, r.end_ms) over (partition by s.round_id, s.slot order by s.from_ms) as until_ms
      from round_players s join rounds r using (round_id) where s.round_id = ${rounds}
    ), left_at as (
      select round_id, target_slot as slot, time_ms from combat_events
      where event = 'leave' and round_id = ${rounds} and target_player_id = any(array(select player_id from players))
    )
    select s.round_id, ${personOf(sql, sql`s.player_id`)} as person_id, s.team,
      sum(least(s.until_ms, coalesce(l.time_ms, s.until_ms)) - s.from_ms)::int as ms
    from seated s
    left join lateral (
      select min(time_ms) as time_ms from left_at l
      where l.round_id = s.round_id and l.slot = s.slot and l.time_ms > s.from_ms) l on true
    where s.team in (1, 2) and ${isMeant} group by 1, 2, 3`;
  return camelRows(rows);
}
