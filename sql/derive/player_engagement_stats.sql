-- What each player did in round $1, for each team that the player was in. Stands on player_lives and combat_counts.
-- Once, and not in each place that asks for it.
with round as materialized (
  select
    -- Where positions are missing for some of the time, nobody knows how long players were alive.
    position_rows is not null and captures ->> 'positions' is distinct from 'partly'
      and (positions_pruned_at is null or exists (select from player_lives where round_id = $1)) as has_positions,
    combat_rows is not null as has_combat,
    -- Other trackers may not record these, or only some: a sum of some is none.
    source = 'prox' or captures ->> 'hit' = 'on' as has_hits,
    source = 'prox' or captures ->> 'fire' = 'on' as has_fire,
    source = 'prox' or captures ->> 'revive' = 'on' as has_revives,
    -- Of other trackers the proximity tracker alone tells what became of a kill.
    source = 'prox' or (source = 'proximity' and captures ->> 'revive' = 'on') as has_gibs,
    exists (select from round_rules where round_id = $1 and rule = 'engagement') as has_engagements,
    exists (select from round_rules where round_id = $1 and rule = 'crossfire') as has_crossfires,
    exists (select from round_rules where round_id = $1 and rule = 'bait') as has_baits,
    exists (select from round_rules where round_id = $1 and rule = 'trade') as has_trades
  from rounds
  where round_id = $1
),
members as (
  select distinct player_id, team from round_players where round_id = $1 and team in (1, 2)
),
movement as (
  select
    player_id, team,
    count(distinct (slot, life)) as lives,
    sum(alive_ms) as alive_ms,
    sum(stationary_ms) as stationary_ms,
    sum(distance_units) as distance_units
  from player_lives
  where round_id = $1
  group by player_id, team
),
events as (
  select
    attacker_player_id, attacker_team, target_player_id, target_team, event, relation, hit_region, is_undone, times, damage_effective as damage,
    e.event = 'fire' and w.has_accuracy as is_bullet,
    -- The engine takes such a bullet back, and so does accuracy.
    e.event = 'hit' and e.target_is_wounded and m.has_accuracy as is_body_hit,
    is_enemy_kill(e.event, e.relation) as is_enemy_kill,
    is_living_hit(e.event, e.target_is_wounded) as is_living_hit,
    is_enemy_hit(e.event, e.relation, e.target_is_wounded) as is_enemy_hit,
    is_enemy_hit(e.event, e.relation, e.target_is_wounded) and m.has_accuracy as is_bullet_hit
  from combat_counts e
  left join weapons w on w.weapon = e.weapon
  left join means_of_death m on m.means_of_death = e.means_of_death
  where round_id = $1
),
given as (
  select
    attacker_player_id as player_id, attacker_team as team,
    sum(times) filter (where is_enemy_kill) as kills,
    sum(times) filter (where is_enemy_kill and is_undone) as kills_undone,
    sum(times) filter (where event = 'kill' and relation = 'team') as team_kills,
    sum(times) filter (where event = 'gib' and attacker_team <> target_team) as gibs,
    sum(times) filter (where event = 'revive') as revives,
    sum(damage) filter (where is_enemy_hit) as damage_given,
    sum(damage) filter (where is_living_hit and relation = 'team') as team_damage_given,
    greatest(0, coalesce(sum(times) filter (where is_bullet), 0) - coalesce(sum(times) filter (where is_body_hit), 0))
      as bullets_fired,
    sum(times) filter (where is_bullet_hit) as bullet_hits,
    sum(times) filter (where is_bullet_hit and hit_region is not null) as located_hits,
    sum(times) filter (where is_bullet_hit and hit_region = 'head') as head_hits
  from events
  where attacker_player_id is not null
  group by attacker_player_id, attacker_team
),
received as (
  select
    target_player_id as player_id, target_team as team,
    sum(times) filter (where event = 'kill') as deaths,
    sum(times) filter (where event = 'kill' and is_undone) as deaths_undone,
    sum(times) filter (where event = 'kill' and relation in ('self', 'world')) as self_kills,
    sum(times) filter (where event = 'revive') as revived,
    sum(damage) filter (where is_enemy_hit) as damage_received
  from events
  where target_player_id is not null
  group by target_player_id, target_team
),
parts as (
  select
    p.player_id, p.team, p.engagement,
    sum(p.kills) as kills,
    e.winner_team = p.team as is_won,
    e.winner_team <> p.team as is_lost,
    e.outcome = 'escape' and p.side = 'defenders' as is_escape,
    own_players(p.side, e.attackers, e.defenders) as own,
    enemy_players(p.side, e.attackers, e.defenders) as others,
    e.player_id = p.player_id as is_opener
  from engagement_participants p
  join engagement_analysis e using (round_id, engagement)
  where p.round_id = $1
  group by p.player_id, p.team, p.engagement, p.side, e.player_id, e.winner_team, e.outcome, e.attackers, e.defenders
),
fights as (
  select
    player_id, team,
    count(*) as engagements,
    count(*) filter (where is_won) as engagements_won,
    count(*) filter (where is_lost) as engagements_lost,
    count(*) filter (where is_opener) as engagements_opened,
    count(*) filter (where own = 1 and others = 1) as duels,
    count(*) filter (where own = 1 and others = 1 and is_won) as duels_won,
    count(*) filter (where own = 1 and others = 1 and is_lost) as duels_lost,
    count(*) filter (where own < others) as outnumbered,
    count(*) filter (where own < others and is_won) as outnumbered_won,
    count(*) filter (where own < others and is_lost) as outnumbered_lost,
    count(*) filter (where is_escape) as escapes,
    coalesce(sum(kills) filter (where own = 1), 0) as solo_kills
  from parts
  group by player_id, team
),
acts as (
  select
    actor.player_id, e.team,
    count(*) filter (where e.record = 'crossfire') as crossfires,
    count(*) filter (where e.record = 'bait' and is_first) as baits_drawn,
    count(*) filter (where e.record = 'bait' and not is_first) as baits_punished,
    count(*) filter (where e.record = 'trade' and is_first) as trade_kills,
    count(*) filter (where e.record = 'trade' and not is_first) as deaths_traded
  from proximity_events e
  cross join lateral (values (e.player_id, true), (e.partner_player_id, false)) actor (player_id, is_first)
  where e.round_id = $1
  group by actor.player_id, e.team
)
insert into player_engagement_stats (
  round_id, player_id, team,
  lives, alive_ms, stationary_ms, distance_units,
  kills, kills_undone, team_kills, gibs, revives, damage_given, team_damage_given,
  bullets_fired, bullet_hits, located_hits, head_hits,
  deaths, deaths_undone, self_kills, revived, damage_received,
  engagements, engagements_won, engagements_lost, engagements_opened, duels, duels_won, duels_lost,
  outnumbered, outnumbered_won, outnumbered_lost, escapes, solo_kills,
  crossfires, baits_drawn, baits_punished, trade_kills, deaths_traded
)
select
  $1, player_id, team,
  case when has_positions then coalesce(lives, 0) end,
  case when has_positions then case when lives is null then 0 else alive_ms end end,
  case when has_positions then coalesce(stationary_ms, 0) end,
  case when has_positions then coalesce(distance_units, 0) end,
  case when has_combat then coalesce(kills, 0) end,
  case when has_combat and has_revives then coalesce(kills_undone, 0) end,
  case when has_combat then coalesce(team_kills, 0) end,
  case when has_combat and has_gibs then coalesce(gibs, 0) end,
  case when has_combat and has_revives then coalesce(revives, 0) end,
  case when has_combat and has_hits then coalesce(damage_given, 0) end,
  case when has_combat and has_hits then coalesce(team_damage_given, 0) end,
  case when has_combat and has_fire and has_hits then coalesce(bullets_fired, 0) end,
  case when has_combat and has_hits then coalesce(bullet_hits, 0) end,
  case when has_combat and has_hits then coalesce(located_hits, 0) end,
  case when has_combat and has_hits then coalesce(head_hits, 0) end,
  case when has_combat then coalesce(deaths, 0) end,
  case when has_combat and has_revives then coalesce(deaths_undone, 0) end,
  case when has_combat then coalesce(self_kills, 0) end,
  case when has_combat and has_revives then coalesce(revived, 0) end,
  case when has_combat and has_hits then coalesce(damage_received, 0) end,
  case when has_engagements then coalesce(engagements, 0) end,
  case when has_engagements then coalesce(engagements_won, 0) end,
  case when has_engagements then coalesce(engagements_lost, 0) end,
  case when has_engagements then coalesce(engagements_opened, 0) end,
  case when has_engagements then coalesce(duels, 0) end,
  case when has_engagements then coalesce(duels_won, 0) end,
  case when has_engagements then coalesce(duels_lost, 0) end,
  case when has_engagements then coalesce(outnumbered, 0) end,
  case when has_engagements then coalesce(outnumbered_won, 0) end,
  case when has_engagements then coalesce(outnumbered_lost, 0) end,
  case when has_engagements then coalesce(escapes, 0) end,
  case when has_engagements then coalesce(solo_kills, 0) end,
  case when has_crossfires then coalesce(crossfires, 0) end,
  case when has_baits then coalesce(baits_drawn, 0) end,
  case when has_baits then coalesce(baits_punished, 0) end,
  case when has_trades then coalesce(trade_kills, 0) end,
  case when has_trades then coalesce(deaths_traded, 0) end
from members
cross join round
left join movement using (player_id, team)
left join given using (player_id, team)
left join received using (player_id, team)
left join fights using (player_id, team)
left join acts using (player_id, team)
