-- Situations told once, when a round is stored: reports over an archive found the fight of each down, and who was alive then, anew.

create table downs (
  round_id integer not null,
  event_number integer not null,
  time_ms integer not null,
  engagement integer,
  attacker_player_id integer,
  target_player_id integer,
  relation combat_relation,
  attacker_team smallint,
  target_team smallint,
  attacker_slot smallint,
  target_slot smallint,
  weapon smallint,
  means_of_death smallint,
  axis_alive smallint,
  allies_alive smallint,
  is_undone boolean,
  is_first boolean not null,
  is_opening boolean not null,
  primary key (round_id, event_number)
);
create index downs_openings on downs (round_id) where is_opening;
comment on table downs is
  'each time that a player was downed, and its situation: the kills of combat_events, with what follows of the other tables';
comment on column downs.round_id is 'the round';
comment on column downs.event_number is 'the kill in combat_events';
comment on column downs.time_ms is 'when it happened, ms of round time';
comment on column downs.engagement is 'the fight that the victim, who died in it, had joined last; null in none';
comment on column downs.attacker_player_id is 'who did it, see players; null for the world';
comment on column downs.target_player_id is 'the victim, see players';
comment on column downs.relation is 'who the victim is to the attacker';
comment on column downs.attacker_team is 'team of the attacker then: 1 Axis, 2 Allies';
comment on column downs.target_team is 'team of the victim then: 1 Axis, 2 Allies';
comment on column downs.attacker_slot is 'slot of the attacker';
comment on column downs.target_slot is 'slot of the victim';
comment on column downs.weapon is 'weapon in the attacker''s hands, see weapons';
comment on column downs.means_of_death is 'what struck, see means_of_death';
comment on column downs.axis_alive is 'living Axis players after it';
comment on column downs.allies_alive is 'living Allies players after it';
comment on column downs.is_undone is 'whether a revive undid it; null where that is not recorded';
comment on column downs.is_first is 'whether it is the first down by an enemy of its round';
comment on column downs.is_opening is 'whether it is the first down by an enemy of its fight';

create table trade_chances (
  round_id integer not null,
  event_number integer not null,
  time_ms integer not null,
  victim_player_id integer not null,
  mate_player_id integer not null,
  delay_ms integer,
  avenger_distance_units real,
  team smallint not null,
  victim_slot smallint not null,
  mate_slot smallint not null,
  mate_is_alive boolean not null,
  is_traded boolean not null,
  primary key (round_id, event_number, mate_player_id, mate_slot)
);
create index trade_chances_taken on trade_chances (round_id) where is_traded;
comment on table trade_chances is
  'chances to avenge: an enemy downs one player while a teammate is alive; a row for each such teammate, and for each who avenged it with a grenade thrown before their own death';
comment on column trade_chances.round_id is 'the round';
comment on column trade_chances.event_number is 'the kill in combat_events, see downs';
comment on column trade_chances.time_ms is 'when it happened, ms of round time';
comment on column trade_chances.victim_player_id is 'who was downed, see players';
comment on column trade_chances.mate_player_id is 'the teammate, see players';
comment on column trade_chances.delay_ms is 'time until the teammate downed that enemy, ms; null where they did not in time';
comment on column trade_chances.avenger_distance_units is 'distance from the teammate to the enemy then, units; null without trade';
comment on column trade_chances.team is 'team of both: 1 Axis, 2 Allies';
comment on column trade_chances.victim_slot is 'slot of who was downed';
comment on column trade_chances.mate_slot is 'slot of the teammate';
comment on column trade_chances.mate_is_alive is 'whether the teammate was alive; false for who avenged it all the same';
comment on column trade_chances.is_traded is 'whether the teammate avenged it, see the records trade of proximity_events';

create table trade_counts (
  round_id integer not null,
  victim_player_id integer not null,
  mate_player_id integer not null,
  chances integer not null,
  trades integer not null,
  team smallint not null,
  primary key (round_id, victim_player_id, mate_player_id, team)
);
comment on table trade_counts is 'how often one player could avenge another in a round, and did: trade_chances counted, a twelfth of the rows';
comment on column trade_counts.round_id is 'the round';
comment on column trade_counts.victim_player_id is 'who was downed, see players';
comment on column trade_counts.mate_player_id is 'the teammate who could avenge it, see players';
comment on column trade_counts.chances is 'number of chances';
comment on column trade_counts.trades is 'those that were taken';
comment on column trade_counts.team is 'team of both: 1 Axis, 2 Allies';

create type stand_ending as enum ('death', 'leave', 'relief', 'round_end');

create table last_stands (
  round_id integer not null,
  event_number integer not null,
  player_id integer not null,
  time_ms integer not null,
  end_ms integer not null,
  next_wave_ms integer,
  team smallint not null,
  slot smallint not null,
  enemies smallint not null,
  downs smallint not null,
  ending stand_ending not null,
  primary key (round_id, event_number, player_id)
);
comment on table last_stands is
  'who was the last one alive of a team, after the death of a teammate and with living enemies, until a teammate was back: a row for each time';
comment on column last_stands.round_id is 'the round';
comment on column last_stands.event_number is 'the kill in combat_events that made them the last one, see downs';
comment on column last_stands.player_id is 'the last one alive, see players';
comment on column last_stands.time_ms is 'when it began, ms of round time';
comment on column last_stands.end_ms is 'when it ended, ms of round time';
comment on column last_stands.next_wave_ms is 'time until the next spawn wave of the team when it began, ms; null where that is not recorded';
comment on column last_stands.team is 'the team: 1 Axis, 2 Allies';
comment on column last_stands.slot is 'slot of the last one alive';
comment on column last_stands.enemies is 'living enemies when it began';
comment on column last_stands.downs is 'enemies whom they downed before it ended';
comment on column last_stands.ending is
  'how it ended: their death; they left their team or the server; relief, when a teammate spawned or was revived; the end of the round';

alter table teammate_synergy add column crossfire_fights integer;
comment on column teammate_synergy.crossfire_fights is
  'engagements of both on one side with at least one crossfire of the two; null where crossfires or engagements are not recorded';
