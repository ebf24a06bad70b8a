-- Where the teams spend their time on one map: seconds alive in cells of 256 units.
--
-- The array makes the planner go to the positions by their key; a join with rounds would read the whole table.
select
  team,
  floor(x / 256)::integer as cell_x,
  floor(y / 256)::integer as cell_y,
  count(*) as samples,
  count(distinct player_id) as players
from player_positions
where round_id = any (array(select round_id from rounds where map = 'supply'))
group by team, cell_x, cell_y
order by samples desc, team, cell_x, cell_y
limit 20;
