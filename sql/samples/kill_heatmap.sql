-- Where players kill from and where they die, on the map played most: cells of 256 units over all rounds, kills of enemies only.
-- For another map write map = 'supply' in place of the comparison with the map played most. Excluded rounds do not count.
with chosen as (
  select array(
    select round_id from rounds
    where excluded_at is null
      and map = (select map from rounds where excluded_at is null group by map order by count(*) desc, map limit 1)
  ) as round_ids
),
points as (
  select 'kills' as what, attacker_team as team, attacker_x as x, attacker_y as y
  from combat_events, chosen
  where round_id = any (round_ids) and is_enemy_kill(event, relation)
  union all
  select 'deaths', target_team, target_x, target_y
  from combat_events, chosen
  where round_id = any (round_ids) and is_enemy_kill(event, relation)
)
select what, t.name as team, floor(x / 256)::integer as cell_x, floor(y / 256)::integer as cell_y, count(*)
from points
join teams t using (team)
where x is not null
group by what, t.name, cell_x, cell_y
order by count(*) desc, what, team, cell_x, cell_y
limit 20;
