/** Names and times of players, as the rounds that count say. */
import type { Transaction } from "../db/driver/connect.ts";

/** Reads name, bot and times of players again from the rounds that count; who is in none keeps the name, and has no times. */
export async function refreshPlayers(transaction: Transaction, playerIds: readonly number[]): Promise<void> {
  // In the order of their ids, so that two transactions never wait for each other.
  await transaction`
    select from players where player_id = any(${[...playerIds]}::int[]) order by player_id for no key update`;
  await transaction`
    with seen as (
      select s.player_id, min(r.started_at) as first_at, max(r.started_at) as last_at,
        (array_agg(s.name order by r.started_at desc, r.round_id desc, s.from_ms desc))[1] as name,
        (array_agg(s.is_bot order by r.started_at desc, r.round_id desc, s.from_ms desc))[1] as is_bot
      from round_players s join rounds r using (round_id)
      where s.player_id = any(${[...playerIds]}::int[]) and r.excluded_at is null
      group by s.player_id
    )
    update players p
    set name = coalesce(seen.name, p.name), is_bot = coalesce(seen.is_bot, p.is_bot),
      first_seen_at = seen.first_at, last_seen_at = seen.last_at
    from players q left join seen using (player_id)
    where p.player_id = q.player_id and q.player_id = any(${[...playerIds]}::int[])`;
}
