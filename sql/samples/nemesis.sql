-- Who is whose nemesis: the opponent that downed each player most often.
select distinct on (h.player_id)
  p.name as player, o.name as nemesis, h.deaths as downed_by, h.kills as downed, h.duels, h.duels_won
from head_to_head h
join people p on p.player_id = h.player_id
join people o on o.player_id = h.opponent_player_id
where h.deaths > 0
order by h.player_id, h.deaths desc, o.name;
