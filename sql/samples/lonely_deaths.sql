-- How far the nearest teammate was when a player was downed by an enemy, as seen in the last sample before.
with deaths as (
  select round_id, event_number, time_ms, target_player_id, target_slot
  from combat_events
  where is_enemy_kill(event, relation)
    and round_id <> all (array(select round_id from rounds where excluded_at is not null))
),
mine as (
  select distinct on (d.round_id, d.event_number)
    d.round_id, d.event_number, d.target_player_id as player_id, p.time_ms, p.team, p.slot, p.x, p.y, p.z
  from deaths d
  join player_positions p
    on p.round_id = d.round_id and p.slot = d.target_slot and p.time_ms between d.time_ms - 5000 and d.time_ms
  order by d.round_id, d.event_number, p.time_ms desc
),
nearest as (
  select
    mine.round_id, mine.event_number, mine.player_id,
    min(sqrt((m.x - mine.x) ^ 2 + (m.y - mine.y) ^ 2 + (m.z - mine.z) ^ 2)) as units
  from mine
  join player_positions m
    on m.round_id = mine.round_id and m.time_ms = mine.time_ms and m.team = mine.team and m.slot <> mine.slot
  group by mine.round_id, mine.event_number, mine.player_id
),
-- Player by player before they are joined: the planner takes the deaths for few, and would compare each with each.
all_deaths as (
  select target_player_id as player_id, count(*) as deaths from deaths group by target_player_id
),
seen_deaths as (
  select player_id, count(*) as deaths, sum(units) as units from nearest group by player_id
)
select
  p.name as player,
  sum(a.deaths)::bigint as deaths,
  round((sum(s.units) / sum(s.deaths))::numeric) as mean_units,
  (sum(a.deaths) - coalesce(sum(s.deaths), 0))::bigint as without_any_teammate
from all_deaths a
join people p on p.player_id = a.player_id
left join seen_deaths s on s.player_id = a.player_id
group by p.person_id, p.name
order by mean_units desc nulls last, player
limit 20;
