-- Name and times of the players of round $1, as far as the round is their earliest or latest.
with latest as (
  select distinct on (player_id) player_id, name, is_bot, started_at
  from round_players
  join rounds using (round_id)
  where round_id = $1 and excluded_at is null
  order by player_id, from_ms desc
)
update players p
set
  name = case when latest.started_at >= coalesce(p.last_seen_at, '-infinity') then latest.name else p.name end,
  is_bot = case when latest.started_at >= coalesce(p.last_seen_at, '-infinity') then latest.is_bot else p.is_bot end,
  first_seen_at = least(p.first_seen_at, latest.started_at),
  last_seen_at = greatest(p.last_seen_at, latest.started_at)
from latest
where p.player_id = latest.player_id
