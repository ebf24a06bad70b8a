-- Rounds, players, the import ledger and the facts that the round files hold.
--
-- Columns that a round file has too are named as in the file. Facts hold no text: rounds and players stand by id,
-- fixed words are enumerations, weapons, means of death and classes are the engine's numbers.
--
-- Every key of a fact table begins with round_id, so that a distributed PostgreSQL can shard by it; rounds, players
-- and the lookups are small and become reference tables there. Numbers come from sequences, because Citus refuses to
-- convert tables with identity columns that foreign keys connect (citusdata/citus issues 7036 and 7564).

create type file_kind as enum ('positions', 'combat', 'engagements', 'heatmap');
comment on type file_kind is 'the four files of a round';

create type round_end_reason as enum
  ('finished', 'map_restart', 'map_change', 'warmup', 'shutdown', 'module_unloaded', 'cut');
comment on type round_end_reason is
  'why the recording of a round ended: `finished` is a complete round, `cut` a file without trailer';

create type combat_event as enum
  ('fire', 'hit', 'kill', 'spawn', 'revive', 'gib', 'tapout', 'join', 'leave', 'pause', 'resume');
comment on type combat_event is 'what a combat event tells';

create type combat_relation as enum ('enemy', 'team', 'self', 'world');
comment on type combat_relation is 'how attacker and target of a combat event stand to each other';

create type hit_region as enum ('head', 'arms', 'body', 'legs');
comment on type hit_region is 'where a bullet struck';

create type engagement_record as enum ('engagement', 'participant', 'crossfire', 'bait', 'trade');
comment on type engagement_record is 'the records of the engagements file';

create type engagement_outcome as enum ('death', 'escape', 'silence', 'round_end');
comment on type engagement_outcome is 'how an engagement ended';

create type engagement_side as enum ('attackers', 'defenders');
comment on type engagement_side is 'the attackers opened the engagement';

create type import_status as enum ('imported', 'superseded', 'rejected');
comment on type import_status is
  'fate of a file: stored; was stored until another file of its round took its place; not stored, see error_code';


create table rounds (
  round_id serial primary key,
  round_key text not null unique,
  match_key text not null,
  map text not null,
  round smallint not null check (round >= 0),
  started_at timestamptz not null,
  ended_at timestamptz,
  end_ms integer not null check (end_ms >= 0),
  game_type smallint not null,
  time_limit_ms integer not null check (time_limit_ms >= 0),
  server_name text not null,
  tracker_version text not null,
  tracker_sha1 text,
  engine_version text not null,
  lua_version text not null,
  winner_team smallint check (winner_team in (1, 2)),
  is_complete boolean not null,
  end_reason round_end_reason not null,
  configuration jsonb not null check (jsonb_typeof(configuration) = 'object'),
  captures jsonb not null check (jsonb_typeof(captures) = 'object'),
  position_rows integer check (position_rows >= 0),
  combat_rows integer check (combat_rows >= 0),
  engagement_rows integer check (engagement_rows >= 0),
  heatmap_rows integer check (heatmap_rows >= 0),
  rows_lost integer not null default 0 check (rows_lost >= 0),
  rows_rejected integer not null default 0 check (rows_rejected >= 0),
  tracker_errors integer not null default 0 check (tracker_errors >= 0),
  frame_mean_us real,
  frame_worst_ms integer,
  heap_kb integer,
  positions_pruned_at timestamptz,
  imported_at timestamptz not null default now()
);
create index rounds_started_at on rounds (started_at);
create index rounds_map on rounds (map, started_at);
create index rounds_match_key on rounds (match_key);

comment on table rounds is 'one row for each round that is stored';
comment on column rounds.round_id is 'the round in every other table';
comment on column rounds.round_key is 'identity of the round, made on the game server; the same in all of its files';
comment on column rounds.match_key is 'identity of the match: the two rounds of a stopwatch map share it';
comment on column rounds.map is 'name of the map';
comment on column rounds.round is '1, or 2 for the second of stopwatch';
comment on column rounds.started_at is 'when play began, by the game server''s clock';
comment on column rounds.ended_at is 'when the recording ended; null when the files were cut';
comment on column rounds.end_ms is
  'round time when the recording ended, ms; of a cut round the latest time that its rows know';
comment on column rounds.game_type is
  'the engine''s number: 2 objective, 3 stopwatch, 4 campaign, 5 last man standing, 6 map voting';
comment on column rounds.time_limit_ms is 'the round''s time limit, ms; 0 for none';
comment on column rounds.server_name is 'the server''s name, colour codes included';
comment on column rounds.tracker_version is 'version of the tracker that recorded the round';
comment on column rounds.tracker_sha1 is 'SHA-1 of the tracker''s Lua file, 40 lower-case hex digits; null when not known';
comment on column rounds.engine_version is 'version of the game on the server';
comment on column rounds.lua_version is 'the Lua that ran the tracker';
comment on column rounds.winner_team is '1 Axis, 2 Allies; null when nobody won or it is not known';
comment on column rounds.is_complete is 'true when the game decided the round and every file of it is whole';
comment on column rounds.end_reason is 'why the recording ended';
comment on column rounds.configuration is 'the tracker''s effective settings: {name: value}, values as text';
comment on column rounds.captures is
  'what was recorded: {capture: state}, state `on`, `off`, `unavailable` or `failed`; the worst state of any file';
comment on column rounds.position_rows is 'rows of the positions file that were stored; null without such a file';
comment on column rounds.combat_rows is 'rows of the combat file that were stored; null without such a file';
comment on column rounds.engagement_rows is 'rows of the engagements file that were stored; null without such a file';
comment on column rounds.heatmap_rows is 'rows of the heatmap file that were stored; null without such a file';
comment on column rounds.rows_lost is 'rows that the tracker could not write, because the disk refused them';
comment on column rounds.rows_rejected is 'bad rows that the import left out, by choice of the user';
comment on column rounds.tracker_errors is 'errors that the tracker caught in itself';
comment on column rounds.frame_mean_us is 'the tracker''s own cost: mean time in a server frame, µs';
comment on column rounds.frame_worst_ms is 'the tracker''s own cost: longest time in a server frame, ms';
comment on column rounds.heap_kb is 'size of the tracker''s Lua heap at the end, KiB';
comment on column rounds.positions_pruned_at is
  'when the rows of player_positions were dropped to save space; null while they are here';
comment on column rounds.imported_at is 'when the round was stored as it is now';


create table players (
  player_id serial primary key,
  guid text unique check (guid <> ''),
  name text not null,
  is_bot boolean not null default false,
  first_seen_at timestamptz,
  last_seen_at timestamptz
);
create index players_name on players (lower(name));

comment on table players is
  'one row for each player, told apart by GUID; a client without GUID is a player of its own in each round';
comment on column players.player_id is 'the player in every other table';
comment on column players.guid is 'the client''s GUID as the server knows it; null for a client that has none';
comment on column players.name is 'the name most recently used, colour codes included; all of them: player_names';
comment on column players.is_bot is 'whether the player was a bot when last seen';
comment on column players.first_seen_at is 'start of the earliest round of this player; null until a round is derived';
comment on column players.last_seen_at is 'start of the latest round of this player; null until a round is derived';


create table round_players (
  round_id integer not null references rounds on delete cascade,
  slot smallint not null check (slot between 0 and 63),
  from_ms integer not null check (from_ms >= 0),
  player_id integer not null references players,
  name text not null,
  team smallint not null check (team between 0 and 3),
  class smallint not null check (class between 0 and 4),
  is_bot boolean not null,
  primary key (round_id, slot, from_ms)
);
create index round_players_player on round_players (player_id, round_id);

comment on table round_players is
  'who played in a slot, from when on: a row for each time that it changed; of two changes at one moment the later';
comment on column round_players.round_id is 'the round';
comment on column round_players.slot is 'client number on the server';
comment on column round_players.from_ms is 'round time from which on this holds, ms';
comment on column round_players.player_id is 'the player in the slot';
comment on column round_players.name is 'the name then, colour codes included';
comment on column round_players.team is '0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column round_players.class is '0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops';
comment on column round_players.is_bot is 'whether it is a bot';


create table import_files (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  kind file_kind,
  round_key text,
  round_id integer references rounds on delete set null,
  label text not null,
  size_bytes bigint not null check (size_bytes >= 0),
  status import_status not null,
  is_complete boolean,
  rows integer check (rows >= 0),
  rows_rejected integer not null default 0 check (rows_rejected >= 0),
  error_code text,
  error_message text,
  error_line integer,
  error_column text,
  error_text text,
  decided_at timestamptz not null default now(),
  prox_version text not null,
  check ((status = 'rejected') = (error_code is not null))
);
create index import_files_round on import_files (round_id);
create index import_files_round_key on import_files (round_key);

comment on table import_files is 'the ledger: every round file that was ever imported or refused, by its content';
comment on column import_files.sha256 is 'SHA-256 of the file''s content after unpacking, lower-case hex';
comment on column import_files.kind is 'which of the four files; null when its header could not be read';
comment on column import_files.round_key is 'the round it says it belongs to; null when its header could not be read';
comment on column import_files.round_id is 'the stored round that holds its rows; null when none does';
comment on column import_files.label is 'where it was found: a path, or archive and path; a label only, never an identity';
comment on column import_files.size_bytes is 'size after unpacking, bytes';
comment on column import_files.status is 'its fate at the latest import';
comment on column import_files.is_complete is 'whether the file is whole and its round was decided; null when unreadable';
comment on column import_files.rows is 'rows that were stored of it; null when it was rejected';
comment on column import_files.rows_rejected is 'bad rows that were left out by choice of the user';
comment on column import_files.error_code is 'why it was rejected: a stable code; null when it was not';
comment on column import_files.error_message is 'the reason in words';
comment on column import_files.error_line is 'line of the first error, from 1';
comment on column import_files.error_column is 'name of the column of the first error';
comment on column import_files.error_text is 'the offending text, shortened, control characters escaped';
comment on column import_files.decided_at is 'when the fate was decided';
comment on column import_files.prox_version is 'version of the program that decided';


create table player_positions (
  round_id integer not null,
  time_ms integer not null,
  player_id integer not null,
  life integer not null,
  x real not null,
  y real not null,
  z real not null,
  velocity_x_ups real not null,
  velocity_y_ups real not null,
  velocity_z_ups real not null,
  speed_ups real not null,
  pitch_deg real not null,
  yaw_deg real not null,
  stationary_ms integer not null,
  distance_units real not null,
  slot smallint not null,
  team smallint not null,
  stance smallint not null,
  health smallint not null,
  class smallint not null,
  weapon smallint not null,
  is_sprinting boolean not null,
  is_zoomed boolean not null,
  is_mounted boolean not null,
  is_moving boolean not null,
  primary key (round_id, time_ms, slot)
);
create index player_positions_player on player_positions (player_id, round_id);

comment on table player_positions is
  'where every living player was: one row for each player and sample, by default one a second';
comment on column player_positions.round_id is 'the round';
comment on column player_positions.time_ms is 'when the sample was taken, ms of round time';
comment on column player_positions.player_id is 'the player';
comment on column player_positions.life is 'the player''s life in this round, from 1; a revived player goes on with the same';
comment on column player_positions.x is 'body origin, 24 units above the soles, units';
comment on column player_positions.y is 'see x, units';
comment on column player_positions.z is 'see x, units';
comment on column player_positions.velocity_x_ups is 'velocity, units per second';
comment on column player_positions.velocity_y_ups is 'velocity, units per second';
comment on column player_positions.velocity_z_ups is 'velocity, units per second';
comment on column player_positions.speed_ups is 'length of the velocity vector, units per second';
comment on column player_positions.pitch_deg is 'view angle, positive is down, degrees';
comment on column player_positions.yaw_deg is 'view angle, counter-clockwise from the x axis, degrees';
comment on column player_positions.stationary_ms is 'time spent stationary since the row before of this life, ms';
comment on column player_positions.distance_units is 'distance travelled since the row before of this life, units';
comment on column player_positions.slot is 'client number on the server';
comment on column player_positions.team is '1 Axis, 2 Allies';
comment on column player_positions.stance is '0 standing, 1 crouching, 2 prone';
comment on column player_positions.health is 'health, hit points';
comment on column player_positions.class is '0 soldier, 1 medic, 2 engineer, 3 field ops, 4 covert ops';
comment on column player_positions.weapon is 'the weapon in hand, see weapons';
comment on column player_positions.is_sprinting is 'while sprinting';
comment on column player_positions.is_zoomed is 'while looking through binoculars or a rifle''s scope';
comment on column player_positions.is_mounted is 'while on a fixed gun or a tank''s gun';
comment on column player_positions.is_moving is 'when faster than the stationary threshold at this moment';


create table combat_events (
  round_id integer not null,
  event_number integer not null,
  time_ms integer not null,
  attacker_player_id integer,
  target_player_id integer,
  event combat_event not null,
  relation combat_relation,
  hit_region hit_region,
  damage integer,
  damage_effective integer,
  distance_units real,
  attacker_x real,
  attacker_y real,
  attacker_z real,
  attacker_pitch_deg real,
  attacker_yaw_deg real,
  target_x real,
  target_y real,
  target_z real,
  view_error_deg real,
  target_life integer,
  attacker_since_spawn_ms integer,
  target_since_spawn_ms integer,
  target_next_wave_ms integer,
  attacker_slot smallint,
  target_slot smallint,
  attacker_team smallint,
  target_team smallint,
  weapon smallint,
  means_of_death smallint,
  damage_flags smallint,
  attacker_health smallint,
  target_health smallint,
  attacker_class smallint,
  target_class smallint,
  target_weapon smallint,
  attacker_allies_near smallint,
  attacker_enemies_near smallint,
  target_allies_near smallint,
  target_enemies_near smallint,
  axis_alive smallint,
  allies_alive smallint,
  target_is_wounded boolean,
  primary key (round_id, event_number)
);
create index combat_events_attacker on combat_events (attacker_player_id, event, round_id)
  where attacker_player_id is not null;
create index combat_events_target on combat_events (target_player_id, event, round_id)
  where target_player_id is not null;
create index combat_events_kills on combat_events (round_id, event_number) where event = 'kill';

comment on table combat_events is
  'every shot, hit and kill with its circumstances, and what else changed who fights: spawns, revives, pauses';
comment on column combat_events.round_id is 'the round';
comment on column combat_events.event_number is 'number of the event in the round, from 1, in order of happening';
comment on column combat_events.time_ms is 'when it happened, to the server frame, ms of round time';
comment on column combat_events.attacker_player_id is 'who did it; null for the world, and where nobody did';
comment on column combat_events.target_player_id is 'to whom; null for fire, pause and resume';
comment on column combat_events.event is
  'fire, hit, kill (downed), spawn, revive, gib, tapout, join, leave, pause or resume';
comment on column combat_events.relation is 'of hit and kill: how attacker and target stand to each other';
comment on column combat_events.hit_region is 'of a hit: where; null where the engine counts none';
comment on column combat_events.damage is 'of a hit: as the engine gives it, overkill included, hit points';
comment on column combat_events.damage_effective is 'of a hit: never more than the health that was left, hit points';
comment on column combat_events.distance_units is 'between attacker and target, units';
comment on column combat_events.attacker_x is 'the attacker''s position, units';
comment on column combat_events.attacker_y is 'see attacker_x, units';
comment on column combat_events.attacker_z is 'see attacker_x, units';
comment on column combat_events.attacker_pitch_deg is 'the attacker''s view angle, positive is down, degrees';
comment on column combat_events.attacker_yaw_deg is 'the attacker''s view angle, degrees';
comment on column combat_events.target_x is 'the target''s position, units';
comment on column combat_events.target_y is 'see target_x, units';
comment on column combat_events.target_z is 'see target_x, units';
comment on column combat_events.view_error_deg is
  'angle between the attacker''s view and the direction to the target, degrees';
comment on column combat_events.target_life is 'of kill, spawn, revive, gib and tapout: the target''s life in this round';
comment on column combat_events.attacker_since_spawn_ms is 'of a kill: time since the attacker''s last spawn, ms';
comment on column combat_events.target_since_spawn_ms is 'of a kill: time since the target''s last spawn, ms';
comment on column combat_events.target_next_wave_ms is 'of a kill: time until the target team''s next spawn wave, ms';
comment on column combat_events.attacker_slot is 'the attacker''s client number';
comment on column combat_events.target_slot is 'the target''s client number';
comment on column combat_events.attacker_team is 'the attacker''s team then: 0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column combat_events.target_team is 'the target''s team then: 0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column combat_events.weapon is 'the attacker''s weapon, see weapons; 33 for a mounted gun or a tank''s';
comment on column combat_events.means_of_death is 'of hit, kill and gib: see means_of_death';
comment on column combat_events.damage_flags is 'of a hit: the engine''s damage flags';
comment on column combat_events.attacker_health is 'the attacker''s health, hit points';
comment on column combat_events.target_health is 'the target''s health before the event, hit points';
comment on column combat_events.attacker_class is 'of a kill: the attacker''s class, see classes';
comment on column combat_events.target_class is 'of a kill: the target''s class, see classes';
comment on column combat_events.target_weapon is 'of a kill: the target''s weapon in hand, see weapons';
comment on column combat_events.attacker_allies_near is 'living teammates of the attacker near the attacker';
comment on column combat_events.attacker_enemies_near is 'living enemies of the attacker near the attacker';
comment on column combat_events.target_allies_near is 'living teammates of the target near the target';
comment on column combat_events.target_enemies_near is 'living enemies of the target near the target';
comment on column combat_events.axis_alive is 'of a kill: living Axis players after it';
comment on column combat_events.allies_alive is 'of a kill: living Allies players after it';
comment on column combat_events.target_is_wounded is 'of a hit: whether the target was down already';


create table engagement_analysis (
  round_id integer not null references rounds on delete cascade,
  engagement integer not null,
  start_ms integer not null,
  time_ms integer not null,
  player_id integer references players,
  enemy_player_id integer references players,
  outcome engagement_outcome,
  damage_given integer,
  damage_received integer,
  hits_given integer,
  distance_units real,
  end_distance_units real,
  x real,
  y real,
  z real,
  rule_version integer not null,
  team smallint,
  winner_team smallint,
  attackers smallint,
  defenders smallint,
  slot smallint,
  enemy_slot smallint,
  kills smallint,
  deaths smallint,
  primary key (round_id, engagement)
);
create index engagement_analysis_player on engagement_analysis (player_id, round_id);

comment on table engagement_analysis is
  'every engagement: who opened it against whom, how many took part on each side, how it ended';
comment on column engagement_analysis.round_id is 'the round';
comment on column engagement_analysis.engagement is 'number of the engagement in the round';
comment on column engagement_analysis.start_ms is 'when it began, ms of round time';
comment on column engagement_analysis.time_ms is 'when it ended, ms of round time';
comment on column engagement_analysis.player_id is 'who opened it';
comment on column engagement_analysis.enemy_player_id is 'who was hit first';
comment on column engagement_analysis.outcome is 'how it ended: death, escape, silence or round_end';
comment on column engagement_analysis.damage_given is 'effective damage by the side that opened it, hit points';
comment on column engagement_analysis.damage_received is 'effective damage to the side that opened it, hit points';
comment on column engagement_analysis.hits_given is 'hits that made damage_given';
comment on column engagement_analysis.distance_units is 'from who opened it to who was hit first, when it began, units';
comment on column engagement_analysis.end_distance_units is 'between the two when it ended, units';
comment on column engagement_analysis.x is 'where: position of who was hit first when it began, units';
comment on column engagement_analysis.y is 'see x, units';
comment on column engagement_analysis.z is 'see x, units';
comment on column engagement_analysis.rule_version is 'version of the rule that made the row';
comment on column engagement_analysis.team is 'team of the side that opened it: 1 Axis, 2 Allies';
comment on column engagement_analysis.winner_team is '1 Axis, 2 Allies; null when nobody won';
comment on column engagement_analysis.attackers is 'players of the side that opened it: N of the label NvM';
comment on column engagement_analysis.defenders is 'players of the other side: M of the label NvM';
comment on column engagement_analysis.slot is 'client number of who opened it';
comment on column engagement_analysis.enemy_slot is 'client number of who was hit first';
comment on column engagement_analysis.kills is 'enemies downed by the side that opened it';
comment on column engagement_analysis.deaths is 'players downed of the side that opened it';


create table engagement_participants (
  round_id integer not null references rounds on delete cascade,
  row_number integer not null,
  engagement integer not null,
  start_ms integer not null,
  time_ms integer not null,
  player_id integer not null references players,
  side engagement_side not null,
  damage_given integer,
  damage_received integer,
  hits_given integer,
  rule_version integer not null,
  team smallint,
  slot smallint not null,
  kills smallint,
  deaths smallint,
  primary key (round_id, row_number)
);
create index engagement_participants_engagement on engagement_participants (round_id, engagement);
create index engagement_participants_player on engagement_participants (player_id, round_id);

comment on table engagement_participants is 'who took part in an engagement, on which side, and what they did in it';
comment on column engagement_participants.round_id is 'the round';
comment on column engagement_participants.row_number is 'number of the row in the engagements file, from 1';
comment on column engagement_participants.engagement is 'the engagement, see engagement_analysis';
comment on column engagement_participants.start_ms is 'when the player''s part began, ms of round time';
comment on column engagement_participants.time_ms is 'when it ended, ms of round time';
comment on column engagement_participants.player_id is 'the player';
comment on column engagement_participants.side is 'the attackers opened the engagement';
comment on column engagement_participants.damage_given is 'effective damage by the player, hit points';
comment on column engagement_participants.damage_received is 'effective damage to the player, hit points';
comment on column engagement_participants.hits_given is 'hits that made damage_given';
comment on column engagement_participants.rule_version is 'version of the rule that made the row';
comment on column engagement_participants.team is '1 Axis, 2 Allies';
comment on column engagement_participants.slot is 'the player''s client number';
comment on column engagement_participants.kills is 'enemies downed by the player';
comment on column engagement_participants.deaths is 'how often the player was downed';


create table proximity_events (
  round_id integer not null references rounds on delete cascade,
  row_number integer not null,
  record engagement_record not null check (record in ('crossfire', 'bait', 'trade')),
  engagement integer,
  start_ms integer not null,
  time_ms integer not null,
  player_id integer references players,
  partner_player_id integer references players,
  enemy_player_id integer references players,
  damage_given integer,
  damage_received integer,
  hits_given integer,
  distance_units real,
  end_distance_units real,
  partner_distance_units real,
  retreat_units real,
  angle_deg real,
  x real,
  y real,
  z real,
  rule_version integer not null,
  team smallint,
  slot smallint,
  partner_slot smallint,
  enemy_slot smallint,
  kills smallint,
  deaths smallint,
  primary key (round_id, row_number)
);
create index proximity_events_player on proximity_events (player_id, record, round_id);
create index proximity_events_partner on proximity_events (partner_player_id, record, round_id);

comment on table proximity_events is 'two players of a team acting together: crossfires, baits and trade kills';
comment on column proximity_events.round_id is 'the round';
comment on column proximity_events.row_number is 'number of the row in the engagements file, from 1';
comment on column proximity_events.record is
  'crossfire: both hit one enemy from clearly different directions; bait: one drew the fire, the other punished; '
  'trade: a kill avenged';
comment on column proximity_events.engagement is 'the engagement it belongs to; null where none was open';
comment on column proximity_events.start_ms is 'when it began, ms of round time';
comment on column proximity_events.time_ms is
  'when it was decided, ms of round time: the crossfire''s second hit, the punishing, the trade''s kill';
comment on column proximity_events.player_id is 'who hit first, drew the fire, or made the trade kill';
comment on column proximity_events.partner_player_id is 'who hit second, punished, or was avenged';
comment on column proximity_events.enemy_player_id is 'in the crossfire, punished, or traded';
comment on column proximity_events.damage_given is 'effective damage by the two, hit points';
comment on column proximity_events.damage_received is 'effective damage to the two, hit points';
comment on column proximity_events.hits_given is 'hits that made damage_given';
comment on column proximity_events.distance_units is 'from the player to the enemy when it began, units';
comment on column proximity_events.end_distance_units is
  'from the player to the enemy when it was decided, units';
comment on column proximity_events.partner_distance_units is
  'from the partner to the enemy when it was decided, units';
comment on column proximity_events.retreat_units is
  'of a bait: how far the player moved away from where the enemy had stood, units';
comment on column proximity_events.angle_deg is
  'of a crossfire: angle between the directions of the two, seen from the enemy, degrees';
comment on column proximity_events.x is 'where: the enemy''s position when it began, units';
comment on column proximity_events.y is 'see x, units';
comment on column proximity_events.z is 'see x, units';
comment on column proximity_events.rule_version is 'version of the rule that made the row';
comment on column proximity_events.team is 'team of the two: 1 Axis, 2 Allies';
comment on column proximity_events.slot is 'the player''s client number';
comment on column proximity_events.partner_slot is 'the partner''s client number';
comment on column proximity_events.enemy_slot is 'the enemy''s client number';
comment on column proximity_events.kills is 'enemies downed by the two';
comment on column proximity_events.deaths is 'how often one of the two was downed';


create table proximity_heatmap (
  round_id integer not null references rounds on delete cascade,
  cell_x integer not null,
  cell_y integer not null,
  kills integer not null check (kills >= 0),
  deaths integer not null check (deaths >= 0),
  team smallint not null check (team in (1, 2)),
  primary key (round_id, cell_x, cell_y, team)
);

comment on table proximity_heatmap is 'kills and deaths by cell of the map''s floor plan and team';
comment on column proximity_heatmap.round_id is 'the round';
comment on column proximity_heatmap.cell_x is
  'floor(x / cell size); the cell size stands in rounds.configuration';
comment on column proximity_heatmap.cell_y is 'floor(y / cell size)';
comment on column proximity_heatmap.kills is 'enemies downed by players of this team who stood in this cell';
comment on column proximity_heatmap.deaths is 'players of this team downed by enemies in this cell';
comment on column proximity_heatmap.team is '1 Axis, 2 Allies';
