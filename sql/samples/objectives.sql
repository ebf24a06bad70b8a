-- How often each objective is done, when, and how long after the round's first fight; and how many attackers died within its reach.
select
  r.map,
  n.name as objective,
  n.kind,
  t.name as team,
  count(*) as rounds,
  count(o.first_done_ms) as rounds_done,
  round((percentile_cont(0.5) within group (order by o.first_done_ms) / 1000)::numeric) as first_s,
  round((percentile_cont(0.5) within group (order by o.contact_to_done_ms) / 1000)::numeric) as after_contact_s,
  sum((
    select count(*) from attack_deaths d
    where d.round_id = o.round_id and d.objective = o.objective and d.is_within_reach
  )) as attackers_died
from objective_results o
join objectives n using (round_id, objective)
join rounds r using (round_id)
left join teams t using (team)
where r.excluded_at is null
group by r.map, n.name, n.kind, t.name
order by r.map, rounds_done desc, n.name, t.name;
