-- Who moves how much: metres a minute alive (39.4 units a metre) and the share of the time spent standing still.
select
  p.name as player,
  count(distinct s.round_id) as rounds,
  round((sum(s.distance_units) / 39.4 / (sum(s.alive_ms) / 60000.0))::numeric, 1) as metres_per_minute,
  round(100.0 * sum(s.stationary_ms) / sum(s.alive_ms)) as stationary_percent
from player_engagement_stats s
join people p using (player_id)
where s.alive_ms > 0 and s.round_id <> all (array(select round_id from rounds where excluded_at is not null))
group by p.person_id, p.name
order by metres_per_minute desc, player;
