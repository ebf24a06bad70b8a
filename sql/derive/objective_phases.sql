-- When each objective of round $1 stood. Files of format versions before 3 do not say what stands at the beginning: there it follows
-- from what is first told of it: walls, documents and vehicles stand, unless the first is that a vehicle was repaired; a
-- construction stands where the first is something else than that it is built.
insert into objective_phases (round_id, objective, phase, from_ms, to_ms)
with told as (
  select o.objective, n.kind, o.event, o.event_number, o.time_ms
  from objective_events o
  join objectives n using (round_id, objective)
  where o.round_id = $1 and o.event <> 'vehicle_move'
), things as (
  select n.objective, n.kind, n.stands, r.end_ms,
    (select t.event from told t where t.objective = n.objective order by t.event_number limit 1) as first_event
  from objectives n
  join rounds r using (round_id)
  where n.round_id = $1 and n.kind not in ('goal', 'spawn')
    and coalesce(r.captures ->> 'objectives', 'on') not in ('failed', 'off', 'unavailable')
), changes as (
  select objective, 0 as time_ms, 0 as event_number, end_ms,
    coalesce(stands, case
      when kind in ('constructible', 'command_post') then coalesce(
        first_event not in ('construct_start', 'construct_share', 'construct_stage', 'construct_finish', 'construct_decay'),
        false)
      else coalesce(first_event <> 'vehicle_repair', true)
    end) as stands
  from things
  union all
  select t.objective, t.time_ms, t.event_number, s.end_ms,
    t.event in ('construct_finish', 'carry_return', 'vehicle_repair')
  from told t
  join things s using (objective)
  where t.event in (
    'objective_destroy', 'construct_finish', 'construct_destroy', 'carry_take', 'carry_return', 'carry_secure',
    'vehicle_disable', 'vehicle_repair')
), spans as (
  select objective, stands, end_ms, time_ms as from_ms, event_number,
    lead(time_ms) over by_time as to_ms,
    coalesce(bool_or(stands) over (by_time rows between unbounded preceding and 1 preceding), false) as has_stood
  from changes
  window by_time as (partition by objective order by event_number)
), parts as (
  select *, case when stands then 'while' when has_stood then 'after' else 'before' end as phase
  from spans
  where from_ms <> coalesce(to_ms, -1)
), joined as (
  -- What changes nothing, such as a stage that is built again, begins no part.
  select *, sum(case when phase is distinct from last_phase then 1 else 0 end) over (
      partition by objective order by event_number) as part
  from (
    select *, lag(phase) over (partition by objective order by event_number) as last_phase from parts) p
)
select $1, objective, min(phase)::objective_phase, min(from_ms),
  case when bool_or(to_ms is null) then null else max(to_ms) end
from joined
group by objective, part
