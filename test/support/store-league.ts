/** A planted league as rounds of a database: who played for how long, and who won. */
import type { Sql } from "../../src/db/driver/connect.ts";
import type { Contest } from "../../src/models/contests.ts";

const ROUND_MS = 600_000;

/** Stores contests as rounds in which Axis attack; who played a part of one watches the rest. Names are `player N`. */
export async function storeLeague(sql: Sql, contests: readonly Contest[]): Promise<void> {
  const people = [...new Set(contests.flatMap(({ parts }) => parts.map(({ personId }) => personId)))];
  await sql`
    insert into players (guid, name, is_bot)
    select lpad(id::text, 32, '0'), 'player ' || id, false from unnest(${people}::int[]) id`;
  const rounds = contests.map(({ isWon, matchKey, startedAt }) => ({
    key: matchKey,
    started_at: startedAt,
    winner: isWon ? 1 : 2,
  }));
  await sql`
    insert into rounds (round_key, match_key, map, round, started_at, end_ms, game_type, time_limit_ms, server_name, tracker_version,
      engine_version, lua_version, winner_team, attacking_team, is_complete, end_reason, configuration, captures,
      position_rows, combat_rows, engagement_rows, heatmap_rows, objective_rows)
    select key, key, 'arena', 1, started_at, ${ROUND_MS}::int, 2, 600000, 's', '1', '2.83', '5.4', winner, 1, true, 'finished', '{}', '{}', 0, 0, 0, 0, 0
    from jsonb_to_recordset(${sql.json(rounds)}) r (key text, started_at timestamptz, winner int)`;
  const seats = contests.flatMap(({ matchKey, parts }) =>
    parts.flatMap(({ isOwn, personId, share }, slot) => [
      { key: matchKey, slot, person: personId, from_ms: 0, team: isOwn ? 1 : 2 },
      ...(share < 1
        ? [{ key: matchKey, slot, person: personId, from_ms: Math.round(share * ROUND_MS), team: 3 }]
        : []),
    ]),
  );
  await sql`
    insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
    select round_id, slot, s.from_ms, player_id, name, s.team, 0, false
    from jsonb_to_recordset(${sql.json(seats)}) s (key text, slot int, person int, from_ms int, team int)
    join rounds on round_key = key join players on guid = lpad(person::text, 32, '0')`;
}
