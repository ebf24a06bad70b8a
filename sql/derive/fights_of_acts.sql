-- What two did together in round $1 in a fight that became part of another names the number of the fight that is gone: it
-- gets the number of the fight that its first player was in then.
update proximity_events v
set engagement = (
  select p.engagement
  from engagement_participants p
  where p.round_id = $1 and p.player_id = v.player_id and v.time_ms between p.start_ms and p.time_ms
  order by p.start_ms desc
  limit 1
)
where v.round_id = $1 and v.engagement is not null
  and not exists (select from engagement_analysis g where g.round_id = $1 and g.engagement = v.engagement)
