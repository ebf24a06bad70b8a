/**
 * Rows of all tables and views, by the names of their columns, as a query gives them. Generated from the database's
 * catalog by `npm run docs`. What a column means stands in docs/schema.md. Of a view's columns PostgreSQL does not tell
 * which are never null.
 */
export interface Schema {
  readonly announcements: {
    readonly round_id: number;
    readonly announcement_number: number;
    readonly time_ms: number;
    readonly text: string;
  };
  readonly attack_deaths: {
    readonly round_id: number | null;
    readonly event_number: number | null;
    readonly time_ms: number | null;
    readonly player_id: number | null;
    readonly killer_player_id: number | null;
    readonly x: number | null;
    readonly y: number | null;
    readonly z: number | null;
    readonly carrying: number | null;
    readonly act: "planting" | "defusing" | "building" | null;
    readonly objective: number | null;
    readonly distance_units: number | null;
    readonly is_within_reach: boolean | null;
  };
  readonly classes: {
    readonly class: number;
    readonly name: string;
  };
  readonly combat_counts: {
    readonly round_id: number;
    readonly attacker_player_id: number | null;
    readonly target_player_id: number | null;
    readonly times: number;
    readonly damage_effective: number | null;
    readonly damage_squares: number | null;
    readonly event:
      "fire" | "hit" | "kill" | "spawn" | "revive" | "gib" | "tapout" | "join" | "leave" | "pause" | "resume";
    readonly relation: "enemy" | "team" | "self" | "world" | null;
    readonly hit_region: "head" | "arms" | "body" | "legs" | null;
    readonly attacker_team: number | null;
    readonly target_team: number | null;
    readonly weapon: number | null;
    readonly means_of_death: number | null;
    readonly target_is_wounded: boolean | null;
    readonly is_undone: boolean | null;
  };
  readonly combat_events: {
    readonly round_id: number;
    readonly event_number: number;
    readonly time_ms: number;
    readonly attacker_player_id: number | null;
    readonly target_player_id: number | null;
    readonly event:
      "fire" | "hit" | "kill" | "spawn" | "revive" | "gib" | "tapout" | "join" | "leave" | "pause" | "resume";
    readonly relation: "enemy" | "team" | "self" | "world" | null;
    readonly hit_region: "head" | "arms" | "body" | "legs" | null;
    readonly damage: number | null;
    readonly damage_effective: number | null;
    readonly distance_units: number | null;
    readonly attacker_x: number | null;
    readonly attacker_y: number | null;
    readonly attacker_z: number | null;
    readonly attacker_pitch_deg: number | null;
    readonly attacker_yaw_deg: number | null;
    readonly target_x: number | null;
    readonly target_y: number | null;
    readonly target_z: number | null;
    readonly view_error_deg: number | null;
    readonly target_life: number | null;
    readonly attacker_since_spawn_ms: number | null;
    readonly target_since_spawn_ms: number | null;
    readonly target_next_wave_ms: number | null;
    readonly attacker_slot: number | null;
    readonly target_slot: number | null;
    readonly attacker_team: number | null;
    readonly target_team: number | null;
    readonly weapon: number | null;
    readonly means_of_death: number | null;
    readonly damage_flags: number | null;
    readonly attacker_health: number | null;
    readonly target_health: number | null;
    readonly attacker_class: number | null;
    readonly target_class: number | null;
    readonly target_weapon: number | null;
    readonly attacker_allies_near: number | null;
    readonly attacker_enemies_near: number | null;
    readonly target_allies_near: number | null;
    readonly target_enemies_near: number | null;
    readonly axis_alive: number | null;
    readonly allies_alive: number | null;
    readonly target_is_wounded: boolean | null;
    readonly is_undone: boolean | null;
    readonly target_carrying: number | null;
    readonly target_act: "planting" | "defusing" | "building" | null;
    readonly target_side: "attack" | "defence" | null;
  };
  readonly corrections: {
    readonly correction_id: number;
    readonly action: string;
    readonly subject: string;
    readonly details: unknown;
    readonly reason: string;
    readonly made_at: Date;
    readonly undone_at: Date | null;
  };
  readonly downs: {
    readonly round_id: number;
    readonly event_number: number;
    readonly time_ms: number;
    readonly engagement: number | null;
    readonly attacker_player_id: number | null;
    readonly target_player_id: number | null;
    readonly relation: "enemy" | "team" | "self" | "world" | null;
    readonly attacker_team: number | null;
    readonly target_team: number | null;
    readonly attacker_slot: number | null;
    readonly target_slot: number | null;
    readonly weapon: number | null;
    readonly means_of_death: number | null;
    readonly axis_alive: number | null;
    readonly allies_alive: number | null;
    readonly is_undone: boolean | null;
    readonly is_first: boolean;
    readonly is_opening: boolean;
    readonly axis_involved: number | null;
    readonly allies_involved: number | null;
    readonly target_allies_near: number | null;
    readonly target_enemies_near: number | null;
    readonly next_wave_ms: number | null;
    readonly revived_after_ms: number | null;
    readonly gibbed_after_ms: number | null;
    readonly bought_ms: number | null;
  };
  readonly engagement_analysis: {
    readonly round_id: number;
    readonly engagement: number;
    readonly start_ms: number;
    readonly time_ms: number;
    readonly player_id: number | null;
    readonly enemy_player_id: number | null;
    readonly outcome: "death" | "escape" | "silence" | "round_end" | null;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly hits_given: number | null;
    readonly distance_units: number | null;
    readonly end_distance_units: number | null;
    readonly x: number | null;
    readonly y: number | null;
    readonly z: number | null;
    readonly rule_version: number;
    readonly team: number | null;
    readonly winner_team: number | null;
    readonly attackers: number | null;
    readonly defenders: number | null;
    readonly slot: number | null;
    readonly enemy_slot: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly derived_by: "server" | "prox";
  };
  readonly engagement_participants: {
    readonly round_id: number;
    readonly row_number: number;
    readonly engagement: number;
    readonly start_ms: number;
    readonly time_ms: number;
    readonly player_id: number;
    readonly side: "attackers" | "defenders";
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly hits_given: number | null;
    readonly rule_version: number;
    readonly team: number | null;
    readonly slot: number;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly derived_by: "server" | "prox";
  };
  readonly forgotten_rounds: {
    readonly round_key: string;
    readonly map: string;
    readonly started_at: Date;
    readonly reason: string;
    readonly forgotten_at: Date;
  };
  readonly head_to_head: {
    readonly player_id: number | null;
    readonly opponent_player_id: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly duels: number | null;
    readonly duels_won: number | null;
    readonly duels_lost: number | null;
  };
  readonly import_files: {
    readonly sha256: string;
    readonly kind: "positions" | "combat" | "engagements" | "heatmap" | "objectives" | null;
    readonly round_key: string | null;
    readonly round_id: number | null;
    readonly label: string;
    readonly size_bytes: number;
    readonly status: "imported" | "superseded" | "rejected" | "forgotten";
    readonly is_complete: boolean | null;
    readonly rows: number | null;
    readonly rows_rejected: number;
    readonly error_code: string | null;
    readonly error_message: string | null;
    readonly error_line: number | null;
    readonly error_column: string | null;
    readonly error_text: string | null;
    readonly decided_at: Date;
    readonly prox_version: string;
    readonly format_version: number | null;
    readonly piece: number;
    readonly beginning_bytes: number | null;
    readonly beginning_sha256: string | null;
    readonly rows_lost: number | null;
    readonly path: string | null;
    readonly gone_at: Date | null;
  };
  readonly known_paths: {
    readonly path: string;
    readonly size_bytes: number;
    readonly modified_ns: number;
    readonly changed_ns: number;
    readonly contents: unknown;
    readonly read_at: Date;
    readonly prox_version: string;
  };
  readonly last_stands: {
    readonly round_id: number;
    readonly event_number: number;
    readonly player_id: number;
    readonly time_ms: number;
    readonly end_ms: number;
    readonly next_wave_ms: number | null;
    readonly team: number;
    readonly slot: number;
    readonly enemies: number;
    readonly downs: number;
    readonly ending: "death" | "leave" | "relief" | "round_end";
  };
  readonly life_results: {
    readonly round_id: number;
    readonly player_id: number;
    readonly life: number;
    readonly from_ms: number;
    readonly bought_ms: number | null;
    readonly revived_after_ms: number | null;
    readonly gibbed_after_ms: number | null;
    readonly slot: number;
    readonly team: number | null;
    readonly kills: number;
    readonly kills_held: number | null;
    readonly assists: number | null;
    readonly revives: number | null;
    readonly double_kills: number;
    readonly triple_kills: number;
    readonly larger_kills: number;
    readonly bought_downs: number | null;
    readonly gibbed_in_time: number | null;
    readonly fallen: number | null;
    readonly revived_in_time: number | null;
    readonly is_survived: boolean;
    readonly is_avenged: boolean | null;
    readonly counts: "all" | "with_bots" | "without_bots";
  };
  readonly map_areas: {
    readonly map: string;
    readonly name: string;
    readonly outline_units: number[] | null;
    readonly spots_units: number[] | null;
    readonly min_z_units: number | null;
    readonly max_z_units: number | null;
  };
  readonly map_hotspots: {
    readonly map: string | null;
    readonly cell_units: number | null;
    readonly cell_x: number | null;
    readonly cell_y: number | null;
    readonly x: number | null;
    readonly y: number | null;
    readonly team: number | null;
    readonly rounds: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly kill_share: number | null;
  };
  readonly means_of_death: {
    readonly means_of_death: number;
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly has_region: boolean;
    readonly has_accuracy: boolean;
    readonly weapons: number[];
    readonly weapon_bin: number | null;
  };
  readonly models: {
    readonly model_id: number;
    readonly sha256: string;
    readonly kind: string;
    readonly version: number;
    readonly features: string[];
    readonly intercept: number;
    readonly coefficients: number[];
    readonly scales: number[];
    readonly draws: unknown;
    readonly rounds: number;
    readonly matches: number;
    readonly observations: number;
    readonly bots: boolean;
    readonly fingerprint: string;
    readonly seed: number;
    readonly evaluation: unknown;
    readonly prox_version: string;
    readonly trained_at: Date;
  };
  readonly moving_pairs: {
    readonly round_id: number;
    readonly player_id: number;
    readonly teammate_player_id: number;
    readonly moving_s: number;
    readonly together_s: number;
    readonly team: number;
  };
  readonly objective_events: {
    readonly round_id: number;
    readonly event_number: number;
    readonly time_ms: number;
    readonly player_id: number | null;
    readonly other_player_id: number | null;
    readonly event:
      | "dynamite_throw"
      | "dynamite_arm"
      | "dynamite_defuse"
      | "dynamite_explode"
      | "dynamite_gone"
      | "objective_destroy"
      | "construct_start"
      | "construct_share"
      | "construct_stage"
      | "construct_finish"
      | "construct_decay"
      | "construct_damage"
      | "construct_destroy"
      | "carry_take"
      | "carry_pickup"
      | "carry_drop"
      | "carry_return"
      | "carry_secure"
      | "spawn_capture"
      | "vehicle_disable"
      | "vehicle_repair"
      | "vehicle_move"
      | "mine_place"
      | "mine_arm"
      | "mine_trigger"
      | "mine_explode"
      | "mine_gone"
      | "satchel_place"
      | "satchel_explode"
      | "satchel_gone"
      | "pack_health"
      | "pack_ammo"
      | "status"
      | "winner"
      | "exit";
    readonly source: "fire" | "damage" | "powerup" | "skill" | "line" | "near" | "none" | null;
    readonly reason:
      | "killed"
      | "selfkill"
      | "command"
      | "left"
      | "player"
      | "time"
      | "disarmed"
      | "removed"
      | "time_limit"
      | "objective"
      | "eliminated"
      | "surrender"
      | "other"
      | null;
    readonly charge: number | null;
    readonly duration_ms: number | null;
    readonly distance_units: number | null;
    readonly x: number | null;
    readonly y: number | null;
    readonly z: number | null;
    readonly slot: number | null;
    readonly other_slot: number | null;
    readonly team: number | null;
    readonly from_team: number | null;
    readonly objective: number | null;
    readonly stage: number | null;
    readonly stages: number | null;
    readonly share_percent: number | null;
    readonly objective_number: number | null;
    readonly status: number | null;
    readonly means_of_death: number | null;
    readonly health: number | null;
  };
  readonly objective_phases: {
    readonly round_id: number;
    readonly objective: number;
    readonly phase: "before" | "while" | "after";
    readonly from_ms: number;
    readonly to_ms: number | null;
  };
  readonly objective_results: {
    readonly round_id: number | null;
    readonly objective: number | null;
    readonly times_done: number | null;
    readonly first_done_ms: number | null;
    readonly contact_ms: number | null;
    readonly contact_to_done_ms: number | null;
  };
  readonly objectives: {
    readonly round_id: number;
    readonly objective: number;
    readonly kind:
      "explosive" | "constructible" | "command_post" | "documents" | "goal" | "spawn" | "vehicle";
    readonly team: number;
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly name: string;
    readonly stands: boolean | null;
  };
  readonly people: {
    readonly player_id: number | null;
    readonly person_id: number | null;
    readonly name: string | null;
    readonly guid: string | null;
    readonly is_bot: boolean | null;
    readonly first_seen_at: Date | null;
    readonly last_seen_at: Date | null;
    readonly is_hidden: boolean | null;
    readonly is_renamed: boolean | null;
  };
  readonly player_aliases: {
    readonly player_id: number | null;
    readonly person_id: number | null;
  };
  readonly player_cells: {
    readonly round_id: number | null;
    readonly player_id: number | null;
    readonly team: number | null;
    readonly class: number | null;
    readonly cell_x: number | null;
    readonly cell_y: number | null;
    readonly samples: number | null;
    readonly stationary_ms: number | null;
    readonly speed_sum_ups: number | null;
  };
  readonly player_engagement_stats: {
    readonly round_id: number;
    readonly player_id: number;
    readonly team: number;
    readonly lives: number | null;
    readonly alive_ms: number | null;
    readonly stationary_ms: number | null;
    readonly distance_units: number | null;
    readonly kills: number | null;
    readonly team_kills: number | null;
    readonly deaths: number | null;
    readonly self_kills: number | null;
    readonly gibs: number | null;
    readonly revives: number | null;
    readonly revived: number | null;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly team_damage_given: number | null;
    readonly bullets_fired: number | null;
    readonly bullet_hits: number | null;
    readonly head_hits: number | null;
    readonly engagements: number | null;
    readonly engagements_won: number | null;
    readonly engagements_lost: number | null;
    readonly duels: number | null;
    readonly duels_won: number | null;
    readonly outnumbered: number | null;
    readonly outnumbered_won: number | null;
    readonly escapes: number | null;
    readonly solo_kills: number | null;
    readonly crossfires: number | null;
    readonly baits_drawn: number | null;
    readonly baits_punished: number | null;
    readonly trade_kills: number | null;
    readonly deaths_traded: number | null;
    readonly kills_undone: number | null;
    readonly deaths_undone: number | null;
    readonly located_hits: number | null;
    readonly engagements_opened: number | null;
    readonly duels_lost: number | null;
    readonly outnumbered_lost: number | null;
  };
  readonly player_lives: {
    readonly round_id: number;
    readonly player_id: number;
    readonly slot: number;
    readonly life: number;
    readonly team: number;
    readonly class: number;
    readonly samples: number;
    readonly crouching_samples: number;
    readonly prone_samples: number;
    readonly sprinting_samples: number;
    readonly stationary_ms: number;
    readonly speed_sum_ups: number;
    readonly distance_units: number;
    readonly first_ms: number | null;
    readonly last_ms: number | null;
    readonly alive_ms: number | null;
  };
  readonly player_movement: {
    readonly round_id: number;
    readonly player_id: number;
    readonly team: number;
    readonly class: number;
    readonly cell_x: number[];
    readonly cell_y: number[];
    readonly samples: number[];
    readonly stationary_ms: number[];
    readonly speed_sum_ups: number[];
    readonly way_from_x: number[];
    readonly way_from_y: number[];
    readonly way_to_x: number[];
    readonly way_to_y: number[];
    readonly way_times: number[];
  };
  readonly player_names: {
    readonly player_id: number | null;
    readonly name: string | null;
    readonly rounds: number | null;
    readonly first_seen_at: Date | null;
    readonly last_seen_at: Date | null;
  };
  readonly player_positions: {
    readonly round_id: number;
    readonly time_ms: number;
    readonly player_id: number;
    readonly life: number;
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly velocity_x_ups: number | null;
    readonly velocity_y_ups: number | null;
    readonly velocity_z_ups: number | null;
    readonly speed_ups: number | null;
    readonly pitch_deg: number | null;
    readonly yaw_deg: number | null;
    readonly stationary_ms: number | null;
    readonly distance_units: number | null;
    readonly slot: number;
    readonly team: number;
    readonly stance: number | null;
    readonly health: number | null;
    readonly class: number | null;
    readonly weapon: number | null;
    readonly is_sprinting: boolean | null;
    readonly is_zoomed: boolean | null;
    readonly is_mounted: boolean | null;
    readonly is_moving: boolean | null;
    readonly carrying: number | null;
  };
  readonly player_profiles: {
    readonly player_id: number | null;
    readonly name: string | null;
    readonly is_bot: boolean | null;
    readonly rounds: number | null;
    readonly first_seen_at: Date | null;
    readonly last_seen_at: Date | null;
    readonly alive_ms: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly kill_death_ratio: number | null;
    readonly kills_per_minute: number | null;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly damage_per_minute: number | null;
    readonly accuracy: number | null;
    readonly head_hit_share: number | null;
    readonly team_kills: number | null;
    readonly self_kills: number | null;
    readonly gibs: number | null;
    readonly revives: number | null;
    readonly engagements: number | null;
    readonly engagement_win_rate: number | null;
    readonly duels: number | null;
    readonly duel_win_rate: number | null;
    readonly outnumbered: number | null;
    readonly outnumbered_win_rate: number | null;
    readonly escapes: number | null;
    readonly solo_kills: number | null;
    readonly crossfires: number | null;
    readonly baits_drawn: number | null;
    readonly baits_punished: number | null;
    readonly trade_kills: number | null;
    readonly deaths_traded: number | null;
    readonly traded_death_share: number | null;
    readonly distance_units: number | null;
    readonly stationary_share: number | null;
    readonly kills_undone: number | null;
    readonly deaths_undone: number | null;
    readonly engagements_opened: number | null;
  };
  readonly player_totals: {
    readonly round_id: number;
    readonly player_id: number;
    readonly covers_rounds: number;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly team_damage_given: number | null;
    readonly team_damage_received: number | null;
    readonly gibs: number | null;
    readonly self_kills: number | null;
    readonly team_kills: number | null;
    readonly team_gibs: number | null;
    readonly played_ms: number | null;
    readonly xp: number | null;
    readonly assists: number | null;
    readonly headshot_kills: number | null;
    readonly times_revived: number | null;
    readonly revives_given: number | null;
    readonly objectives_stolen: number | null;
    readonly objectives_returned: number | null;
    readonly dynamites_planted: number | null;
    readonly dynamites_defused: number | null;
  };
  readonly player_ways: {
    readonly round_id: number | null;
    readonly player_id: number | null;
    readonly team: number | null;
    readonly class: number | null;
    readonly from_x: number | null;
    readonly from_y: number | null;
    readonly to_x: number | null;
    readonly to_y: number | null;
    readonly times: number | null;
  };
  readonly player_weapon_totals: {
    readonly round_id: number;
    readonly player_id: number;
    readonly weapon_bin: number;
    readonly hits: number | null;
    readonly shots: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly headshots: number | null;
  };
  readonly players: {
    readonly player_id: number;
    readonly guid: string | null;
    readonly name: string;
    readonly is_bot: boolean;
    readonly first_seen_at: Date | null;
    readonly last_seen_at: Date | null;
    readonly is_by_name: boolean;
    readonly same_as_player_id: number | null;
    readonly plain_name: string | null;
    readonly person_id: number | null;
    readonly chosen_name: string | null;
    readonly hidden_number: number | null;
  };
  readonly posts: {
    readonly channel: string;
    readonly kind: string;
    readonly round_key: string;
    readonly post_key: string;
    readonly state: string;
    readonly message_id: string | null;
    readonly claimed_at: Date;
    readonly settled_at: Date | null;
  };
  readonly proximity_events: {
    readonly round_id: number;
    readonly row_number: number;
    readonly record: "engagement" | "participant" | "crossfire" | "bait" | "trade";
    readonly engagement: number | null;
    readonly start_ms: number;
    readonly time_ms: number;
    readonly player_id: number | null;
    readonly partner_player_id: number | null;
    readonly enemy_player_id: number | null;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly hits_given: number | null;
    readonly distance_units: number | null;
    readonly end_distance_units: number | null;
    readonly partner_distance_units: number | null;
    readonly retreat_units: number | null;
    readonly angle_deg: number | null;
    readonly x: number | null;
    readonly y: number | null;
    readonly z: number | null;
    readonly rule_version: number;
    readonly team: number | null;
    readonly slot: number | null;
    readonly partner_slot: number | null;
    readonly enemy_slot: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly objective: number | null;
    readonly derived_by: "server" | "prox";
  };
  readonly proximity_heatmap: {
    readonly round_id: number;
    readonly cell_x: number;
    readonly cell_y: number;
    readonly kills: number;
    readonly deaths: number;
    readonly team: number;
    readonly rule_version: number;
    readonly derived_by: "server" | "prox";
  };
  readonly refused_paths: {
    readonly label_sha256: string;
    readonly path_sha256: string;
    readonly label: string;
    readonly error_code: string;
    readonly error_message: string;
    readonly refused_at: Date;
    readonly seen_at: Date;
    readonly prox_version: string;
    readonly path: string | null;
    readonly gone_at: Date | null;
  };
  readonly round_player_totals: {
    readonly round_id: number | null;
    readonly player_id: number | null;
    readonly basis: string | null;
    readonly first_round_id: number | null;
    readonly damage_given: number | null;
    readonly damage_received: number | null;
    readonly team_damage_given: number | null;
    readonly team_damage_received: number | null;
    readonly gibs: number | null;
    readonly self_kills: number | null;
    readonly team_kills: number | null;
    readonly team_gibs: number | null;
    readonly played_ms: number | null;
    readonly xp: number | null;
    readonly assists: number | null;
    readonly headshot_kills: number | null;
    readonly times_revived: number | null;
    readonly revives_given: number | null;
    readonly objectives_stolen: number | null;
    readonly objectives_returned: number | null;
    readonly dynamites_planted: number | null;
    readonly dynamites_defused: number | null;
  };
  readonly round_players: {
    readonly round_id: number;
    readonly slot: number;
    readonly from_ms: number;
    readonly player_id: number;
    readonly name: string;
    readonly team: number;
    readonly class: number | null;
    readonly is_bot: boolean;
  };
  readonly round_rules: {
    readonly round_id: number;
    readonly rule: "engagement" | "crossfire" | "bait" | "trade" | "heatmap";
    readonly version: number | null;
    readonly derived_by: "server" | "prox";
    readonly positions_ms: number | null;
    readonly derived_at: Date;
  };
  readonly round_weapon_totals: {
    readonly round_id: number | null;
    readonly player_id: number | null;
    readonly weapon_bin: number | null;
    readonly basis: string | null;
    readonly hits: number | null;
    readonly shots: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly headshots: number | null;
  };
  readonly rounds: {
    readonly round_id: number;
    readonly round_key: string;
    readonly match_key: string;
    readonly map: string;
    readonly round: number;
    readonly started_at: Date;
    readonly ended_at: Date | null;
    readonly end_ms: number;
    readonly game_type: number | null;
    readonly time_limit_ms: number | null;
    readonly server_name: string | null;
    readonly tracker_version: string;
    readonly tracker_sha1: string | null;
    readonly engine_version: string | null;
    readonly lua_version: string | null;
    readonly winner_team: number | null;
    readonly is_complete: boolean;
    readonly end_reason:
      | "finished"
      | "map_restart"
      | "map_change"
      | "warmup"
      | "shutdown"
      | "module_unloaded"
      | "cut"
      | "began_late";
    readonly configuration: unknown;
    readonly captures: unknown;
    readonly position_rows: number | null;
    readonly combat_rows: number | null;
    readonly engagement_rows: number | null;
    readonly heatmap_rows: number | null;
    readonly rows_lost: number | null;
    readonly rows_rejected: number;
    readonly tracker_errors: number | null;
    readonly frame_mean_us: number | null;
    readonly frame_worst_ms: number | null;
    readonly heap_kb: number | null;
    readonly positions_pruned_at: Date | null;
    readonly imported_at: Date;
    readonly movement_cell_units: number | null;
    readonly format_version: number;
    readonly derived_version: number;
    readonly began_ms: number | null;
    readonly pieces: number | null;
    readonly attacking_team: number | null;
    readonly objective_rows: number | null;
    readonly excluded_at: Date | null;
    readonly excluded_reason: string | null;
    readonly source: string;
    readonly source_notes: string[];
    readonly same_as_round_id: number | null;
  };
  readonly schema_migrations: {
    readonly version: number;
    readonly name: string;
    readonly checksum: string;
    readonly applied_at: Date;
    readonly prox_version: string;
  };
  readonly seats: {
    readonly round_id: number | null;
    readonly slot: number | null;
    readonly from_ms: number | null;
    readonly player_id: number | null;
    readonly person_id: number | null;
    readonly name: string | null;
    readonly team: number | null;
    readonly class: number | null;
    readonly is_bot: boolean | null;
  };
  readonly session_bounds: {
    readonly server_name: string;
    readonly bound_at: Date;
    readonly is_break: boolean;
  };
  readonly session_engagements: {
    readonly session: string | null;
    readonly server_name: string | null;
    readonly session_started_at: Date | null;
    readonly attackers: number | null;
    readonly defenders: number | null;
    readonly label: string | null;
    readonly engagements: number | null;
    readonly won_by_attackers: number | null;
    readonly won_by_defenders: number | null;
    readonly undecided: number | null;
    readonly escapes: number | null;
    readonly kills: number | null;
    readonly deaths: number | null;
    readonly mean_duration_ms: number | null;
    readonly mean_damage: number | null;
  };
  readonly session_names: {
    readonly round_id: number;
    readonly name: string;
  };
  readonly session_tags: {
    readonly round_id: number;
    readonly tag: string;
  };
  readonly sessions: {
    readonly round_id: number | null;
    readonly server_name: string | null;
    readonly session: string | null;
    readonly session_started_at: Date | null;
    readonly session_ended_at: Date | null;
    readonly name: string | null;
    readonly tags: string[] | null;
  };
  readonly team_moves: {
    readonly round_id: number;
    readonly from_ms: number;
    readonly to_ms: number;
    readonly x: number;
    readonly y: number;
    readonly z: number;
    readonly team: number;
    readonly move: "push" | "regroup";
    readonly players: number;
    readonly team_players: number;
    readonly approach_units: number | null;
    readonly enemy_units: number | null;
  };
  readonly team_shapes: {
    readonly round_id: number;
    readonly time_ms: number;
    readonly middle_x: number;
    readonly middle_y: number;
    readonly middle_z: number;
    readonly team: number;
    readonly players: number;
    readonly nearest_units: number | null;
    readonly spread_units: number | null;
    readonly groups: number;
    readonly largest_group: number;
    readonly isolated: number | null;
    readonly moving: number | null;
    readonly moving_together: number | null;
    readonly enemy_units: number | null;
    readonly line_percent: number | null;
  };
  readonly teammate_distances: {
    readonly round_id: number;
    readonly player_id: number;
    readonly teammate_player_id: number;
    readonly team: number;
    readonly samples: number;
    readonly near_samples: number | null;
    readonly distance_sum_units: number;
  };
  readonly teammate_duos: {
    readonly player_id: number | null;
    readonly teammate_player_id: number | null;
    readonly player_name: string | null;
    readonly teammate_name: string | null;
    readonly rounds: number | null;
    readonly together_ms: number | null;
    readonly near_share: number | null;
    readonly mean_distance_units: number | null;
    readonly engagements: number | null;
    readonly engagement_win_rate: number | null;
    readonly crossfires: number | null;
    readonly crossfires_per_10_minutes: number | null;
    readonly crossfire_damage: number | null;
    readonly baits: number | null;
    readonly trades: number | null;
    readonly revives: number | null;
  };
  readonly teammate_synergy: {
    readonly round_id: number;
    readonly player_id: number;
    readonly teammate_player_id: number;
    readonly team: number;
    readonly together_ms: number | null;
    readonly near_ms: number | null;
    readonly mean_distance_units: number | null;
    readonly engagements: number | null;
    readonly engagements_won: number | null;
    readonly crossfires: number | null;
    readonly crossfire_damage: number | null;
    readonly baits: number | null;
    readonly trades: number | null;
    readonly revives: number | null;
    readonly engagements_lost: number | null;
    readonly crossfire_fights: number | null;
  };
  readonly teams: {
    readonly team: number;
    readonly name: string;
  };
  readonly totals_of_both_rounds: {
    readonly round_id: number | null;
    readonly first_round_id: number | null;
  };
  readonly trade_chances: {
    readonly round_id: number;
    readonly event_number: number;
    readonly time_ms: number;
    readonly victim_player_id: number;
    readonly mate_player_id: number;
    readonly delay_ms: number | null;
    readonly avenger_distance_units: number | null;
    readonly team: number;
    readonly victim_slot: number;
    readonly mate_slot: number;
    readonly mate_is_alive: boolean;
    readonly is_traded: boolean;
  };
  readonly trade_counts: {
    readonly round_id: number;
    readonly victim_player_id: number;
    readonly mate_player_id: number;
    readonly chances: number;
    readonly trades: number;
    readonly team: number;
  };
  readonly weapon_bins: {
    readonly weapon_bin: number;
    readonly id: string;
    readonly name: string;
  };
  readonly weapons: {
    readonly weapon: number;
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly has_accuracy: boolean;
    readonly weapon_bin: number | null;
  };
}
