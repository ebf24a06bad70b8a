-- The last ones alive of round $1: a death after which one of a team is alive, and at least one of the other. It ends with their
-- death, when they leave, when anyone of their team spawns or is revived, or with the round.
insert into last_stands (
  round_id, event_number, player_id, time_ms, end_ms, next_wave_ms, team, slot, enemies, downs, ending
)
with changes as (
  select
    target_player_id as player_id, target_slot as slot, target_team as team, event, event_number as from_event, time_ms,
    axis_alive, allies_alive, target_next_wave_ms as next_wave_ms,
    lead(event_number) over own as to_event,
    lead(event) over own as to_what,
    lead(time_ms) over own as to_ms,
    -- Their own next spawn, which counts here too, comes after their death, and changes nothing.
    min(event_number) filter (where event in ('spawn', 'revive')) over later as relief_event,
    min(time_ms) filter (where event in ('spawn', 'revive')) over later as relief_ms
  from combat_events
  where round_id = $1 and event in ('spawn', 'revive', 'kill', 'join', 'leave') and target_player_id is not null
  window own as (partition by target_player_id order by event_number),
    later as (partition by target_team order by event_number desc)
),
begins as (
  select
    from_event as event_number, time_ms, next_wave_ms, team, relief_event, relief_ms,
    case team when 1 then allies_alive else axis_alive end as enemies
  from changes
  where event = 'kill' and team in (1, 2)
    and case team when 1 then axis_alive else allies_alive end = 1
    and case team when 1 then allies_alive else axis_alive end > 0
),
stands as (
  select
    b.*, l.player_id, l.slot, l.to_event, l.to_what, l.to_ms,
    l.to_event is null or coalesce(l.to_event > b.relief_event, false) as is_survived
  from begins b
  join changes l
    on l.team = b.team and l.event in ('spawn', 'revive')
      and l.from_event < b.event_number and (l.to_event is null or b.event_number < l.to_event)
),
kills as (
  select attacker_player_id as player_id, event_number
  from combat_events
  where round_id = $1 and event = 'kill' and relation = 'enemy'
)
select
  $1, event_number, s.player_id, time_ms,
  case when not is_survived then to_ms else coalesce(relief_ms, (select end_ms from rounds where round_id = $1), time_ms) end,
  next_wave_ms, team, slot, enemies,
  (
    select count(*)
    from kills k
    where k.player_id = s.player_id and k.event_number > s.event_number
      and k.event_number < least(s.to_event, s.relief_event, 2147483647)
  ),
  (case
    when not is_survived then case to_what when 'kill' then 'death' else 'leave' end
    when relief_event is null then 'round_end'
    else 'relief'
  end)::stand_ending
from stands s
