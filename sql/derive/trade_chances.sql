-- Chances to avenge in round $1: an enemy downs one player while a teammate is alive, from their last spawn or revive to their
-- next death. A grenade of one who is dead can avenge, too: that is a chance as well. Which fights the two downs belong to does
-- not matter.
insert into trade_chances (
  round_id, event_number, time_ms, victim_player_id, mate_player_id, delay_ms, avenger_distance_units,
  team, victim_slot, mate_slot, mate_is_alive, is_traded
)
with changes as (
  select
    target_player_id as player_id, target_slot as slot, target_team as team, event, event_number as from_event,
    lead(event_number, 1, 2147483647) over (partition by target_player_id order by event_number) as to_event
  from combat_events
  where round_id = $1 and event in ('spawn', 'revive', 'kill', 'join', 'leave') and target_player_id is not null
),
deaths as (
  select event_number, time_ms, target_team as team, target_player_id as victim, target_slot as victim_slot
  from combat_events
  where round_id = $1 and event = 'kill' and relation = 'enemy' and target_player_id is not null and target_team is not null
),
-- Deaths and lives are put together stretch by stretch of so many events, and not each with each.
lives as (
  select l.*, stretch
  from changes l
  cross join generate_series(
    l.from_event / 512, least(l.to_event, (select coalesce(max(event_number), 0) from deaths)) / 512) stretch
  where l.event in ('spawn', 'revive')
),
avenged as (
  select
    start_ms, partner_player_id as victim, player_id as mate, slot as mate_slot,
    time_ms - start_ms as delay_ms, end_distance_units
  from proximity_events
  where round_id = $1 and record = 'trade'
),
possible as (
  select d.event_number, l.player_id as mate, l.slot as mate_slot, true as mate_is_alive
  from deaths d
  join lives l
    on l.team = d.team and l.stretch = d.event_number / 512 and l.from_event < d.event_number and d.event_number < l.to_event
  union all
  select d.event_number, a.mate, a.mate_slot, false
  from deaths d
  join avenged a on a.victim = d.victim and a.start_ms = d.time_ms
),
chances as (
  select event_number, mate, mate_slot, bool_or(mate_is_alive) as mate_is_alive
  from possible
  group by event_number, mate, mate_slot
)
select
  $1, event_number, time_ms, d.victim, c.mate, a.delay_ms, a.end_distance_units,
  d.team, d.victim_slot, c.mate_slot, c.mate_is_alive, a.mate is not null
from chances c
join deaths d using (event_number)
left join avenged a on a.victim = d.victim and a.mate = c.mate and a.start_ms = d.time_ms
-- Two trades of one death by one player cannot be, but in files that nobody vouches for.
on conflict do nothing
