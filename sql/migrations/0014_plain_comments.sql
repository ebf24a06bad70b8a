-- Comments in plainer words. Nothing else changes.

comment on table round_players is
  'who played in a slot, and from when: a row for each change; of two changes at the same moment, the later one';
comment on column rounds.round_key is 'the round''s identity, made on the game server; the same in all of its files';
comment on column rounds.match_key is 'the match''s identity: the two rounds of a stopwatch map share it';
comment on column rounds.round is '1, or 2 for the second round of a stopwatch map';
comment on column rounds.end_ms is
  'round time when the recording ended, ms; for a cut round, the latest time in its rows';
comment on column rounds.tracker_sha1 is
  'SHA-1 of the tracker''s Lua file, 40 lower-case hex digits; null when unknown';
comment on column rounds.lua_version is 'the version of Lua that ran the tracker';
comment on column rounds.winner_team is '1 Axis, 2 Allies; null when nobody won, or when the winner is unknown';
comment on column rounds.is_complete is 'whether the game decided the round and every file of it is whole';
comment on column rounds.end_reason is
  'why the recording ended, or why it is incomplete: began_late when it missed the beginning';
comment on column rounds.captures is
  'what was recorded: {capture: state}, state `on`, `off`, `unavailable`, `failed` or `by_state`; the worst state in any file';
comment on column rounds.position_rows is 'stored rows of the positions file; null without such a file';
comment on column rounds.combat_rows is 'stored rows of the combat file; null without such a file';
comment on column rounds.engagement_rows is 'stored rows of the engagements file; null without such a file';
comment on column rounds.heatmap_rows is 'stored rows of the heatmap file; null without such a file';
comment on column rounds.rows_rejected is 'bad rows that the import left out because the user asked for it';
comment on column rounds.positions_pruned_at is
  'when the rows of player_positions were deleted to save space; null while they are stored';
comment on column rounds.imported_at is 'when the round was last stored';
comment on column rounds.movement_cell_units is
  'side of the cells of player_movement, units: the size of heatmap cells when the round was recorded; null without movement';
comment on column rounds.format_version is
  'the lowest format version among the round''s files; what only later versions record is null';
comment on column rounds.derived_version is
  'version of the statements that computed the round''s derived rows; `prox db migrate` computes them again when it has newer statements';
comment on column rounds.began_ms is
  'round time when the recording began, ms; null for files of format version 1, which do not have it';
comment on column rounds.pieces is
  'number of pieces that make up the round, see docs/importing.md; null for files of format version 1, which do not have it';

comment on column players.name is 'the latest name, colour codes included; player_names has all of them';
comment on column players.is_bot is 'whether the player was a bot when last seen';
comment on column round_players.from_ms is 'round time at which this began to hold, ms';
comment on column round_players.name is 'the name at that time, colour codes included';

comment on column player_positions.life is 'the player''s life in this round, from 1; a revive continues the same life';
comment on column player_positions.x is 'the player''s origin, 24 units above the soles, units';
comment on column player_positions.stationary_ms is 'time spent stationary since the previous row of this life, ms';
comment on column player_positions.distance_units is 'distance travelled since the previous row of this life, units';
comment on column player_positions.is_sprinting is 'whether the player was sprinting';
comment on column player_positions.is_zoomed is
  'whether the player was looking through binoculars or a rifle''s scope';
comment on column player_positions.is_mounted is 'whether the player was on a fixed gun or a tank''s gun';
comment on column player_positions.is_moving is
  'whether the player was faster than the stationary threshold at this moment';

comment on table combat_events is
  'every shot, hit and kill with its circumstances, and every spawn, revive, join, leave and pause';
comment on column combat_events.event_number is 'number of the event in the round, from 1, in the order in which they happened';
comment on column combat_events.time_ms is 'when it happened, exact to one server frame, ms of round time';
comment on column combat_events.attacker_player_id is 'the player who did it; null when the world or nobody did';
comment on column combat_events.target_player_id is 'the player it happened to; null for fire, pause and resume';
comment on column combat_events.relation is
  'of hit, kill and gib: what the target is to the attacker; world when there is no attacker';
comment on column combat_events.hit_region is
  'of a hit: where the bullet struck; null when the engine does not count it';
comment on column combat_events.damage is
  'of a hit: damage as the engine counts it, also beyond the health that was left, hit points';
comment on column combat_events.damage_effective is 'of a hit: damage, at most the health that was left, hit points';
comment on column combat_events.distance_units is 'distance between attacker and target, units';
comment on column combat_events.attacker_team is
  'the attacker''s team at that time: 0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column combat_events.target_team is
  'the target''s team at that time: 0 none, 1 Axis, 2 Allies, 3 spectator';
comment on column combat_events.axis_alive is 'of a kill: living Axis players after the kill';
comment on column combat_events.allies_alive is 'of a kill: living Allies players after the kill';
comment on column combat_events.target_is_wounded is 'of a hit: whether the target was already down';
comment on column combat_events.is_undone is 'of a kill: whether a revive undid it; derived from later rows';

comment on column engagement_analysis.player_id is 'the player who opened it';
comment on column engagement_analysis.enemy_player_id is 'the player who was hit first';
comment on column engagement_analysis.hits_given is 'number of hits that dealt damage_given';
comment on column engagement_analysis.distance_units is
  'distance from the player who opened it to the player who was hit first, at the start, units';
comment on column engagement_analysis.end_distance_units is 'distance between these two players at the end, units';
comment on column engagement_analysis.x is 'position of the player who was hit first, at the start, units';
comment on column engagement_analysis.slot is 'client number of the player who opened it';
comment on column engagement_analysis.enemy_slot is 'client number of the player who was hit first';
comment on column engagement_analysis.deaths is 'how often players of the side that opened it were downed';
comment on column engagement_participants.hits_given is 'number of hits that dealt damage_given';
comment on column engagement_participants.side is 'attackers: the side that opened the engagement; defenders: the other';

comment on column proximity_events.engagement is
  'the engagement it belongs to; of two that merged, the one that remains; null when none was open';
comment on column proximity_events.start_ms is
  'when it began, ms of round time: the crossfire''s first hit, the enemy''s first hit on the bait, the death that was avenged';
comment on column proximity_events.time_ms is
  'when it was complete, ms of round time: the crossfire''s second hit, the hit that punished, the trade''s kill';
comment on column proximity_events.player_id is 'the player who hit first, drew the fire, or made the trade kill';
comment on column proximity_events.partner_player_id is 'the player who hit second, punished, or was avenged';
comment on column proximity_events.enemy_player_id is
  'the enemy who was caught in the crossfire, was punished, or died in the trade';
comment on column proximity_events.hits_given is 'number of hits that dealt damage_given';
comment on column proximity_events.distance_units is 'distance from the player to the enemy when it began, units';
comment on column proximity_events.end_distance_units is 'distance from the player to the enemy at time_ms, units';
comment on column proximity_events.partner_distance_units is
  'distance from the partner to the enemy at time_ms, units';
comment on column proximity_events.retreat_units is
  'of a bait: how far the player moved away from where the enemy stood at the start, units';
comment on column proximity_events.angle_deg is
  'of a crossfire: angle between the directions of the two players, seen from the enemy, degrees';
comment on column proximity_events.x is 'the enemy''s position when it began, units';

comment on column proximity_heatmap.cell_x is 'floor(x / cell size); rounds.configuration has the cell size';

comment on table player_engagement_stats is
  'what each player did in a round, per team that the player was in; a number is null when its file is missing';
comment on column player_engagement_stats.deaths is
  'how often the player was downed: by enemies, teammates, themselves or the world';
comment on column player_engagement_stats.self_kills is 'of the deaths, those that the player or the world caused';
comment on column player_engagement_stats.crossfires is 'crossfires that the player took part in';
comment on column player_engagement_stats.located_hits is 'of the bullet hits, those with a known region';
comment on column player_engagement_stats.engagements_opened is
  'of the engagements, those in which the player made the first hit';
comment on column player_engagement_stats.escapes is
  'engagements that others opened and that ended because the two sides moved apart';
comment on column player_engagement_stats.outnumbered_lost is
  'of the outnumbered engagements, those that the other side won';

comment on table player_lives is 'sums over the samples of each life of a player; kept when positions are pruned';
comment on column player_lives.slot is 'the player''s client number';
comment on column player_lives.life is 'number of the life in the round, from 1';
comment on column player_lives.class is 'class during that life, see classes';
comment on column player_lives.samples is
  'samples of the life, 0 when the life was too short for one; the samples of all lives together stand for alive_ms';
comment on column player_lives.speed_sum_ups is
  'sum of the samples'' speeds, units per second; divide it by samples to get the mean';
comment on column player_lives.first_ms is
  'round time of the first sample, ms; null without a sample, or when the positions were pruned before prox kept this';
comment on column player_lives.alive_ms is
  'time alive, ms: from spawn or revive to death, leaving or the round''s end, exact to one server frame; without a combat file, samples times prox_sample_ms';

comment on table player_movement is
  'where a player was in a round, and which routes the player took, as arrays; player_cells and player_ways have a row for each element; kept when positions are pruned';
comment on column player_movement.cell_x is 'for each cell: floor(x / side)';
comment on column player_movement.cell_y is 'for each cell: floor(y / side)';
comment on column player_movement.samples is 'for each cell: the samples in it';
comment on column player_movement.stationary_ms is 'for each cell: time spent stationary, ms';
comment on column player_movement.speed_sum_ups is 'for each cell: sum of the samples'' speeds, units per second';
comment on column player_movement.way_from_x is 'for each route: cell_x of its first sample';
comment on column player_movement.way_from_y is 'for each route: cell_y of its first sample';
comment on column player_movement.way_to_x is 'for each route: cell_x of its second sample';
comment on column player_movement.way_to_y is 'for each route: cell_y of its second sample';
comment on column player_movement.way_times is 'for each route: how often the player took it';

comment on table teammate_distances is
  'how far two players of a team were from each other, summed over all samples in which both were alive; kept when positions are pruned';
comment on column teammate_distances.player_id is 'the player of the two with the smaller id';
comment on column teammate_distances.teammate_player_id is 'the other player of the two';
comment on column teammate_distances.near_samples is
  'of these, the samples in which the two were near: within the round''s prox_near_units; null when unknown';
comment on column teammate_synergy.player_id is 'the player of the two with the smaller id';
comment on column teammate_synergy.teammate_player_id is 'the other player of the two';
comment on column teammate_synergy.near_ms is
  'of this, the time in which they were near: within the round''s prox_near_units, ms; null when unknown';
comment on column teammate_synergy.engagements_lost is 'of the engagements, those that the other side won';

comment on view player_profiles is 'each player over all rounds: how much, how well and how they fight';
comment on column player_profiles.name is 'the latest name, colour codes included';
comment on column player_profiles.deaths is
  'how often the player was downed: by enemies, teammates, themselves or the world';
comment on column player_profiles.self_kills is 'of the deaths, those that the player or the world caused';
comment on column player_profiles.kill_death_ratio is 'kills per death';
comment on column player_profiles.kills_per_minute is 'kills per minute alive';
comment on column player_profiles.damage_per_minute is 'damage given per minute alive, hit points';
comment on column player_profiles.crossfires is 'crossfires that the player took part in';
comment on column player_profiles.escapes is 'engagements that others opened and from which the player''s side escaped';
comment on column player_profiles.engagements_opened is
  'of the engagements, those in which the player made the first hit';
comment on view head_to_head is 'each player against each opponent: one row from the point of view of each of the two';
comment on view teammate_duos is 'each pair of players over all rounds in which they were teammates';
comment on column teammate_duos.player_id is 'the player with the smaller id';
comment on column teammate_duos.teammate_player_id is 'the other player';
comment on column teammate_duos.player_name is 'name of the player with the smaller id, colour codes included';
comment on column teammate_duos.teammate_name is 'name of the other player, colour codes included';
comment on column teammate_duos.crossfires_per_10_minutes is 'crossfires per ten minutes in which both were alive';
comment on view map_hotspots is
  'kills and deaths by map, cell and team over all rounds: where each team gets its kills, and where it dies';
comment on column map_hotspots.kill_share is
  'kills as a share of kills and deaths: above one half, the place is good for the team';
comment on column session_engagements.label is
  'the size, seen from the side that opened the fight: 1v2 means that one player opened it against two';
comment on column session_engagements.won_by_attackers is 'of these, those that the side which opened them won';
comment on column session_engagements.escapes is 'of these, those that ended because the two sides moved apart';
comment on column session_engagements.deaths is 'how often attackers were downed';
comment on view sessions is
  'the session of each round: rounds of one server without a break of more than 90 minutes; midnight does not end a session';
comment on column sessions.session is
  'the start of the session''s first round in UTC, like 2026-11-23-2030; -2 follows when another server''s session began in the same minute';
comment on column player_cells.samples is
  'samples in the cell; all samples of a player together stand for the time alive, see player_lives';
comment on column player_cells.speed_sum_ups is
  'sum of the samples'' speeds, units per second; divide it by samples to get the mean';
comment on view player_ways is
  'routes that players took: from the cell of a sample to another cell of the next sample, within one life and without gaps';
comment on column player_ways.from_x is 'cell_x of the first sample';
comment on column player_ways.from_y is 'cell_y of the first sample';
comment on column player_ways.to_x is 'cell_x of the second sample';
comment on column player_ways.to_y is 'cell_y of the second sample';
comment on column player_ways.times is 'how often the player took the route';

comment on column means_of_death.weapons is
  'the weapons that cause it, see weapons; when the player holds none of them at a hit, the first one counts';
comment on table import_files is 'the ledger: every round file that was ever imported or refused, by its content';
comment on column import_files.round_key is
  'the round that the file says it belongs to; null when its header could not be read';
comment on column import_files.label is 'where it was found: a path, or an archive and a path in it; never an identity';
comment on column import_files.status is 'what the latest import did with it';
comment on column import_files.rows is 'its stored rows; null when it was rejected';
comment on column import_files.rows_rejected is 'bad rows that the import left out because the user asked for it';
comment on column import_files.error_code is 'why it was rejected: a stable code; null when it was not rejected';
comment on column import_files.decided_at is 'when that was decided';
comment on column import_files.prox_version is 'version of prox that decided it';
comment on column import_files.piece is
  'number of the piece of the round: 1; 2 or more after the modules were reloaded in the middle of it';
comment on table schema_migrations is 'the migrations that made this schema';
comment on column schema_migrations.prox_version is 'version of prox that applied it';
