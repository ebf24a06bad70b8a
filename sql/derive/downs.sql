-- The downs of round $1, each with the fight that it was in: the one that the victim, who died in it, had joined last.
-- Stands on kill_outcomes.
insert into downs (
  round_id, event_number, time_ms, engagement, attacker_player_id, target_player_id, relation, attacker_team, target_team,
  attacker_slot, target_slot, weapon, means_of_death, axis_alive, allies_alive, is_undone, is_first, is_opening
)
with kills as (
  select *, relation is not distinct from 'enemy' as is_by_enemy
  from combat_events
  where round_id = $1 and event = 'kill'
),
fights as (
  select distinct on (k.event_number) k.event_number, p.engagement
  from kills k
  join engagement_participants p
    on p.round_id = $1 and p.player_id = k.target_player_id and k.time_ms between p.start_ms and p.time_ms
  where p.deaths > 0
  order by k.event_number, p.start_ms desc, p.engagement desc
)
select
  $1, event_number, time_ms, engagement, attacker_player_id, target_player_id, relation, attacker_team, target_team,
  attacker_slot, target_slot, weapon, means_of_death, axis_alive, allies_alive, is_undone,
  is_by_enemy and row_number() over (partition by is_by_enemy order by event_number) = 1,
  is_by_enemy and engagement is not null
    and row_number() over (partition by engagement, is_by_enemy order by event_number) = 1
from kills
left join fights using (event_number)
