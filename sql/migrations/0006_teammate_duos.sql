-- The same numbers, summed up by hash before names are looked up: for everybody, the view read a page a row in the order
-- of an index, because it counted distinct rounds. A pair has two rows in a round only where it played on both sides.
create or replace view teammate_duos as
with sums as (
  select
    s.player_id,
    s.teammate_player_id,
    count(*) - count(other_side.team) as rounds,
    sum(s.together_ms) as together_ms,
    sum(s.near_ms) as near_ms,
    sum(s.mean_distance_units * s.together_ms) as distance_units_ms,
    sum(s.together_ms) filter (where s.mean_distance_units is not null) as distance_known_ms,
    sum(s.engagements) as engagements,
    sum(s.engagements_won) as engagements_won,
    sum(s.crossfires) as crossfires,
    sum(s.crossfires) filter (where s.together_ms is not null) as crossfires_while_together,
    sum(s.crossfire_damage) as crossfire_damage,
    sum(s.baits) as baits,
    sum(s.trades) as trades,
    sum(s.revives) as revives
  from teammate_synergy s
  left join teammate_synergy other_side
    on s.team = 2 and other_side.team = 1 and other_side.round_id = s.round_id
    and other_side.player_id = s.player_id and other_side.teammate_player_id = s.teammate_player_id
  group by s.player_id, s.teammate_player_id
)
select
  s.player_id,
  s.teammate_player_id,
  p.name as player_name,
  t.name as teammate_name,
  s.rounds,
  s.together_ms,
  s.near_ms::real / nullif(s.together_ms, 0) as near_share,
  s.distance_units_ms::real / nullif(s.distance_known_ms, 0) as mean_distance_units,
  s.engagements,
  s.engagements_won::real / nullif(s.engagements, 0) as engagement_win_rate,
  s.crossfires,
  s.crossfires_while_together * 600000.0::real / nullif(s.together_ms, 0) as crossfires_per_10_minutes,
  s.crossfire_damage,
  s.baits,
  s.trades,
  s.revives
from sums s
join players p on p.player_id = s.player_id
join players t on t.player_id = s.teammate_player_id;
