-- The lives of round $1, summed up over their samples.
insert into player_lives (
  round_id, player_id, slot, life, team, class,
  samples, crouching_samples, prone_samples, sprinting_samples, stationary_ms, speed_sum_ups, distance_units,
  first_ms, last_ms
)
select
  round_id, player_id, slot, life, team, class,
  count(*),
  count(*) filter (where stance = 1),
  count(*) filter (where stance = 2),
  count(*) filter (where is_sprinting),
  sum(stationary_ms),
  sum(speed_ups::float8),
  sum(distance_units::float8),
  min(time_ms),
  max(time_ms)
from player_positions
where round_id = $1
group by round_id, player_id, slot, life, team, class
