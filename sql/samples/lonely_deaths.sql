-- How far the nearest teammate was when a player was downed by an enemy, as seen in the last sample before.
select
  p.name as player,
  count(*) as deaths,
  round(avg(nearest.units)::numeric) as mean_units,
  count(*) filter (where nearest.units is null) as without_any_teammate
from combat_events e
join players p on p.player_id = e.target_player_id
left join lateral (
  select sqrt((m.x - mine.x) ^ 2 + (m.y - mine.y) ^ 2 + (m.z - mine.z) ^ 2) as units
  from (
    select * from player_positions
    where round_id = e.round_id and time_ms between e.time_ms - 5000 and e.time_ms and slot = e.target_slot
    order by time_ms desc limit 1
  ) mine
  join player_positions m
    on m.round_id = mine.round_id and m.time_ms = mine.time_ms and m.team = mine.team and m.slot <> mine.slot
  order by units limit 1
) nearest on true
where is_enemy_kill(e.event, e.relation)
group by p.player_id, p.name
order by mean_units desc nulls last, player
limit 20;
