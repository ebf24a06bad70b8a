/** A round in a schema of an earlier version. */
import type { Sql } from "../../src/db/driver/connect.ts";

/** Stores a round in a schema of an earlier version: facts in tables that every version has. Returns the round's id. */
export async function storeEarlierFacts(sql: Sql, version: number): Promise<number> {
  const [round] = await sql<{ round_id: number }[]>`
    insert into rounds (
      round_key, match_key, map, round, started_at, end_ms, game_type, time_limit_ms, server_name, tracker_version,
      engine_version, lua_version, is_complete, end_reason, configuration, captures, position_rows, combat_rows
    )
    values ('key', 'match', 'supply', 1, '2026-01-01Z', 1000, 3, 0, '', '', '', '', true, 'finished', '{"prox_sample_ms": "1000"}', '{}', 2, 1)
    returning round_id`;
  const roundId = round?.round_id ?? 0;
  await sql`insert into players (guid, name) values ('GUID', 'x')`;
  await sql`
    insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
    select ${roundId}, 0, 0, player_id, 'x', 1, 0, false from players`;
  await sql`
    insert into player_positions
    select ${roundId}, time_ms, player_id, 1, 1.5, 2.5, 3.5, 0, 0, 0, 0, 0, 0, 0, 10, 0, 1, 0, 100, 0, 8,
      false, false, false, false
    from players, unnest(array[0, 1000]) time_ms`;
  if (version >= 7) {
    // As that version derived it.
    await sql`
      insert into player_lives
      select ${roundId}, player_id, 0, 1, 1, 0, 2, 0, 0, 0, 0, 0, 20 ${version >= 8 ? sql`, 0, 1000` : sql``} from players`;
  }
  await sql`
    insert into combat_events (round_id, event_number, time_ms, event, relation, attacker_player_id, attacker_team)
    select ${roundId}, 1, 500, 'kill', 'enemy', player_id, 1 from players`;
  return roundId;
}
