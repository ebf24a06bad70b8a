-- What follows from the rows about objectives: when each stood, which team play was near one, where attacks failed.

create type objective_phase as enum ('before', 'while', 'after');
comment on type objective_phase is
  'a part of the round as an objective divides it: before it first stands, while it stands, and while it does not stand any more';

create table objective_phases (
  round_id integer not null references rounds on delete cascade,
  objective smallint not null,
  phase objective_phase not null,
  from_ms integer not null,
  to_ms integer,
  primary key (round_id, objective, from_ms)
);
comment on table objective_phases is
  'when each objective of a round stood: an explosive until it was destroyed, a construction or a command post from when it was built until it was destroyed, documents while they were in their place, a vehicle while it was not disabled; goals and spawn points have no rows';
comment on column objective_phases.round_id is 'the round';
comment on column objective_phases.objective is 'which objective of the round, see objectives';
comment on column objective_phases.phase is 'whether it stands, has not stood yet, or does not stand any more';
comment on column objective_phases.from_ms is 'when this part begins, ms of round time';
comment on column objective_phases.to_ms is
  'when this part is over, ms of round time; null where it lasts until the round''s end';

create function objective_reach_units() returns integer
  language sql immutable parallel safe
  return 500;
comment on function objective_reach_units is
  'what happens within this distance from the middle of an objective is within its reach, units';

create function is_objective_done(kind objective_kind, event objective_event) returns boolean
  language sql immutable parallel safe
  return case kind
    when 'explosive' then event = 'objective_destroy'
    when 'constructible' then event = 'construct_finish'
    when 'command_post' then event = 'construct_finish'
    when 'documents' then event = 'carry_secure'
    when 'spawn' then event = 'spawn_capture'
    else false end;
comment on function is_objective_done is
  'whether an objective event is what its objective is there for: destroyed, built, secured or captured';

alter table proximity_events add column objective smallint;
comment on column proximity_events.objective is
  'the nearest objective within whose reach the enemy was when it began, see objectives and objective_reach_units(); null where there is none';

create view attack_deaths as
select
  e.round_id,
  e.event_number,
  e.time_ms,
  e.target_player_id as player_id,
  e.attacker_player_id as killer_player_id,
  e.target_x as x,
  e.target_y as y,
  e.target_z as z,
  e.target_carrying as carrying,
  e.target_act as act,
  n.objective,
  n.distance_units,
  n.distance_units <= objective_reach_units() as is_within_reach
from combat_events e
join rounds r using (round_id)
left join lateral (
  select
    objective,
    sqrt((x - e.target_x) ^ 2 + (y - e.target_y) ^ 2 + (z - e.target_z) ^ 2)::real as distance_units
  from objectives
  where round_id = e.round_id and kind <> 'vehicle'
  order by 2, 1
  limit 1
) n on true
where is_enemy_kill(e.event, e.relation) and e.target_team = r.attacking_team and e.target_x is not null;
comment on view attack_deaths is
  'where attacks fail: each death of a player of the attacking side by an enemy, with the objective that was nearest; only of rounds of which it is known who attacks';
comment on column attack_deaths.round_id is 'the round';
comment on column attack_deaths.event_number is 'the kill, see combat_events';
comment on column attack_deaths.time_ms is 'when, ms of round time';
comment on column attack_deaths.player_id is 'who died';
comment on column attack_deaths.killer_player_id is 'who killed them';
comment on column attack_deaths.x is 'where they fell, units';
comment on column attack_deaths.y is 'see x, units';
comment on column attack_deaths.z is 'see x, units';
comment on column attack_deaths.carrying is 'what they carried, see combat_events.target_carrying';
comment on column attack_deaths.act is 'what they were doing at an objective, see combat_events.target_act';
comment on column attack_deaths.objective is
  'the nearest objective, vehicles left out, see objectives; null where the round has none';
comment on column attack_deaths.distance_units is 'how far away its middle was, units';
comment on column attack_deaths.is_within_reach is 'whether that is within objective_reach_units()';

create view objective_results as
select
  n.round_id,
  n.objective,
  d.times_done,
  d.first_done_ms,
  c.contact_ms,
  d.first_done_ms - c.contact_ms as contact_to_done_ms
from objectives n
cross join lateral (
  select count(*)::integer as times_done, min(o.time_ms) as first_done_ms
  from objective_events o
  where o.round_id = n.round_id and o.objective = n.objective and is_objective_done(n.kind, o.event)
) d
cross join lateral (
  select min(g.start_ms) as contact_ms
  from engagement_analysis g
  where g.round_id = n.round_id and g.start_ms <= d.first_done_ms
) c;
comment on view objective_results is 'each objective of each round: whether it was done, when first, and how long after the first contact';
comment on column objective_results.round_id is 'the round';
comment on column objective_results.objective is 'which objective of the round, see objectives';
comment on column objective_results.times_done is 'how often it was destroyed, built, secured or captured; 0 for goals and vehicles';
comment on column objective_results.first_done_ms is 'when it was first done, ms of round time; null where it never was';
comment on column objective_results.contact_ms is
  'when the first engagement of the round began, ms of round time; null where it was done before any, or never';
comment on column objective_results.contact_to_done_ms is 'time from the one to the other, ms';
