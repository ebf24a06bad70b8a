-- Who crossfires with whom: pairs with at least 2 rounds as teammates.
select
  player_name, teammate_name, rounds, crossfires,
  round(crossfires_per_10_minutes::numeric, 1) as crossfires_per_10_minutes,
  round(100 * near_share::numeric) as near_percent,
  trades
from teammate_duos
where rounds >= 2
order by crossfires desc, player_name, teammate_name
limit 20;
