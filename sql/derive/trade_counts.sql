-- The chances to avenge of round $1, counted for each two players. Stands on trade_chances.
insert into trade_counts (round_id, victim_player_id, mate_player_id, chances, trades, team)
select $1, victim_player_id, mate_player_id, count(*), count(*) filter (where is_traded), team
from trade_chances
where round_id = $1
group by victim_player_id, mate_player_id, team
