-- The lives of round $1, summed up over their samples, with their time alive. The import gives the sums in $2; they stand
-- already where positions were pruned, or nothing new was imported of them.
--
-- Alive is a player from a spawn or revive to death, leaving or the round's end. Where no event tells it, samples stand for it.
with round as (
  select
    end_ms,
    position_rows is not null as has_positions,
    (substring(configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::integer as sample_ms
  from rounds
  where round_id = $1
),
sampled as (
  select
    player_id, slot, life, team, class,
    count(*) as samples,
    count(*) filter (where stance = 1) as crouching_samples,
    count(*) filter (where stance = 2) as prone_samples,
    count(*) filter (where is_sprinting) as sprinting_samples,
    sum(stationary_ms) as stationary_ms,
    sum(speed_ups::float8) as speed_sum_ups,
    sum(distance_units::float8) as distance_units,
    min(time_ms) as first_ms,
    max(time_ms) as last_ms
  from player_positions
  where round_id = $1 and $2::text is null and not exists (select 1 from player_lives where round_id = $1)
  group by player_id, slot, life, team, class
  union all
  select
    player_id, slot, life, team, class, samples, crouching_samples, prone_samples, sprinting_samples,
    stationary_ms, speed_sum_ups, distance_units, first_ms, last_ms
  from player_lives
  where round_id = $1
  union all
  select
    player_id, slot, life, team, class, samples, crouching_samples, prone_samples, sprinting_samples,
    stationary_ms, speed_sum_ups, distance_units, first_ms, last_ms
  from json_to_recordset($2::text::json) as imported (
    player_id integer, slot smallint, life integer, team smallint, class smallint,
    samples integer, crouching_samples integer, prone_samples integer, sprinting_samples integer,
    stationary_ms integer, speed_sum_ups float8, distance_units float8, first_ms integer, last_ms integer
  )
),
changes as (
  select
    event_number, event, time_ms,
    target_player_id as player_id, target_slot as slot, target_life as life, target_team as team, target_class as class,
    lead(time_ms) over (partition by target_player_id, target_slot order by event_number) as until_ms
  from combat_events
  where round_id = $1 and event in ('spawn', 'revive', 'kill', 'leave') and target_player_id is not null
),
alive as (
  select
    player_id, slot, life,
    (array_agg(team order by event_number))[1] as team,
    (array_agg(class order by event_number))[1] as class,
    sum(coalesce(until_ms, end_ms) - time_ms) as alive_ms
  from changes
  cross join round
  where event in ('spawn', 'revive') and life is not null
  group by player_id, slot, life
),
lives as (
  select
    player_id, slot, life,
    coalesce(s.team, a.team) as team,
    coalesce(s.class, a.class) as class,
    s.samples, s.crouching_samples, s.prone_samples, s.sprinting_samples,
    s.stationary_ms, s.speed_sum_ups, s.distance_units, s.first_ms, s.last_ms,
    -- A life in which team or class changed has a row for each, and its time is shared out by the samples.
    a.alive_ms * coalesce(s.samples / sum(s.samples) over (partition by player_id, slot, life), 1) as alive_ms
  from sampled s
  full join alive a using (player_id, slot, life)
)
insert into player_lives (
  round_id, player_id, slot, life, team, class,
  samples, crouching_samples, prone_samples, sprinting_samples, stationary_ms, speed_sum_ups, distance_units,
  first_ms, last_ms, alive_ms
)
select
  $1, player_id, slot, life, team, class,
  coalesce(samples, 0), coalesce(crouching_samples, 0), coalesce(prone_samples, 0), coalesce(sprinting_samples, 0),
  coalesce(stationary_ms, 0), coalesce(speed_sum_ups, 0), coalesce(distance_units, 0),
  first_ms, last_ms,
  coalesce(round(alive_ms), samples * sample_ms)
from lives
cross join round
where has_positions and team in (1, 2) and class is not null
on conflict (round_id, player_id, slot, life, team, class) do update set alive_ms = excluded.alive_ms
