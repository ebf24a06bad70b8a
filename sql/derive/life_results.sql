-- What players did in each life of round $1, from a spawn to the next, and how it ended. Stands on downs and trade_chances.
--
-- Kills, assists and revives belong to the life in which they happened, also after its last death: a grenade may still go off.
-- Each life is told twice where people and bots played: with what bots did and what was done to them, and without.
insert into life_results (
  round_id, player_id, life, from_ms, bought_ms, revived_after_ms, gibbed_after_ms, slot, team, kills, kills_held, assists, revives,
  double_kills, triple_kills, larger_kills, bought_downs, gibbed_in_time, fallen, revived_in_time, is_survived, is_avenged, counts
)
with known as materialized (
  select
    coalesce(captures ->> 'hit', case when source = 'prox' then 'on' else '' end) in ('on', 'by_state') as has_hits,
    coalesce(captures ->> 'revive', case when source = 'prox' then 'on' else '' end) in ('on', 'by_state') as has_revives,
    exists (select from round_rules where round_id = $1 and rule = 'trade') as has_trades
  from rounds
  where round_id = $1
),
bots as materialized (
  select player_id, bool_or(is_bot) as is_bot
  from round_players
  where round_id = $1
  group by player_id
),
counted as materialized (
  select counts
  from (select bool_or(is_bot) and not bool_and(is_bot) as is_mixed from bots) of_round
  cross join (values ('all'::life_counts, false), ('with_bots', true), ('without_bots', true)) c (counts, of_mixed)
  where of_mixed = coalesce(is_mixed, false)
),
events as materialized (
  select
    event_number, event, relation, time_ms, damage_effective, target_is_wounded, target_life,
    attacker_player_id, attacker_slot, target_player_id, target_slot, target_team
  from combat_events
  where round_id = $1 and event in ('hit', 'spawn', 'revive', 'join', 'leave')
),
fallen as materialized (
  select
    event_number, time_ms, attacker_player_id, attacker_slot, target_player_id, target_slot, relation = 'enemy' as is_by_enemy,
    is_undone, next_wave_ms, bought_ms, revived_after_ms, gibbed_after_ms
  from downs
  where round_id = $1
),
-- What was done to players, stretch by stretch: each ends with a down, a spawn or a revive.
suffered as materialized (
  select *, count(*) filter (where not is_hit) over (partition by target_player_id order by event_number) as stretch
  from (
    select
      event_number, time_ms, attacker_player_id, attacker_slot, target_player_id, damage_effective,
      event = 'hit' as is_hit, false as is_kill
    from events
    where is_enemy_hit(event, relation, target_is_wounded) or event in ('spawn', 'revive')
    union all
    select event_number, time_ms, attacker_player_id, null, target_player_id, null, false, is_by_enemy
    from fallen
  ) done
),
assists as (
  select k.event_number, k.target_player_id, h.attacker_player_id, h.attacker_slot
  from suffered k
  join suffered h
    on h.target_player_id = k.target_player_id and h.stretch = k.stretch - 1 and h.is_hit and h.time_ms >= k.time_ms - 5000
  where k.is_kill and h.attacker_player_id <> k.attacker_player_id
  group by k.event_number, k.target_player_id, h.attacker_player_id, h.attacker_slot
  having sum(h.damage_effective) >= 40
),
deeds as (
  select
    target_player_id as player_id, target_slot as slot, event_number, event::text as deed, time_ms,
    null::integer as other_id, case when event = 'spawn' then target_life end as new_life, target_team as team,
    null::boolean as is_held, null::integer as bought_ms, null::integer as next_wave_ms, null::integer as after_ms
  from events
  where event in ('spawn', 'join', 'leave')
  union all
  select target_player_id, target_slot, event_number, 'revived', time_ms, null, null, null, null, null, null, null
  from events
  where event = 'revive'
  union all
  select attacker_player_id, attacker_slot, event_number, 'revive', time_ms, target_player_id, null, null, null, null, null, null
  from events
  where event = 'revive'
  union all
  select attacker_player_id, attacker_slot, event_number, 'assist', null, target_player_id, null, null, null, null, null, null
  from assists
  union all
  select
    attacker_player_id, attacker_slot, event_number, 'kill', time_ms, target_player_id, null, null,
    not is_undone, bought_ms, next_wave_ms, gibbed_after_ms
  from fallen
  where is_by_enemy
  union all
  select
    target_player_id, target_slot, event_number, case when is_by_enemy then 'fallen' else 'death' end, time_ms,
    attacker_player_id, null, null, null, bought_ms, next_wave_ms, revived_after_ms
  from fallen
),
told as materialized (
  select
    d.*, coalesce(b.is_bot, false) as is_bot, coalesce(o.is_bot, false) as is_with_bot,
    max(new_life) over (partition by d.player_id, slot order by event_number) as life
  from deeds d
  left join bots b on b.player_id = d.player_id
  left join bots o on o.player_id = d.other_id
  where d.player_id is not null
),
meant as materialized (
  select counts, t.*, counts <> 'without_bots' or not is_with_bot as is_meant
  from told t
  cross join counted
  where life is not null
    and (counts <> 'without_bots' or not is_bot and (not is_with_bot or deed not in ('kill', 'assist', 'revive')))
),
chains as (
  select counts, player_id, slot, life, count(*) as kills
  from (
    select *, count(*) filter (where is_new) over (partition by counts, player_id, slot, life order by event_number) as chain
    from (
      select *, time_ms - lag(time_ms) over (partition by counts, player_id, slot, life order by event_number) > 5000 as is_new
      from meant
      where deed = 'kill'
    ) gaps
  ) kills
  group by counts, player_id, slot, life, chain
),
multikills as (
  select
    counts, player_id, slot, life,
    count(*) filter (where kills = 2) as double_kills,
    count(*) filter (where kills = 3) as triple_kills,
    count(*) filter (where kills > 3) as larger_kills
  from chains
  group by counts, player_id, slot, life
),
avenged as (
  select distinct c.event_number, counts
  from trade_chances c
  cross join counted
  left join bots b on b.player_id = c.mate_player_id
  where c.round_id = $1 and is_traded and (counts <> 'without_bots' or not coalesce(b.is_bot, false))
),
lives as (
  select
    counts, player_id, slot, life,
    min(time_ms) filter (where deed = 'spawn') as from_ms,
    min(team) filter (where deed = 'spawn') as team,
    count(*) filter (where deed = 'kill') as kills,
    count(*) filter (where deed = 'kill' and is_held) as kills_held,
    count(*) filter (where deed = 'assist') as assists,
    count(*) filter (where deed = 'revive') as revives,
    count(bought_ms) filter (where deed = 'kill') as bought_downs,
    coalesce(sum(bought_ms) filter (where deed = 'kill'), 0) as bought_ms,
    count(*) filter (where deed = 'kill' and bought_ms is not null and after_ms < next_wave_ms) as gibbed_in_time,
    coalesce(sum(after_ms) filter (where deed = 'kill' and bought_ms is not null and after_ms < next_wave_ms), 0) as gibbed_after_ms,
    count(bought_ms) filter (where deed = 'fallen' and is_meant) as fallen,
    count(*) filter (where deed = 'fallen' and is_meant and bought_ms is not null and after_ms < next_wave_ms) as revived_in_time,
    coalesce(sum(after_ms) filter (where deed = 'fallen' and is_meant and bought_ms is not null and after_ms < next_wave_ms), 0)
      as revived_after_ms,
    bool_or(deed = 'fallen' and is_meant and a.event_number is not null) as is_avenged,
    -- The last that became of the player: alive or not, the next wave of their death, and whether a bot was it that does not count.
    max(array[
      event_number, (deed in ('spawn', 'revived'))::integer, coalesce(next_wave_ms, 2147483647),
      (counts = 'without_bots' and is_with_bot)::integer
    ])
      filter (where deed in ('spawn', 'revived', 'fallen', 'death')) as ending,
    bool_or(deed in ('join', 'leave')) as has_left
  from meant
  left join avenged a using (event_number, counts)
  group by counts, player_id, slot, life
),
latest as (
  select counts, player_id, slot, max(life) as life
  from lives
  group by counts, player_id, slot
)
select
  $1, l.player_id, l.life, l.from_ms,
  case when has_revives then bought_ms end, case when has_revives then revived_after_ms end, gibbed_after_ms,
  l.slot, team, kills,
  case when has_revives then kills_held end, case when has_hits then assists end, case when has_revives then revives end,
  coalesce(double_kills, 0), coalesce(triple_kills, 0), coalesce(larger_kills, 0),
  bought_downs, gibbed_in_time, fallen, revived_in_time,
  ending[2] = 1 and latest.life is not null and not has_left or ending[3] <= 3000,
  case when has_trades then is_avenged end,
  counts
from lives l
cross join known
left join latest using (counts, player_id, slot, life)
left join multikills using (counts, player_id, slot, life)
where from_ms is not null and ending[4] = 0
