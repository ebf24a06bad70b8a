-- What a kill is worth: how often the team that makes the first kill of a minute makes the next one too.
with kills as (
  select
    round_id, attacker_team, time_ms,
    lead(attacker_team) over (partition by round_id order by event_number) as next_team,
    time_ms / 60000 <> coalesce(lag(time_ms) over (partition by round_id order by event_number) / 60000, -1) as is_first
  from combat_events
  where is_enemy_kill(event, relation)
    and round_id <> all (array(select round_id from rounds where excluded_at is not null))
)
select t.name as team, count(*) as first_kills, count(*) filter (where next_team = attacker_team) as next_too
from kills
join teams t on t.team = attacker_team
where is_first and next_team is not null
group by t.name
order by t.name;
