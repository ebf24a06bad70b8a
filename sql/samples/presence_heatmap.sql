-- Where the teams spend their time on the map played most: samples in cells of the map. A cell is movement_cell_units wide, as
-- its round was recorded; rounds with the cells that most of the map's rounds have are taken. For another map write map = 'supply'
-- in place of the first comparison.
--
-- The array makes the planner go to the movement by its key; a join with rounds would read the whole table.
select
  team,
  cell_x,
  cell_y,
  sum(samples) as samples,
  count(distinct coalesce(person_id, player_id)) as players
from player_cells
left join player_aliases using (player_id)
where round_id = any (array(
  select round_id from rounds
  where excluded_at is null and (map, movement_cell_units) = (
    select map, mode() within group (order by movement_cell_units)
    from rounds
    where excluded_at is null and map = (
      select map from rounds where movement_cell_units > 0 and excluded_at is null
      group by map order by count(*) desc, map limit 1
    )
    group by map
  )
))
group by team, cell_x, cell_y
order by samples desc, team, cell_x, cell_y
limit 20;
