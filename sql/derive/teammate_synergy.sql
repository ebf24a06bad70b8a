-- How two players of a team played together in round $1.
--
-- Time together is taken from one moment in five seconds: all players are sampled at the same moments, and each chosen
-- moment stands for the time until the next one, ten seconds at most.
with round as (
  select
    position_rows is not null and positions_pruned_at is null as has_positions,
    combat_rows is not null as has_combat,
    engagement_rows is not null as has_engagements
  from rounds
  where round_id = $1
),
moments as (
  select time_ms, least(lead(time_ms, 1, time_ms) over (order by time_ms) - time_ms, 10000) as lasts_ms
  from (
    select min(time_ms) as time_ms from player_positions where round_id = $1 group by time_ms / 5000
  ) chosen
),
samples as (
  select m.time_ms, m.lasts_ms, p.player_id, p.team, p.x::float8 as x, p.y::float8 as y, p.z::float8 as z
  from player_positions p
  join moments m using (time_ms)
  where p.round_id = $1 and m.lasts_ms > 0
),
pairs_of_samples as (
  select
    a.player_id, b.player_id as teammate_player_id, a.team, a.lasts_ms,
    sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) + (a.z - b.z) * (a.z - b.z)) as distance_units
  from samples a
  join samples b on b.time_ms = a.time_ms and b.team = a.team and b.player_id > a.player_id
),
proximity as (
  select
    player_id, teammate_player_id, team,
    sum(lasts_ms) as together_ms,
    coalesce(sum(lasts_ms) filter (where distance_units <= 600), 0) as near_ms,
    sum(lasts_ms * distance_units) / sum(lasts_ms) as mean_distance_units
  from pairs_of_samples
  group by player_id, teammate_player_id, team
),
shared as (
  select distinct a.engagement, a.player_id, b.player_id as teammate_player_id, a.team
  from engagement_participants a
  join engagement_participants b
    on b.round_id = a.round_id and b.engagement = a.engagement and b.side = a.side and b.player_id > a.player_id
  where a.round_id = $1
),
fights as (
  select
    s.player_id, s.teammate_player_id, s.team,
    count(*) as engagements,
    count(*) filter (where e.winner_team = s.team) as engagements_won
  from shared s
  join engagement_analysis e on e.round_id = $1 and e.engagement = s.engagement
  group by s.player_id, s.teammate_player_id, s.team
),
acts as (
  select
    least(player_id, partner_player_id) as player_id,
    greatest(player_id, partner_player_id) as teammate_player_id,
    team,
    count(*) filter (where record = 'crossfire') as crossfires,
    coalesce(sum(damage_given) filter (where record = 'crossfire'), 0) as crossfire_damage,
    count(*) filter (where record = 'bait') as baits,
    count(*) filter (where record = 'trade') as trades
  from proximity_events
  where round_id = $1 and player_id <> partner_player_id
  group by 1, 2, 3
),
revivals as (
  select
    least(attacker_player_id, target_player_id) as player_id,
    greatest(attacker_player_id, target_player_id) as teammate_player_id,
    target_team as team,
    count(*) as revives
  from combat_events
  where round_id = $1 and event = 'revive' and attacker_player_id <> target_player_id
  group by 1, 2, 3
)
insert into teammate_synergy (
  round_id, player_id, teammate_player_id, team,
  together_ms, near_ms, mean_distance_units, engagements, engagements_won,
  crossfires, crossfire_damage, baits, trades, revives
)
select
  $1, player_id, teammate_player_id, team,
  case when has_positions then coalesce(together_ms, 0) end,
  case when has_positions then coalesce(near_ms, 0) end,
  mean_distance_units,
  case when has_engagements then coalesce(engagements, 0) end,
  case when has_engagements then coalesce(engagements_won, 0) end,
  case when has_engagements then coalesce(crossfires, 0) end,
  case when has_engagements then coalesce(crossfire_damage, 0) end,
  case when has_engagements then coalesce(baits, 0) end,
  case when has_engagements then coalesce(trades, 0) end,
  case when has_combat then coalesce(revives, 0) end
from proximity
full join fights using (player_id, teammate_player_id, team)
full join acts using (player_id, teammate_player_id, team)
full join revivals using (player_id, teammate_player_id, team)
cross join round
where team in (1, 2)
