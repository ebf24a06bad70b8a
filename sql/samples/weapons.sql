-- Which weapons do the work: kills and damage by means of death, with the mean distance of the kills.
select
  coalesce(m.name, 'number ' || e.means_of_death) as means_of_death,
  count(*) filter (where is_enemy_kill(e.event, e.relation)) as kills,
  sum(e.damage_effective) filter (where is_enemy_hit(e.event, e.relation, e.target_is_wounded)) as damage,
  round(avg(e.distance_units) filter (where is_enemy_kill(e.event, e.relation))) as mean_kill_units
from combat_events e
left join means_of_death m on m.means_of_death = e.means_of_death
where e.event in ('hit', 'kill') and e.relation = 'enemy' and e.means_of_death is not null
  and e.round_id <> all (array(select round_id from rounds where excluded_at is not null))
group by m.name, e.means_of_death
order by kills desc, damage desc, means_of_death;
