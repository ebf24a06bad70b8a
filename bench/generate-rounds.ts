/**
 * Fills a database with made-up rounds, by SQL alone: 12 of 60 players on one of 20 maps, a position a second for
 * 1000 seconds, 3000 combat events, a spawn a minute and player, and 150 engagements a round. Nothing of it is real play; sizes and
 * selectivities are.
 */
import type { Sql, Transaction } from "../src/db/driver/connect.ts";
import { deriveRound } from "../src/db/derive.ts";
import { sumUpMovement } from "../test/support/sum-up-movement.ts";

export const PLAYERS_PER_ROUND = 12;
export const SECONDS_PER_ROUND = 1000;
const COMBAT_EVENTS_PER_ROUND = 3000;
/** Every player spawns so often. */
const LIFE_SECONDS = 60;
/** Numbers of events leave room for the spawns in between. */
const NUMBERS_PER_EVENT = 20;
const ENGAGEMENTS_PER_ROUND = 150;
const PLAYERS = 60;
const MAPS = 20;
const ROUNDS_PER_TRANSACTION = 50;
const CELL_UNITS = 256;
const SAMPLE_MS = 1000;

async function insertRounds(sql: Transaction, first: number, last: number): Promise<number[]> {
  const rounds = await sql<{ round_id: number }[]>`
    insert into rounds (
      round_key, match_key, map, round, started_at, ended_at, end_ms, game_type, time_limit_ms, server_name,
      tracker_version, engine_version, lua_version, winner_team, is_complete, end_reason, configuration, captures,
      position_rows, combat_rows, engagement_rows, heatmap_rows
    )
    select
      'bench-' || number, 'bench-' || number / 2, 'map_' || lpad((number / 2 % ${MAPS} + 1)::text, 2, '0'),
      number % 2 + 1, start, start + interval '1000 seconds', 1000000, 3, 1200000, 'bench', '0', '0', 'Lua 5.4',
      number % 2 + 1, true, 'finished', ${sql.json({ prox_heatmap_cell_units: String(CELL_UNITS), prox_sample_ms: String(SAMPLE_MS) })}, '{}',
      ${PLAYERS_PER_ROUND * SECONDS_PER_ROUND}, ${COMBAT_EVENTS_PER_ROUND}, ${ENGAGEMENTS_PER_ROUND * 6}, 60
    from (
      select number,
        timestamptz '2020-01-01 18:00Z' + number / 12 * interval '1 day' + number % 12 * interval '17 minutes' as start
      from generate_series(${first}::integer, ${last}::integer) number
    ) numbered
    returning round_id`;
  return rounds.map((round) => round.round_id);
}

async function insertFacts(sql: Transaction, rounds: readonly number[]): Promise<void> {
  const ids = [...rounds];
  // Who plays: twelve neighbours on the circle of all players, other ones each round.
  await sql`
    insert into round_players (round_id, slot, from_ms, player_id, name, team, class, is_bot)
    select r, slot, 0, player_id, name, slot % 2 + 1, slot % 5, false
    from unnest(${ids}::integer[]) r
    cross join generate_series(0, ${PLAYERS_PER_ROUND - 1}) slot
    join (select *, row_number() over (order by player_id) - 1 as place from players where name like 'bench %') p
      on p.place = (r * 7 + slot * 5) % ${PLAYERS}`;
  await sql`
    insert into player_positions
    select
      round_id, second * 1000, player_id, second / ${LIFE_SECONDS} + 1,
      round((2000 * sin((second + 40 * slot) / 90.0 + round_id))::numeric, 1),
      round((2000 * cos((second + 25 * slot) / 70.0 + round_id))::numeric, 1),
      round((100 * sin(second / 50.0))::numeric, 1),
      second * 7 % 250, second * 3 % 250, 0, second * 5 % 350, second % 60 - 30, second * 11 % 360 - 180,
      second % 9 * 20, second * 5 % 350, slot, team, second % 3, 20 + second * 3 % 100, class, 3 + second / 60 % 8,
      second % 4 = 0, false, false, second % 9 <> 0
    from round_players
    cross join generate_series(0, ${SECONDS_PER_ROUND - 1}) second
    where round_id = any (${ids}::integer[])
    order by round_id, second, slot`;
  // Nine shots, then hits, and a kill at the end of every twentieth.
  await sql`
    insert into combat_events (
      round_id, event_number, time_ms, event, attacker_slot, attacker_player_id, attacker_team,
      target_slot, target_player_id, target_team, relation, weapon, means_of_death, damage, damage_effective,
      distance_units, attacker_x, attacker_y, attacker_z, target_x, target_y, target_z, hit_region, target_is_wounded
    )
    select
      a.round_id, n * ${NUMBERS_PER_EVENT}, n * 333, event, a.slot, a.player_id, a.team,
      case when event <> 'fire' then t.slot end, case when event <> 'fire' then t.player_id end,
      case when event <> 'fire' then t.team end, case when event <> 'fire' then 'enemy'::combat_relation end,
      8, case when event <> 'fire' then 9 end, case event when 'hit' then 18 end, case event when 'hit' then 18 end,
      400 + n % 900, 2000 * sin(n / 37.0), 2000 * cos(n / 53.0), 0, 1800 * sin(n / 31.0), 1800 * cos(n / 41.0), 0,
      case when event = 'hit' then case n % 6 when 0 then 'head'::hit_region else 'body' end end,
      case when event = 'hit' then false end
    from unnest(${ids}::integer[]) r
    cross join generate_series(1, ${COMBAT_EVENTS_PER_ROUND}) n
    cross join lateral (select
      case when n % 40 = 39 then 'kill'::combat_event when n % 10 > 6 then 'hit' else 'fire' end as event,
      n * 5 % ${PLAYERS_PER_ROUND} as attacker, (n * 5 + 1 + n % 3 * 2) % ${PLAYERS_PER_ROUND} as target
    ) chosen
    join round_players a on a.round_id = r and a.slot = attacker
    join round_players t on t.round_id = r and t.slot = target`;
  await sql`
    insert into combat_events (
      round_id, event_number, time_ms, event, target_slot, target_player_id, target_team, target_life, target_x, target_y, target_z
    )
    select
      round_id, time_ms / 333 * ${NUMBERS_PER_EVENT} + 1 + slot, time_ms, 'spawn', slot, player_id, team, life, x, y, z
    from player_positions
    where round_id = any (${ids}::integer[]) and time_ms % ${1000 * LIFE_SECONDS} = 0`;
  await sql`
    insert into engagement_analysis (
      round_id, engagement, start_ms, time_ms, player_id, slot, enemy_player_id, enemy_slot, outcome, team, winner_team,
      attackers, defenders, damage_given, damage_received, hits_given, kills, deaths, distance_units, x, y, z,
      rule_version
    )
    select
      a.round_id, n, n * 6000, n * 6000 + 4000, a.player_id, a.slot, t.player_id, t.slot,
      (array['death', 'escape', 'silence'])[n % 3 + 1]::engagement_outcome, a.team,
      case when n % 3 = 0 then n % 2 + 1 end, n % 3 + 1, n % 2 + 1, 120, 80, 7, n % 2, (n + 1) % 2, 500, 0, 0, 0, 1
    from unnest(${ids}::integer[]) r
    cross join generate_series(1, ${ENGAGEMENTS_PER_ROUND}) n
    join round_players a on a.round_id = r and a.slot = n * 5 % ${PLAYERS_PER_ROUND}
    join round_players t on t.round_id = r and t.slot = (n * 5 + 1) % ${PLAYERS_PER_ROUND}`;
  await sql`
    insert into engagement_participants (
      round_id, row_number, engagement, start_ms, time_ms, player_id, slot, side, team, damage_given, damage_received,
      hits_given, kills, deaths, rule_version
    )
    select
      e.round_id, e.engagement * 6 + k, e.engagement, e.start_ms, e.time_ms, p.player_id, p.slot,
      case when p.team = e.team then 'attackers'::engagement_side else 'defenders' end, p.team, 40, 40, 3, k % 2, 0, 1
    from engagement_analysis e
    cross join generate_series(0, 4) k
    join round_players p on p.round_id = e.round_id
      and p.slot = (e.slot + k * (case when k % 2 = 0 then 2 else 1 end)) % ${PLAYERS_PER_ROUND}
    where e.round_id = any (${ids}::integer[])`;
  await sql`
    insert into proximity_events (
      round_id, row_number, record, engagement, start_ms, time_ms, player_id, slot, partner_player_id, partner_slot,
      enemy_player_id, enemy_slot, damage_given, team, angle_deg, rule_version
    )
    select
      e.round_id, 10000 + e.engagement, (array['crossfire', 'bait', 'trade'])[e.engagement % 3 + 1]::engagement_record,
      e.engagement, e.start_ms, e.time_ms, e.player_id, e.slot, p.player_id, p.slot, e.enemy_player_id, e.enemy_slot,
      60, e.team, case when e.engagement % 3 = 0 then 70 end, 1
    from engagement_analysis e
    join round_players p on p.round_id = e.round_id and p.slot = (e.slot + 2) % ${PLAYERS_PER_ROUND}
    where e.round_id = any (${ids}::integer[]) and e.engagement % 3 <> 2`;
  await sql`
    insert into proximity_heatmap (round_id, cell_x, cell_y, kills, deaths, team)
    select r, n % 10 - 5, n / 10 - 3, n % 3, (n + 1) % 3, n % 2 + 1
    from unnest(${ids}::integer[]) r cross join generate_series(0, 59) n`;
}

/** Adds rounds until the database holds `rounds` of them, and derives what follows from them. */
export async function generateRounds(
  sql: Sql,
  rounds: number,
  report: (done: number) => unknown = () => undefined,
): Promise<void> {
  await sql`
    insert into players (guid, name)
    select upper(md5(number::text)), 'bench ' || number from generate_series(1, ${PLAYERS}::integer) number
    on conflict (guid) do nothing`;
  const [existing] = await sql<{ count: number }[]>`select count(*) from rounds`;
  for (let done = existing?.count ?? 0; done < rounds;) {
    const last = Math.min(done + ROUNDS_PER_TRANSACTION, rounds);
    await sql.begin(async (transaction) => {
      const ids = await insertRounds(transaction, done, last - 1);
      await insertFacts(transaction, ids);
      for (const id of ids) {
        await sumUpMovement(transaction, id, CELL_UNITS, SAMPLE_MS);
        await deriveRound(transaction, id);
      }
    });
    done = last;
    report(done);
  }
  await sql`vacuum analyze`;
}
