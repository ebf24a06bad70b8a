-- What two did together in round $1 gets the nearest objective within whose reach the enemy was when it began.
update proximity_events v
set objective = o.objective
from (
  select a.row_number, (
    select n.objective
    from objectives n
    cross join lateral (
      select (n.x - a.x) ^ 2 + (n.y - a.y) ^ 2 + (n.z - a.z) ^ 2 as squared_units) d
    where n.round_id = $1 and n.kind <> 'vehicle' and d.squared_units <= objective_reach_units() ^ 2
    order by d.squared_units, n.objective
    limit 1) as objective
  from proximity_events a
  where a.round_id = $1
) o
where v.round_id = $1 and v.row_number = o.row_number and v.objective is distinct from o.objective
