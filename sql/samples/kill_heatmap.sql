-- Where is killed from, and where is died, on one map: cells of 256 units over all rounds, enemies' kills only.
with chosen as (
  select array(select round_id from rounds where map = 'supply') as round_ids
),
points as (
  select 'kills' as what, attacker_team as team, attacker_x as x, attacker_y as y
  from combat_events, chosen
  where round_id = any (round_ids) and event = 'kill' and relation = 'enemy'
  union all
  select 'deaths', target_team, target_x, target_y
  from combat_events, chosen
  where round_id = any (round_ids) and event = 'kill' and relation = 'enemy'
)
select what, t.name as team, floor(x / 256)::integer as cell_x, floor(y / 256)::integer as cell_y, count(*)
from points
join teams t using (team)
where x is not null
group by what, t.name, cell_x, cell_y
order by count(*) desc, what, team, cell_x, cell_y
limit 20;
