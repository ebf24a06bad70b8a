-- What became of each down, and of each life: how long downs kept players out, and what players did from a spawn to the next.

alter table downs
  add column next_wave_ms integer,
  add column revived_after_ms integer,
  add column gibbed_after_ms integer,
  add column bought_ms integer;
comment on column downs.next_wave_ms is 'time until the victim''s team spawned next, ms';
comment on column downs.revived_after_ms is 'time until a revive undid it; null where none did, ms';
comment on column downs.gibbed_after_ms is 'time until the body was destroyed; null where it was not, ms';
comment on column downs.bought_ms is
  'how long it kept the victim out: until the next wave, a revive or the end of the round, whichever came first; null where waves or revives are not recorded, ms';
comment on column downs.is_undone is 'whether a revive undid it; null where revives are not recorded';

create type life_counts as enum ('all', 'with_bots', 'without_bots');

create table life_results (
  round_id integer not null,
  player_id integer not null,
  life integer not null,
  from_ms integer not null,
  bought_ms integer,
  revived_after_ms integer,
  gibbed_after_ms integer,
  slot smallint not null,
  team smallint,
  kills smallint not null,
  kills_held smallint,
  assists smallint,
  revives smallint,
  double_kills smallint not null,
  triple_kills smallint not null,
  larger_kills smallint not null,
  bought_downs smallint,
  gibbed_in_time smallint,
  fallen smallint,
  revived_in_time smallint,
  is_survived boolean not null,
  is_avenged boolean,
  counts life_counts not null,
  primary key (round_id, player_id, slot, life, counts)
);
create index life_results_player on life_results (player_id, round_id);
comment on table life_results is
  'what a player did from a spawn to the next, and how it ended: a row a life, and where people and bots played, another one without what bots did and what was done to them';
comment on column life_results.round_id is 'the round';
comment on column life_results.player_id is 'the player';
comment on column life_results.life is 'number of the life in the round';
comment on column life_results.from_ms is 'when it began, ms of round time';
comment on column life_results.bought_ms is 'sum of bought_ms of the kills in it, see downs; null where waves or revives are not recorded';
comment on column life_results.revived_after_ms is 'sum of how long revived_in_time took, ms';
comment on column life_results.gibbed_after_ms is 'sum of how long gibbed_in_time took, ms';
comment on column life_results.slot is 'the player''s client number';
comment on column life_results.team is 'when it began: 1 Axis, 2 Allies';
comment on column life_results.kills is 'enemies downed';
comment on column life_results.kills_held is 'those of them that no revive undid; null where revives are not recorded';
comment on column life_results.assists is
  'kills of teammates whose victim lost at least 40 hit points to this player in the 5 s before; null where hits are not recorded';
comment on column life_results.revives is 'revives given; null where they are not recorded';
comment on column life_results.double_kills is 'exactly two kills, the second at most 5 s after the first';
comment on column life_results.triple_kills is 'exactly three kills, each at most 5 s after the one before';
comment on column life_results.larger_kills is 'four or more kills, each at most 5 s after the one before';
comment on column life_results.bought_downs is 'kills of which bought_ms is known';
comment on column life_results.gibbed_in_time is 'those of them whose victim''s body was destroyed before a revive and before the next wave';
comment on column life_results.fallen is 'deaths by enemies of which bought_ms is known';
comment on column life_results.revived_in_time is 'those of them that a revive undid before the next wave';
comment on column life_results.is_survived is
  'whether they were alive at the end of the round, or fell at most 3 s before their next wave';
comment on column life_results.is_avenged is 'whether a teammate avenged a death in it; null where trades are not known';
comment on column life_results.counts is
  'all: everything, in a round without bots or without people; with_bots: everything; without_bots: not what bots did, nor what was done to them';
