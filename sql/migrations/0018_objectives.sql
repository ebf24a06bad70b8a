-- What the round is for: objectives, who did what about them, and what players carried.

alter type file_kind add value 'objectives';
comment on type file_kind is 'the files of a round';

comment on column import_files.kind is 'which of the files of a round; null when its header could not be read';

alter table rounds
  add column attacking_team smallint check (attacking_team in (1, 2)),
  add column objective_rows integer check (objective_rows >= 0);
comment on column rounds.attacking_team is
  'the team that has to reach the map''s objectives: 1 Axis, 2 Allies; null where it is not known';
comment on column rounds.objective_rows is
  'rows of the objectives file that were stored; null without such a file: objectives are then not recorded';

alter table player_positions add column carrying smallint;
comment on column player_positions.carrying is
  'documents, gold or the like that the player carries: 0 none, 1 the Axis'', 2 the Allies''; null where objectives are not recorded';

create type objective_act as enum ('planting', 'defusing', 'building');
comment on type objective_act is 'what a player does at an objective';
create type round_side as enum ('attack', 'defence');
comment on type round_side is 'the sides of a round: who has to do something on the map, and who has to keep them from it';

alter table combat_events
  add column target_carrying smallint,
  add column target_act objective_act,
  add column target_side round_side;
comment on column combat_events.target_carrying is
  'of a kill: what the target carried: 0 nothing, 1 an object of the Axis, 2 of the Allies; null where objectives are not recorded';
comment on column combat_events.target_act is
  'of a kill: what the target was doing at an objective; null for nothing of this';
comment on column combat_events.target_side is
  'of a kill: the target''s side of the round; null where it is not known which team attacks';

create type objective_event as enum (
  'dynamite_throw', 'dynamite_arm', 'dynamite_defuse', 'dynamite_explode', 'dynamite_gone',
  'objective_destroy',
  'construct_start', 'construct_share', 'construct_stage', 'construct_finish', 'construct_decay', 'construct_damage',
  'construct_destroy',
  'carry_take', 'carry_pickup', 'carry_drop', 'carry_return', 'carry_secure',
  'spawn_capture',
  'vehicle_disable', 'vehicle_repair', 'vehicle_move',
  'mine_place', 'mine_arm', 'mine_trigger', 'mine_explode', 'mine_gone',
  'satchel_place', 'satchel_explode', 'satchel_gone',
  'pack_health', 'pack_ammo',
  'status', 'winner', 'exit'
);
comment on type objective_event is 'what an objective event tells, see docs/format.md';
create type objective_source as enum ('fire', 'damage', 'powerup', 'skill', 'line', 'near', 'none');
comment on type objective_source is 'how it is known who did something, see docs/format.md';
create type objective_reason as enum (
  'killed', 'selfkill', 'command', 'left', 'player', 'time', 'disarmed', 'removed', 'time_limit', 'objective',
  'eliminated', 'surrender', 'other'
);
comment on type objective_reason is 'why something ended, see docs/format.md';

create type objective_kind as enum (
  'explosive', 'constructible', 'command_post', 'documents', 'goal', 'spawn', 'vehicle'
);
comment on type objective_kind is 'what an objective is, see docs/format.md';

create table objectives (
  round_id integer not null references rounds on delete cascade,
  objective smallint not null,
  kind objective_kind not null,
  team smallint not null,
  x integer not null,
  y integer not null,
  z integer not null,
  name text not null,
  primary key (round_id, objective)
);
comment on table objectives is 'what there was to fight for in a round';
comment on column objectives.round_id is 'the round';
comment on column objectives.objective is 'number of the objective in this round, see objective_events; the same map may number them in another way';
comment on column objectives.kind is 'what it is';
comment on column objectives.team is 'whose it is when the round begins: 1 Axis, 2 Allies, 0 neither or both; see docs/format.md';
comment on column objectives.x is 'where its middle is when the round begins, units';
comment on column objectives.y is 'see x, units';
comment on column objectives.z is 'see x, units';
comment on column objectives.name is 'its name by the map, colour codes included; empty where the map has none';

create table announcements (
  round_id integer not null references rounds on delete cascade,
  announcement_number integer not null,
  time_ms integer not null,
  text text not null,
  primary key (round_id, announcement_number)
);
comment on table announcements is
  'what the map announced to all players, word by word; only of servers that record it (prox_announce)';
comment on column announcements.round_id is 'the round';
comment on column announcements.announcement_number is 'number of the announcement in the round, from 1, in order';
comment on column announcements.time_ms is 'when, ms of round time';
comment on column announcements.text is 'what, colour codes included';

create table objective_events (
  round_id integer not null references rounds on delete cascade,
  event_number integer not null,
  time_ms integer not null,
  player_id integer,
  other_player_id integer,
  event objective_event not null,
  source objective_source,
  reason objective_reason,
  charge integer,
  duration_ms integer,
  distance_units real,
  x real,
  y real,
  z real,
  slot smallint,
  other_slot smallint,
  team smallint,
  from_team smallint,
  objective smallint,
  stage smallint,
  stages smallint,
  share_percent smallint,
  objective_number smallint,
  status smallint,
  means_of_death smallint,
  health smallint,
  primary key (round_id, event_number)
);
create index objective_events_player on objective_events (player_id, event, round_id);

comment on table objective_events is 'what happened to the objectives, and who did it; in order of happening';
comment on column objective_events.round_id is 'the round';
comment on column objective_events.event_number is 'number of the event in the round, from 1, in order of happening';
comment on column objective_events.time_ms is
  'when it happened, to the server frame, ms of round time; combat events of the same time happened before';
comment on column objective_events.player_id is 'who did it; null where nobody is known';
comment on column objective_events.other_player_id is 'the other player in it, see docs/format.md';
comment on column objective_events.event is 'what happened, see docs/format.md';
comment on column objective_events.source is 'how it is known who did it';
comment on column objective_events.reason is 'of a drop, a return, a charge that is gone and the exit: why';
comment on column objective_events.charge is 'number of the dynamite, mine or satchel charge in this round';
comment on column objective_events.duration_ms is 'time since what happened now began, ms, see docs/format.md';
comment on column objective_events.distance_units is 'of a drop and of securing: the way that the carrier went, units';
comment on column objective_events.x is 'where, units';
comment on column objective_events.y is 'see x, units';
comment on column objective_events.z is 'see x, units';
comment on column objective_events.slot is 'the player''s client number';
comment on column objective_events.other_slot is 'the other player''s client number';
comment on column objective_events.team is
  'the team that acted, or that has the spawn point now; of status, for which it stands so; of winner, who wins: 1 Axis, 2 Allies';
comment on column objective_events.from_team is 'of a spawn point: the team that had it before';
comment on column objective_events.objective is 'which objective of the round, see objectives; null where there is none, for example of dynamite in the open';
comment on column objective_events.stage is 'of a construction: the stage, 1 for the first';
comment on column objective_events.stages is 'of a construction: how many stages it has';
comment on column objective_events.share_percent is
  'of a construction: part of the stage that the player built, or that was built when it fell apart, percent';
comment on column objective_events.objective_number is 'of status: number of the objective in the map''s own list';
comment on column objective_events.status is 'of status: 0 open, 1 done, 2 failed';
comment on column objective_events.means_of_death is 'what did it, see means_of_death';
comment on column objective_events.health is 'of a vehicle: its health, hit points';
