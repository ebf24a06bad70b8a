-- Distributes the schema over the workers of a Citus cluster: run it once, with psql, on the coordinator, after
-- `prox db migrate` and before the first import. The citus extension must be there: create extension citus.
--
-- Small tables that everything refers to are copied to every worker; tables of facts and what is derived from them are
-- sharded by round, so that all rows of a round lie together and joins within a round stay on one worker. Every unique
-- key of theirs holds round_id, which Citus demands.
begin;

select create_reference_table('rounds');
select create_reference_table('players');
select create_reference_table('weapons');
select create_reference_table('means_of_death');
select create_reference_table('classes');
select create_reference_table('teams');

select create_distributed_table('player_positions', 'round_id');
select create_distributed_table('combat_events', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('round_players', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('engagement_analysis', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('engagement_participants', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('proximity_events', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('proximity_heatmap', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('objectives', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('announcements', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('objective_events', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('objective_phases', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('player_engagement_stats', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('player_lives', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('player_movement', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('teammate_synergy', 'round_id', colocate_with => 'player_positions');
select create_distributed_table('teammate_distances', 'round_id', colocate_with => 'player_positions');

-- Functions that queries of sharded tables call.
select create_distributed_function('is_enemy_kill(combat_event, combat_relation)');
select create_distributed_function('is_living_hit(combat_event, boolean)');
select create_distributed_function('is_enemy_hit(combat_event, combat_relation, boolean)');
select create_distributed_function('own_players(engagement_side, smallint, smallint)');
select create_distributed_function('enemy_players(engagement_side, smallint, smallint)');
select create_distributed_function('struck_weapon(smallint, smallint[])');
select create_distributed_function('objective_reach_units()');
select create_distributed_function('is_objective_done(objective_kind, objective_event)');

-- import_files, refused_paths, known_paths and schema_migrations stay on the coordinator: no query joins them with facts. A table on the
-- coordinator may refer to a reference table once that is added to the metadata.
select citus_add_local_table_to_metadata('import_files');

commit;
