/** Rounds in a database in which the results are planted: by whom is down, and by who is near. */
import type { Sql } from "../../src/db/driver/connect.ts";

/** The share of rounds that are won by the team without a death, and of fights that are won by who has company. */
export const PLANTED_SHARE = 0.85;

/**
 * Stores so many rounds of one minute and a bit, two against two. One player falls at 5 s and comes back at 55 s; of 20 rounds 17 are
 * won by the other team. Three fights a round: the opener, or the other, has two teammates near, and wins 17 of 20.
 */
export async function storePlantedRounds(sql: Sql, rounds: number, isBot = false): Promise<void> {
  await sql`
    insert into players (guid, name, is_bot)
    select lpad(slot::text, 32, '0'), 'player ' || slot, ${isBot} from generate_series(0, 3) slot`;
  await sql`
    insert into rounds (round_key, match_key, map, round, started_at, end_ms, game_type, time_limit_ms, server_name, tracker_version,
      engine_version, lua_version, winner_team, attacking_team, is_complete, end_reason, configuration, captures,
      position_rows, combat_rows, engagement_rows, heatmap_rows, objective_rows)
    select 'planted-' || n, 'planted-' || n, 'arena', 1, timestamptz '2026-01-01' + n * interval '1 hour', 70000, 2, 600000, 's', '1',
      '2.83', '5.4', case when n * 7 % 20 < 17 then 2 - n / 20 % 2 else 1 + n / 20 % 2 end, 1, true, 'finished', '{}', '{}', 0, 8, 3, 0, 0
    from generate_series(0, ${rounds - 1}::int) n`;
  await sql`
    insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
    select round_id, slot, 0, player_id, name, slot % 2 + 1, 0, ${isBot}
    from rounds cross join generate_series(0, 3) slot join players on guid = lpad(slot::text, 32, '0')`;
  // The one who falls is of Axis (slot 0) in rounds whose hundred is even, see the winner above: n / 20 % 2.
  await sql`
    insert into combat_events (round_id, event_number, time_ms, event, attacker_slot, attacker_player_id, attacker_team,
      target_slot, target_player_id, target_team, relation)
    select r.round_id, number, at_ms, event::combat_event, by_slot, a.player_id, a.team, t.slot, t.player_id, t.team,
      case when event = 'kill' then 'enemy'::combat_relation end
    from (select *, substr(round_key, 9)::int / 20 % 2 as fallen from rounds) r
    cross join lateral (
      select slot + 1, 500, 'spawn', slot, null::int from generate_series(0, 3) slot
      union all values (5, 5000, 'kill', r.fallen, 1 - r.fallen), (6, 6000, 'tapout', r.fallen, null), (7, 55000, 'spawn', r.fallen, null)
    ) e (number, at_ms, event, slot, by_slot)
    join round_players t on t.round_id = r.round_id and t.slot = e.slot
    left join round_players a on a.round_id = r.round_id and a.slot = by_slot`;
  await sql`
    insert into combat_events (round_id, event_number, time_ms, event, attacker_slot, attacker_player_id, attacker_team,
      target_slot, target_player_id, target_team, relation, means_of_death, damage, damage_effective, target_is_wounded,
      attacker_health, target_health, distance_units, attacker_z, target_z, attacker_allies_near, target_allies_near)
    select r.round_id, 10 + k, 10000 * k, 'hit', 0, a.player_id, 1, 1, t.player_id, 2, 'enemy', 8, 18, 18, false,
      100, 100, 500, 24, 24, case when (n + k) % 2 = 0 then 2 else 0 end, case when (n + k) % 2 = 0 then 0 else 2 end
    from (select round_id, substr(round_key, 9)::int as n from rounds) r cross join generate_series(1, 3) k
    join round_players a on a.round_id = r.round_id and a.slot = 0 join round_players t on t.round_id = r.round_id and t.slot = 1`;
  await sql`
    insert into engagement_analysis (round_id, engagement, start_ms, time_ms, player_id, slot, enemy_player_id, enemy_slot, outcome,
      team, winner_team, attackers, defenders, damage_given, damage_received, hits_given, kills, deaths, distance_units, rule_version)
    select r.round_id, k, 10000 * k, 10000 * k + 4000, a.player_id, 0, t.player_id, 1, 'death', 1,
      case when ((n + k) % 2 = 0) = ((n * 3 + k) * 7 % 20 < 17) then 1 else 2 end, 3, 1, 50, 20, 3, 1, 0, 500, 1
    from (select round_id, substr(round_key, 9)::int as n from rounds) r cross join generate_series(1, 3) k
    join round_players a on a.round_id = r.round_id and a.slot = 0 join round_players t on t.round_id = r.round_id and t.slot = 1`;
}
