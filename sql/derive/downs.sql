-- The downs of round $1, each with the fight that it was in: the one that the victim, who died in it, had joined last.
-- With how many were involved in it: of that fight, alive, and with damage done or taken in it within 5 s. And with what became of
-- the victim: see bought_ms. Stands on kill_outcomes.
insert into downs (
  round_id, event_number, time_ms, engagement, attacker_player_id, target_player_id, relation, attacker_team, target_team,
  attacker_slot, target_slot, weapon, means_of_death, axis_alive, allies_alive, is_undone, is_first, is_opening,
  axis_involved, allies_involved, target_allies_near, target_enemies_near,
  next_wave_ms, revived_after_ms, gibbed_after_ms, bought_ms
)
with round as (
  select end_ms, coalesce(captures ->> 'revive', 'on') in ('on', 'by_state') as has_revives
  from rounds
  where round_id = $1
),
outcomes as materialized (
  select
    event_number,
    lead(event) over own as next_event,
    lead(time_ms) over own - time_ms as next_after_ms
  from combat_events
  where round_id = $1 and event in ('kill', 'revive', 'gib', 'tapout')
  window own as (partition by target_player_id, target_slot, target_life order by event_number)
),
kills as materialized (
  select *, relation is not distinct from 'enemy' as is_by_enemy
  from combat_events
  where round_id = $1 and event = 'kill'
),
fights as materialized (
  select distinct on (k.event_number) k.event_number, p.engagement
  from kills k
  join engagement_participants p
    on p.round_id = $1 and p.player_id = k.target_player_id and k.time_ms between p.start_ms and p.time_ms
  where p.deaths > 0
  order by k.event_number, p.start_ms desc, p.engagement desc
),
-- A hit is in each fight in which both took part while it lasted.
hits as materialized (
  select p.engagement, h.event_number, h.time_ms, who.player_id, who.team
  from combat_events h
  join engagement_participants p
    on p.round_id = $1 and p.player_id = h.target_player_id and p.team = h.target_team
      and h.time_ms between p.start_ms and p.time_ms
  join engagement_participants a
    on a.round_id = $1 and a.engagement = p.engagement and a.player_id = h.attacker_player_id and a.team = h.attacker_team
  cross join lateral (values (h.attacker_player_id, h.attacker_team), (h.target_player_id, h.target_team)) as who (player_id, team)
  where h.round_id = $1 and is_enemy_hit(h.event, h.relation, h.target_is_wounded)
),
active as materialized (
  select k.event_number, h.player_id, h.team
  from kills k
  join fights f using (event_number)
  join hits h
    on h.engagement = f.engagement and h.event_number < k.event_number and h.time_ms >= k.time_ms - 5000
  union
  select event_number, target_player_id, target_team
  from kills
  join fights using (event_number)
),
lives as materialized (
  select
    target_player_id as player_id, event, event_number as from_event,
    lead(event_number, 1, 2147483647) over (partition by target_player_id order by event_number) as to_event
  from combat_events
  where round_id = $1 and event in ('spawn', 'revive', 'kill', 'join', 'leave')
),
involved as (
  select
    a.event_number,
    count(distinct a.player_id) filter (where a.team = 1) as axis,
    count(distinct a.player_id) filter (where a.team = 2) as allies
  from active a
  left join lives l on l.player_id = a.player_id and l.from_event < a.event_number and a.event_number <= l.to_event
  -- Where nothing is told of them before, they had spawned.
  where coalesce(l.event in ('spawn', 'revive'), true)
  group by a.event_number
)
select
  $1, event_number, time_ms, engagement, attacker_player_id, target_player_id, relation, attacker_team, target_team,
  attacker_slot, target_slot, weapon, means_of_death, axis_alive, allies_alive,
  case when has_revives then is_undone end,
  is_by_enemy and row_number() over (partition by is_by_enemy order by event_number) = 1,
  is_by_enemy and engagement is not null
    and row_number() over (partition by engagement, is_by_enemy order by event_number) = 1,
  axis, allies, target_allies_near, target_enemies_near,
  target_next_wave_ms,
  case when next_event = 'revive' then next_after_ms end,
  case when next_event = 'gib' then next_after_ms end,
  case when has_revives and target_next_wave_ms is not null
    then greatest(0, least(target_next_wave_ms, end_ms - time_ms, case when next_event = 'revive' then next_after_ms end))
  end
from kills
cross join round
left join fights using (event_number)
left join involved using (event_number)
left join outcomes using (event_number)
