-- Combat counted: reports over an archive add these up, where they read every shot and hit before. An eighth of the rows.

create table combat_counts (
  round_id integer not null,
  attacker_player_id integer,
  target_player_id integer,
  times integer not null,
  damage_effective integer,
  damage_squares double precision,
  event combat_event not null,
  relation combat_relation,
  hit_region hit_region,
  attacker_team smallint,
  target_team smallint,
  weapon smallint,
  means_of_death smallint,
  target_is_wounded boolean,
  is_undone boolean
);
create index combat_counts_round on combat_counts (round_id);
-- Where rows are sent elsewhere as they change (logical replication), they are known by all of their columns.
alter table combat_counts replica identity full;
comment on table combat_counts is
  'how often something happened in a round: a row for all events of combat_events that are alike in these columns; of shots, hits, kills, gibs and revives';
comment on column combat_counts.round_id is 'the round';
comment on column combat_counts.attacker_player_id is 'the attacker, see players';
comment on column combat_counts.target_player_id is 'the target, see players; null for a shot';
comment on column combat_counts.times is 'number of these events';
comment on column combat_counts.damage_effective is 'sum of their effective damage, hit points; null where none has any';
comment on column combat_counts.damage_squares is 'sum of the squares of the effective damage of each, from which reports know how much it varies';
comment on column combat_counts.event is 'what happened';
comment on column combat_counts.relation is 'who the target is to the attacker';
comment on column combat_counts.hit_region is 'where the hits struck; null where it is not known';
comment on column combat_counts.attacker_team is 'team of the attacker then: 1 Axis, 2 Allies';
comment on column combat_counts.target_team is 'team of the target then: 1 Axis, 2 Allies';
comment on column combat_counts.weapon is 'weapon in the attacker''s hands, see weapons';
comment on column combat_counts.means_of_death is 'what struck, see means_of_death; null for a shot';
comment on column combat_counts.target_is_wounded is 'whether the target was down already';
comment on column combat_counts.is_undone is 'of kills, whether a revive undid them';
