-- How two players of a team played together in round $1. Stands on teammate_distances.
-- Once, and not in each place that asks for it.
with round as materialized (
  select
    position_rows is not null and captures ->> 'positions' is distinct from 'partly'
      and (positions_pruned_at is null or exists (select from teammate_distances where round_id = $1)) as has_positions,
    combat_rows is not null as has_combat,
    exists (select from round_rules where round_id = $1 and rule = 'engagement') as has_engagements,
    exists (select from round_rules where round_id = $1 and rule = 'crossfire') as has_crossfires,
    exists (select from round_rules where round_id = $1 and rule = 'bait') as has_baits,
    exists (select from round_rules where round_id = $1 and rule = 'trade') as has_trades,
    (substring(configuration ->> 'prox_sample_ms' from '^[1-9][0-9]{0,5}$'))::integer as sample_ms,
    configuration ->> 'prox_near_units' ~ '^[1-9][0-9]{0,5}$' as has_near
  from rounds
  where round_id = $1
),
proximity as (
  select
    player_id, teammate_player_id, team, samples, near_samples,
    distance_sum_units / samples as mean_distance_units
  from teammate_distances
  where round_id = $1
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
    count(*) filter (where e.winner_team = s.team) as engagements_won,
    count(*) filter (where e.winner_team <> s.team) as engagements_lost,
    count(c.engagement) as crossfire_fights
  from shared s
  join engagement_analysis e on e.round_id = $1 and e.engagement = s.engagement
  left join (
    select distinct
      engagement, team, least(player_id, partner_player_id) as player_id, greatest(player_id, partner_player_id) as teammate_player_id
    from proximity_events
    where round_id = $1 and record = 'crossfire'
  ) c
    on c.engagement = s.engagement and c.team = s.team
      and c.player_id = s.player_id and c.teammate_player_id = s.teammate_player_id
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
  together_ms, near_ms, mean_distance_units, engagements, engagements_won, engagements_lost,
  crossfires, crossfire_fights, crossfire_damage, baits, trades, revives
)
select
  $1, player_id, teammate_player_id, team,
  case when has_positions then coalesce(samples, 0) * sample_ms end,
  case when has_positions and has_near then case when samples is null then 0 else near_samples * sample_ms end end,
  mean_distance_units,
  case when has_engagements then coalesce(engagements, 0) end,
  case when has_engagements then coalesce(engagements_won, 0) end,
  case when has_engagements then coalesce(engagements_lost, 0) end,
  case when has_crossfires then coalesce(crossfires, 0) end,
  case when has_crossfires and has_engagements then coalesce(crossfire_fights, 0) end,
  case when has_crossfires then coalesce(crossfire_damage, 0) end,
  case when has_baits then coalesce(baits, 0) end,
  case when has_trades then coalesce(trades, 0) end,
  case when has_combat then coalesce(revives, 0) end
from proximity
full join fights using (player_id, teammate_player_id, team)
full join acts using (player_id, teammate_player_id, team)
full join revivals using (player_id, teammate_player_id, team)
cross join round
where team in (1, 2)
