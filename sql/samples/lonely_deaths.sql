-- How far the nearest teammate was when a player was downed by an enemy, as seen in the last sample before.
with deaths as (
  select round_id, event_number, time_ms, target_player_id, target_slot
  from combat_events
  where is_enemy_kill(event, relation)
    and round_id <> all (array(select round_id from rounds where excluded_at is not null))
),
mine as (
  select distinct on (d.round_id, d.event_number)
    d.round_id, d.event_number, p.time_ms, p.team, p.slot, p.x, p.y, p.z
  from deaths d
  join player_positions p
    on p.round_id = d.round_id and p.slot = d.target_slot and p.time_ms between d.time_ms - 5000 and d.time_ms
  order by d.round_id, d.event_number, p.time_ms desc
),
nearest as (
  select
    mine.round_id, mine.event_number,
    min(sqrt((m.x - mine.x) ^ 2 + (m.y - mine.y) ^ 2 + (m.z - mine.z) ^ 2)) as units
  from mine
  join player_positions m
    on m.round_id = mine.round_id and m.time_ms = mine.time_ms and m.team = mine.team and m.slot <> mine.slot
  group by mine.round_id, mine.event_number
)
select
  p.name as player,
  count(*) as deaths,
  round(avg(nearest.units)::numeric) as mean_units,
  count(*) filter (where nearest.units is null) as without_any_teammate
from deaths d
join people p on p.player_id = d.target_player_id
left join nearest using (round_id, event_number)
group by p.person_id, p.name
order by mean_units desc nulls last, player
limit 20;
