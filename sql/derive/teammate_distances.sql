-- How far teammates were from each other in round $1, over all samples, where the import did not sum it up.
insert into teammate_distances (
  round_id, player_id, teammate_player_id, team, samples, near_samples, distance_sum_units
)
select
  $1, player_id, teammate_player_id, team, count(*),
  case when near_units is not null then count(*) filter (where distance_units <= near_units) end,
  sum(distance_units)
from (
  select
    a.player_id, b.player_id as teammate_player_id, a.team,
    sqrt((a.x::float8 - b.x) ^ 2 + (a.y::float8 - b.y) ^ 2 + (a.z::float8 - b.z) ^ 2) as distance_units
  from player_positions a
  join player_positions b on b.time_ms = a.time_ms and b.team = a.team and b.player_id > a.player_id
  where a.round_id = $1 and b.round_id = $1 and a.team in (1, 2)
    and not exists (select 1 from teammate_distances where round_id = $1)
) pairs
cross join (
  select (substring(configuration ->> 'prox_near_units' from '^[1-9][0-9]{0,5}$'))::integer as near_units
  from rounds
  where round_id = $1
) round
group by player_id, teammate_player_id, team, near_units
