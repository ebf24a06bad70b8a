-- Where the teams spend their time on one map: samples in cells of the map. A cell is movement_cell_units wide, as its round
-- was recorded.
--
-- The array makes the planner go to the movement by its key; a join with rounds would read the whole table.
select
  team,
  cell_x,
  cell_y,
  sum(samples) as samples,
  count(distinct player_id) as players
from player_cells
where round_id = any (array(select round_id from rounds where map = 'supply' and movement_cell_units = 256))
group by team, cell_x, cell_y
order by samples desc, team, cell_x, cell_y
limit 20;
