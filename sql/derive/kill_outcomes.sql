-- Which kills of round $1 a revive undid: the next thing that became of the target in that life was a revive.
update combat_events k
set is_undone = o.next_event is not distinct from 'revive'
from (
  select
    event_number, event,
    lead(event) over (partition by target_player_id, target_slot, target_life order by event_number) as next_event
  from combat_events
  where round_id = $1 and event in ('kill', 'revive', 'gib', 'tapout')
) o
where k.round_id = $1 and k.event_number = o.event_number and o.event = 'kill'
  and k.is_undone is distinct from (o.next_event is not distinct from 'revive')
