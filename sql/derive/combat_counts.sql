-- The events of round $1 that players are measured by, counted: those that are alike are one row. Most are shots of one player
-- with one weapon. Stands on kill_outcomes.
insert into combat_counts (
  round_id, attacker_player_id, target_player_id, times, damage_effective, damage_squares,
  event, relation, hit_region, attacker_team, target_team, weapon, means_of_death, target_is_wounded, is_undone
)
select
  $1, attacker_player_id, target_player_id, count(*), sum(damage_effective), sum(damage_effective::float8 ^ 2),
  event, relation, hit_region, attacker_team, target_team, weapon, means_of_death, target_is_wounded, is_undone
from combat_events
where round_id = $1 and event in ('fire', 'hit', 'kill', 'gib', 'revive')
group by
  attacker_player_id, target_player_id,
  event, relation, hit_region, attacker_team, target_team, weapon, means_of_death, target_is_wounded, is_undone
