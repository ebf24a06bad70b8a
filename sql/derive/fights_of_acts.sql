-- What two did together in round $1 gets the number of the fight that the enemy was in, or fell in, then, where the file
-- says it no more or not yet: until rule version 1 the number of a fight that became part of another, since version 2 none
-- where the row had to be written before the number was certain, since version 3 again one that may have become part of another.
update proximity_events v
set engagement = (
  select p.engagement
  from engagement_participants p
  where p.round_id = $1 and p.player_id = v.enemy_player_id and v.time_ms between p.start_ms and p.time_ms
  order by p.start_ms desc
  limit 1
)
where v.round_id = $1
  and case
    when v.engagement is null then v.rule_version >= 2
    else not exists (select from engagement_analysis g where g.round_id = $1 and g.engagement = v.engagement)
  end
