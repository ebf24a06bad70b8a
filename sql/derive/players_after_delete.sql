-- Name and times of the players $1 (an array of ids), from all rounds that are left.
with seen as (
  select player_id, min(started_at) as first_seen_at, max(started_at) as last_seen_at
  from round_players
  join rounds using (round_id)
  where player_id = any ($1)
  group by player_id
),
latest as (
  select distinct on (player_id) player_id, name, is_bot
  from round_players
  join rounds using (round_id)
  where player_id = any ($1)
  order by player_id, started_at desc, from_ms desc
)
update players p
set
  name = coalesce(latest.name, p.name),
  is_bot = coalesce(latest.is_bot, p.is_bot),
  first_seen_at = seen.first_seen_at,
  last_seen_at = seen.last_seen_at
from (select unnest($1::integer[]) as player_id) affected
left join seen using (player_id)
left join latest using (player_id)
where p.player_id = affected.player_id
